"""Affirmed: every sentence that says that a text is everybody's, with the condition under which it may be said.

Pages take the sentences from here, and the table in `docs/explanation/affirmation.md` is written from here. A test
walks pages, reports, README and docs and finds no other sentence of this kind.
"""

from __future__ import annotations

from dataclasses import dataclass


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence about all of a gathering.

    Attributes:
        sentence: the sentence in English.
        where: where it is shown.
        condition: what must hold before it is shown.
        decided_by: function that decides it, as a module below `oneheart` and a name.
        tests: tests that fail if it is shown while the condition does not hold, as file::name.
        also: other wordings of the same promise in README and docs.
    """

    sentence: str
    where: str
    condition: str
    decided_by: str
    tests: tuple[str, ...]
    also: tuple[str, ...] = ()


_STOPPING = "tests/unit/engine/prayer/test_stopping.py::"
_ONE = "tests/unit/engine/desire/test_one_desire.py::"
_STANDING = "tests/unit/engine/desire/test_standing.py::"
_SEALING = "tests/unit/live/test_sealing.py::"

ONE_DESIRE = Promise(
    _t("One desire: every part that was heard can say it."),
    "a sealed text: hall, phones, desk, book, API, report",
    "every condition of the rule below holds at the sealing, with at least one line; of up to twelve people all were "
    "asked and all can say it; and the words shown hash to the sealed digest",
    "engine.prayer.stopping.stopping",
    (
        f"{_STOPPING}test_each_condition_alone_is_enough_for_not_yet",
        f"{_STOPPING}test_a_part_of_twelve_that_is_not_measured_keeps_it_from_being_one",
        f"{_SEALING}test_a_line_that_a_large_language_has_not_met_in_its_words_is_not_yet_and_named",
        "tests/properties/test_one_record.py::test_from_the_sealing_on_everything_shows_the_sealed_record",
    ),
    (
        "living people of every part have affirmed the text",
        "people of every part have affirmed the text",
    ),
)
LINE_STANDS = Promise(
    _t("Every part that was heard can say it."),
    "a line of the draft, on the desk",
    "two thirds of each part that is measured can say it, surely more than half; at least one part is measured",
    "engine.prayer.rounds.judge_line",
    (
        "tests/unit/engine/prayer/test_rounds.py::test_a_part_agrees_where_two_thirds_can_say_it_and_surely_half",
        "tests/unit/engine/prayer/test_rounds.py::test_the_part_to_which_a_line_does_worst_decides",
    ),
)
FROM_ANSWERS = Promise(
    "As far as these answers let one foresee, these lines are common to this gathering.",
    "the report of answers, which says beside it that nobody has affirmed them",
    "each condition that answers can decide holds",
    "engine.desire.one_desire.judge",
    (f"{_ONE}test_every_condition_that_fails_stops_it_and_one_that_cannot_be_judged_does_not",),
)
WORST_FIFTH = Promise(
    "the fifth of the people whom these answers let one foresee to support it least, is expected to want it more than "
    "to refuse it",
    "README, docs: what a common desire is, expected of chances and not counted, before anybody reads a text",
    "neither best guesses nor draws of the model expect that fifth to refuse it, nor do raw answers show that it does",
    "engine.desire.standing.standings",
    (
        f"{_ONE}test_the_worst_fifth_must_surely_support_a_line_by_half",
        f"{_STANDING}test_draws_bar_what_their_worst_fifth_refuses_though_best_guesses_and_raw_answers_do_not",
    ),
)
PARTS_SHARE = Promise(
    "every part has its share in this text",
    "the report of answers",
    "the share index of the lines is at most 1",
    "engine.desire.one_desire.set_conditions",
    (f"{_ONE}test_no_part_is_owed_a_line_up_to_a_share_index_of_one",),
    (
        "every part has its share of the lines",
        "every part of the gathering has the share of lines that its size asks for",
    ),
)
SAID_OF = Promise(
    _t("{said} people or more, of fewer than {everybody}, have said that they can say it."),
    "a sealed text: hall, phones, desk, book, API, report",
    "of more than twelve people; only answers to words that their people read count; who can say it is rounded down "
    "to a multiple of five, all people, heard or not, are rounded up",
    "live.sealing.seal",
    (
        f"{_SEALING}test_it_is_told_in_steps_how_many_of_how_many_have_said_it",
        "tests/web/test_hall_sealed.py::test_the_hall_says_in_every_language_what_was_sealed",
    ),
)
LEVEL_SAYS = Promise(
    _t("Circles at level {level} that are large enough to be measured: {all}. Can say it: {yes}."),
    "a sealed text of circles within circles: hall, phones, desk, book, API, report",
    "only circles of more than twelve people are counted, and beside those that are told of no one to twelve people "
    "remain; a circle can say it where two thirds of those who answered can, and surely more than half of it",
    "live.levels.parts_by_level",
    (
        "tests/web/test_levels_sealed.py::test_each_level_of_a_thousand_circles_has_its_verdict",
        "tests/web/test_hall_sealed.py::test_the_hall_says_in_every_language_what_was_sealed",
    ),
)
READ_IN = Promise(
    _t("The whole text was read in the language of its readers: {languages}."),
    "a sealed text of several languages: hall, phones, desk, book, API, report",
    "of each language named, more than twelve people have their pages in it, enough of them answered, and every line "
    "has own or confirmed words in it",
    "live.tongues.languages_met",
    (
        f"{_SEALING}test_a_line_that_a_large_language_has_not_met_in_its_words_is_not_yet_and_named",
        "tests/web/test_hall_sealed.py::test_the_hall_says_in_every_language_what_was_sealed",
    ),
)
ALONE = Promise(
    _t("One person carried these lines into {language}, and nobody else here could check it: {lines}."),
    "a sealed text of several languages, beside the sentence that it was read or stands: hall, phones, desk, book, "
    "report; a line on a phone says the same of itself while it is read",
    "the words of the line in that language stand, and no other person who reads both languages is here",
    "live.state.carried.is_unchecked",
    (
        "tests/unit/live/test_alone.py::test_a_line_that_one_person_carried_and_nobody_could_check_is_named",
        "tests/unit/live/test_alone.py::test_it_is_said_no_more_once_somebody_else_confirms_it",
    ),
)
PROMISES = (ONE_DESIRE, LINE_STANDS, FROM_ANSWERS, WORST_FIFTH, PARTS_SHARE, SAID_OF, LEVEL_SAYS, READ_IN, ALONE)
"""All sentences of this kind."""


def table() -> str:
    """Return the table of sentences, conditions and tests in Markdown."""
    rows = ["| sentence | where | what must hold | decided by | tests |", "|---|---|---|---|---|"]
    for promise in PROMISES:
        tests = "<br>".join(f"`{test}`" for test in promise.tests)
        sentence = " / ".join((promise.sentence, *promise.also))
        rows.append(f"| {sentence} | {promise.where} | {promise.condition} | `{promise.decided_by}` | {tests} |")
    return "\n".join(rows) + "\n"
