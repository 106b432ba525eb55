"""Near words: what counts as near in a list of contacts, for the pages of hosts and phones."""

from __future__ import annotations

from oneheart.model.near_by import NearBy


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


NEAR_BY: dict[NearBy, str] = {
    NearBy.BADGES: _t("badges saw each other face to face"),
    NearBy.PHONES: _t("phones heard each other"),
    NearBy.TABLE: _t("people sat at one table"),
}
"""What counts as near in a list of contacts."""
