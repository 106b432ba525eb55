"""The section on a formula: what goes with an outcome, each term beside the others, as sentences and charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from oneheart.engine.closeness.seen import seen
from oneheart.locale.coded import Coded
from oneheart.reports import charts
from oneheart.reports.translation import Translation


@dataclass(frozen=True, slots=True)
class ExplainedTerm:
    """One term as it stands on a page.

    Attributes:
        term: as it stands in the formula.
        verdict: what may be said of it.
        picture: its effect with range and band; None where it was not measured.
        effect: the numbers; None where it was not measured.
    """

    term: str
    verdict: Coded
    picture: Markup | None
    effect: Coded | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The section on a formula.

    Attributes:
        heading: what is explained.
        formula: as it was written.
        first: of whom it is, or why nothing was measured.
        terms: each term, in order.
    """

    heading: Coded
    formula: str
    first: Coded
    terms: list[ExplainedTerm]


def explanation(told: Mapping[str, Any], words: Translation, *, rtl: bool, number: charts.Number) -> Explanation:
    """Return the section for the numbers of a formula, as report.json holds them."""
    t, outcome = words.t, told["outcome"]
    heading = Coded(t("What goes with “{outcome}”, each term beside the others", outcome=outcome), outcome)
    few = t("Not measured: of fewer than twelve people everything in the formula is known.")
    if told["why_not"] is not None or told["people"] is None:
        return Explanation(heading, told["formula"], Coded(few, "few people"), [])
    people = t(
        "Compared are the {people} people of whom everything in the formula is known.",
        people=words.integer(told["people"]),
    )
    terms = [_term(one, outcome, words, rtl=rtl, number=number) for one in told["terms"]]
    return Explanation(heading, told["formula"], Coded(people, "compared"), terms)


def _term(
    told: Mapping[str, Any], outcome: str, words: Translation, *, rtl: bool, number: charts.Number
) -> ExplainedTerm:
    t, relation, names = words.t, told["relation"], {"term": told["term"], "outcome": outcome}
    if relation is None:
        constant = t("“{term}” cannot be told apart from the other terms here.", term=told["term"])
        return ExplainedTerm(told["term"], Coded(constant, "constant"), None, None)
    verdicts = {
        "with": t(
            "“{term}” goes with more of “{outcome}”, the other terms held equal. Which brings which, this cannot say.",
            **names,
        ),
        "against": t(
            "“{term}” goes with less of “{outcome}”, the other terms held equal. Which brings which, this cannot say.",
            **names,
        ),
        "unseen": t("No relation of “{term}” with “{outcome}” can be seen here, the other terms held equal.", **names),
    }
    found = seen(*(relation[name] for name in ("effect", "low", "high", "p")))
    effect = t(
        "Effect {effect}, surely between {low} and {high}, on a scale from -1 to 1 where 0 is no relation.",
        effect=words.decimal(relation["effect"], 3),
        low=words.decimal(relation["low"], 3),
        high=words.decimal(relation["high"], 3),
    )
    verdict = Coded(verdicts[found], found)
    picture = charts.effect_scale(relation, label=str(verdict.striptags()), rtl=rtl, number=number)
    return ExplainedTerm(told["term"], verdict, picture, Coded(effect, "effect"))
