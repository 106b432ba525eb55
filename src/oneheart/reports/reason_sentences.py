"""Sentences on the reasons behind a text: how far it comes, near ties, common desires that are no lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from oneheart.engine.reasons import NEAR_TIE
from oneheart.locale.coded import Coded

if TYPE_CHECKING:
    from oneheart.reports.translation import Translation

Json = Mapping[str, Any]
_SURE_MOST = 0.99  # two hundred draws do not make anything surer


def rung(words: Translation, code: str) -> Markup:
    """Return what a rung of the ladder counts.

    Raises:
        KeyError: for a code that is no rung.
    """
    messages = {
        "common": words.t("desires that are common, of those measured"),
        "chosen": words.t("lines, of those asked for"),
        "affirmed": words.t("lines that surely enough people want"),
        "worst fifth": words.t("lines that surely stand high enough with the people who want them least"),
        "every part": words.t("lines on which every declared circle was heard and none is likely against"),
        "own line": words.t("enough people have a line of their own"),
        "share": words.t("no part is owed a line"),
    }
    return messages[code]


def passed(words: Translation, rung: Json) -> Markup:
    """Return how many pass a rung, of how many; yes or no for a condition of the whole text."""
    if rung["key"] in ("own line", "share"):
        return words.t("yes") if rung["passed"] else words.t("not yet")
    return words.t("{passed} of {of}", passed=words.integer(rung["passed"]), of=words.integer(rung["of"]))


def failing(words: Translation, numbers: Sequence[int]) -> Markup:
    """Return which lines do not pass a rung, by their numbers; empty where all pass."""
    return words.t("not yet: {numbers}", numbers=", ".join(map(words.integer, numbers))) if numbers else Markup()


def chosen_again(words: Translation, share: float) -> Coded:
    """Return how often a line would be chosen again if as many other people were asked; a near tie is told as one."""
    value = words.hundredths(share)
    if share >= NEAR_TIE:
        sentence = words.t(
            "If as many other people like these were asked as much, this line would be among the lines again about "
            "{value} times in 100, as estimated.",
            value=value,
        )
        return Coded(sentence, "chosen again")
    sentence = words.t(
        "A near tie: if as many other people like these were asked as much, this line would be among the lines again "
        "only about {value} times in 100, as estimated; otherwise another one would stand in its place.",
        value=value,
    )
    return Coded(sentence, "near tie")


def differ(words: Translation, chance: float) -> Coded:
    """Return how sure it is that people differ on a desire more than on most others."""
    sentence = words.t(
        "Sure to about {value} in 100 that this is among the third on which answers differ most.",
        value=words.hundredths(min(chance, _SURE_MOST)),
    )
    return Coded(sentence, "differ")


def no_line(words: Translation, entry: Json, line_number: int | None) -> Coded:
    """Return why one of the most common desires is not a line.

    Args:
        words: translation into the page's language.
        entry: entry of `one_desire.no_lines` in report.json.
        line_number: number of the line that says nearly the same, from 1; None for other reasons.
    """
    messages = {
        "fact": words.t("It reads like a fact about a person rather than a wish."),
        "alike": words.t("Line {number} says nearly the same.", number=line_number or ""),
        "share": words.t("Nothing stands in its way; other lines gave more people a share."),
    }
    return Coded(messages[entry["why"]], entry["why"])


def same_wish(words: Translation, entry: Json) -> Markup:
    """Return how it was found out that a desire is the same wish as a line.

    Args:
        words: translation into the page's language.
        entry: entry of `one_desire.lines[].stands_for` in report.json.
    """
    if entry["alike"] is None or not entry["answered_both"]:
        return words.t("Its words are near, and people answered both alike.")
    return words.t(
        "Its words are near. {people} people or more answered both, and their answers go together "
        "(correlation {value}, surely {low} or more).",
        people=words.integer(entry["answered_both"]),
        value=words.decimal(entry["alike"]["value"], 1),
        low=words.decimal(entry["alike"]["low"], 1),
    )


def counted(words: Translation, entry: Json, *, stated: bool) -> Markup | None:
    """Return the plain counts of the answers to a desire; None where they are withheld.

    Args:
        words: translation into the page's language.
        entry: entry of `common_ground` in report.json.
        stated: the source states the counts, and nobody's answers were counted.
    """
    counts = [entry[name] for name in ("want_count", "not_mine_count", "against_count")]
    want, neither, against = ("" if count is None else words.integer(count) for count in counts)
    if counts[0] is None or counts[2] is None:
        return None
    if stated:
        return words.t(
            "by the counts of the source {want} want it, {against} are against it", want=want, against=against
        )
    if counts[1] is None:  # too few say not mine to be told
        return words.t("of those asked {want} want it, {against} are against it", want=want, against=against)
    return words.t(
        "of those asked {want} want it, {neither} say not mine, {against} are against it",
        want=want,
        neither=neither,
        against=against,
    )
