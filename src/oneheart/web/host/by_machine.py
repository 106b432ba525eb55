"""By machine: who drafts lines in other languages, for hosts to choose, and why no drafts come, on the desk."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.drafts import Engines, Trouble
from oneheart.locale.coded import Coded
from oneheart.model.prayer import DraftsBy
from oneheart.web.who import Host
from oneheart.web.words import Words


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


CHOICES: dict[DraftsBy, str] = {
    DraftsBy.NOBODY: _t("Nobody: people who read both languages say each line by themselves"),
    DraftsBy.HERE: _t("A model on this server; people who read both languages check each draft"),
    DraftsBy.ADDRESS: _t("The language model at {address}; people who read both languages check each draft"),
}
"""Who may draft lines in other languages, in the settings."""
_FAILED = _t("No machine drafts come now: the language model fails, or takes too long.")
_AWAY = _t("No machine drafts come now: the language model cannot be reached, or does not let this server in.")
_TROUBLE: dict[str, str] = {
    "not configured": _t("No machine drafts come: the machine that was chosen for them is not set up on this server."),
    "engine": _FAILED,
    "timeout": _FAILED,
    "server error": _FAILED,
}


def choices(engines: Engines, words: Words, present: ev.Settings | None = None) -> list[tuple[str, str]]:
    """Return who may draft lines, as value and words; [] where nothing is to be chosen.

    Args:
        engines: machines of this server.
        words: words in the host's language.
        present: present settings; their machine stays among the choices. None for a new gathering.
    """
    kept = () if present is None or present.drafts in engines.offered else (present.drafts,)
    offered = (*engines.offered, *kept)
    name = engines.address_name or ("" if present is None else present.drafts_address)
    said = [(by.value, str(words.t(CHOICES[by], address=name))) for by in offered]
    return said if len(said) > 1 else []


def drafts_trouble(host: Host) -> Coded:
    """Return why no drafts come now, in one sentence with the code of the reason; empty if nothing is wrong."""
    failure: Trouble = host.gathering.drafts.failure
    return Coded(host.words.t(_TROUBLE.get(failure, _AWAY)), failure) if failure else Coded()
