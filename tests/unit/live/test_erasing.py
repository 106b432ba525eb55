"""Erasing in the log: once words are out of it, the state is computed again, also while their bytes are on the disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oneheart.live.erasing import Erased, erase_due
from oneheart.live.state import State
from oneheart.storage.log import NotYetGone, StorageError


class Disk:
    """A log whose erasures fail in one way."""

    checkpoint_due = False

    def __init__(self, error: StorageError | None) -> None:
        self.error = error

    def places_of(self, _kinds: object) -> list[int]:
        return []

    def erase(self, *_places: object, **_about: object) -> None:
        if self.error is not None:
            raise self.error


def contacts_taken_back() -> State:
    state = State()
    state.company.near.due[1] = 2
    return state


def term_over() -> State:
    state = State()
    state.keeping.purged_at = 1
    state.people.add_erased(1)
    state.people.erasing.add(0)
    return state


def person_who_asked() -> State:
    state = State()
    state.people.add_erased(1)
    state.people.erasing.add(0)
    return state


@pytest.mark.parametrize("due", [contacts_taken_back, person_who_asked, term_over])
@pytest.mark.parametrize(
    ("error", "erased"),
    [
        (None, Erased(changed=True, trouble=None)),
        (NotYetGone("another program reads the file"), Erased(changed=True, trouble=None)),
        (StorageError("the disk is full"), Erased(changed=False, trouble="the disk is full")),
    ],
    ids=["done", "bytes not gone yet", "not written"],
)
def test_the_state_is_computed_again_as_soon_as_the_log_changed(
    due: Callable[[], State], error: StorageError | None, erased: Erased
) -> None:
    log: Any = Disk(error)
    assert erase_due(log, due()) == erased
