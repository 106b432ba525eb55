"""Reading: drafts of the text, what people say to each line, amendments, the sealed text, and amen.

A part of the state (`live.state`), changed only by its events, in the order of the log. It holds numbers of desires
and places in the log instead of words, so that what somebody erases is gone from every draft too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from oneheart.live import events as ev
from oneheart.model.prayer import Reading
from oneheart.model.round import Stage

CRITIQUE_MOST = 100  # graphemes
CONFIRMATIONS = 2  # readers of both languages, besides the one who carried the line


class Author(Protocol):
    """What is read of a desire."""

    author: int | None
    text: str
    language: str
    erased: bool
    withdrawn: bool
    line_of: int | None
    carried_by: int | None


@dataclass(slots=True)
class Amendment:
    """Other words for a line.

    Attributes:
        seat: who gave them.
        draft: number of the draft.
        line: number of the line.
        text: the words.
        language: of the words.
    """

    seat: int
    draft: int
    line: int
    text: str
    language: str


@dataclass(slots=True)
class Carried:
    """A line in another language.

    Attributes:
        seat: who carried it.
        draft: number of the draft.
        line: number of the line.
        language: into which it was carried.
        text: the words.
        confirmed: seats of readers who say that it says the same.
    """

    seat: int
    draft: int
    line: int
    language: str
    text: str
    confirmed: set[int] = field(default_factory=set)

    @property
    def stands(self) -> bool:
        """Return whether two readers have confirmed it."""
        return len(self.confirmed) >= CONFIRMATIONS


@dataclass(slots=True)
class LiveDraft:
    """A draft as it stands now.

    Attributes:
        seq: place in the log.
        at: the server's clock when it was woven, milliseconds.
        round: that it belongs to.
        body: as it was woven.
        second: it was woven after a reading.
        said: for each line, by seat, what the person said.
        critiques: for each line, by seat, what the person would change.
        whole: seats that can say the whole with all.
        amendments: for each line, the place in the log of its last amendment.
        connected: the same lines connected by a model, None without.
        challenged: by seat and desire, what people said to desires outside the text about which they were asked.
    """

    seq: int
    at: int
    round: int
    body: ev.DraftWoven
    second: bool
    said: list[dict[int, Reading]]
    critiques: list[dict[int, str]]
    whole: set[int] = field(default_factory=set)
    amendments: dict[int, int] = field(default_factory=dict)
    connected: ev.DraftConnected | None = None
    challenged: dict[int, dict[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Sealed:
    """A sealed text.

    Attributes:
        seq: place in the log.
        at: the server's clock when it was sealed, milliseconds.
        round: that it belongs to.
        body: as it was sealed.
        question: as it was asked, by language.
        amen: seats that said amen.
        said_at: the server's clock when it was said, milliseconds; None before.
        public: may be read by everybody.
    """

    seq: int
    at: int
    round: int
    body: ev.TextSealed
    question: dict[str, str]
    amen: set[int] = field(default_factory=set)
    said_at: int | None = None
    public: bool = False


class Prayers:
    """All drafts and sealed texts of a gathering.

    Attributes:
        drafts: in the order of their numbers.
        sealed: in the order of their numbers.
        amended: amendments by their place in the log.
        carried: carried lines by their place in the log.
        say_at: the moment at which all say it, milliseconds by the server's clock; None where none is set.
    """

    def __init__(self) -> None:
        """Begin without a text."""
        self.drafts: list[LiveDraft] = []
        self.sealed: list[Sealed] = []
        self.amended: dict[int, Amendment] = {}
        self.carried: dict[int, Carried] = {}
        self.say_at: int | None = None

    def of_round(self, number: int) -> LiveDraft | None:
        """Return the draft that is read in this round now, None where none is woven yet."""
        return self.drafts[-1] if self.drafts and self.drafts[-1].round == number else None

    def sealed_of(self, number: int) -> Sealed | None:
        """Return the sealed text of a round, None where there is none."""
        return self.sealed[-1] if self.sealed and self.sealed[-1].round == number else None

    def is_sealed(self, desire: int) -> bool:
        """Return whether a line of a sealed text says this desire."""
        texts = (self.drafts[sealed.body.draft].body.lines for sealed in self.sealed)
        return any(desire in line.cites for lines in texts for line in lines)

    def words(self, line: ev.WovenLine, desires: Sequence[Author]) -> tuple[str, str]:
        """Return the text and the language of a line; ("", "") once its author erased it."""
        if line.amendment is not None and line.amendment in self.amended:
            amended = self.amended[line.amendment]
            return amended.text, amended.language
        desire = desires[line.cites[0]]
        return desire.text, desire.language

    def carries(self, draft: int) -> dict[tuple[int, str], tuple[int, Carried]]:
        """Return the lines of a draft in other languages, by line and language: the confirmed, or else the last one."""
        out: dict[tuple[int, str], tuple[int, Carried]] = {}
        for seq, carried in self.carried.items():
            line = carried.line if carried.draft == draft else self._place_now(carried, draft)
            name = (line, carried.language)
            if line >= 0 and not (name in out and out[name][1].stands and not carried.stands):
                out[name] = (seq, carried)
        return out

    def _place_now(self, carried: Carried, draft: int) -> int:
        """Return where a line that was carried in the draft before stands unchanged in this one, -1 for nowhere."""
        if carried.draft != draft - 1 or not self.drafts[draft].second:
            return -1
        lines = self.drafts[draft].body.lines
        return next((n for n, line in enumerate(lines) if line.follows == carried.line and not line.changed), -1)

    # --- what happens ---

    def woven(self, body: ev.DraftWoven, *, seq: int, at: int, number: int, second: bool) -> int:
        """Take in a draft; what was said to a line that stayed as it was goes along, and to desires outside."""
        before = self.of_round(number) if second else None
        said: list[dict[int, Reading]] = []
        critiques: list[dict[int, str]] = []
        for line in body.lines:
            stays = before is not None and line.follows is not None and not line.changed
            said.append(dict(before.said[line.follows]) if stays and before and line.follows is not None else {})
            critiques.append({})
        self.drafts.append(LiveDraft(seq, at, number, body, second, said, critiques))
        if before is not None:
            self.drafts[-1].challenged = {seat: dict(given) for seat, given in before.challenged.items()}
        return len(self.drafts) - 1

    def connect(self, body: ev.DraftConnected) -> None:
        """Take in the same lines, connected."""
        self.drafts[body.draft].connected = body

    def read(self, body: ev.LineRead) -> None:
        """Take in what a person says to a line."""
        draft = self.drafts[body.draft]
        draft.said[body.line][body.seat] = body.reading
        draft.critiques[body.line].pop(body.seat, None)
        if body.critique:
            draft.critiques[body.line][body.seat] = body.critique

    def challenge(self, body: ev.ChallengerAnswered) -> None:
        """Take in what a person says to a desire outside the text."""
        self.drafts[body.draft].challenged.setdefault(body.seat, {})[body.desire] = body.stance

    def amend(self, body: ev.LineAmended, seq: int) -> None:
        """Take in other words for a line."""
        self.amended[seq] = Amendment(body.seat, body.draft, body.line, body.text, body.language)
        self.drafts[body.draft].amendments[body.line] = seq

    def affirm(self, body: ev.WholeAffirmed) -> None:
        """Take in that a person can say the whole, or not."""
        whole = self.drafts[body.draft].whole
        if body.on:
            whole.add(body.seat)
        else:
            whole.discard(body.seat)

    def carry(self, body: ev.LineCarried, seq: int) -> None:
        """Take in a line in another language."""
        self.carried[seq] = Carried(body.seat, body.draft, body.line, body.language, body.text)

    def confirm(self, body: ev.CarryConfirmed) -> None:
        """Take in that a reader confirms a carried line, or not."""
        confirmed = self.carried[body.carried].confirmed
        if body.on:
            confirmed.add(body.seat)
        else:
            confirmed.discard(body.seat)

    def seal(self, body: ev.TextSealed, *, seq: int, at: int, number: int, question: dict[str, str]) -> int:
        """Take in that the text is frozen."""
        self.sealed.append(Sealed(seq, at, number, body, question))
        return len(self.sealed) - 1

    def made_from(self, desires: Collection[int]) -> list[int]:
        """Return the places in the log of all amendments and carried lines that say one of these desires."""
        given = [(seq, one.draft, one.line) for seq, one in self.amended.items()]
        given += [(seq, one.draft, one.line) for seq, one in self.carried.items()]
        return [
            seq for seq, draft, line in given if not set(self.drafts[draft].body.lines[line].cites).isdisjoint(desires)
        ]

    def may_amend(self, seat: int, circle: int | None, line: ev.WovenLine, desires: Sequence[Author]) -> bool:
        """Return whether a person may amend a line: they wrote what it cites, or it is of the circle they serve.

        Args:
            seat: of the person.
            circle: in which they hold the steward's duty, None for none.
            line: of the draft.
            desires: of the gathering.
        """
        cited = [desires[number] for number in line.cites]
        if any(desire.author == seat for desire in cited):
            return True
        return circle is not None and any(circle in (desire.line_of, desire.carried_by) for desire in cited)


def readable(stage: Stage, draft: LiveDraft | None, line: int) -> bool:
    """Return whether this line of a draft is read in this stage: in the second reading only what was changed."""
    if draft is None or not 0 <= line < len(draft.body.lines):
        return False
    return stage is Stage.READING or (stage is Stage.SECOND_READING and draft.second and draft.body.lines[line].changed)


def digest_parts(prayers: Prayers) -> list[object]:
    """Return all of it as plain values, for the fingerprint of the state."""
    plain: Callable[[dict[int, str]], list[tuple[int, str]]] = lambda found: sorted(found.items())  # noqa: E731
    return [
        [
            [d.seq, d.round, d.body, d.second, [sorted(s.items()) for s in d.said], [plain(c) for c in d.critiques]]
            for d in prayers.drafts
        ],
        [[sorted(d.whole), sorted(d.amendments.items()), d.connected] for d in prayers.drafts],
        [[[seat, sorted(given.items())] for seat, given in sorted(d.challenged.items())] for d in prayers.drafts],
        [[s.seq, s.round, s.body, sorted(s.amen), s.said_at, s.public] for s in prayers.sealed],
        [[seq, a.seat, a.line, a.text, a.language] for seq, a in sorted(prayers.amended.items())],
        [[seq, c.seat, c.draft, c.line, c.language, c.text, sorted(c.confirmed)] for seq, c in prayers.carried.items()],
        prayers.say_at,
    ]
