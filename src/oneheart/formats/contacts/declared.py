"""Ties that people declared, such as friendships of a survey, and who was asked for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from oneheart.errors import UserError
from oneheart.formats.contacts.columns import KNOWN
from oneheart.formats.contacts.lists import read_list
from oneheart.formats.contacts.pairs import ReadContacts, read_contacts
from oneheart.model.presence import AskedBy, DeclaredTies

SURVEY_LEAST = 0.05  # share of ties in both orders from which on the first column is taken for the person who was asked


def read_ties(path: Path | str, *, asked: Path | str | None = None, weight: str | None = None) -> DeclaredTies:
    """Return the ties in a list of pairs, and who was asked for them.

    Args:
        path: a list of pairs, in any shape that `read_contacts` reads.
        asked: a table of everybody who was asked, ids in its first column. None: it is found in the list. Where one tie
            in twenty or more stands in both orders, the list is one of a survey, and those in its first column were
            asked; otherwise everybody whom the list names.
        weight: name of the column that says how strong a tie is.

    Raises:
        UserError: a file cannot be read, has no columns of people, or nobody in it.

    Notes:
        O(lines). A column that says the same of every tie is no strength; the ties then count as yes or no.
    """
    read = read_contacts(path, weight=weight)
    contacts = read.contacts
    if read.even:
        contacts = replace(contacts, unit="times", amount=np.ones(len(contacts.first)))
    if asked is not None:
        return DeclaredTies(contacts, people_in(asked), "list", read.even)
    return DeclaredTies(contacts, *who_was_asked(read), read.even)


def who_was_asked(read: ReadContacts) -> tuple[frozenset[str], AskedBy]:
    """Return who was asked for ties, as far as the list shows, and how that is known: "naming" or "named".

    In a survey those who name somebody were asked. Somebody who is only named was perhaps never asked, which is not to
    have no ties.
    """
    if read.both_ways_share >= SURVEY_LEAST:
        return frozenset(read.naming), "naming"
    return frozenset(read.contacts.people), "named"


def people_in(path: Path | str) -> frozenset[str]:
    """Return the ids in the first column of a table.

    Raises:
        UserError: no such file, no ids in it, or a list without a head whose first id would be taken for one.
    """
    table = read_list(Path(path), KNOWN)
    if len(table.names) == 1 and table.names[0] and not {*table.keys} & (KNOWN | {"ids", "person_id", "pupil"}):
        message = f"{path}: write id in a line above the ids, so that the first of them is not taken for a head."
        raise UserError(message)
    people = frozenset(row[0].strip() for _, row in table.rows()) - {""}
    if not people:
        message = f"{path} holds no ids; give a table with the ids of people in its first column."
        raise UserError(message)
    return people
