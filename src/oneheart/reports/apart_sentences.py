"""Sentences of the report on closeness: what is asked, what was found, of whom, and why something was not measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oneheart.engine.closeness.seen import Seen, seen
from oneheart.engine.shuffled import Shuffled
from oneheart.locale.coded import Coded
from oneheart.reports.translation import Translation


def comparison_heading(words: Translation, what: str, column: str) -> Coded:
    """Return the question of a comparison."""
    headings = {
        "same": words.t("Does having been near go with being alike in “{column}”?", column=column),
        "desires": words.t("Does having been near go with wanting alike?"),
        "ties": words.t("Does having been near go with declared ties?"),
    }
    return Coded(headings[what], what)


def comparison_verdict(words: Translation, what: str, outcome: str, column: str) -> Coded:
    """Return the sentence of a correlation: "with", "against", or "unseen". It never claims a cause."""
    t = words.t
    messages = {
        ("desires", "with"): t("Having been near goes with wanting alike. Which brings which, this cannot say."),
        ("desires", "against"): t(
            "Having been near goes with wanting differently. Which brings which, this cannot say."
        ),
        ("desires", "unseen"): t("No relation between having been near and wanting alike can be seen here."),
        ("ties", "with"): t("Having been near goes with declared ties. Which brings which, this cannot say."),
        ("ties", "against"): t("Tied people were less near than others. Which brings which, this cannot say."),
        ("ties", "unseen"): t("No relation between having been near and declared ties can be seen here."),
    }
    if what == "same":
        alike = {
            "with": t(
                "People who were near are more often alike in “{column}”. Which brings which, this cannot say.",
                column=column,
            ),
            "against": t(
                "People who were near are less often alike in “{column}”. Which brings which, this cannot say.",
                column=column,
            ),
            "unseen": t(
                "No relation between having been near and being alike in “{column}” can be seen here.", column=column
            ),
        }
        return Coded(alike[outcome], outcome)
    return Coded(messages[what, outcome], outcome)


def may_be_said(compared: Mapping[str, Any]) -> Seen:
    """Return what may be said of a comparison: range, exchange of people and every shuffle must agree."""
    relation = compared["relation"]
    agree = all(_agrees(one, relation["effect"]) for one in compared.get("shuffled", ()))
    return seen(*(relation[name] for name in ("effect", "low", "high", "p"))) if agree else "unseen"


def _agrees(shuffled: Mapping[str, Any], effect: float) -> bool:
    one = Shuffled(shuffled["among"], shuffled["owed"], shuffled["p"], shuffled["draws"], shuffled["beyond"])
    return one.agrees(effect)


def asked_said(words: Translation, asked_by: str | None) -> list[Coded]:
    """Return the sentence on how it is known who was asked for ties; none where nobody was asked for any."""
    t = words.t
    messages = {
        "list": t("Who was asked for ties was given in a list; nobody else is compared."),
        "naming": t(
            "No list says who was asked for ties, so those count who name somebody. Who was asked and named nobody "
            "is missing here; give a list of all who were asked."
        ),
        "named": t(
            "No list says who was asked for ties, so those count whom the ties name. Who was asked and has none is "
            "missing here; give a list of all who were asked."
        ),
    }
    return [] if asked_by is None else [Coded(messages[asked_by], f"asked {asked_by}")]


def of_whom_said(words: Translation, what: str, people: int, column: str, *, in_steps: bool) -> Coded:
    """Return the sentence on the people of a comparison, who can be fewer than those of either measure."""
    t, count = words.t, words.integer(people)
    if in_steps:
        messages = {
            "desires": t("Compared are {people} people or more who were recorded and who answered.", people=count),
            "ties": t("Compared are {people} people or more who were recorded and asked for ties.", people=count),
            "same": t(
                "Compared are {people} people or more who were recorded and of whom “{column}” is known.",
                people=count,
                column=column,
            ),
        }
    else:
        messages = {
            "desires": t("Compared are the {people} people who were recorded and who answered.", people=count),
            "ties": t("Compared are the {people} people who were recorded and asked for ties.", people=count),
            "same": t(
                "Compared are the {people} people who were recorded and of whom “{column}” is known.",
                people=count,
                column=column,
            ),
        }
    return Coded(messages[what], "compared")


def how_strong(words: Translation, size: float) -> Coded:
    """Return the sentence on an effect size, by Cohen's thresholds for correlations (0.1, 0.3, 0.5)."""
    t = words.t
    if size < 0.1:  # noqa: PLR2004
        return Coded(
            t("The relation is faint: of two people picked out, having been near says next to nothing."), "faint"
        )
    if size < 0.3:  # noqa: PLR2004
        return Coded(t("The relation is slight: of two people picked out, having been near says little."), "slight")
    if size < 0.5:  # noqa: PLR2004
        return Coded(
            t("The relation is clear: of two people picked out, too, having been near says something."), "clear"
        )
    return Coded(t("The relation is strong: of two people picked out, having been near says much."), "strong")


def why_not_compared(words: Translation, why: str) -> Coded:
    """Return why a comparison was not made, and what to do."""
    t = words.t
    messages = {
        "few people": t("Not measured: fewer than twelve people are in both files."),
        "other people": t("Not measured: the two files speak of different people; give both the same ids."),
        "no answers": t("Not measured: nobody answered anything."),
        "nothing differs": t("Not measured: on one side all pairs are the same, so nothing can go with anything."),
    }
    return Coded(messages[why], why)
