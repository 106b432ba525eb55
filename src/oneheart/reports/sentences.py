"""Sentences about lines, conditions and desires. None of them is about a person.

Each sentence is one message of the catalogue, because parts of sentences cannot be joined safely in every language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from oneheart import settings
from oneheart.engine.desire.standing import measured_answers
from oneheart.locale.coded import Coded

if TYPE_CHECKING:
    from oneheart.reports.translation import Translation

Json = Mapping[str, Any]
Quote = Callable[[str], Markup]
_HARDLY = 0.02
_CLEAR, _LEANING = 0.5, 0.2
_HALF = 0.5
_TELLING = 0.01  # "at least 0 in 100" says nothing
_OF_ANSWERS = ("admissible", "below", "against", "few answers")


def wanted(words: Translation, want: Json) -> Coded:
    """Return the sentence that says how many want a desire."""
    sentence = words.t("About {value} in 100 want this (between {low} and {high}).", **_hundredths(words, want))
    return Coded(sentence, "wanted")


def opposed(words: Translation, against: Json, *, nobody: bool) -> Coded | None:
    """Return the sentence that says how many are against a desire; None if the data have no "against"."""
    if nobody:
        return None
    if against["high"] < _HARDLY:
        return Coded(words.t("Hardly anybody is against it."), "hardly against")
    sentence = words.t("About {value} in 100 are against it (between {low} and {high}).", **_hundredths(words, against))
    return Coded(sentence, "against")


def counted(words: Translation, ground: Json, *, least: bool) -> Coded | None:
    """Return the plain counts of a desire: of so many asked, so many want it and so many are against it.

    A count that is withheld is left out; None where that of those asked is. With `least` the counts are in steps, and
    one of 0 says that they are few.
    """
    asked, want, against = (ground[name] for name in ("answers", "want_count", "against_count"))
    if not asked or (least and not want):
        return None
    if least:
        asked, want = words.integer(asked), words.integer(want)
        sentence = words.t("Of {asked} people or more who were asked, {want} or more want it.", asked=asked, want=want)
        return Coded(sentence, "counted")
    numbers = {
        name: words.integer(count)
        for name, count in (("asked", asked), ("want", want), ("against", against))
        if count is not None
    }
    if want is not None and against:
        sentence = words.t("Of {asked} people asked, {want} want it and {against} are against it.", **numbers)
    elif want is not None:
        sentence = words.t("Of {asked} people asked, {want} want it.", **numbers)
    elif against is not None:
        sentence = words.t("Of {asked} people asked, {against} are against it.", **numbers)
    else:
        sentence = words.t("So many people were asked: {asked}.", **numbers)
    return Coded(sentence, "counted")


def fifth(words: Translation, worst: Json, *, one_sided: bool) -> Coded:
    """Return the sentence on the worst fifth that the answers let one foresee: it is expected and not counted."""
    if one_sided:
        sentence = words.t(
            "Of the fifth that these answers let one foresee to want it least, about {value} in 100 are expected to "
            "want it (between {low} and {high}).",
            **_hundredths(words, worst),
        )
        return Coded(sentence, "fifth share")
    value = worst["value"]
    if value >= _CLEAR:
        wants = words.t("Even the fifth that these answers let one foresee to want it least is expected to want it.")
        return Coded(wants, "fifth wants")
    if value >= _LEANING:
        leans = words.t(
            "Even the fifth that these answers let one foresee to want it least is expected to lean towards it."
        )
        return Coded(leans, "fifth leans")
    if value >= 0:
        neither = words.t(
            "The fifth that these answers let one foresee to want it least is not expected to refuse it, nor clearly "
            "to want it."
        )
        return Coded(neither, "fifth neither")
    return _refuses(words)


def _refuses(words: Translation) -> Coded:
    refuses = words.t(
        "The fifth that these answers let one foresee to want it least is expected to refuse it more than to want it."
    )
    return Coded(refuses, "fifth refuses")


def fifth_number(words: Translation, ground: Json, *, fine: bool, one_sided: bool) -> Markup:
    """Return the worst fifth's net support as a number; with `fine` steps also the check on held-out answers.

    The check is of the people whom other answers point at. It lies above the worst fifth, and the sentence says so.

    Where nobody could be against, the sentence on the fifth has the number already, and only the check is left.
    """
    worst, observed = ground["worst_fifth"], ground["observed_worst_fifth"]
    if one_sided:
        if observed is None or not fine:
            return Markup()
        return words.t(
            "As a check, answers were kept aside: of the fifth that the other answers point at, about {value} in 100 "
            "want it. Nobody can be pointed at surely, so this is mostly higher.",
            value=words.hundredths(observed["value"]),
        )
    range_of_worst = {name: words.decimal(worst[name]) for name in ("value", "low", "high")}
    scale = words.t(
        "On a scale from −0.5 (all against) to 1 (all want it), this fifth stands at {value} "
        "(between {low} and {high}).",
        **range_of_worst,
    )
    if observed is None or not fine:
        return scale
    check = words.t(
        "As a check, answers were kept aside: in them, the fifth that the other answers point at stands at about "
        "{value}. Nobody can be pointed at surely, so this is mostly higher.",
        value=words.decimal(observed["value"], 1),
    )
    return Markup(" ").join((scale, check))


def standing(words: Translation, ground: Json, *, is_line: bool, measured: bool = True) -> Markup:
    """Return why a desire can or cannot be a line, in a few words.

    Where nothing at all is `measured`, a desire with many answers is not said to have too few.
    """
    if is_line:
        return words.t("a line of the text")
    if not measured and ground["standing"] in _OF_ANSWERS:
        return words.t("not measured")
    if ground["standing"] in ("below", "against") and _most_against(ground):
        return words.t("most are against it")
    messages = {
        "admissible": words.t("common"),
        "below": words.t("not common yet"),
        "against": words.t("a part is against it"),
        "few answers": words.t("too few answers"),
        "merged": words.t("same words as another desire"),
        "meta": words.t("about the talk itself"),
        "left out": words.t("left out by the hosts"),
        "empty": words.t("no text"),
    }
    return messages[ground["standing"]]


def obstacle(words: Translation, ground: Json, *, one_sided: bool) -> Coded:
    """Return why a desire is not common yet."""
    if ground["standing"] == "few answers" or ground["worst_fifth"] is None:
        sentence = words.t("Too few people have answered it to measure it. Let more people meet it.")
        return Coded(sentence, "few answers")
    if ground["standing"] == "against":
        return Coded(words.t("In the fifth that wants it least, too many are against it."), "against")
    if one_sided and ground["standing"] == "below":
        few = words.t(
            "It is not sure enough that at least {least} in 100 want it of the fifth that wants it least.",
            least=words.hundredths(settings.ONE_SIDED_LEAST.value),
        )
        return Coded(few, "too few want")
    if ground["worst_fifth"]["value"] < 0 or ground["standing"] == "below":
        return _below(words, ground)
    return Coded(words.t("Nothing stands in its way; other lines gave more people a share."), "nothing")


def _most_against(ground: Json) -> bool:
    """Return whether more than half of all people are expected to be against a desire."""
    return ground["against"] is not None and ground["against"]["value"] > _HALF


def _below(words: Translation, ground: Json) -> Coded:
    """Return why a desire is not common though people could be against it: the plainest reason of those that hold."""
    want, against, observed = ground["want"], ground["against"], ground["observed_worst_fifth"]
    if want is not None and against is not None and want["value"] < against["value"]:
        return Coded(words.t("More people are expected to be against it than to want it."), "more against")
    if ground["worst_fifth"]["value"] < 0:
        return _refuses(words)
    if observed is not None and observed["value"] < 0:
        check = words.t(
            "It is near. As a check, answers were kept aside: in them, the fifth that the other answers point at "
            "refuses it."
        )
        return Coded(check, "below in the check")
    unsure = words.t("It is near, but it is not sure enough that the fifth that wants it least does not refuse it.")
    return Coded(unsure, "below")


def why_not(words: Translation, code: str, people_answered: int | None) -> Coded:
    """Return why nothing could be measured, and what to do next.

    Args:
        words: translation into the page's language.
        code: code in `Analysis.why_not`.
        people_answered: number of people who answered; None where it is withheld.
    """
    messages = {
        "few people": words.t(
            "Fewer than {needed} people answered. Ask more people: from {needed} on, it can be measured.",
            needed=words.integer(int(settings.MEASURED_PEOPLE.value)),
        ),
        "few answers": words.t(
            "No desire has {needed} answers yet. Let people answer more of one another’s desires.",
            needed=words.integer(measured_answers(people_answered or 0)),
        ),
        "one desire": words.t(
            "There is only one desire, so there is nothing to set beside it. Ask people to write what they want."
        ),
        "no answers": words.t(
            "Nobody has answered a desire yet. Show people one another’s desires and ask how they stand to them."
        ),
        "totals only": words.t(
            "This source says how many answered each desire in which way, but not which person answered what, so "
            "nothing can be measured. Put votes.csv or participants-votes.csv beside it."
        ),
        "only wants": words.t(
            "Every answer says “I want this”, so the desires cannot be told apart. Make sure that "
            "“not mine” can be said as well."
        ),
        "nobody wants": words.t("No answer says “I want this”. Ask people anew what they want."),
        "no words": words.t(
            "No words came with these answers. Put comments.csv, which holds what people wrote, beside them."
        ),
        "no desires": words.t("There are no desires here that can be answered. Ask people what they want."),
    }
    return Coded(messages[code], code) if code in messages else _unnamed(words)


def nothing_wanted(words: Translation, want: float | None, against: float | None) -> Coded:
    """Return the result that nothing is wanted by more people than are against it.

    Args:
        words: translation into the page's language.
        want: share of all answers that say "I want this", told in steps of a twentieth; None where it is withheld.
        against: share of all answers that are against, the same.
    """
    if want is not None and against is not None:
        want, against = (round(20 * share) / 20 for share in (want, against))
    if want is None or against is None:
        sentence = words.t("Nothing here is wanted by more people than are against it.")
    elif want == 0 and against == 0:
        sentence = words.t("Nothing here is wanted: hardly any answer says “I want this”, and hardly any is against.")
    elif want == 0:
        sentence = words.t(
            "Nothing here is wanted: about {against} in 100 answers are against, and hardly any says “I want this”.",
            against=words.hundredths(against),
        )
    else:
        sentence = words.t(
            "Nothing here is wanted by more people than are against it: about {against} in 100 answers are against, "
            "about {want} in 100 say “I want this”.",
            against=words.hundredths(against),
            want=words.hundredths(want),
        )
    return Coded(sentence, "nothing wanted")


def why_short(words: Translation, one_desire: Json, asked: int) -> Coded | None:
    """Return why the text has fewer lines than were asked for; None where it has them or has none."""
    code, found = one_desire["short"], len(one_desire["lines"])
    if code is None or not found:
        return None
    number = {"asked": words.integer(asked), "found": words.integer(found)}
    messages = {
        "common": words.t("Lines asked for: {asked}; here: {found}. No other desire is common.", **number),
        "alike": words.t(
            "Lines asked for: {asked}; here: {found}. The other common desires say nearly what a line here says.",
            **number,
        ),
        "facts": words.t(
            "Lines asked for: {asked}; here: {found}. Other common desires tell a fact about a person, not a wish.",
            **number,
        ),
        "few desires": words.t(
            "Lines asked for: {asked}; here: {found}. Hardly more desires have enough answers.", **number
        ),
    }
    return Coded(messages[code], code)


def missing(words: Translation, entry: Json, content: Json, quote: Quote) -> list[Coded]:
    """Return one or two sentences on a failed condition: what is missing, and the desire that would help, if known."""
    one_desire = content["one_desire"]
    code = entry["code"]
    condition = next((c for c in one_desire["conditions"] if c["key"] == code), None)
    number = _line_number(one_desire, entry["line"])
    lines: list[Markup] = []
    if code == "nothing common":
        if "nothing wanted" in content["method"]["notes"]:
            none = words.t("Ask people anew what they want.")
        elif "one-sided" in content["method"]["notes"]:
            none = words.t(
                "No desire here is common: of none is it sure enough that at least {least} in 100 want it of the fifth "
                "that wants it least.",
                least=words.hundredths(settings.ONE_SIDED_LEAST.value),
            )
        else:
            none = words.t(
                "No desire here is common: of each of them, the fifth that wants it least is expected to refuse it "
                "more than to want it, or may well do so."
            )
        lines.append(none)
    elif code == "affirmed" and condition is not None and number and (condition["value"] or 0) >= _TELLING:
        lines.append(
            words.t(
                "These answers make it sure that at least {value} in 100 want line {number}; "
                "every line needs {needed}.",
                needed=words.hundredths(condition["needed"]),
                number=number,
                value=words.hundredths(condition["value"], down=True),
            )
        )
    elif code == "affirmed" and condition is not None and number:
        lines.append(
            words.t(
                "It is not sure yet that {needed} in 100 want line {number}.",
                needed=words.hundredths(condition["needed"]),
                number=number,
            )
        )
    elif code == "worst fifth" and number:
        lines.append(
            words.t("It is not sure yet that the fifth that wants line {number} least truly wants it.", number=number)
        )
    elif code == "every part" and entry["circle"] is not None and number:
        name = next(c["name"] for c in _circles(content) if c["circle"] == entry["circle"])
        lines.append(words.t("{circle} is not with line {number} yet.", circle=bdi(name), number=number))
    elif code == "every part" and number:
        lines.append(
            words.t(
                "One of the circles has not been heard enough on line {number}, or is not with it yet.", number=number
            )
        )
    elif code == "own line" and condition is not None and condition["value"] is not None:
        lines.append(
            words.t(
                "About {value} in 100 people have a line of their own in this text; {needed} in 100 are needed.",
                value=words.hundredths(condition["value"]),
                needed=words.hundredths(condition["needed"]),
            )
        )
    elif code == "share":
        lines.append(words.t("It is not sure yet that no part of the gathering is owed a line."))
    sentences = [Coded(line, code) for line in lines] or [_unnamed(words)]
    if entry["desire"] is not None:
        desire = quote(entry["desire"])
        helps = words.t("The desire that would include most of those still waiting: {desire}", desire=desire)
        sentences.append(Coded(helps, "would include"))
    return sentences


def _unnamed(words: Translation) -> Coded:
    """Return the sentence for a code without a sentence."""
    return Coded(words.t("Something is missing that these data do not name."), "unnamed")


def own_line(words: Translation, word: str) -> Markup:
    """Return how many people of a circle have a line of their own, in words."""
    messages = {
        "most": words.t("most have a line of their own"),
        "some": words.t("some have a line of their own"),
        "few": words.t("few have a line of their own yet"),
    }
    return messages[word]


def circle_support(words: Translation, word: str) -> tuple[Markup, int]:
    """Return a circle's support for a line in words, and as a strength from 1 to 4."""
    messages = {
        "wants it": (words.t("wants it"), 4),
        "leans to it": (words.t("leans towards it"), 3),
        "divided": (words.t("is divided"), 2),
        "not yet with it": (words.t("is not with it yet"), 1),
    }
    return messages[word]


def without_line(words: Translation, coverage: Json) -> Markup:
    """Return how many people have no line of their own yet."""
    if coverage["value"] > 1 - _HARDLY:
        return words.t("Nearly everybody has a line of their own.")
    return words.t(
        "About {value} in 100 have no line of their own yet (between {low} and {high}).",
        value=words.hundredths(1 - coverage["value"]),
        low=words.hundredths(1 - coverage["high"]),
        high=words.hundredths(1 - coverage["low"]),
    )


def share_index(words: Translation, index: float) -> Markup:
    """Return whether a part is owed a line."""
    value = words.decimal(index)
    if index <= 1:
        return words.t(
            "No part is owed a line: every part has its share in this text (share index {value}, at "
            "most 1; estimated).",
            value=value,
        )
    return words.t(
        "A part of the gathering may still be owed a line (share index {value}, above 1; estimated).", value=value
    )


def pairs(words: Translation, share: float) -> Markup:
    """Return how often two people have a line in common."""
    if share >= 1 - _HARDLY / 2:
        return words.t("Nearly any two people have at least one of these lines in common.")
    return words.t(
        "Two people drawn at random have at least one of these lines in common {value} times in 100.",
        value=words.hundredths(share),
    )


def oneness(words: Translation, estimate: Json) -> Markup:
    """Return oneness in words."""
    value, low, high = (words.hundredths(estimate[name]) for name in ("value", "low", "high"))
    if estimate["value"] >= 0:
        return words.t(
            (
                "Take two people and one desire at random, a hundred times over: like answers outnumber "
                "opposed ones by {value} (between {low} and {high})."
            ),
            value=value,
            low=low,
            high=high,
        )
    return words.t(
        (
            "Take two people and one desire at random, a hundred times over: opposed answers "
            "outnumber like ones by {value} (between {low} and {high})."
        ),
        value=words.hundredths(-estimate["value"]),
        low=words.hundredths(-estimate["high"]),
        high=words.hundredths(-estimate["low"]),
    )


def bdi(text: str, language: str | None = None, *, guessed: bool = False) -> Markup:
    """Return a text in a `bdi` element, so that its direction does not change the words around it.

    Args:
        text: any text.
        language: BCP 47 code; None where it is not known.
        guessed: the language was guessed from the words; the element says so.
    """
    if language:
        mark = Markup(" data-guessed") if guessed else Markup()
        return Markup('<bdi dir="auto" lang="{}"{}>{}</bdi>').format(language, mark, text)
    return Markup('<bdi dir="auto">{}</bdi>').format(text)


def _hundredths(words: Translation, estimate: Json) -> dict[str, str]:
    return {name: words.hundredths(estimate[name]) for name in ("value", "low", "high")}


def _line_number(one_desire: Json, label: str | None) -> int | None:
    """Return the number of a line in the text, from 1; None if it is not in the text."""
    return next((place for place, line in enumerate(one_desire["lines"], start=1) if line["id"] == label), None)


def _circles(content: Json) -> list[Json]:
    return [circle for ground in content["common_ground"] for circle in ground["circles"]]
