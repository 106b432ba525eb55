"""Simulated halls of four languages: are the lines carried before the text is read, and do languages meet?

A thousand people speak four languages (70, 15, 10 and 5 in 100); one in ten reads a second one, drawn by how many speak
it. Everybody says one wish in their own language. Three wishes in twenty are truly shared: people of every hidden part
want them, whatever language they were said in. Parts and languages are independent. Everybody answers their cards
while the round is open, and as many while people cross. People who read two languages answer the cards about carrying:
nine in ten translate, and rightly; one in ten passes. Then the text is woven.

Everything that decides is the live code: state, dealing, fit, carrying, weaving and the rule of what a person reads.
Only log, clock and pages are left out. In the reading everybody, also who cannot read a line, tries to say every line.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from oneheart.bench.result import BenchResult, Cell, Gate, Progress
from oneheart.engine import synthetic
from oneheart.live import events as ev
from oneheart.live import judging
from oneheart.live.dealing import Dealer
from oneheart.live.decks import fit_order_of
from oneheart.live.export import as_gathering
from oneheart.live.fitting import Fitter
from oneheart.live.state import State
from oneheart.live.state.carried_desires import CARRYINGS_MOST
from oneheart.live.weaving import weave
from oneheart.live.weaving_order import WeaveOrder
from oneheart.model import actor
from oneheart.model.desire import Stance
from oneheart.model.prayer import Reading, WordsKind
from oneheart.model.round import Stage, Voice

Floats = npt.NDArray[np.float64]
LANGUAGES = ("he", "ru", "es", "en")
SHARES = (0.70, 0.15, 0.10, 0.05)
PEOPLE, CARDS = 1000, 12
BILINGUAL, PASSES = 0.1, 0.1
FITS = 12  # fits while people cross
CARRIED_LEAST, MET_LEAST, COVERAGE_LEAST = 0.9, 0.9, 0.95
_QUESTION = {"en": "What do you want?"}


@dataclass(frozen=True, slots=True)
class HallFigures:
    """What came of one hall.

    Attributes:
        carried: share of the lines' languages, beside their own, that have words when reading begins, 0 to 1.
        confirmed: share that has words that stand.
        most: most cards "say this in another language" that one person was dealt.
        met: share of people who answered a desire of another language in words of a language that they read.
        false_heard: answers to lines that count although their person reads none of the line's words that stand.
        coverage: for each language, its people's mean chance to want a line that they read in words that stand.
        lines: number of lines.
        by_language: for each language, the share of lines of other languages that have words in it.
    """

    carried: float
    confirmed: float
    most: int
    met: float
    false_heard: int
    coverage: tuple[float, ...]
    lines: int
    by_language: tuple[float, ...]


@dataclass(slots=True, eq=False)
class SpeakingHall:
    """A hall of people who speak several languages, and what has happened in it so far."""

    people: int
    rng: np.random.Generator
    cards: int = CARDS
    state: State = field(default_factory=State)
    reads: list[set[str]] = field(default_factory=list)
    truth: synthetic.Synthetic = field(init=False)
    met: set[int] = field(default_factory=set)
    carries: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let everybody come, say which languages they read, and say one wish."""
        self.truth = synthetic.draw(self.people, self.people, answers=0, rng=self.rng)
        self.do(ev.Settings("bench", _QUESTION, Voice.ASSEMBLY, list(LANGUAGES), cards=self.cards), actor.HOUSE)
        spoken = self.rng.permutation(np.repeat(np.arange(len(SHARES)), _counts(self.people)))
        for seat, first in enumerate(spoken.tolist()):
            self.do(ev.SeatTaken("", LANGUAGES[first]), actor.DOOR)
            reads = {LANGUAGES[first]}
            if self.rng.random() < BILINGUAL:
                others = np.where(np.arange(len(SHARES)) == first, 0.0, SHARES)
                second = LANGUAGES[int(self.rng.choice(len(SHARES), p=others / others.sum()))]
                reads.add(second)
                self.by(seat, ev.LanguageUnread(seat, second, on=False))
            self.reads.append(reads)
        for seat in range(self.people):
            words = synthetic.made_up_words(self.rng)
            self.by(seat, ev.DesireSaid(seat, f"{words} {seat}", self.state.seats[seat].language))

    # --- what happens ---

    def do(self, body: ev.AnyBody, by: str) -> bool:
        """Let one event happen if it may be written; return whether it counted."""
        refused = self.state.check_new(body, by)
        if refused is None:
            self.state.apply(self.state.seq + 1, ev.kind_of(body), body, by, 1000 * self.state.seq)
        return refused is None

    def by(self, seat: int, body: ev.AnyBody) -> bool:
        """Let a person do something."""
        return self.do(body, actor.seat(seat))

    def move(self, stage: Stage) -> None:
        """Move the round."""
        self.do(ev.StageMoved(stage, self.state.version), actor.host(0))

    def answer_cards(self, seed: int) -> None:
        """Let everybody answer their cards, one each in turn, with fits in between."""
        dealer, fitter = Dealer(self.state, rng=self.rng), Fitter()
        fit_after = max(1, self.cards * self.people // FITS)
        asked = 0
        for _ in range(self.cards):
            for seat in self.rng.permutation(self.people).tolist():
                self._carry(seat, dealer, finished=False)
                self._answer(seat, dealer)
                asked += 1
                if asked % fit_after == 0 and self.state.tally.response_count:
                    dealer.take_fitted(fitter.fit(fit_order_of(self.state, seed)))
        for seat in self.rng.permutation(self.people).tolist():
            self._carry(seat, dealer, finished=True)

    def _answer(self, seat: int, dealer: Dealer) -> None:
        while (card := dealer.card(seat)) is not None:
            words = self.state.card_table.words(card.desire, seat)
            if words.language in self.reads[seat]:
                if self.state.desires[card.desire].language not in self.reads[seat]:
                    self.met.add(seat)
                self.by(
                    seat, ev.Responded(seat, card.desire, self._stance(seat, card.desire), card.propensity, card.probe)
                )
                return
            if not self.by(seat, ev.LanguageUnread(seat, words.language)):
                return

    def _stance(self, seat: int, desire: int) -> Stance:
        drawn, want = self.rng.random(), self.truth.want[seat, desire]
        if drawn < want:
            return Stance.WANT
        return Stance.AGAINST if drawn < want + self.truth.against[seat, desire] else Stance.NOT_MINE

    def _carry(self, seat: int, dealer: Dealer, *, finished: bool) -> None:
        card = dealer.carrying.card(seat, finished=finished)
        if card is None:
            return
        passes = self.rng.random() < PASSES
        if card.kind == "say":
            self.carries[seat] = self.carries.get(seat, 0) + 1
            text = "" if passes else f"{card.language}: {self.state.desires[card.desire].text}"
            self.by(seat, ev.DesireCarried(seat, card.desire, card.language, text, card.via))
        elif card.carried is not None:
            self.by(seat, ev.DesireCarryConfirmed(seat, card.carried, None if passes else True))

    def weave(self, seed: int) -> None:
        """Weave the text and begin to read it."""
        self.move(Stage.WEAVING)
        order = WeaveOrder(as_gathering(self.state, source="bench"), self.state.version, frozenset(), seed)
        self.do(judging.first_draft(weave(order)), actor.HOUSE)
        self.move(Stage.READING)

    # --- what came of it ---

    def figures(self) -> HallFigures:
        """Return the figures of the hall, after everybody tried to say every line."""
        meetings, draft = self.state.meetings, self.state.prayers.drafts[-1]
        versions = meetings.versions(draft)
        cells = [words.get(code) for words in versions for code in LANGUAGES if _own(words) != code]
        words_in = np.array([[code in words for code in LANGUAGES] for words in versions])
        held = np.array([[code in words and words[code].holds for code in LANGUAGES] for words in versions])
        foreign = np.array([[_own(words) != code for code in LANGUAGES] for words in versions])
        return HallFigures(
            carried=float(np.mean([cell is not None for cell in cells])) if cells else 0.0,
            confirmed=float(np.mean([cell is not None and cell.kind is WordsKind.CONFIRMED for cell in cells]))
            if cells
            else 0.0,
            most=max(self.carries.values(), default=0),
            met=len(self.met) / self.people,
            false_heard=self._false_heard(),
            coverage=self._coverage([line.cites[0] for line in draft.body.lines], held),
            lines=len(versions),
            by_language=tuple(
                float(words_in[foreign[:, place], place].mean()) if foreign[:, place].any() else 1.0
                for place in range(len(LANGUAGES))
            ),
        )

    def _coverage(self, desires: list[int], words_in: npt.NDArray[np.bool_]) -> tuple[float, ...]:
        means = []
        for code in LANGUAGES:
            seats = [seat for seat in range(self.people) if self.state.seats[seat].language == code]
            missed = [
                np.prod(
                    [
                        1.0 - self.truth.want[seat, desire]
                        for desire, has in zip(desires, words_in, strict=True)
                        if any(has[place] for place, other in enumerate(LANGUAGES) if other in self.reads[seat])
                    ]
                )
                for seat in seats
            ]
            means.append(1.0 - float(np.mean(missed)))
        return tuple(means)

    def _false_heard(self) -> int:
        number, draft = len(self.state.prayers.drafts) - 1, self.state.prayers.drafts[-1]
        for seat in range(self.people):
            for line in range(len(draft.body.lines)):
                self.by(seat, ev.LineRead(seat, number, line, Reading.CAN_SAY))
        heard, versions = self.state.meetings.heard(draft), self.state.meetings.versions(draft)
        return sum(
            not any(
                words.kind in {WordsKind.OWN, WordsKind.CONFIRMED} and words.language in self.reads[seat]
                for words in words_of.values()
            )
            for answers, words_of in zip(heard, versions, strict=True)
            for seat in answers
        )


def _own(words: Mapping[str, Any]) -> str:
    return next((code for code, version in words.items() if version.kind is WordsKind.OWN), "")


def _counts(people: int) -> list[int]:
    """Return how many people speak each language.

    Example:
        >>> _counts(1000)
        [700, 150, 100, 50]
    """
    rest = [round(share * people) for share in SHARES[1:]]
    return [people - sum(rest), *rest]


def hall_figures(people: int, seed: int, *, cards: int = CARDS) -> HallFigures:
    """Return what came of one hall, from its beginning to the reading.

    Args:
        people: how many people.
        seed: seed of all random choices.
        cards: cards of a person while the round is open, and as many while people cross.
    """
    hall = SpeakingHall(people, np.random.default_rng(seed), cards)
    hall.answer_cards(seed)
    hall.move(Stage.CROSSING)
    hall.answer_cards(seed)
    hall.weave(seed)
    return hall.figures()


def run(gatherings: Mapping[str, Any], *, seed: int, repeats: int, progress: Progress) -> BenchResult:  # noqa: ARG001
    """Return how far the lines were carried and languages met in halls of a thousand people.

    Gates: .9 of the lines' languages have words before reading begins, with two carryings a person at most; .9 of
    people have met a desire of another language in their own; nobody is heard on a line that they cannot read; the text
    covers people of the smallest language at least .95 as well as those of the largest.
    """
    halls = []
    for number in range(repeats):
        halls.append(hall_figures(PEOPLE, seed + number))
        progress(number + 1, repeats, "halls of four languages")
    return result_of(halls)


def result_of(halls: list[HallFigures]) -> BenchResult:
    """Return the table and the gates of some halls."""
    carried, met = (float(np.mean([getattr(hall, name) for hall in halls])) for name in ("carried", "met"))
    most, false = max(hall.most for hall in halls), sum(hall.false_heard for hall in halls)
    ratio = float(np.mean([hall.coverage[-1] / hall.coverage[0] for hall in halls]))
    gates = (
        Gate("lines carried before reading", f"{carried:.3f}", f"at least {CARRIED_LEAST}", carried >= CARRIED_LEAST),
        Gate("carryings of one person", str(most), f"at most {CARRYINGS_MOST}", most <= CARRYINGS_MOST),
        Gate("met another language", f"{met:.3f}", f"at least {MET_LEAST}", met >= MET_LEAST),
        Gate("heard without reading", str(false), "0", false == 0),
        Gate("coverage, smallest to largest", f"{ratio:.3f}", f"at least {COVERAGE_LEAST}", ratio >= COVERAGE_LEAST),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"hall {number + 1}", hall.lines, hall.carried, hall.confirmed, hall.met, *hall.by_language, *hall.coverage)
        for number, hall in enumerate(halls)
    )
    columns = (
        "hall",
        "lines",
        "carried",
        "confirmed",
        "met another language",
        *(f"words in {share:.0%}" for share in SHARES),
        *(f"coverage of {share:.0%}" for share in SHARES),
    )
    details = tuple(
        {"hall": number, "most": hall.most, "false heard": hall.false_heard} for number, hall in enumerate(halls)
    )
    return BenchResult("Halls of four languages", columns, rows, gates, (), details)
