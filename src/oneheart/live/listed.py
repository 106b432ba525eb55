"""Contacts: lists of who was near whom come into a gathering, for people who agreed that they may name them.

A list names people by the code that each has for such lists, or by a badge whose number they typed in or an usher read;
never by a name. Lines of people who are not known, or did not agree, are left out and nothing of them is kept; when the
same file is brought in again, those who are known by then are added. Hosts never see pairs, and learn how many are
known in steps only.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Annotated
from weakref import WeakKeyDictionary

import numpy as np
from msgspec import Meta

from oneheart.engine import disclosure
from oneheart.engine.disclosure import Shown
from oneheart.live import check_in
from oneheart.live import events as ev
from oneheart.live.aside import RunsJobs
from oneheart.live.codes import ALPHABET, CODE_LENGTH, code_from
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import Input, Number, Text
from oneheart.live.near_lists import FileRead, Ints, Piece, deal_groups, deal_pairs, joined, known_pairs
from oneheart.live.refusal import Refusal, Refused
from oneheart.model import actor
from oneheart.model.near_by import NearBy

FILE_BYTES_MOST = 64 << 20
BADGE_MOST = 40
_ANSWERS_MOST = 100
_AT_ONCE = 128  # events of one list that wait together, so that taps come between
_READ_SECONDS = 600.0
_UNIT_MOST = 40


class ContactsConsentAsked(Input, frozen=True):
    """A person agrees that lists of contacts may name them, or takes that back.

    Attributes:
        on: true to agree.
    """

    on: bool


class BadgeAsked(Input, frozen=True):
    """A person types what stands on their badge.

    Attributes:
        badge: what stands on it; it holds a digit.
    """

    badge: Text


class UsherBadgeAsked(Input, frozen=True):
    """An usher reads the badge of a person who shows their own code.

    Attributes:
        person: the check-in code that the person shows.
        badge: what stands on the badge.
    """

    person: Text
    badge: Text


class ContactsAsked(Input, frozen=True):
    """A host brings in a list of contacts.

    Attributes:
        near_by: what counts as near in it: "badges", "phones" or "table".
        text: the list, in any of the shapes that `oneheart closeness` reads.
        keep: false only to look at it.
    """

    near_by: NearBy
    text: Annotated[str, Meta(max_length=FILE_BYTES_MOST)]
    keep: bool = True


class ContactsOutAsked(Input, frozen=True):
    """A host takes a list of contacts out again.

    Attributes:
        brought: number of the list.
    """

    brought: Number


class ContactsFaultError(Exception):
    """A list cannot be read; the message is one sentence of the reader, in English."""


# --- a person ---------------------------------------------------------------------------------------------------------


async def set_contacts_consent(gathering: LiveGathering, seat: int, asked: ContactsConsentAsked) -> Kept:
    """Keep that lists of contacts may name a person, or erase all that is kept of them in such lists.

    It is off by default. Taking back is acknowledged once it is erased from the disk.
    """
    body = ev.ContactsConsented(seat) if asked.on else ev.ContactsTakenBack(seat)
    return await gathering.submit(actor.seat(seat), asked.key, body)


async def keep_badge(gathering: LiveGathering, seat: int, asked: BadgeAsked) -> Kept:
    """Keep the badge of a person who agreed to lists.

    Raises:
        Refused: UNKNOWN: no badge looks like this; NOT_YOURS: the person did not agree.
    """
    digest = badge_digest(gathering, asked.badge)
    if digest is None:
        raise Refused(Refusal.UNKNOWN)
    return await gathering.submit(actor.seat(seat), asked.key, ev.BadgeKept(seat, digest))


async def note_badge(gathering: LiveGathering, occasion: int, asked: UsherBadgeAsked) -> Kept:
    """Keep the badge of a person as an usher reads it; the person shows their own code and agreed to lists.

    Raises:
        Refused: UNKNOWN: nobody shows this code now, or nothing of it can stand on a badge; NOT_YOURS: the person did
            not agree.
    """
    seat, digest = check_in.codes_of(gathering).seat(asked.person, occasion), badge_digest(gathering, asked.badge)
    if seat is None or digest is None:
        raise Refused(Refusal.UNKNOWN)
    key = f"badge-{occasion}-{asked.key}"
    return await gathering.submit(actor.seat(seat), key, ev.BadgeKept(seat, digest, seen=True))


def contacts_code(gathering: LiveGathering, seat: int) -> str | None:
    """Return the code by which lists name a person, eight letters; None if they did not agree.

    It is another one each time they agree.
    """
    agreed = gathering.state.company.near.agreed.get(seat)
    return None if agreed is None else code_from(gathering.secret_for("contacts", f"{seat}\0{agreed}"))


def clean_badge(typed: str) -> str:
    """Return the text of a badge in canonical form; "" if no badge looks like this: it has no digit, or is too long.

    Case, spaces, dashes, colons and leading zeros do not matter. Words without a digit may be names, which no list
    knows people by.

    Example:
        >>> clean_badge(" 0017 "), clean_badge("AA:0b-3"), clean_badge("Anna")
        ('17', 'aa0b3', '')
    """
    text = unicodedata.normalize("NFKC", typed).casefold()
    letters = "".join(letter for letter in text if letter.isalnum())
    if not any(letter.isdigit() for letter in letters) or len(letters) > BADGE_MOST:
        return ""
    return letters.lstrip("0") or "0" if letters.isdecimal() else letters


def badge_digest(gathering: LiveGathering, typed: str) -> str | None:
    """Return the digest of the text of a badge, under the key of this file; None if no badge looks like this."""
    badge = clean_badge(typed)
    return gathering.secret_for("badge", badge) if badge else None


# --- looking at a list ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A list as a host sees it before it is kept.

    Attributes:
        digest: digest of the file.
        near_by: what counts as near in it.
        read: what stands in the file.
        known: people in it who are known, agreed and were near another one, in steps; not shown below 2 k.
        share: share of its lines that name such people only, in steps; None where it is not shown.
        there: true if this file was brought in before and not taken out.
    """

    digest: str
    near_by: NearBy
    read: FileRead
    known: Shown
    share: Shown
    there: bool


@dataclass(slots=True)
class _ListAnswers:
    """Which people were counted in each answer about a list, and what was told. In memory only.

    A set of people that differs from an earlier one by fewer than k gets the earlier answer, so that two lists which
    differ by one person do not tell whether that person agreed.

    Attributes:
        given: people, their number and the told share of each answer.
        unfinished: digests of files that the disk refused in the middle; the same file again adds the rest.
        keeping: lock that is held while a list is kept, so that the same file sent twice at once counts once.
    """

    given: list[tuple[frozenset[int], int, float | None]] = field(default_factory=list)
    unfinished: set[str] = field(default_factory=set)
    keeping: asyncio.Lock = field(default_factory=asyncio.Lock)

    def answer(self, people: frozenset[int], share: float | None) -> tuple[int, float | None]:
        """Return the number of people and the share that are told, before they are shown."""
        for before, count, told in self.given:
            if before != people and not disclosure.enough(len(before ^ people)):
                return count, told
        if all(before != people for before, _, _ in self.given):
            if len(self.given) >= _ANSWERS_MOST:
                raise Refused(Refusal.TOO_MANY)
            self.given.append((people, len(people), share))
        return next((count, told) for before, count, told in self.given if before == people)


_ANSWERS: WeakKeyDictionary[LiveGathering, _ListAnswers] = WeakKeyDictionary()


def _answers_of(gathering: LiveGathering) -> _ListAnswers:
    answers = _ANSWERS.get(gathering)
    if answers is None:
        answers = _ANSWERS[gathering] = _ListAnswers()
    return answers


async def look_at(gathering: LiveGathering, data: bytes, name: str, near_by: NearBy, jobs: RunsJobs) -> Look:
    """Return what stands in a list and how many of its people are known. Nothing is kept.

    Args:
        gathering: the gathering.
        data: bytes of the file, packed by gzip or not.
        name: name of the file, for sentences.
        near_by: what counts as near in it.
        jobs: runs the job "contacts".

    Raises:
        ContactsFaultError: it cannot be read.
        Refused: TOO_MANY: too many lists were looked at.
        AsideError: the helper process failed.
    """
    if len(data) > FILE_BYTES_MOST:
        message = f"{name} holds more than {FILE_BYTES_MOST >> 20} MB; pack it by gzip, or bring it in by parts."
        raise ContactsFaultError(message)
    if not data.strip():
        message = f"{name} is empty; give a list of contacts, of pairs, or of who was where."
        raise ContactsFaultError(message)
    read: FileRead | str = await jobs.run("contacts", data, name, seconds=_READ_SECONDS)
    if isinstance(read, str):
        raise ContactsFaultError(read)
    digest = gathering.secret_for("contacts list", hashlib.sha256(data).hexdigest())
    seat_of = await _seats_of(gathering, read)
    people, share = await asyncio.to_thread(_known, read, seat_of)
    count, told = _answers_of(gathering).answer(people, share)
    enough = disclosure.twice_enough(count)
    known = disclosure.show_steps(disclosure.in_steps(count) if enough else 0)
    shown = disclosure.show_share(told or 0.0, count if enough and told is not None else 0)
    there = bool(gathering.state.company.near.numbers_of(digest))
    return Look(digest, near_by, read, known, shown, there)


async def _seats_of(gathering: LiveGathering, read: FileRead) -> Ints:
    """Return the seat of each label of a list, -1 for nobody who is known and agreed."""
    people, near = gathering.state.people, gathering.state.company.near
    agreed = [seat for seat in near.agreed if people.sits(seat)]
    codes = {contacts_code(gathering, seat): seat for seat in agreed}
    badges = near.seats_of_badges(people)

    def seat_of(label: str) -> int:
        code = "".join(letter for letter in label.upper() if letter not in " -")
        is_code = len(code) == CODE_LENGTH and set(code) <= set(ALPHABET)
        if is_code and code in codes:
            return codes[code]
        digest = badge_digest(gathering, label)
        return -1 if digest is None else badges.get(digest, -1)

    return await asyncio.to_thread(lambda: np.array([seat_of(label) for label in read.people], np.int64))


def _known(read: FileRead, seat_of: Ints) -> tuple[frozenset[int], float | None]:
    """Return the people who are known and were near another one, and the share of lines that name such people only.

    There is no share where one person stands in many of the lines: it would tell whether this person is known.
    """
    if read.groups:
        inside = seat_of[read.first]
        known = inside >= 0
        in_group = np.bincount(read.second[known], minlength=len(read.groups))
        met = known & (in_group[read.second] > 1)
        people, place = np.unique(inside[met], return_inverse=True)
        lines_of = np.bincount(place, minlength=len(people)).astype(np.float64)
        whole = len(inside)
        lines = float(met.sum())
    else:
        a, b = seat_of[read.first], seat_of[read.second]
        met = (a >= 0) & (b >= 0) & (a != b)
        ends = np.concatenate([a[met], b[met]])
        people, place = np.unique(ends, return_inverse=True)
        lines_of = np.bincount(place, np.concatenate([read.line_counts[met]] * 2), minlength=len(people)) / 2
        whole, lines = int(read.line_counts.sum()), float(read.line_counts[met].sum())
    stands_out = disclosure.is_much_of(float(lines_of.max(initial=0)), float(whole), times=1)
    return frozenset(people.tolist()), None if stands_out or not whole else lines / whole


# --- keeping it -------------------------------------------------------------------------------------------------------


async def bring_contacts(
    gathering: LiveGathering, host: int | None, asked: ContactsAsked, jobs: RunsJobs
) -> tuple[Look, int | None]:
    """Bring a list of contacts into a gathering, or only look at it. The same list twice adds nothing.

    Return what stands in it, and its number; no number if nothing was added.

    Args:
        gathering: the gathering.
        host: number of the host; None for the command line.
        asked: the list.
        jobs: runs the job "contacts".

    Raises:
        ContactsFaultError: it cannot be read.
        Refused: see `keep_list`.
    """
    look = await look_at(gathering, asked.text.encode(), "list", asked.near_by, jobs)
    return look, await keep_list(gathering, host, asked.key, look) if asked.keep else None


async def keep_list(gathering: LiveGathering, host: int | None, key: str, look: Look) -> int | None:
    """Keep a list of contacts that a host looked at, for the people who are known and agreed. Return its number.

    A file that was brought in before adds people only if k of them are new, so that nothing tells of one. None if it
    adds nothing.

    Raises:
        Refused: TOO_FEW_KNOWN: fewer than 2 k people in it are known; FULL: the gathering keeps no more lists.
    """
    if not disclosure.twice_enough(_number(look.known)):
        raise Refused(Refusal.TOO_FEW_KNOWN)
    async with _answers_of(gathering).keeping:
        return await _keep(gathering, host, key, look)


async def _keep(gathering: LiveGathering, host: int | None, key: str, look: Look) -> int | None:
    unfinished = _answers_of(gathering).unfinished
    pieces = await _pieces(gathering, look)
    if not pieces:
        return None
    by = actor.HOUSE if host is None else actor.host(host)
    read = look.read
    unit = "" if read.groups else read.unit[:_UNIT_MOST] or "times"
    forms = [form for _, form in read.groups]
    body = ev.ContactsBrought(look.digest, look.near_by, unit, read.lines, forms)
    number = (await gathering.submit(by, key, body)).number
    if number is None:  # the same form was sent twice
        return None
    unfinished.add(look.digest)
    for start in range(0, len(pieces), _AT_ONCE):
        outcomes = await asyncio.gather(
            *(_keep_piece(gathering, number, piece) for piece in pieces[start : start + _AT_ONCE])
        )
        if Refusal.DISK in outcomes:
            raise Refused(Refusal.DISK)
    unfinished.discard(look.digest)
    return number


def _number(shown: Shown) -> int:
    return shown.value if isinstance(shown.value, int) else 0


async def _keep_piece(gathering: LiveGathering, number: int, piece: Piece) -> Refusal | None:
    """Keep what one person holds of a list; who left or took their consent back meanwhile is left out."""
    body = ev.ContactsKept(
        piece.seat, number, piece.amounts, piece.first, piece.second, list(piece.groups), list(piece.minutes)
    )
    try:
        await gathering.submit(actor.seat(piece.seat), f"contacts-{number}", body)
    except Refused as refused:
        return Refusal.DISK if refused.why in {Refusal.DISK, Refusal.TOO_MANY} else refused.why
    return None


async def _pieces(gathering: LiveGathering, look: Look) -> list[Piece]:
    """Return what each person receives of a list, without what is there; [] if nothing or too little is new."""
    near = gathering.state.company.near
    before = [dict(near.brought[number].held) for number in near.numbers_of(look.digest)]
    read, seat_of = look.read, await _seats_of(gathering, look.read)
    if read.groups:
        occasion_of = [check_in.occasion_of_code(gathering, label) for label, _ in read.groups]
        groups: dict[int, set[int]] = {}
        for held in before:
            for seat, own in held.items():
                groups.setdefault(seat, set()).update(group for piece in own for group in piece.groups)
        dealt = await asyncio.to_thread(deal_groups, read, seat_of, occasion_of, groups)
    else:
        rng = np.random.default_rng(secrets.randbits(256))

        def deal() -> list[Piece]:
            parts = [joined(held) for held in before]
            there = [np.concatenate([part[end] for part in parts] or [np.zeros(0, np.int64)]) for end in (0, 1)]
            return deal_pairs(*known_pairs(read, seat_of), (there[0], there[1]), rng)

        dealt = await asyncio.to_thread(deal)
    new = {piece.seat for piece in dealt} - {seat for held in before for seat in held}
    is_rest = look.digest in _answers_of(gathering).unfinished
    return dealt if not before or is_rest or disclosure.enough(len(new)) else []


async def take_contacts_out(gathering: LiveGathering, host: int, asked: ContactsOutAsked) -> Kept:
    """Take a list of contacts out again, all that was brought in of its file. It is erased from the log.

    Raises:
        Refused: UNKNOWN: there is no such list, or it was taken out.
    """
    return await gathering.submit(actor.host(host), asked.key, ev.ContactsTakenOut(asked.brought))
