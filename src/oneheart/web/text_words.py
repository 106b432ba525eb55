"""Sentences about a sealed text: its share, its margin, what is missing in it, and who was heard.

The messages are in English, see `web.said`.
"""

from __future__ import annotations

from collections.abc import Sequence

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live.state import State
from oneheart.locale.coded import Coded
from oneheart.locale.languages import LANGUAGES, name_within
from oneheart.model import affirmed
from oneheart.model.verdict import SHARE_UNKNOWN, ConditionCode, missing_told
from oneheart.web.said import circle_name
from oneheart.web.words import Plain, Words


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


MISSING: dict[str, str] = {
    ConditionCode.NO_LINES: _t("No desire is common to all parts yet."),
    ConditionCode.MEASURED: _t("Too few have read it to be sure."),
    ConditionCode.AFFIRMED: _t("Not enough have said that they can say the whole of it."),
    ConditionCode.WORST_FIFTH: _t("Those who were expected to want it least cannot surely say it yet."),
    ConditionCode.EVERY_PART: _t("Not every part can surely say it yet."),
    ConditionCode.LANGUAGES: _t("Not all of us have met every line in their own language yet."),
    ConditionCode.OWN_LINE: _t("Not enough of us surely have a line of their own in it yet."),
    ConditionCode.SHARE: _t("It is not sure yet that no part of the gathering is owed a line."),
    SHARE_UNKNOWN: _t("The share of the parts is not measured."),
    ConditionCode.SETTLED: _t("The last reading still changed how many can say it."),
}
"""What is missing in a sealed text, by the code under which a failed condition is told (`verdict.missing_told`)."""
SHARE: dict[str, str] = {
    "certified": _t("It was checked whether every part has its place in the text."),
    "estimated": _t("Whether every part has its place in the text is an estimate."),
    "not measured": MISSING[SHARE_UNKNOWN],
}
"""How the share of the parts in a text is known."""
MARGIN: dict[str, str] = {
    "few": _t("Fewer than five people who answered otherwise could have changed which lines it has."),
    "people": _t("{count} people who answered otherwise could have changed which lines it has."),
    "circles": _t("Circles that together could have changed it: {count}."),
    "counted": _t("All ways were counted."),
    "tried": _t("This was found by trying; fewer might be enough."),
}
"""How many could have changed which lines a sealed text has. No circle is named."""
HEARD: dict[str, str] = {
    "said": affirmed.SAID_OF.sentence,
    "said few": _t("Fewer than five people, of fewer than {everybody}, have said that they can say it."),
    "unheard": _t("Not heard enough, and not counted as agreeing: {parts}."),
    "unheard count": _t("Parts that were not heard enough, and do not count as agreeing: {count}."),
    "unheard small": _t("Small circles that were not heard: {count}."),
    "circles": _t("Circles that are large enough to be measured: {all}. Can say it: {yes}."),
    "level": affirmed.LEVEL_SAYS.sentence,
}
"""How many have said a sealed text, of how many, at each level of circles, and which parts were not heard."""
IN_LANGUAGE: dict[str, str] = {
    "read whole": affirmed.READ_IN.sentence,
    "stands whole": _t("The whole text stands in: {languages}."),
    "not met": _t("Not yet: the readers of {language} have not met these lines in {language}: {lines}."),
    "not there": _t("These lines do not stand in {language} yet: {lines}."),
    "not there rest": _t("Not every line stands yet in: {languages}."),
    "alone": affirmed.ALONE.sentence,
}
"""How far a sealed text stands in one language, and whether its readers are many enough to be measured."""


def share_told(sealed: ev.TextSealed, words: Words) -> str:
    """Return how the share of a text is known, in words; "" where `missing_said` says already that it is not."""
    unknown = SHARE_UNKNOWN in missing_told(sealed.missing, sealed.share)
    return "" if unknown else str(words.t(SHARE[sealed.share or "not measured"]))


def missing_said(sealed: ev.TextSealed, words: Words) -> list[Coded]:
    """Return what is missing in a sealed text, in words; nothing is said of people that was not measured."""
    return [Coded(words.t(MISSING[code]), code) for code in missing_told(sealed.missing, sealed.share)]


def high_told(sealed: ev.TextSealed, words: Words) -> str:
    """Return the upper bound of the share index of a text in digits; "" where it is not known."""
    if sealed.share_high is None:
        return ""
    figures = f"{sealed.share_high:.2f}"
    language = LANGUAGES.get(words.language)
    return figures if language is None else figures.replace(".", language.decimal)


def margin_told(sealed: ev.TextSealed, words: Words) -> tuple[str, ...]:
    """Return sentences on how many could have changed which lines a text has; () where it is not known."""
    if sealed.margin_people is None:
        return ()
    people = disclosure.show_steps(sealed.margin_people)
    sentences = [words.t(MARGIN["people" if people.value else "few"], count=people)]
    if sealed.margin_circles is not None:
        sentences.append(words.t(MARGIN["circles"], count=Plain(sealed.margin_circles)))
    sentences.append(words.t(MARGIN["counted" if sealed.margin_exact else "tried"]))
    return tuple(str(sentence) for sentence in sentences)


def heard_told(sealed: ev.TextSealed, words: Words) -> tuple[Coded, ...]:
    """Return sentences on how many of how many have said a text, and how many parts were not heard. No part is named.

    () for a text of fewer than 8 k people or of an earlier version, where no part was left out.
    """
    sentences = [*_said_of(sealed, words), *languages_told(sealed, words)]
    if sealed.unheard_count:
        sentences.append(_heard("unheard count", words, count=Plain(sealed.unheard_count)))
    return (*sentences, *_levels_of(sealed, words))


def heard_on_desk(state: State, sealed: ev.TextSealed, words: Words) -> tuple[Coded, ...]:
    """Return the sentences of `heard_told` for the desk, with the names of the parts that were not heard.

    Circles and languages of up to twelve people are counted and not named.
    """
    sentences = [*_said_of(sealed, words), *languages_told(sealed, words)]
    names = [str(circle_name(state, number, words)) for number in sealed.unheard]
    names += [name_within(code) for code in sealed.unheard_languages]
    if names:
        sentences.append(_heard("unheard", words, parts=", ".join(names)))
    if sealed.unheard_small:
        sentences.append(_heard("unheard small", words, count=Plain(sealed.unheard_small)))
    return (*sentences, *_levels_of(sealed, words))


def _levels_of(sealed: ev.TextSealed, words: Words) -> list[Coded]:
    """Return for each level how many of its circles can say a text. It counts circles, not people."""
    return [
        _heard(
            "level" if len(sealed.levels) > 1 else "circles",
            words,
            level=Plain(number),
            all=Plain(level.circles),
            yes=Plain(level.can_say),
        )
        for number, level in enumerate(sealed.levels, start=1)
        if level.circles
    ]


def languages_told(sealed: ev.TextSealed, words: Words) -> list[Coded]:
    """Return for every language of the gathering whether the whole text stands in it, else which lines do not.

    Languages with too few readers to be measured, other than the reader's own, are named in one sentence.
    It is the one place where this is said. The code of a sentence about one language ends in the code of that language.
    [] for a text of one language, or of an earlier version. No count of people follows from it but one: a language is
    measured that has more than twelve readers.
    """
    whole: dict[str, list[str]] = {"read whole": [], "stands whole": []}
    unmet, alone = list[Coded](), list[Coded]()
    others = [one for one in sealed.languages if one.unmet and not one.measured and one.language != words.language]
    rest = {one.language: name_within(one.language) for one in others} if len(others) > 1 else {}
    for one in sealed.languages:
        name = name_within(one.language)
        if one.alone:
            said = words.t(IN_LANGUAGE["alone"], language=name, lines=_numbered(one.alone))
            alone.append(Coded(said, f"alone {one.language}"))
        if one.unmet and one.language not in rest:
            code, lines = "not met" if one.measured else "not there", _numbered(one.unmet)
            unmet.append(Coded(words.t(IN_LANGUAGE[code], language=name, lines=lines), f"{code} {one.language}"))
        elif not one.unmet:
            heard = one.measured and one.language not in sealed.unheard_languages
            whole["read whole" if heard else "stands whole"].append(name)
    if rest:
        unmet.append(
            Coded(words.t(IN_LANGUAGE["not there rest"], languages=", ".join(rest.values())), "not there rest")
        )
    stands = [
        Coded(words.t(IN_LANGUAGE[code], languages=", ".join(names)), code) for code, names in whole.items() if names
    ]
    return [*unmet, *stands, *alone]


def _numbered(lines: Sequence[int]) -> str:
    """Return numbers of lines as people count them, from 1."""
    return ", ".join(str(line + 1) for line in lines)


def _said_of(sealed: ev.TextSealed, words: Words) -> list[Coded]:
    """Return the sentence on how many of how many have said a text, as a list; [] where it is not told."""
    if not sealed.everybody:
        return []
    said, everybody = disclosure.show_steps(sealed.said), disclosure.show_steps(sealed.everybody)
    return [_heard("said" if sealed.said else "said few", words, said=said, everybody=everybody)]


def _heard(code: str, words: Words, **values: str | disclosure.Shown | Plain) -> Coded:
    return Coded(words.t(HEARD[code], **values), code)
