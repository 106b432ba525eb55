"""Joining under anything that people and hosts may do: one root for one wording, and erasures that shift no number."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from oneheart.engine.desire.entry import wording_key
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state import State, joining
from oneheart.model import actor
from oneheart.model.desire import Decision, Stance
from oneheart.model.round import Stage, Voice
from tests.support.proofs import size

SEATS = 7
WORDS = ("Peace", "peace!", "Bread", "I want bread", "Joy")
PICK = st.integers(0, 10**6)
OFTEN = {"say": 6, "match": 4}
KINDS = ("say", "match", "join", "part", "withdraw", "answer", "reject", "accept", "revoke", "restore", "move", "hold")
ACTS = st.lists(
    st.tuples(st.sampled_from([kind for kind in KINDS for _ in range(OFTEN.get(kind, 1))]), PICK, PICK), max_size=50
)
BEGUN: tuple[tuple[str, ev.AnyBody], ...] = (
    (actor.HOUSE, ev.Settings("x", {"en": "?"}, Voice.TEN, ["en", "he"])),
    *((actor.DOOR, ev.SeatTaken("", "en")) for _ in range(SEATS)),
)


@dataclass
class Play:
    """A state with everything that happened in it."""

    state: State = field(default_factory=State)
    log: list[tuple[str, ev.AnyBody]] = field(default_factory=list)
    gave: list[int | Refusal | None] = field(default_factory=list)

    def do(self, by: str, body: ev.AnyBody) -> None:
        """Let an event happen that may be written."""
        if self.state.check_new(body, by) is None:
            self.log.append((by, body))
            self.gave.append(self.state.apply(len(self.log), ev.kind_of(body), body, by, 0))

    def act(self, kind: str, one: int, two: int) -> None:
        """Do what two numbers pick; nothing where there is nothing to do it to."""
        desires, seat = self.state.desires, one % SEATS
        if kind == "match":
            for body in joining.due(desires, self.state.course):
                self.do(actor.HOUSE, body)
        elif kind == "say":
            self.do(actor.seat(seat), ev.DesireSaid(seat, WORDS[two % len(WORDS)], ("en", "en", "he")[two % 3]))
        elif kind == "move":
            self.do("h0", ev.StageMoved((Stage.OPEN, Stage.CROSSING)[two % 2], self.state.version))
        elif kind == "hold":
            version, hold = self.state.settings_version, bool(two % 2)
            self.do("h0", ev.Settings("x", {"en": "?"}, Voice.TEN, ["en", "he"], version=version, hold=hold))
        elif kind in {"revoke", "restore"}:
            self.do("h0", ev.SeatsRevoked([seat], "why") if kind == "revoke" else ev.SeatsRestored([seat]))
        elif len(desires):
            self.about(kind, seat, two % len(desires))

    def about(self, kind: str, seat: int, number: int) -> None:
        """Do something about one desire."""
        desire = self.state.desires[number]
        author = -1 if desire.author is None else desire.author
        own = self.state.seats[seat].desires
        bodies: dict[str, ev.AnyBody | None] = {
            "join": ev.DesireJoined(seat, own[-1], number) if own else None,
            "part": ev.DesireParted(author, number),
            "withdraw": ev.DesireWithdrawn(author, number),
            "answer": ev.Responded(seat, number, Stance.WANT) if self.state.travels[number] else None,
            "reject": ev.Moderated(number, Decision.REJECTED, version=desire.version),
            "accept": ev.Moderated(number, Decision.ACCEPTED, version=desire.version),
        }
        body = bodies[kind]
        by = (
            actor.seat(author)
            if kind in {"part", "withdraw"}
            else actor.seat(seat)
            if kind in {"join", "answer"}
            else "h0"
        )
        if body is not None:
            self.do(by, body)


def played(acts: list[tuple[str, int, int]]) -> Play:
    play = Play()
    for by, body in BEGUN:
        play.do(by, body)
    for kind, one, two in acts:
        play.act(kind, one, two)
    return play


def sound(state: State) -> None:
    """Assert that joining is a forest of one level, and that what is counted follows it."""
    desires = state.desires
    for number, desire in enumerate(desires):
        seen = {number}
        at = number
        while (above := desires[at].same_as) is not None:
            assert above not in seen, "nothing is joined in a circle"
            seen.add(above)
            at = above
        top = desires.top(number)
        assert (number in desires.joined_to.get(top, ())) == (desire.same_as is not None)
        assert not (state.travels[number] and desire.follows)
    joined = [number for numbers in desires.joined_to.values() for number in numbers]
    assert len(joined) == len(set(joined))


@tried(max_examples=size(3000, 150), deadline=None)
@given(ACTS)
def test_one_wording_that_travels_has_one_root_and_joining_has_no_circle(acts: list[tuple[str, int, int]]) -> None:
    play = played([*acts, ("match", 0, 0)])
    sound(play.state)
    assert not any(isinstance(gave, Refusal) for gave in play.gave)
    seen: dict[tuple[str, str], int] = {}
    for number in play.state.travels.nonzero()[0].tolist():
        desire = play.state.desires[number]
        key = desire.language, wording_key(desire.text, desire.language, desire.stem)
        assert desire.apart or seen.setdefault(key, number) == number or play.state.desires[seen[key]].apart


@tried(max_examples=size(3000, 150), deadline=None)
@given(ACTS, st.integers(0, SEATS - 1))
def test_an_erasure_shifts_no_number_of_what_others_said(acts: list[tuple[str, int, int]], gone: int) -> None:
    """The log without one person: every desire keeps its number, and nobody's wish is refused that was taken."""
    play = played([*acts, ("match", 0, 0)])
    again = State()
    for place, (by, body) in enumerate(play.log):
        theirs = by == actor.seat(gone) or (isinstance(body, ev.SeatTaken) and place == 1 + gone)
        if theirs and not isinstance(body, ev.SeatTaken | ev.DesireSaid):
            continue
        kept = None if theirs else body
        gives = again.apply(place + 1, ev.kind_of(body), kept, by, 0)
        if isinstance(body, ev.DesireSaid):
            assert gives == play.gave[place]
    sound(again)
    for body in joining.due(again.desires, again.course):
        again.apply(again.seq + 1, ev.kind_of(body), body, actor.HOUSE, 0)
    sound(again)
    said = [n for n, desire in enumerate(play.state.desires) if desire.author not in (gone, None)]
    assert [again.desires[n].text for n in said] == [play.state.desires[n].text for n in said]
    for number in said:  # what travelled with others travels on: nobody's wish goes with the one who erased theirs
        former, now = play.state.desires[number], again.desires[number]
        if play.state.desires.root(number) != number and former.matched and now.stands and not now.fresh:
            root = again.desires.root(number)
            assert again.travels[root] or again.desires.kept_back(root, again.course)
