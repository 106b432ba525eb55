"""The types of `report.json`, with fields in the order of the file. report.schema.json describes each field.

Every count or share of people is a `Shown`; the base class `Told` refuses bare numbers. So neither the file nor the
page, which is made from the same values, can hold a count that did not pass the disclosure gate.
"""

from __future__ import annotations

from oneheart.engine.disclosure import Shown
from oneheart.engine.told import Estimated, Ordinal, Things, Told


class ReportEstimate(Told, frozen=True):
    """An estimate of the model with its range. No count of people can be computed from it."""

    value: Estimated
    low: Estimated
    high: Estimated


class ReportRange(Told, frozen=True):
    """An estimate over people, in steps of k of them, with its range."""

    value: Shown
    low: Shown
    high: Shown


class ReportSource(Told, frozen=True):
    """The source of the answers."""

    question: str
    name: str
    people: Shown
    people_answered: Shown
    responses: Shown
    answers_want: Shown
    answers_against: Shown
    desires: Things
    rejected_desires: Things
    circles: Things
    sign: str | None
    credits: str
    asks: str


class ReportWords(Told, frozen=True):
    """Words with the code of their language."""

    language: str
    text: str


class ReportSealedLine(Told, frozen=True):
    """One line of a sealed text, or the desire that would include more people."""

    text: str
    language: str
    carried: list[ReportWords]


class ReportLevel(Told, frozen=True):
    """How many circles of one level can say a sealed text."""

    circles: Things
    can_say: Things
    unheard: Things


class ReportLanguage(Told, frozen=True):
    """How far a sealed text stands in one language; `unmet` and `alone` are numbers of lines, from 1."""

    language: str
    unmet: list[Ordinal]
    measured: bool
    heard: bool
    alone: list[Ordinal]


class ReportFelt(Told, frozen=True):
    """How far people find themselves in a sealed text: the mean of 1 to 7, and its 95 % interval."""

    people: Shown
    value: Shown
    low: Shown
    high: Shown


class ReportSealed(Told, frozen=True):
    """One sealed text."""

    number: Ordinal
    round: Ordinal
    day: str
    question: list[ReportWords]
    lines: list[ReportSealedLine]
    verdict: str
    missing: list[str]
    include: ReportSealedLine | None
    digest: str
    root: str
    size: Shown
    words_match: bool
    readers: Shown
    amen: Shown
    asked: Shown
    share: str
    share_high: Estimated | None
    margin_people: Shown | None
    margin_circles: Things | None
    margin_exact: bool
    said: Shown
    everybody: Shown
    unheard: Things
    levels: list[ReportLevel]
    languages: list[ReportLanguage]
    represented: ReportFelt | None


class ReportHall(Told, frozen=True):
    """The counts that the hall screen showed."""

    name: str
    people: Shown
    desires: Shown
    answers: Shown
    joined: Shown
    taken_back: Shown
    waiting: Shown
    demand: Shown
    lines: Things | None


class ReportStoodFor(Told, frozen=True):
    """A desire for which a line stands: the same wish to this gathering in other words."""

    id: str
    answered_both: Shown
    alike: ReportEstimate | None
    words: Estimated


class ReportLine(Told, frozen=True):
    """One line of the text that the calculation chooses."""

    id: str
    text: str
    language: str | None
    held_by: Shown
    only_here: Shown
    want_curve: list[Estimated]
    against_curve: list[Estimated]
    conditions: dict[str, bool]
    chosen_again: Estimated | None
    stands_for: list[ReportStoodFor]


class ReportCondition(Told, frozen=True):
    """One condition of the chosen text; `value` is a `Shown` where it is a share of people."""

    key: str
    met: bool | None
    value: Shown | Estimated | None
    needed: Estimated | None
    line: str | None
    circle: str | None


class ReportMissing(Told, frozen=True):
    """One reason why the chosen text is not one desire yet."""

    code: str
    condition: str | None
    line: str | None = None
    circle: str | None = None
    desire: str | None = None


class ReportRung(Told, frozen=True):
    """One rung of the ladder: how many desires or lines pass one condition."""

    key: str
    passed: Things
    of: Things


class ReportNoLine(Told, frozen=True):
    """One of the most common desires that is no line, and why."""

    id: str
    why: str
    line: str | None


class ReportSpread(Told, frozen=True):
    """A desire on which people differ: the spread of answers, and the chance that few others have a greater one."""

    id: str
    spread: Estimated
    chance: Estimated


class ReportCircleShare(Told, frozen=True):
    """The share of one declared circle in the chosen text."""

    circle: str
    name: str
    members: Shown
    own_line: ReportRange | None
    word: Shown
    desire: str | None


class ReportText(Told, frozen=True):
    """The text that the calculation chooses from answers alone."""

    status: str
    verdict: str
    lines: list[ReportLine]
    share_index: Estimated | None
    share_kind: str
    owed: str | None
    coverage: ReportRange | None
    lines_held: list[Shown]
    pairs: Estimated | None
    ejr_plus: bool | None
    conditions: list[ReportCondition]
    missing: list[ReportMissing]
    circle_shares: list[ReportCircleShare]
    nearest: list[str]
    ladder: list[ReportRung]
    no_lines: list[ReportNoLine]
    short: str | None


class ReportOneness(Told, frozen=True):
    """Oneness, the measure of how alike answers are, with its range."""

    value: Estimated | None
    low: Estimated | None
    high: Estimated | None
    desires: Things
    people: Shown


class ReportCircle(Told, frozen=True):
    """The support of a desire in one declared circle."""

    circle: str
    name: str
    answered: Shown
    support: ReportRange | None
    word: str


class ReportGround(Told, frozen=True):
    """The common ground of one desire."""

    rank: Ordinal | None
    id: str
    text: str
    language: str | None
    standing: str
    answers: Shown
    want_count: Shown
    not_mine_count: Shown
    against_count: Shown
    want: ReportEstimate | None
    against: ReportEstimate | None
    worst_fifth: ReportEstimate | None
    observed_worst_fifth: ReportRange | None
    observed_against: Shown
    looks_like_fact: bool
    is_fact: bool
    same_as: list[str]
    circles: list[ReportCircle]


class ReportMethod(Told, frozen=True):
    """The software, seed and settings of the analysis."""

    software: str
    version: str
    seed: Ordinal
    lines_asked: Things
    worst_share: Estimated
    against_weight: Estimated
    k_anonymity: Things
    interval: Estimated
    heads: list[str]
    sweeps: Things
    converged: bool
    rest: Estimated | None
    few_answers_people: Shown
    writers_without_answers: Shown
    notes: list[str]


class Report(Told, frozen=True):
    """The content of `report.json`."""

    schema_version: str
    source: ReportSource
    sealed: list[ReportSealed]
    hall: ReportHall | None
    measured: bool
    why_not: list[str]
    one_desire: ReportText
    oneness: ReportOneness | None
    common_ground: list[ReportGround]
    divisive: list[ReportSpread]
    method: ReportMethod
