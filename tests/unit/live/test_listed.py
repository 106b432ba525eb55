"""Lists of contacts in a living gathering: only who agreed, the numbers of the files, and no pair for anybody."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneheart.commands.proving import proof
from oneheart.engine.closeness.outward import of_attendance, of_contacts, outward
from oneheart.engine.disclosure import K
from oneheart.formats.contacts import read_attendance, read_contacts
from oneheart.live import events as ev
from oneheart.live import giving, listed, near_lists
from oneheart.live.aside import Inside
from oneheart.live.export import as_gathering, rows_of
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.measuring import labels_of, measure, order_of
from oneheart.live.refusal import Refusal, Refused
from oneheart.model import actor
from oneheart.model.near_by import NearBy
from oneheart.model.presence import Contacts
from oneheart.storage.sqlite_log import SqliteLog
from tests.support.keys import seat_key

PEOPLE = 14
JOBS = Inside()
pytestmark = pytest.mark.slow

Work = Callable[["Hall"], Awaitable[None]]


class Hall:
    """A real gathering over a file; everybody has a badge, which is 100 and their seat."""

    def __init__(self, gathering: LiveGathering) -> None:
        self.gathering = gathering
        self._keys = 0

    def key(self) -> str:
        self._keys += 1
        return seat_key(self._keys)

    async def sit(self, count: int, *, agree: bool = True) -> None:
        for _ in range(count):
            seat = (await self.gathering.take_seat(self.key(), language="en")).number
            if agree:
                await self.agree(seat)

    async def agree(self, seat: int, *, badge: str | None = None) -> None:
        await listed.set_contacts_consent(self.gathering, seat, listed.ContactsConsentAsked(self.key(), on=True))
        typed = f"{100 + seat}" if badge is None else badge
        await listed.keep_badge(self.gathering, seat, listed.BadgeAsked(self.key(), typed))

    async def take_back(self, seat: int) -> None:
        await listed.set_contacts_consent(self.gathering, seat, listed.ContactsConsentAsked(self.key(), on=False))

    async def bring(self, text: str, near_by: NearBy = NearBy.BADGES, *, keep: bool = True) -> Any:
        asked = listed.ContactsAsked(self.key(), near_by, text, keep)
        return await listed.bring_contacts(self.gathering, 0, asked, JOBS)

    async def why(self, text: str) -> Refusal | None:
        try:
            await self.bring(text)
        except Refused as refused:
            return refused.why
        return None

    def order(self) -> Any:
        return order_of(self.gathering.state, as_gathering(self.gathering.state, source="x"), seed=0)

    def contacts(self) -> dict[tuple[int, int], float]:
        """Return the contacts that are measured, by pairs of seats."""
        order = self.order()
        seat_of = {label: seat for seat, label in order.labels.items()}
        found: dict[tuple[int, int], float] = {}
        for contacts in near_lists.contacts_of_lists(order.lists, order.labels):
            found |= pairs_of(contacts, lambda label: seat_of[label])
        return found


def pairs_of(contacts: Contacts, seat_of: Callable[[str], int]) -> dict[tuple[int, int], float]:
    """Return amounts by pairs of seats, the lower one first."""
    seats = [seat_of(label) for label in contacts.people]
    ends = zip(contacts.first.tolist(), contacts.second.tolist(), contacts.amount.tolist(), strict=True)
    return {(min(seats[a], seats[b]), max(seats[a], seats[b])): amount for a, b, amount in ends}


def everybody(people: int = PEOPLE) -> str:
    """Return a list in which everybody met everybody once."""
    rows = [f"{100 + a},{100 + b},60" for a in range(people) for b in range(a)]
    return "\n".join(["a,b,seconds", *rows]) + "\n"


def run(tmp_path: Path, work: Work, *, reopen: bool = True) -> None:
    """Run something in a new gathering; then the file must open again with the same state and no fault."""

    async def all_of_it() -> None:
        path = tmp_path / "hall.oneheart"
        create(path, ev.Settings("x", {"en": "What?"}, "assembly", ["en"]))
        hall = Hall(LiveGathering.open(path))
        await hall.gathering.submit("house", "host-key", ev.HostSeated("a" * 64))
        await work(hall)
        digest = hall.gathering.state.digest()
        await hall.gathering.close()
        out, well = proof(path)
        assert well, out
        again = LiveGathering.open(path)
        assert again.spoiled is None
        assert not reopen or again.state.digest() == digest
        assert again._log.first_fault() is None
        await again.close()

    asyncio.run(all_of_it())


# --- the same numbers as from files -----------------------------------------------------------------------------------

MEETINGS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)), min_size=1, max_size=60
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(met=MEETINGS)
def test_a_list_gives_the_contacts_that_closeness_reads_from_the_same_file(
    tmp_path_factory: pytest.TempPathFactory, met: list[tuple[int, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("same")
    ring = [(31, n, (n + step) % PEOPLE) for n in range(PEOPLE) for step in (1, 2, 3)]
    rows = sorted([*met, *ring])
    text = "\n".join(["t i j", *(f"{20 * t} {100 + a} {100 + b}" for t, a, b in rows)]) + "\n"
    (folder / "list.txt").write_text(text, encoding="utf-8")
    from_file = read_contacts(folder / "list.txt").contacts

    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        look, number = await hall.bring(text)
        assert (number, look.read.lines) == (0, from_file.records)
        assert hall.contacts() == pairs_of(from_file, lambda label: int(label) - 100)
        found = measure(hall.order()).apart
        assert found is not None
        alone = outward((of_contacts(from_file),), len(from_file.people))
        assert (found.outward.pairs, found.outward.seen, found.unit) == (alone.pairs, alone.seen, from_file.unit)
        assert sorted(found.outward.met_by_person.tolist()) == sorted(alone.met_by_person.tolist())
        assert [layer.name for layer in found.outward.layers] == ["badges"]

    run(folder, work)


def test_a_seating_gives_the_closeness_that_is_read_from_the_same_file(tmp_path: Path) -> None:
    rows = [(person, table) for person in range(20) for table in {person % 4, (person // 4) % 5 + 4}]
    text = "\n".join(["person,table,minutes", *(f"{100 + p},{t},{30 + t}" for p, t in rows)]) + "\n"
    (tmp_path / "seats.csv").write_text(text, encoding="utf-8")
    from_file = read_attendance(tmp_path / "seats.csv")

    async def work(hall: Hall) -> None:
        await hall.sit(20)
        await hall.bring(text, NearBy.TABLE)
        found = measure(hall.order()).apart
        assert found is not None
        alone = outward(of_attendance(from_file), 20)
        assert (found.outward.pairs, found.outward.seen) == (alone.pairs, alone.seen)
        assert found.outward.met_by_person.tolist() == alone.met_by_person.tolist()
        assert [layer.name for layer in found.outward.layers] == ["table"]
        rows = [layer.shared.toarray() for layer in (*found.outward.layers, *alone.layers) if layer.shared is not None]
        assert np.allclose(rows[0] @ rows[0].T, rows[1] @ rows[1].T)

    run(tmp_path, work)


def test_a_line_with_the_code_of_an_occasion_counts_like_a_check_in(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.gathering.submit("h0", "meal-key", ev.OccasionAdded("Meal", "meal", "HJKM3456"))  # type: ignore[arg-type]
        await hall.sit(PEOPLE)
        await hall.gathering.submit("s0", "there-key", ev.Present(0, 0))
        text = "\n".join(["person,occasion", *(f"{100 + n},hjkm-3456" for n in range(PEOPLE))]) + "\n"
        await hall.bring(text, NearBy.TABLE)
        found = measure(hall.order()).apart
        assert found is not None
        assert (found.outward.people, found.outward.pairs) == (PEOPLE, PEOPLE * (PEOPLE - 1) // 2)
        assert [layer.name for layer in found.outward.layers] == ["meal"]

    run(tmp_path, work)


def test_people_are_known_by_their_code_too_and_packed_files_are_read(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE, agree=False)
        for seat in range(PEOPLE):
            await listed.set_contacts_consent(hall.gathering, seat, listed.ContactsConsentAsked(hall.key(), on=True))
        code = [listed.contacts_code(hall.gathering, seat) or "" for seat in range(PEOPLE)]
        rows = [f"{code[a].lower()[:4]}-{code[a][4:]},{code[b]}" for a in range(PEOPLE) for b in range(a)]
        data = gzip.compress("\n".join(["a,b", *rows]).encode())
        look = await listed.look_at(hall.gathering, data, "x.gz", NearBy.PHONES, JOBS)
        assert look.known.value == PEOPLE // K * K
        await listed.keep_list(hall.gathering, 0, hall.key(), look)
        assert len(hall.contacts()) == PEOPLE * (PEOPLE - 1) // 2

    run(tmp_path, work)


# --- nobody who did not agree -----------------------------------------------------------------------------------------


def kept_about(hall: Hall) -> set[int]:
    return {seat for brought in hall.gathering.state.company.near.brought for seat in brought.held}


def test_who_did_not_agree_is_in_no_list_and_what_was_left_out_comes_in_later(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        await hall.sit(6, agree=False)
        text = everybody(PEOPLE + 6)
        look, _ = await hall.bring(text)
        assert look.known.value == PEOPLE // K * K
        assert kept_about(hall) == set(range(PEOPLE))
        for seat in range(PEOPLE, PEOPLE + K - 1):
            await hall.agree(seat)
            assert (await hall.bring(text))[1] is None, "fewer than five new people add nothing"
        await hall.agree(PEOPLE + K - 1)
        assert (await hall.bring(text))[1] == 1
        known = PEOPLE + K
        assert set(hall.contacts()) == {(a, b) for b in range(known) for a in range(b)}
        assert set(hall.contacts().values()) == {60.0}, "nothing is counted twice"

    run(tmp_path, work)


def test_without_the_question_who_agreed_their_contacts_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def everybody_known(_gathering: LiveGathering, read: near_lists.FileRead) -> near_lists.Ints:
        return np.array([int(label) - 100 for label in read.people], np.int64)

    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        await hall.sit(1, agree=False)
        await hall.bring(everybody(PEOPLE + 1))
        assert kept_about(hall) == set(range(PEOPLE)), "the rule of the event refuses it once more"
        monkeypatch.setattr(type(hall.gathering.state.company.near), "check_kept", lambda *_: None)
        await hall.bring(everybody(PEOPLE + 1) + "\n", NearBy.PHONES)
        assert kept_about(hall) == set(range(PEOPLE + 1))

    monkeypatch.setattr(listed, "_seats_of", everybody_known)
    run(tmp_path, work, reopen=False)


def test_names_and_codes_of_strangers_name_nobody(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        names = ["Anna", "Ben", "Carl", "Dan", "Eva", "Fay", "Gil", "Hal", "Ida", "Jan", "Kim"]
        rows = [f"{a},{b}" for a in names for b in names if a < b]
        assert await hall.why("\n".join(["a,b", *rows])) is Refusal.TOO_FEW_KNOWN
        guesses = [f"{letter}BCD3456" for letter in "ABCDEFGHJKMN"]
        rows = [f"{a},{b}" for a in guesses for b in guesses if a < b]
        assert await hall.why("\n".join(["a,b", *rows])) is Refusal.TOO_FEW_KNOWN
        with pytest.raises(Refused):
            await listed.keep_badge(hall.gathering, 0, listed.BadgeAsked(hall.key(), "Anna"))
        await hall.agree(3, badge="0102")  # that of seat 2, who typed 102
        assert (
            hall.gathering.state.company.near.seats_of_badges(hall.gathering.state.people).keys()
            & {listed.badge_digest(hall.gathering, "102")}
            == set()
        ), "a badge of two people is of neither"
        assert kept_about(hall) == set()

    run(tmp_path, work)


def test_a_badge_that_an_usher_read_counts_before_one_that_was_typed(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(3)
        await hall.agree(1, badge="100")  # somebody types the badge of seat 0
        digest = listed.badge_digest(hall.gathering, "100")
        assert digest is not None
        near, people = hall.gathering.state.company.near, hall.gathering.state.people
        assert digest not in near.seats_of_badges(people)
        await hall.gathering.submit("s0", "usher-key", ev.BadgeKept(0, digest, seen=True))
        assert near.seats_of_badges(people)[digest] == 0

    run(tmp_path, work)


# --- taking back ------------------------------------------------------------------------------------------------------


def bodies(hall: Hall) -> list[ev.AnyBody]:
    log = hall.gathering._log
    return [ev.decode(event.body) for event in log.replay() if event.body is not None]


def of(bodies_: list[ev.AnyBody], seat: int) -> list[ev.AnyBody]:
    return [body for body in bodies_ if isinstance(body, ev.ContactsKept | ev.BadgeKept) and body.seat == seat]


def test_what_a_person_takes_back_is_erased_from_the_log_and_others_keep_no_trace_of_them(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        await hall.bring(everybody())
        assert len(of(bodies(hall), 3)) == 2
        code = listed.contacts_code(hall.gathering, 3)
        await hall.take_back(3)
        assert of(bodies(hall), 3) == []
        assert not any(3 in pair for pair in hall.contacts())
        assert len(hall.contacts()) == (PEOPLE - 1) * (PEOPLE - 2) // 2, "the others keep theirs"
        left = [body for body in bodies(hall) if isinstance(body, ev.ContactsKept)]
        numbers = [np.frombuffer(half, "<u4") for body in left for half in (body.first, body.second)]
        _, times = np.unique(np.concatenate(numbers), return_counts=True)
        assert sorted(set(times.tolist())) == [1, 2], "a half without its other names nobody: each number stands once"
        assert (times == 1).sum() == PEOPLE - 1
        await hall.agree(3)
        assert listed.contacts_code(hall.gathering, 3) != code
        assert not any(3 in pair for pair in hall.contacts()), "to agree again brings nothing back"

    run(tmp_path, work)


async def _taken_back_and_erased(hall: Hall) -> None:
    """Let one person take their contacts back, and later erase everything; let hosts take the list out."""
    await hall.sit(PEOPLE)
    await hall.bring(everybody())
    await hall.take_back(3)
    await listed.take_contacts_out(hall.gathering, 0, listed.ContactsOutAsked(hall.key(), 0))
    await hall.gathering.erase(3, hall.key())


def test_the_record_proves_that_somebody_asked_to_erase_contacts(tmp_path: Path) -> None:
    run(tmp_path, _taken_back_and_erased)  # it asks `oneheart verify`


def test_contacts_erased_without_a_request_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = SqliteLog.erase

    def unasked(log: SqliteLog, *args: Any, **more: Any) -> int:
        return whole(log, *args, **{**more, "requests": ()})

    monkeypatch.setattr(SqliteLog, "erase", unasked)
    with pytest.raises(AssertionError, match="request"):
        run(tmp_path, _taken_back_and_erased)


def test_a_person_who_erases_everything_is_in_no_list(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        await hall.bring(everybody())
        await hall.gathering.erase(5, hall.key())
        assert of(bodies(hall), 5) == []
        assert not any(5 in pair for pair in hall.contacts())

    run(tmp_path, work)


def test_a_list_that_hosts_take_out_is_erased_and_may_come_again(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        await hall.bring(everybody())
        await listed.take_contacts_out(hall.gathering, 0, listed.ContactsOutAsked(hall.key(), 0))
        assert [body for body in bodies(hall) if isinstance(body, ev.ContactsKept)] == []
        assert hall.contacts() == {}
        with pytest.raises(Refused):
            await listed.take_contacts_out(hall.gathering, 0, listed.ContactsOutAsked(hall.key(), 0))
        assert (await hall.bring(everybody()))[1] == 1
        assert len(hall.contacts()) == PEOPLE * (PEOPLE - 1) // 2

    run(tmp_path, work)


def test_the_same_file_twice_adds_nothing_also_when_sent_twice_at_once(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        numbers = [number for _, number in await asyncio.gather(*(hall.bring(everybody()) for _ in range(3)))]
        assert sorted(numbers, key=str) == [0, None, None]
        before = hall.gathering.state.digest()
        assert (await hall.bring(everybody()))[1] is None
        assert hall.gathering.state.digest() == before

    run(tmp_path, work)


def test_to_look_at_a_list_keeps_nothing(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        before = hall.gathering.state.seq
        look, number = await hall.bring("t i j\n0 100 101\n20 100 102\n20 101 101\n3600 103 104\n", keep=False)
        assert number is None
        assert hall.gathering.state.seq == before
        assert (look.read.unit, look.read.slice_seconds, look.read.span_seconds) == ("seconds", 20.0, 3600.0)
        assert (look.read.lines, look.read.left_out, len(look.read.people)) == (3, 1, 5)
        assert look.known.value == 0, "five people are too few to be told"
        assert look.share.is_withheld

    run(tmp_path, work)


@pytest.mark.parametrize(
    "text",
    ["", "one column\n1\n2\n", "a,b,seconds\n1,2,much\n", "t i j\n0 1 2\nsoon 1 2\n", "a,b\n1\n", "\0\0", "PK\x03\x04"],
)
def test_a_bad_file_is_refused_with_one_sentence_and_nothing_is_kept(tmp_path: Path, text: str) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        before = hall.gathering.state.seq
        with pytest.raises(listed.ContactsFaultError) as fault:
            await hall.bring(text)
        assert "\n" not in str(fault.value)
        assert str(fault.value).endswith(".")
        assert hall.gathering.state.seq == before

    run(tmp_path, work)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listed, "FILE_BYTES_MOST", 100)

    async def work(hall: Hall) -> None:
        with pytest.raises(listed.ContactsFaultError):
            await hall.bring(everybody())

    run(tmp_path, work)


def test_a_packed_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_lists, "BYTES_MOST", 2000)

    async def work(hall: Hall) -> None:
        packed = gzip.compress(b"1,2\n" * 2000)
        assert len(packed) < 200
        with pytest.raises(listed.ContactsFaultError):
            await listed.look_at(hall.gathering, packed, "x.gz", NearBy.BADGES, JOBS)

    run(tmp_path, work)


@pytest.mark.parametrize(("lines", "is_taken"), [(92, True), (91, False)])  # with the line of names
def test_a_file_has_a_greatest_number_of_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: int, *, is_taken: bool
) -> None:
    monkeypatch.setattr(near_lists, "LINES_MOST", lines)
    assert everybody().count("\n") == 92

    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        try:
            await hall.bring(everybody())
        except listed.ContactsFaultError:
            assert not is_taken
        else:
            assert is_taken

    run(tmp_path, work)


def test_the_same_file_adds_nothing_under_another_kind_of_nearness(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        assert (await hall.bring(everybody()))[1] == 0
        assert (await hall.bring(everybody(), NearBy.PHONES))[1] is None

    run(tmp_path, work)


def test_taps_come_between_the_events_of_a_list(tmp_path: Path) -> None:
    """A list of many people is written in parts; whoever taps meanwhile waits for one part, not for all."""
    people = 600

    async def work(hall: Hall) -> None:
        await asyncio.gather(*(hall.gathering.take_seat(seat_key(10_000 + n), language="en") for n in range(people)))
        for first in range(0, people, 100):
            await asyncio.gather(*(hall.agree(seat) for seat in range(first, first + 100)))
        desire = await hall.gathering.submit("h0", "seed-key", ev.DesireSaid(None, "Bread", "en"))
        rows = [f"{100 + n},{100 + (n + step) % people}" for n in range(people) for step in range(1, 40)]
        bringing = asyncio.create_task(hall.bring("\n".join(["a,b", *rows])))
        places = []
        while not bringing.done():
            seat = len(places)
            kept = await hall.gathering.submit(
                actor.seat(seat),
                "tap-key-0",
                ev.Responded(seat, desire.number or 0, 1),  # type: ignore[arg-type]
            )
            places.append(kept.seq)
            await asyncio.sleep(0.002)
        await bringing
        held = [piece.seq for pieces in hall.gathering.state.company.near.brought[0].held.values() for piece in pieces]
        between = [place for place in places if min(held) < place < max(held)]
        assert between, "a tap was kept while the list was"
        assert len(hall.contacts()) == people * 39

    run(tmp_path, work)


# --- what hosts try ---------------------------------------------------------------------------------------------------


async def answered(hall: Hall, *, alike: bool) -> None:
    """Let everybody answer; seats 0 and 1 answer alike, or the opposite. Then answers close."""
    rng = np.random.default_rng(5)
    for number in range(12):
        await hall.gathering.submit("h0", f"seed-{number:04}", ev.DesireSaid(None, f"Wish {number}", "en"))
    stances = rng.choice([-1, 1], (PEOPLE, 12))
    stances[1] = stances[0] if alike else -stances[0]
    for seat, desire in np.ndindex(PEOPLE, 12):
        body = ev.Responded(seat, desire, int(stances[seat, desire]))  # type: ignore[arg-type]
        await hall.gathering.submit(actor.seat(seat), f"answer-{desire:04}", body)
    for stage in ("crossing", "weaving"):
        version = hall.gathering.state.version
        await hall.gathering.submit("h0", f"stage-{stage}", ev.StageMoved(stage, version))  # type: ignore[arg-type]


CRAFTED = "a,b,weight\n100,101,1e12\n" + "".join(f"{100 + n},{101 + n},1e-9\n" for n in range(1, PEOPLE - 1))
"""A list in which one pair was near and everybody else hardly: its effect is how alike these two want."""


def guessed_alike(tmp_path: Path, *, alike: bool) -> bool | None:
    """Import the crafted list and read the measures; return whether the two want alike, None if nothing is told."""
    told: list[bool | None] = []

    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        await answered(hall, alike=alike)
        await hall.bring(CRAFTED)
        apart = measure(hall.order()).apart
        relation = None if apart is None else apart.compared[0].relation
        told.append(None if relation is None else relation.effect > 0)

    run(tmp_path, work)
    return told[0]


def test_a_list_of_one_pair_tells_nothing_of_these_two(tmp_path: Path) -> None:
    for alike in (True, False):
        (folder := tmp_path / str(alike)).mkdir()
        assert guessed_alike(folder, alike=alike) is None


def test_where_a_pair_may_stand_out_the_list_tells_whether_two_want_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_lists, "stands_out", lambda *_: False)
    for alike in (True, False):
        (folder := tmp_path / str(alike)).mkdir()
        assert guessed_alike(folder, alike=alike) is alike


def test_a_seating_of_one_pair_tells_nothing_either(tmp_path: Path) -> None:
    rows = [(100, 1, 9999), (101, 1, 9999), *((100 + n, n // 2 + 2, 0.001) for n in range(2, PEOPLE))]

    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        await answered(hall, alike=True)
        await hall.bring("person,table,minutes\n" + "".join(f"{p},{t},{m}\n" for p, t, m in rows), NearBy.TABLE)
        assert measure(hall.order()).apart is None

    run(tmp_path, work)


def differs_by_one(tmp_path: Path) -> bool:
    """Look at a list of ten known people, and at it with one more, who agreed or not; return whether answers differ."""
    told: list[Any] = []

    async def work(hall: Hall) -> None:
        await hall.sit(15)
        for people in (14, 15):  # 14 and 15 are two steps
            look, _ = await hall.bring(everybody(people), keep=False)
            told.append((look.known, look.share))

    run(tmp_path, work)
    return bool(told[0] != told[1])


def test_two_lists_that_differ_by_one_person_do_not_tell_whether_they_agreed(tmp_path: Path) -> None:
    assert not differs_by_one(tmp_path)


def test_where_each_list_has_its_own_answer_the_difference_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed._ListAnswers, "answer", lambda _self, people, share: (len(people), share))
    assert differs_by_one(tmp_path)


async def _measures(hall: Hall) -> Refusal | int:
    """Take the measures as a host; return their basis or why they were refused."""
    try:
        await giving.take_output(hall.gathering, 0, giving.OutputAsked(hall.key(), "measures"))
    except Refused as refused:
        return refused.why
    taken = giving.newest(hall.gathering.state, "measures")
    assert taken is not None
    return taken.position


async def _two_measures(hall: Hall) -> tuple[Refusal | int, Refusal | int, Refusal | int]:
    """Measure; bring one more list and measure again; take it out again and ask for a report of the basis."""
    await hall.sit(PEOPLE)
    await answered(hall, alike=True)
    await hall.bring(everybody())
    first = await _measures(hall)
    await hall.bring(everybody() + "100,101,999\n")
    second = await _measures(hall)
    await listed.take_contacts_out(hall.gathering, 0, listed.ContactsOutAsked(hall.key(), 0))
    return first, second, await _measures(hall)


def test_two_measures_never_differ_by_what_a_host_brought_in_between(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        first, second, third = await _two_measures(hall)
        assert isinstance(first, int)
        assert second == first, "a list is no act of people, so there is no new basis"
        assert third is Refusal.TOO_SOON, "what was taken out would be missing in the former basis"

    run(tmp_path, work)


def test_where_a_list_counts_as_acts_of_people_a_host_gets_two_measures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = listed._keep_piece

    async def as_an_act(gathering: LiveGathering, number: int, piece: near_lists.Piece) -> Refusal | None:
        gathering.state.released.changed.add(piece.seat)
        return await kept(gathering, number, piece)

    monkeypatch.setattr(listed, "_keep_piece", as_an_act)

    async def work(hall: Hall) -> None:
        first, second, _ = await _two_measures(hall)
        assert isinstance(first, int)
        assert isinstance(second, int)
        assert second > first

    run(tmp_path, work, reopen=False)


def test_a_person_who_takes_their_contacts_back_is_in_no_output_of_a_former_basis(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        await answered(hall, alike=True)
        await hall.bring(everybody())
        assert isinstance(await _measures(hall), int)
        await hall.take_back(2)
        taken = giving.newest(hall.gathering.state, "measures")
        assert taken is not None
        assert not giving.is_whole(hall.gathering.state, taken)
        assert await _measures(hall) is Refusal.TOO_SOON

    run(tmp_path, work)


def test_labels_hold_everybody_in_a_list_once(tmp_path: Path) -> None:
    async def work(hall: Hall) -> None:
        await hall.sit(PEOPLE)
        await hall.bring(everybody())
        labels = labels_of(hall.gathering.state, rows_of(hall.gathering.state))
        assert sorted(map(int, labels.values())) == list(range(1, PEOPLE + 1))

    run(tmp_path, work)
