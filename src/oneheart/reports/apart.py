"""The report of outward closeness, of inner closeness, and of the correlation between them."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from markupsafe import Markup

from oneheart.engine import disclosure
from oneheart.engine.closeness.outward import BUCKETS, bucket
from oneheart.engine.closeness.relation import Relation
from oneheart.engine.closeness.seen import Seen, by_interval, by_test, in_hundred_of_correlation, seen
from oneheart.engine.disclosure import K, Shown
from oneheart.engine.explained import Explained
from oneheart.engine.side_by_side import Compared, SideBySide
from oneheart.engine.told import Estimated, Things, Told, to_builtin
from oneheart.locale.coded import Coded
from oneheart.model.near_by import NearBy
from oneheart.reports import charts
from oneheart.reports.apart_explained import Explanation, explanation
from oneheart.reports.apart_sentences import (
    asked_said,
    comparison_heading,
    comparison_verdict,
    how_strong,
    may_be_said,
    of_whom_said,
    why_not_compared,
)
from oneheart.reports.rendering import page_parts
from oneheart.reports.report import write_files
from oneheart.reports.translation import Translation, check_language
from oneheart.version import VERSION

Json = dict[str, Any]
SCHEMA_VERSION = "1.0"


def schema() -> Json:
    """Return the JSON Schema (draft 2020-12) of the JSON file.

    Example:
        >>> sorted(schema()["required"])[:3]
        ['inner', 'method', 'outward']
    """
    text = resources.files("oneheart.reports").joinpath("apart.schema.json").read_text(encoding="utf-8")
    parsed: Json = json.loads(text)
    return parsed


class ApartOutward(Told, frozen=True):
    """Outward closeness. `share_of_pairs` can be computed from the shown people and pairs."""

    people: Shown
    seen: Shown
    pairs: Shown
    share_of_pairs: Estimated | None
    met: dict[str, Shown]
    unit: str
    layers: list[str]


class ApartInner(Told, frozen=True):
    """Inner closeness: oneness with its range."""

    oneness: Estimated | None
    low: Estimated | None
    high: Estimated | None
    desires: Things
    answered: Shown


class ApartPower(Told, frozen=True):
    """The least effect that the test detects, and the probability of detecting it."""

    least_visible_effect: Estimated | None
    chance: Estimated


class ApartRelation(Told, frozen=True):
    """The correlation of two measures over all pairs of people, with its permutation test."""

    effect: Estimated | None
    low: Estimated | None
    high: Estimated | None
    rho: Estimated | None
    auc: Estimated | None
    p: Estimated | None
    seen: str
    permutations: Things
    power: ApartPower
    within_strata: bool


class ApartShuffled(Told, frozen=True):
    """A comparison beside shuffles of who met whom."""

    among: str
    owed: Estimated | None
    beyond: Estimated | None
    p: Estimated | None
    draws: Things


class ApartCompared(Told, frozen=True):
    """One comparison, or the reason why it was not made."""

    people: Shown
    why_not: str | None
    yes_or_no: bool
    asked_by: str | None
    shuffled: list[ApartShuffled]
    relation: ApartRelation | None


class ApartTerm(Told, frozen=True):
    """One term of a formula beside all the others."""

    term: str
    relation: ApartRelation | None


class ApartExplained(Told, frozen=True):
    """What goes with an outcome, by a formula."""

    formula: str
    outcome: str
    people: Shown
    why_not: str | None
    terms: list[ApartTerm]


class ApartMethod(Told, frozen=True):
    """The software and settings of the report."""

    version: str
    strata: str
    same: str
    k_anonymity: Things


class ApartReport(Told, frozen=True):
    """The content of the JSON file, as apart.schema.json describes it."""

    schema_version: str
    source: list[str]
    outward: ApartOutward
    inner: ApartInner | None
    relation: ApartRelation | None
    relations: dict[str, ApartCompared]
    explained: ApartExplained | None
    method: ApartMethod


def build(measured: SideBySide, *, explained: Explained | None = None, k: int = K, steps: bool = False) -> ApartReport:
    """Return the numbers of the report. None means not measured; a `Shown` without a value is withheld.

    Args:
        measured: result of `side_by_side`.
        explained: result of `explain`, where a formula was asked.
        k: least number of people in a count that is shown.
        steps: true for a live gathering: counts of people move in steps only, and pairs are not counted, so that a
            list of contacts that a host made up tells of nobody.
    """
    outward = measured.outward
    counts = Counter(bucket(met) for met in outward.met_by_person.tolist())
    shown = disclosure.show_counts([counts[name] for name in BUCKETS], k)
    relations: dict[str, ApartCompared] = {}
    for compared in measured.compared:
        relations[compared.what] = _compared(compared, k, steps=steps)
    inner = None
    if measured.inner is not None and disclosure.twice_enough(measured.inner.people, k):
        ends = (measured.inner.value, measured.inner.low, measured.inner.high)
        if steps:
            ends = disclosure.release_oneness(ends, measured.inner.people, k)
        oneness, low, high = map(_rounded, ends)
        answered = disclosure.show_count(measured.inner.people, k=k)
        inner = ApartInner(oneness, low, high, measured.inner.desires, _stepped(answered) if steps else answered)
    people = disclosure.show_count(outward.people, k=k)
    seen, pairs = disclosure.show_count(outward.seen, outward.people, k), disclosure.show_count(outward.pairs, k=k)
    share = outward.share_of_pairs if disclosure.twice_enough(outward.people, k) else None
    if steps:
        people, shown = _stepped(people), tuple(map(_stepped, shown))
        seen = pairs = disclosure.withheld()
        share = None if share is None else disclosure.release_share(share, outward.people, k)
    return ApartReport(
        schema_version=SCHEMA_VERSION,
        source=list(measured.source),
        outward=ApartOutward(
            people=people,
            seen=seen,
            pairs=pairs,
            share_of_pairs=_rounded(share),
            met=dict(zip(BUCKETS, shown, strict=True)),
            unit=measured.unit,
            layers=[layer.name or "occasion" for layer in outward.layers],
        ),
        inner=inner,
        relation=next((compared.relation for compared in relations.values()), None),
        relations=relations,
        explained=None if explained is None else _explained(explained, k),
        method=ApartMethod(version=VERSION, strata=measured.strata, same=measured.same, k_anonymity=k),
    )


def plain(report: ApartReport) -> Json:
    """Return a report as plain dicts and numbers; None where a count is withheld or not measured.

    Raises:
        TypeError: for anything but an `ApartReport`, because only that type guarantees that it holds no bare count.
    """
    if not isinstance(report, ApartReport):
        message = f"only an ApartReport is written, not {type(report).__name__}"
        raise TypeError(message)
    content: Json = to_builtin(report)
    return content


def _stepped(shown: Shown) -> Shown:
    """Return a count in steps of k people; one that is withheld stays so."""
    return disclosure.show_steps(shown.value) if isinstance(shown.value, int) else shown


def _compared(compared: Compared, k: int, *, steps: bool) -> ApartCompared:
    people = disclosure.show_count(compared.people, k=k)
    return ApartCompared(
        people=_stepped(people) if steps else people,
        why_not=compared.why_not,
        yes_or_no=compared.binary,
        asked_by=compared.asked_by,
        shuffled=[
            ApartShuffled(one.among, _rounded(one.owed), _rounded(one.beyond), _rounded(one.p), one.draws)
            for one in compared.shuffled
        ],
        relation=_relation(compared.relation, compared.seen),
    )


def _explained(explained: Explained, k: int) -> ApartExplained:
    return ApartExplained(
        formula=str(explained.formula),
        outcome=str(explained.formula.outcome),
        people=disclosure.show_count(explained.people, k=k),
        why_not=explained.why_not,
        terms=[
            ApartTerm(str(term), None if relation is None else _relation(relation, relation.seen))
            for term, relation in zip(explained.formula.terms, explained.relations, strict=True)
        ],
    )


def _relation(relation: Relation | None, may_say: Seen) -> ApartRelation | None:
    if relation is None:
        return None
    return ApartRelation(
        effect=_rounded(relation.effect),
        low=_rounded(relation.low),
        high=_rounded(relation.high),
        rho=_rounded(relation.rho),
        auc=_rounded(relation.auc),
        p=_rounded(relation.p),
        seen=may_say,
        permutations=relation.permutations,
        power=ApartPower(_rounded(relation.least_visible), 0.8),
        within_strata=relation.within,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 6)


def write_apart(
    measured: SideBySide,
    folder: Path | str,
    *,
    explained: Explained | None = None,
    language: str | None = "en",
    k: int = K,
    name: str = "report",
    steps: bool = False,
) -> tuple[Path, Path]:
    """Write NAME.html and NAME.json and return their paths.

    Args:
        measured: result of `side_by_side`.
        folder: folder for the two files; made if it is missing.
        explained: result of `explain`, where a formula was asked.
        language: language of the page; None means English.
        k: least number of people in a count that is shown.
        name: name of the files without suffix; "report-apart" beside the report of a gathering.
        steps: true for a live gathering, see `build`.

    Raises:
        UserError: for a folder that cannot be written, a language without a catalogue, or a k that is too small.
    """
    code = check_language(language)
    content = plain(build(measured, explained=explained, k=disclosure.check_k(k), steps=steps))
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return write_files(folder, page(content, language=code), text, name=name)


def page(content: Mapping[str, Any], *, language: str = "en") -> str:
    """Return the HTML page for the numbers of a report, as `plain` returns them."""
    words = Translation(language)
    environment, parts = page_parts(words)
    return environment.get_template("apart.html").render(content=content, view=View(content, words), **parts)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison as it stands on a page, from the plain to the exact.

    Attributes:
        heading: the question.
        first: what was found, in words.
        picture: the effect, its range, and the band of what could not be seen; None where nothing was measured.
        more: the numbers, and of whom they are.
    """

    heading: Coded
    first: list[Coded]
    picture: Markup | None
    more: list[Coded]


class View:
    """The numbers as sentences and charts. Each sentence names its measure."""

    def __init__(self, content: Mapping[str, Any], words: Translation) -> None:
        """Keep the plain numbers and the translation."""
        self.content, self.words = content, words
        self.rtl = words.direction == "rtl"

    def outward_said(self) -> list[Coded]:
        """Return the sentences about outward closeness."""
        outward, t = self.content["outward"], self.words.t
        if not outward["people"] or (outward["pairs"] is None and outward["share_of_pairs"] is None):
            few = t("Too few people or meetings were recorded to say how near people have been.")
            return [Coded(few, "not measured")]
        people = t(
            "{people} people were recorded. {pairs} pairs of them were near each other at least once.",
            people=self.words.integer(outward["people"]),
            pairs=self.words.integer(outward["pairs"] or 0),
        )
        if outward["pairs"] is None:
            people = t("{people} people or more were recorded.", people=self.words.integer(outward["people"]))
        sentences = [Coded(people, "people")]
        if outward["share_of_pairs"] is not None:
            share = self.words.decimal(100 * outward["share_of_pairs"], 1)
            if outward["pairs"] is None:
                near = t("Of every 100 pairs of them about {share} were near at least once.", share=share)
                sentences.append(Coded(near, "pairs"))
            else:
                near = t("That is {share} of every 100 pairs that there could be.", share=share)
                sentences.append(Coded(near, "pairs"))
        kinds = {
            "badges": t("badges saw each other face to face"),
            "phones": t("phones heard each other"),
            "table": t("people sat at one table"),
        }
        counted = [str(kinds[name]) for name in outward["layers"] if name in kinds]
        if counted:
            lists = t("In lists of contacts it counts as near when {kinds}.", kinds="; ".join(counted))
            sentences.append(Coded(lists, "lists"))
        return [*sentences, *self._near()]

    def _near(self) -> list[Coded]:
        """Return the sentences on what counts as near in the sources, and as how near."""
        outward, t = self.content["outward"], self.words.t
        sentences = []
        if "contact" in outward["layers"]:
            listed = t("Two people count as near when the list has a line of them.")
            sentences.append(Coded(listed, "near by lines"))
        for unit in outward["unit"].split(", ") if _LISTED & {*outward["layers"]} else ():
            amounts = {
                "seconds": t("The more time, the nearer, by its logarithm: twice as long is not twice as near."),
                "times": t("The more often, the nearer, by the logarithm: twice as often is not twice as near."),
            }
            column = t("The more in the column “{column}”, the nearer, by its logarithm.", column=unit)
            sentences.append(Coded(amounts.get(unit, column), "how near"))
        if {*outward["layers"]} - _LISTED:
            there = t(
                "Two people count as near who were at one occasion: the longer, and the fewer others, the nearer."
            )
            sentences.append(Coded(there, "near at occasions"))
        return sentences

    def outward_picture(self) -> Markup | None:
        """Return a histogram of how many others people have met; None where all bars are withheld."""
        met = self.content["outward"]["met"]
        if all(count is None for count in met.values()):
            return None
        label = str(self.words.t("How many others people have been near").striptags())
        counts = [met[name] for name in BUCKETS]
        return charts.steps(counts, list(BUCKETS), label=label, rtl=self.rtl, number=self.words.integer)

    def inner_said(self) -> list[Coded]:
        """Return the sentences about inner closeness."""
        inner, t = self.content["inner"], self.words.t
        if inner is None:
            few = t(
                "Not measured: no answers of enough people were given. Being near says nothing of what people want."
            )
            return [Coded(few, "not measured")]
        values = {name: 100 * inner[key] for name, key in _INNER.items()}
        if values["value"] < 0:
            values = {"value": -values["value"], "low": -values["high"], "high": -values["low"]}
        often = {name: self.words.decimal(value, 0) for name, value in values.items()}
        opposed = t(
            "Of every 100 times that two people answer the same desire, {value} more are opposed than alike, surely "
            "between {low} and {high} more.",
            **often,
        )
        alike = t(
            "Of every 100 times that two people answer the same desire, {value} more are alike than opposed, surely "
            "between {low} and {high} more.",
            **often,
        )
        oneness = t(
            "Oneness is {value}, surely between {low} and {high}: the chance that two people answer alike, "
            "less the chance that they are opposed.",
            **{name: self.words.decimal(inner[key]) for name, key in _INNER.items()},
        )
        in_cases = Coded(opposed, "opposed") if inner["oneness"] < 0 else Coded(alike, "alike")
        sentences = [in_cases, Coded(oneness, "oneness")]
        if inner.get("answered") is not None:
            count = self.words.integer(inner["answered"])
            exact, least = (
                t("{people} people answered.", people=count),
                t("{people} people or more answered.", people=count),
            )
            sentences.append(Coded(least if self._in_steps else exact, "answered"))
        return sentences

    def inner_picture(self) -> Markup | None:
        """Return the scale of oneness; None where it was not measured."""
        inner = self.content["inner"]
        if inner is None:
            return None
        label = str(self.inner_said()[0].striptags())
        return charts.oneness_scale(
            inner["oneness"], inner["low"], inner["high"], label=label, rtl=self.rtl, number=self.in_cases
        )

    def in_cases(self, number: float) -> str:
        """Return a tick of the scale of oneness in cases of a hundred, as the sentence above it tells it."""
        return self.words.decimal(100 * number, 0)

    def tick(self, number: float) -> str:
        """Return the label of a tick without needless digits."""
        return self.words.decimal(number, 0 if number == round(number) else 1)

    def explained(self) -> Explanation | None:
        """Return the section on a formula; None where none was asked."""
        told = self.content.get("explained")
        return None if told is None else explanation(told, self.words, rtl=self.rtl, number=self.tick)

    def _shuffles(self, compared: Mapping[str, Any]) -> list[Coded]:
        """Return a sentence for each shuffle of who met whom, and one where a shuffle takes back what else was seen."""
        t, sentences = self.words.t, []
        for one in compared.get("shuffled", ()):
            numbers = {
                "often": self.words.integer(round(1000 * one["p"])),
                "owed": self.words.decimal(one["owed"], 3),
            }
            among = {
                "times": t(
                    "With only the people of each moment exchanged among themselves, one as strong comes up in about "
                    "{often} of 1,000 cases; {owed} of the effect comes from who was there at the same time.",
                    **numbers,
                ),
                "days": t(
                    "With only the people of each day exchanged among themselves, one as strong comes up in about "
                    "{often} of 1,000 cases; {owed} of the effect comes from who was there on the same day.",
                    **numbers,
                ),
            }
            sentences.append(Coded(among[one["among"]], f"shuffled {one['among']}"))
        relation = compared["relation"]
        alone = seen(*(relation[name] for name in ("effect", "low", "high", "p")))
        if alone != may_be_said(compared):
            taken = t("Being there at the same time can bring as much; so nothing more is claimed.")
            sentences.append(Coded(taken, "shuffles differ"))
        return sentences

    @property
    def _in_steps(self) -> bool:
        """Return whether counts of people are rounded down to steps, as for a live gathering."""
        outward = self.content.get("outward")
        return outward is None or (outward["pairs"] is None and outward["share_of_pairs"] is not None)

    @property
    def _same(self) -> str:
        """Return the column whose equal values were compared; "" for none."""
        return str(self.content["method"].get("same", ""))

    def comparisons(self) -> list[Comparison]:
        """Return each comparison: what was found, its picture, then the numbers."""
        rows: list[Comparison] = []
        for what, compared in self.content["relations"].items():
            heading = comparison_heading(self.words, what, self._same)
            relation = compared["relation"]
            if relation is None:
                why = why_not_compared(self.words, compared["why_not"])
                rows.append(Comparison(heading, [why, *asked_said(self.words, compared.get("asked_by"))], None, []))
                continue
            first = self._found(what, compared)
            label = str(first[0].striptags())
            picture = charts.effect_scale(relation, label=label, rtl=self.rtl, number=self.tick)
            rows.append(Comparison(heading, first, picture, self._numbers(what, compared)))
        return rows

    def _found(self, what: str, compared: Mapping[str, Any]) -> list[Coded]:
        """Return what was found, in words and in cases of a hundred."""
        t, relation = self.words.t, compared["relation"]
        outcome = may_be_said(compared)
        sentences = [comparison_verdict(self.words, what, outcome, self._same)]
        if outcome == "unseen":
            return sentences
        if relation["auc"] is None:
            sentences.append(how_strong(self.words, abs(relation["effect"])))
        else:
            tied = t(
                "Of a tied and an untied pair the tied one was nearer in {share} of 100 cases; 50 is chance.",
                share=self.words.hundredths(relation["auc"]),
            )
            sentences.append(Coded(tied, "tied"))
        if what == "desires":
            nearer = t(
                "Of two pairs, the one that was nearer wants more alike in about {share} of 100 cases; 50 is chance.",
                share=self.words.hundredths(in_hundred_of_correlation(relation["effect"])),
            )
            sentences.append(Coded(nearer, "nearer"))
        return sentences

    def _numbers(self, what: str, compared: Mapping[str, Any]) -> list[Coded]:
        """Return the numbers of a comparison, of how many people they are, and what could not be seen."""
        t, decimal, relation = self.words.t, self.words.decimal, compared["relation"]
        sentences = []
        if compared["people"] is not None:
            sentences.append(of_whom_said(self.words, what, compared["people"], self._same, in_steps=self._in_steps))
        sentences += asked_said(self.words, compared.get("asked_by"))
        if what == "ties" and compared["yes_or_no"]:
            sentences.append(Coded(t("Ties count as yes or no."), "binary"))
        effect = t(
            "Effect {effect}, surely between {low} and {high}, on a scale from -1 to 1 where 0 is no relation.",
            effect=decimal(relation["effect"], 3),
            low=decimal(relation["low"], 3),
            high=decimal(relation["high"], 3),
        )
        chance = t(
            "With people exchanged by lot, one as strong comes up in about {often} of 1,000 cases.",
            often=self.words.integer(round(1000 * relation["p"])),
        )
        sentences += [Coded(effect, "effect"), Coded(chance, "chance")]
        if by_test(relation["p"]) != by_interval(relation["low"], relation["high"]):
            differ = t("The range and the exchange by lot do not say the same here; so nothing is claimed.")
            sentences.append(Coded(differ, "differ"))
        sentences += self._shuffles(compared)
        if may_be_said(compared) == "unseen" and relation["power"]["least_visible_effect"] is not None:
            least = t(
                "With these numbers an effect below {least} could not be seen; that is not to say there is none.",
                least=decimal(relation["power"]["least_visible_effect"], 3),
            )
            sentences.append(Coded(least, "least visible"))
        if relation["within_strata"]:
            strata = self.content["method"]["strata"]
            same = t("People were exchanged only with people of the same {strata}.", strata=strata)
            sentences.append(Coded(same, "strata"))
        return sentences


_LISTED = {"contact", *NearBy}
_INNER = {"value": "oneness", "low": "low", "high": "high"}
