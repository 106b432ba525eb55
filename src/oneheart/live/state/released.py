"""Released: the words about desires that people read, and the numbers of the hall. The sixth part of the state.

A word moves only when a stage ends, and only after enough different people answered since it last moved. So nobody
reads one person's answer from a word before and after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from oneheart.engine import disclosure
from oneheart.engine.closeness.inner import oneness_of
from oneheart.engine.prayer import rounds
from oneheart.engine.prayer.few import lines_of_few
from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.rule import Rule
from oneheart.model.gathering import Responses
from oneheart.model.prayer import Affirmation

if TYPE_CHECKING:
    from oneheart.live.state.desires import Desires
    from oneheart.live.state.people import People

NEAREST = 3
_LIST_GROWS = frozenset(
    (
        ev.DesireSaid,
        ev.DesireParted,
        ev.MarkedMeta,
        ev.Moderated,
        ev.SeatsRestored,
        ev.StageMoved,
        ev.StepTaken,
    )
)
"""The kinds of events by which a desire may begin to travel."""
_HEARD = (ev.DesireSaid, ev.LineRead, ev.WholeAffirmed, ev.ChallengerAnswered)
"""The kinds of events, beside answers to cards, by which a person is counted as heard in a stage."""
_MUCH, _SOME = 0.4, 0.1  # of oneness
_LETTERS: dict[disclosure.Band | None, str] = {"most": "m", "some": "s", "few": "f", None: "-"}
_BANDS = {letter: band for band, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True)
class TakenOutput:
    """An output that a host took.

    Attributes:
        output: "report", "export" or "measures".
        position: place of the last event that it includes.
        people: number of people at that place.
        rows: true if it holds answers of single people who consented.
        at: server's clock, milliseconds since 1970.
    """

    output: ev.Output
    position: int
    people: int
    rows: bool
    at: int


@dataclass(slots=True)
class Released:
    """What of the answers has been released to people, and who changed something since.

    Attributes:
        words: words about desires that people read now.
        answered: seats that answered a desire since the words last moved.
        desires: number of desires in the hall; it moves after k different people said one.
        responses: number of answers in the hall; it moves after k different people answered.
        said: seats that said a desire since `desires` moved.
        gave: seats that answered since `responses` moved.
        counted: desires of people that `desires` includes.
        outputs: outputs that hosts took, the oldest first.
        changed: seats that came, answered, read, were somewhere or left since the last basis of an output.
        in_rows: seats whose rows left.
        strangers: true once somebody took a seat without a seat card, or on paper, so that one person may hold several.
        listed: by circle, the seats whose desires its steward reads in a list; it grows by k different ones at a time.
        looked_at: for each desire, whether its author is listed, or it is in no list.
        heard_by: seats that said or answered something since the stage was last moved.
        heard: number of these people, in steps of k; hosts read it beside the stage.
    """

    NOT_IN_FINGERPRINT: ClassVar[frozenset[str]] = frozenset(
        {
            "answered",
            "desires",
            "responses",
            "said",
            "gave",
            "counted",
            "changed",
            "in_rows",
            "strangers",
            "listed",
            "looked_at",
            "heard_by",
            "heard",
        }  # an erasure does not lower them; see `keep`
    )

    words: ev.StageWords = field(default_factory=ev.StageWords)
    answered: set[int] = field(default_factory=set)
    desires: int = 0
    responses: int = 0
    said: set[int] = field(default_factory=set)
    gave: set[int] = field(default_factory=set)
    counted: int = 0
    outputs: list[TakenOutput] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)
    in_rows: set[int] = field(default_factory=set)
    strangers: bool = False
    listed: dict[int, set[int]] = field(default_factory=dict)
    looked_at: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    heard_by: set[int] = field(default_factory=set)
    heard: int = 0

    # --- words ---

    def may_move(self) -> bool:
        """Return whether enough different people answered since the words last moved."""
        return disclosure.enough_since(len(self.answered), open_door=self.strangers)

    def end_stage(self, words: ev.StageWords) -> None:
        """Take new words when a stage ends, if there are any; who answers in the next stage is counted anew."""
        self.heard_by, self.heard = set(), 0
        if words.moved:
            self.words = words
            self.answered = set()

    def band(self, desire: int) -> disclosure.Band | None:
        """Return the word for how many of those who answered want a desire; None if nothing is said."""
        bands = self.words.bands
        return _BANDS[bands[desire]] if desire < len(bands) else None

    # --- outputs ---

    def check_output(self, body: ev.OutputTaken, seq: int) -> Refusal | None:
        """Refuse an output with an outdated version or a basis that does not exist.

        Whether enough people changed something is asked before the event is written, see `live.giving`. A replay
        after an erasure must come to the same result, so it is not asked here.
        """
        if body.version != len(self.outputs):
            return Refusal.STALE
        return None if 0 < body.position <= seq else Refusal.UNKNOWN

    def take_output(self, body: ev.OutputTaken, at: int, people: People) -> int:
        """Record an output and return the number of outputs. A new basis begins a new count of people who change."""
        if not self.outputs or body.position != self.outputs[-1].position:
            self.changed = set()
        if body.rows:
            self.in_rows |= people.consenting()
        self.outputs.append(TakenOutput(body.output, body.position, body.people, body.rows, at))
        return len(self.outputs)

    def enough_changed(self) -> bool:
        """Return whether enough different people changed something, so that a new output tells of no single person."""
        return disclosure.enough_since(len(self.changed), open_door=self.strangers)

    def enough_rows(self, people: People) -> bool:
        """Return whether enough people consented since rows last left, so that a new file of rows tells of nobody."""
        return disclosure.twice_enough(len(people.consenting() - self.in_rows))

    # --- the numbers of the hall ---

    def note(self, body: ev.AnyBody, number: int | None, desires: Desires) -> None:
        """Record that a person did something. O(1), but O(M) once in k people who said a desire.

        Args:
            body: the event.
            number: what it gave: of a new seat, its number.
            desires: all desires.
        """
        if type(body) in _LIST_GROWS:
            self.list_more(desires)
        if isinstance(body, ev.Responded):  # first, because every tap comes by
            self.changed.add(body.seat)
            self.answered.add(body.seat)
            self.gave.add(body.seat)
            self.hear(body.seat)
            if disclosure.enough(len(self.gave)):
                self.gave = set()
                self.responses = max(
                    self.responses, disclosure.in_steps(desires.tally.response_count, disclosure.RESPONSES_STEP)
                )
            return
        seat = number if isinstance(body, ev.SeatTaken) else getattr(body, "seat", None)
        if seat is not None and not isinstance(body, ev.ContactsKept):  # a host brought it, not the person
            self.changed.add(seat)
        if seat is not None and isinstance(body, _HEARD):
            self.hear(seat)
        if isinstance(body, ev.SeatTaken) and (not body.card or body.scribe is not None):
            self.strangers = True  # whoever types a sheet of paper in may type several
        if isinstance(body, ev.DesireSaid):
            if body.seat is not None:
                self.said.add(body.seat)
            if body.seat is None or disclosure.enough(len(self.said)):
                seeds = sum(desire.author is None and not desire.erased for desire in desires)
                if body.seat is not None:
                    self.said = set()
                    self.counted = max(self.counted, len(desires) - seeds)
                self.desires = max(self.desires, disclosure.in_steps(self.counted + seeds))

    def hear(self, seat: int) -> None:
        """Count a person among those who answered in this stage. O(1)."""
        self.heard_by.add(seat)
        self.heard = max(self.heard, disclosure.in_steps(len(self.heard_by)))

    def list_more(self, desires: Desires) -> None:
        """List the desires of further authors of each circle, k different ones at a time. O(M).

        Who is listed stays so, and nobody takes the place of an author who takes their desires back. Otherwise a friend
        of the steward could take theirs back, and the one desire that then appears would be of who spoke last.
        """
        travels, known = desires.travels, len(self.looked_at)
        if known < len(travels):
            self.looked_at = np.concatenate([self.looked_at, np.zeros(len(travels) - known, np.bool_)])
        waiting: dict[int, set[int]] = {}
        for number in np.flatnonzero(travels & ~self.looked_at[: len(travels)]).tolist():
            desire = desires[number]
            circle, author = desire.circle, desire.author
            if circle is None or author is None or desire.of_circle or author in self.listed.get(circle, ()):
                self.looked_at[number] = True
            else:
                waiting.setdefault(circle, set()).add(author)
        for circle, authors in waiting.items():
            enough = disclosure.in_steps(len(authors))
            if enough:
                self.listed.setdefault(circle, set()).update(sorted(authors)[:enough])

    def take_over(self, told: ev.NumbersTold) -> None:
        """Let no number be lower than it was told before an erasure."""
        self.desires = max(self.desires, told.desires)
        self.responses = max(self.responses, told.responses)
        self.heard = max(self.heard, told.heard)

    def go_on_from(self, before: Released) -> None:
        """Go on with what was released, exactly: the same events came before, and some of them were erased since."""
        for name in self.NOT_IN_FINGERPRINT:
            setattr(self, name, getattr(before, name))

    def keep(self, before: Released) -> None:
        """Take over what was released before an erasure, so that no number goes down by one person."""
        self.desires = max(self.desires, before.desires)
        self.responses = max(self.responses, before.responses)
        self.counted = max(self.counted, before.counted)
        self.strangers |= before.strangers
        self.changed |= before.changed
        self.in_rows |= before.in_rows
        self.answered |= before.answered
        self.said |= before.said
        self.gave |= before.gave
        self.heard_by |= before.heard_by
        self.heard = max(self.heard, before.heard)
        self.listed |= before.listed
        self.looked_at = before.looked_at


def people_told(people: People) -> int:
    """Return the number of people in the hall: those who came, less those who left, each in steps of k people.

    It differs from the number of seats by fewer than 2 k. One person who comes or leaves moves it only at a whole step,
    and back only with k others.
    """
    came = len(people.seats)
    return disclosure.in_steps(came) - disclosure.in_steps(came - people.count)


def words_now(desires: Desires, people: People) -> ev.StageWords:
    """Return the words of the answers as they are now. O(M + answers of people in circles of more than twelve)."""
    tally = desires.tally
    pairs = zip(tally.want.tolist(), tally.seen_by_all.tolist(), strict=True)
    bands = "".join(_LETTERS[disclosure.release_word(want, answered)] for want, answered in pairs)
    lines, nearest = {}, {}
    for circle, members in members_of(people).items():
        if disclosure.is_small(len(members)):
            continue
        verdict = line_verdict(desires, people, circle, members)
        if verdict is not None:
            lines[circle] = verdict
        close = nearest_of(desires, people, circle, members)
        if close:
            nearest[circle] = close
    return ev.StageWords(moved=True, bands=bands, alike=_alike(desires), lines=lines, nearest=nearest)


def members_of(people: People) -> dict[int, list[int]]:
    """Return the seats of each circle that has people, in ascending order. O(N)."""
    members: dict[int, list[int]] = {}
    for number, seat in enumerate(people.seats):
        if seat.alive and seat.circle is not None:
            members.setdefault(seat.circle, []).append(number)
    return members


def line_verdict(desires: Desires, people: People, circle: int, members: list[int]) -> rounds.LineVerdict | None:
    """Return the verdict of a circle on its own line; None if it has no line.

    The line stands if at least seven in ten can say it and nobody is against it.
    """
    line = people.circles[circle].line
    if line is None:
        return None
    stances = [desires.tally.answered(seat).get(line) for seat in members if line not in people.seats[seat].desires]
    answers = [stance for stance in stances if stance is not None]
    wrote = len(members) - len(stances)
    answered = Affirmation(0, wrote + len(answers), wrote + answers.count(1), answers.count(-1))
    return rounds.judge_few(len(members), answered)


def all_answered(desires: Desires, people: People, circle: int) -> bool | None:
    """Return whether everybody in a circle answered its line or wrote it; None without a line. O(N)."""
    line = people.circles[circle].line
    if line is None:
        return None
    members = members_of(people).get(circle, [])
    return all(line in desires.tally.answered(seat) or line in people.seats[seat].desires for seat in members)


def nearest_of(desires: Desires, people: People, circle: int, members: list[int]) -> list[int]:
    """Return the three desires of a circle with the highest net support in it, by number.

    Answers of the circle count, and an author counts as wanting their own desire. [] before k people of it answered.
    """
    own = [
        number
        for number, desire in enumerate(desires)
        if desire.circle == circle and not desire.of_circle and bool(desires.travels[number])
    ]
    answered = sum(bool(desires.tally.answered(seat)) for seat in members)
    if not disclosure.enough(answered) or not own:
        return []
    cells = [
        (row, number, stance)
        for row, seat in enumerate(members)
        for number, stance in {
            **desires.tally.answered(seat),
            **dict.fromkeys(desires.roots_of(people.seats[seat]), 1),
        }.items()
    ]
    rows, numbers, stances = zip(*cells, strict=True)
    labels = [desire.text for desire in desires]
    return list(lines_of_few(Responses.of(rows, numbers, stances), len(members), own, NEAREST, labels).lines)


def _alike(desires: Desires) -> ev.Alike:
    """Return a word for the oneness of the answers to probes; "" if no desire has more than twelve answers.

    Where no desire has enough answers to probes, it is the word of all answers. O(responses).
    """
    tally = desires.tally
    probes = tally.table(probes=True)
    want, against, seen = (
        np.bincount(probes.desire[kind], minlength=tally.desires).astype(np.int32)
        for kind in (probes.stance > 0, probes.stance < 0, slice(None))
    )
    level = oneness_of(want, against, seen, least=disclosure.FOR_A_WORD)
    if level is None:
        level = oneness_of(tally.want, tally.against, tally.seen_by_all, least=disclosure.FOR_A_WORD)
    if level is None:
        return ""
    return "much" if level >= _MUCH else "some" if level >= _SOME else "little"


OUTPUT_RULES: dict[type[ev.Body], Rule] = {
    ev.OutputTaken: Rule(
        lambda s, b, _: s.released.check_output(b, s.seq),
        lambda s, b, w: s.released.take_output(b, w.at, s.people),
        after_end=True,
    ),
}
"""The rule of the outputs that hosts take."""
