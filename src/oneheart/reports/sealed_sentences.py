"""Sentences about the record of a live gathering: its sealed texts, and why counts differ from those of its hall.

Verdicts, conditions and shares have the same sentences, in every language, as the live pages. A test compares the two
catalogues.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from oneheart.engine import disclosure
from oneheart.locale import languages
from oneheart.model.verdict import SHARE_UNKNOWN, ConditionCode, Status, missing_told

if TYPE_CHECKING:
    from oneheart.reports.translation import Translation

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CountRow:
    """One count of the hall and of this page.

    Attributes:
        name: name of what is counted.
        hall: count of the hall, in words.
        here: count of this page, in words.
        reasons: why the two differ; empty if they agree.
    """

    name: Markup
    hall: Markup
    here: Markup
    reasons: tuple[Markup, ...]


def verdict(words: Translation, code: str) -> Markup:
    """Return the sentence of a verdict."""
    messages = {
        Status.ONE_DESIRE: words.t("One desire: every part that was heard can say it."),
        Status.NOT_YET: words.t("Not one yet. It is said as far as it goes."),
        Status.NOT_MEASURED: words.t("Not measured"),
    }
    return messages[Status(code)]


def unmatched(words: Translation) -> Markup:
    """Return the headline of a sealed text whose words do not have its hash; no verdict is shown for it."""
    return words.t("These words do not match their fingerprint, so nothing is said of them.")


def missing(words: Translation, codes: Sequence[str], share: str) -> list[Markup]:
    """Return a sentence for each condition that failed when a text was sealed.

    Where the share of the parts was not measured, that alone is said of it.
    """
    return [_condition(words, code) for code in missing_told(codes, share)]


def _condition(words: Translation, code: str) -> Markup:
    messages = {
        ConditionCode.NO_LINES: words.t("No desire is common to all parts yet."),
        ConditionCode.MEASURED: words.t("Too few have read it to be sure."),
        ConditionCode.AFFIRMED: words.t("Not enough have said that they can say the whole of it."),
        ConditionCode.WORST_FIFTH: words.t("Those who were expected to want it least cannot surely say it yet."),
        ConditionCode.EVERY_PART: words.t("Not every part can surely say it yet."),
        ConditionCode.LANGUAGES: words.t("Not all of us have met every line in their own language yet."),
        ConditionCode.OWN_LINE: words.t("Not enough of us surely have a line of their own in it yet."),
        ConditionCode.SHARE: words.t("It is not sure yet that no part of the gathering is owed a line."),
        SHARE_UNKNOWN: words.t("The share of the parts is not measured."),
        ConditionCode.SETTLED: words.t("The last reading still changed how many can say it."),
    }
    return messages[code]


def share(words: Translation, text: Json) -> list[Markup]:
    """Return sentences on how the share of the parts in a sealed text is known."""
    messages = {
        "certified": words.t("It was checked whether every part has its place in the text."),
        "estimated": words.t("Whether every part has its place in the text is an estimate."),
        "not measured": words.t("The share of the parts is not measured."),
    }
    unknown = SHARE_UNKNOWN in missing_told(text["missing"], text["share"])  # said among what is missing
    lines = [] if unknown else [messages.get(text["share"], messages["not measured"])]
    if text["asked"]:
        asked = words.integer(text["asked"])
        lines.append(words.t("{count} people or more were asked by lot about what is not in the text.", count=asked))
    if text["share_high"] is not None:
        most = words.decimal(text["share_high"])
        lines.append(
            words.t(
                "The share index is surely at most {most}; where it is 1 or less, no part is owed a line.", most=most
            )
        )
    return lines


def margin(words: Translation, text: Json) -> list[Markup]:
    """Return sentences on how many could have changed which lines a sealed text has; [] where it is not known."""
    if text["margin_people"] is None:
        return []
    lines = []
    if text["margin_people"]:
        many = words.integer(text["margin_people"])
        lines.append(
            words.t("{count} people who answered otherwise could have changed which lines it has.", count=many)
        )
    else:
        lines.append(words.t("Fewer than five people who answered otherwise could have changed which lines it has."))
    if text["margin_circles"] is not None:
        circles = words.integer(text["margin_circles"])
        lines.append(words.t("Circles that together could have changed it: {count}.", count=circles))
    if text["margin_exact"]:
        lines.append(words.t("All ways were counted."))
    else:
        lines.append(words.t("This was found by trying; fewer might be enough."))
    return lines


def levels(words: Translation, text: Json) -> list[Markup]:
    """Return for each level of circles how many of them can say a sealed text; [] without circles."""
    several = len(text["levels"]) > 1
    lines = []
    for number, level in enumerate(text["levels"], start=1):
        many, able = words.integer(level["circles"]), words.integer(level["can_say"])
        if several:
            lines.append(
                words.t(
                    "Circles at level {level} that are large enough to be measured: {all}. Can say it: {yes}.",
                    level=words.integer(number),
                    all=many,
                    yes=able,
                )
            )
        else:
            lines.append(
                words.t("Circles that are large enough to be measured: {all}. Can say it: {yes}.", all=many, yes=able)
            )
    return lines


def met_languages(words: Translation, text: Json) -> list[Markup]:
    """Return for each language whether a text stands in it whole, else which lines do not; [] for one language."""
    unmet: list[Markup] = []
    alone: list[Markup] = []
    read: list[str] = []
    stands: list[str] = []
    for one in text["languages"]:
        name, lines = languages.name_within(one["language"]), ", ".join(map(str, one["unmet"]))
        if one["alone"]:
            sentence = words.t(
                "One person carried these lines into {language}, and nobody else here could check it: {lines}.",
                language=name,
                lines=", ".join(map(str, one["alone"])),
            )
            alone.append(sentence)
        if not one["unmet"]:
            (read if one["heard"] else stands).append(name)
        elif one["measured"]:
            sentence = words.t(
                "Not yet: the readers of {language} have not met these lines in {language}: {lines}.",
                language=name,
                lines=lines,
            )
            unmet.append(sentence)
        else:
            unmet.append(words.t("These lines do not stand in {language} yet: {lines}.", language=name, lines=lines))
    whole = []
    if read:
        names = ", ".join(read)
        whole.append(words.t("The whole text was read in the language of its readers: {languages}.", languages=names))
    if stands:
        whole.append(words.t("The whole text stands in: {languages}.", languages=", ".join(stands)))
    return [*unmet, *whole, *alone]


def represented(words: Translation, text: Json) -> list[Markup]:
    """Return how far people find themselves in a sealed text; [] where it is withheld. It is no part of the verdict."""
    felt = text["represented"]
    if felt is None:
        return []
    value, low, high = (words.decimal(felt[name], 1) for name in ("value", "low", "high"))
    return [
        words.t(
            "Asked after it was said, {count} people or more find themselves in it with {value} of seven on average, "
            "between {low} and {high}. This is counted by itself.",
            count=words.integer(felt["people"]),
            value=value,
            low=low,
            high=high,
        )
    ]


def demand(words: Translation, hall: Json) -> list[Markup]:
    """Return the sentence on how many ask that all become one; [] where the count is withheld."""
    if not hall["demand"]:
        return []
    many = words.integer(hall["demand"])
    return [words.t("{count} people or more ask that we become one. Being here is not counted as asking.", count=many)]


def readers(words: Translation, text: Json) -> list[Markup]:
    """Return sentences on how many read a sealed text, can say it and said amen, and how many parts were not heard.

    Counts that are withheld have none.
    """
    lines = []
    if text["everybody"]:
        said, everybody = words.integer(text["said"] or 0), words.integer(text["everybody"])
        few = words.t(
            "Fewer than five people, of fewer than {everybody}, have said that they can say it.", everybody=everybody
        )
        many = words.t(
            "{said} people or more, of fewer than {everybody}, have said that they can say it.",
            said=said,
            everybody=everybody,
        )
        lines.append(many if text["said"] else few)
    if text["unheard"]:
        count = words.integer(text["unheard"])
        lines.append(words.t("Parts that were not heard enough, and do not count as agreeing: {count}.", count=count))
    if text["readers"]:
        lines.append(words.t("{count} people or more have read it.", count=words.integer(text["readers"])))
    if text["amen"]:
        lines.append(words.t("{count} or more said amen.", count=words.integer(text["amen"])))
    return lines


def matching(words: Translation, *, words_match: bool) -> Markup:
    """Return the sentence on whether the printed words have the hash of the sealed text."""
    if words_match:
        return words.t("The words above match this fingerprint.")
    return words.t(
        "The words above do not match their fingerprint: a line was taken away after the sealing, or the file was "
        "changed."
    )


def count_rows(words: Translation, content: Json) -> list[CountRow]:
    """Return the counts of hall and page side by side, with the reasons why they differ.

    Args:
        words: translation into the page's language.
        content: content of `report.json`, with a `hall`.
    """
    hall, source, k = content["hall"], content["source"], content["method"]["k_anonymity"]

    def row(name: Markup, in_hall: int | None, here: int | None, step: int, reasons: list[Markup]) -> CountRow:
        same = in_hall is not None and here is not None and disclosure.in_steps(here, step) == in_hall
        told = _exactly if name is desires else _at_least  # desires are listed, so their number is no count of people
        if name is answers:  # they leave in large steps, or not at all, so a missing number says nothing of how many
            told = _at_least_or_untold
        in_the_hall = _at_least(words, in_hall, step)
        return CountRow(name, in_the_hall, told(words, here, k), () if same else (*reasons,))

    desires, answers = words.t("Desires"), words.t("Answers")
    rows = [
        row(
            words.t("People"),
            hall["people"],
            source["people_answered"],
            disclosure.K,
            [words.t("The hall counts everybody who came in; this page counts those who answered.")],
        ),
        row(desires, hall["desires"], source["desires"], disclosure.K, _desire_reasons(words, hall)),
        row(
            answers,
            hall["answers"],
            source["responses"],
            disclosure.RESPONSES_STEP,
            [
                words.t(
                    "Here answers to desires that were joined count once, answers to desires that were taken back do "
                    "not count, and people’s answers to their own desires may be left out."
                )
            ],
        ),
    ]
    if hall["lines"] is not None:
        here = len(content["one_desire"]["lines"])
        rows.append(_lines_row(words, hall["lines"], here))
    return rows


def _desire_reasons(words: Translation, hall: Json) -> list[Markup]:
    """Return why the page counts fewer desires than were said. Counts below k are left out."""
    reasons = [
        words.t(
            "The hall counts every desire that was said. Here desires that say the same are one, and desires that were "
            "taken back or wait for the next round are left out."
        )
    ]
    for count, sentence in (
        (hall["joined"], words.t("Joined to another: at least {count}.", count=words.integer(hall["joined"] or 0))),
        (hall["taken_back"], words.t("Taken back: at least {count}.", count=words.integer(hall["taken_back"] or 0))),
        (hall["waiting"], words.t("Waiting: at least {count}.", count=words.integer(hall["waiting"] or 0))),
    ):
        if count:
            reasons.append(sentence)
    return reasons


def _lines_row(words: Translation, sealed: int, here: int) -> CountRow:
    reason = words.t(
        "The hall shows the text that people read and sealed; the lines counted here are those that the calculation "
        "would choose by share alone."
    )
    reasons = () if sealed == here else (reason,)
    return CountRow(words.t("Lines"), Markup(words.integer(sealed)), Markup(words.integer(here)), reasons)  # noqa: S704


def _at_least(words: Translation, count: int | None, k: int) -> Markup:
    if not count:
        return words.t("fewer than {k}", k=words.integer(k))
    return words.t("at least {count}", count=words.integer(count))


def _at_least_or_untold(words: Translation, count: int | None, k: int) -> Markup:
    return _at_least(words, count, k) if count else words.t("not told")


def _exactly(words: Translation, count: int | None, k: int) -> Markup:
    if count is None:
        return words.t("fewer than {k}", k=words.integer(k))
    return Markup(words.integer(count))  # noqa: S704  digits and separators only
