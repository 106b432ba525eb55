from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.connecting.mosaic import CONNECTIVES, can_connect, connectives_for, verify, whole
from oneheart.connecting.outcome import ConnectedLine, Rejected, RejectedReason
from oneheart.connecting.prompt import Answer, AnswerLine, Cite
from oneheart.engine.desire.negation import negation_count
from oneheart.engine.desire.wording import numbers, words
from oneheart.model.prayer import PrayerLine
from tests.support import drafts, loopback
from tests.support.drafts import CLEAN, draft_of, wrong

EN = draft_of(("en", "Peace for all"), ("en", "Lights out at 10"), ("en", "A table for everyone"))


def said(text: str, *numbers: int, lines: Sequence[PrayerLine] = EN) -> AnswerLine:
    """Return a line of an answer that cites these lines with their whole texts."""
    return AnswerLine(text, [Cite(f"desire-{number + 1}", lines[number].text) for number in numbers])


def judged(*answered: AnswerLine, lines: Sequence[PrayerLine] = EN) -> tuple[ConnectedLine | Rejected, ...]:
    return verify(lines, Answer(list(answered)))


def text_of(answered: AnswerLine, lines: Sequence[PrayerLine] = EN) -> str:
    found = judged(answered, lines=lines)[0]
    assert isinstance(found, ConnectedLine), found
    return found.text


# --- what is taken -------------------------------------------------------------------------------------------------


def test_neighbours_with_a_connective_are_one_line() -> None:
    found = judged(said("Peace for all and lights out at 10", 0, 1), said("A table for everyone", 2))
    assert found == (
        ConnectedLine("Peace for all and Lights out at 10", "en", (0, 1)),
        ConnectedLine("A table for everyone", "en", (2,)),
    )


@pytest.mark.parametrize("language", sorted(CONNECTIVES))
def test_every_connective_of_every_language_is_taken(language: str) -> None:
    lines = draft_of(*((language, text) for text in CLEAN[language]))
    for connective in drafts.ALLOWED[language]:
        found = judged(said(f"{lines[0].text} {connective} {lines[1].text}", 0, 1, lines=lines), lines=lines)
        assert isinstance(found[0], ConnectedLine)
        assert wrong(lines, whole(lines, found)[0]) == []


def test_what_is_shown_are_the_draft_s_own_letters_and_signs() -> None:
    assert text_of(said("PEACE  for all – AND – lights, out at 10!!", 0, 1)) == "Peace for all and Lights out at 10"


def test_after_a_full_stop_a_connective_begins_a_sentence() -> None:
    lines = draft_of(("en", "Peace for all."), ("en", "Bread"), ("en", "Rest,"), ("en", "Joy"))
    assert text_of(said("Peace for all, and also bread", 0, 1, lines=lines), lines) == "Peace for all. And also Bread"
    assert text_of(said("Rest, as well as joy", 2, 3, lines=lines), lines) == "Rest, as well as Joy"


def test_spanish_and_gives_way_before_the_sound_i() -> None:
    lines = draft_of(("es", "Padres"), ("es", "hijos"), ("es", "hielo"))
    assert text_of(said("Padres y hijos", 0, 1, lines=lines), lines) == "Padres e hijos"
    assert text_of(said("hijos e hielo", 1, 2, lines=lines), lines) == "hijos y hielo"


def test_a_desire_that_begins_with_a_connective_s_words_is_understood() -> None:
    lines = draft_of(("en", "Peace"), ("en", "also bread"), ("en", "and also and also"), ("en", "and"))
    assert text_of(said("Peace and also bread", 0, 1, lines=lines), lines) == "Peace and also bread"
    assert text_of(said("and also and also and and", 2, 3, lines=lines), lines) == "and also and also and and"


def test_a_part_of_a_desire_of_eight_letters_is_a_quote() -> None:
    line = AnswerLine(
        "Peace for all and Lights out at 10", [Cite("desire-1", "Peace for"), Cite("desire-2", "out at 10")]
    )
    assert isinstance(judged(line)[0], ConnectedLine)


# --- what is not taken ---------------------------------------------------------------------------------------------

LONG = draft_of(("en", "a long wish " * 7), ("en", "another long wish " * 5))
MIXED = draft_of(("en", "Peace for all"), ("es", "Paz para todos"), ("tr", "Barış"), ("tr", "Ekmek"), ("en", "…"))
REJECTIONS: list[tuple[RejectedReason, AnswerLine, Sequence[PrayerLine]]] = [
    ("nothing cited", AnswerLine("Peace for all", []), EN),
    ("unknown id", AnswerLine("Peace for all", [Cite("desire-9", "Peace for all")]), EN),
    ("unknown id", AnswerLine("Peace for all", [Cite("0", "Peace for all")]), EN),
    ("said twice", said("Peace for all and Peace for all", 0, 0), EN),
    ("out of order", said("Lights out at 10 and Peace for all", 1, 0), EN),
    ("out of order", said("Peace for all and A table for everyone", 0, 2), EN),
    ("invented quote", AnswerLine("Peace for all", [Cite("desire-1", "Peace for us")]), EN),
    ("invented quote", AnswerLine("Peace for all", [Cite("desire-1", "for all")]), EN),
    ("invented quote", AnswerLine("Peace for all", [Cite("desire-1", "")]), EN),
    ("invented quote", AnswerLine("Peace for all", [Cite("desire-2", "Peace for all")]), EN),
    ("languages", said("Peace for all and Paz para todos", 0, 1, lines=MIXED), MIXED),
    ("languages", said("Barış ve Ekmek", 2, 3, lines=MIXED), MIXED),
    ("link", said("Peace for all http://evil.example", 0), EN),
    ("link", said("Peace for all and www.evil.example lights out at 10", 0, 1), EN),
    ("link", said("Peace for all javascript:alert", 0), EN),
    ("markup", said("<b>Peace for all</b>", 0), EN),
    ("markup", said("**Peace for all** and Lights out at 10", 0, 1), EN),
    ("markup", said("Peace for all\u202e", 0), EN),
    ("markup", said("Peace\u200b for all", 0), EN),
    ("markup", said("# Peace for all", 0), EN),
    ("markup", said("Peace for all & Lights out at 10", 0, 1), EN),
    ("markup", said("Peace for all 🙂", 0), EN),
    ("changed number", said("Lights out at 11", 1), EN),
    ("changed number", said("Lights out at -10", 1), draft_of(("en", "Peace"), ("en", "Lights out at 10"))),
    ("changed number", said("Peace for all 1000", 0), EN),
    ("changed negation", said("No peace for all", 0), EN),
    ("changed negation", said("Peace for all and not Lights out at 10", 0, 1), EN),
    ("changed negation", said("Peace for all without Lights out at 10", 0, 1), EN),
    ("changed negation", said("нет Мир", 0, lines=draft_of(("ru", "Мир"))), draft_of(("ru", "Мир"))),
    ("added words", said("Peace for all of us", 0), EN),
    ("added words", said("Peace for all but Lights out at 10", 0, 1), EN),
    ("added words", said("And Peace for all", 0), EN),
    ("added words", said("Peace for all and and Lights out at 10", 0, 1), EN),
    ("added words", said("Peace for all; Lights out at 10, and", 0, 1), EN),
    ("added words", said("Peace for all y Lights out at 10", 0, 1), EN),
    ("added words", said("Bread for all", 0), EN),
    ("added words", said("Peace for all " * 50, 0), EN),
    ("lost words", said("Peace for", 0), EN),
    ("lost words", said("", 0), EN),
    ("too long", said(f"{LONG[0].text} and {LONG[1].text}", 0, 1, lines=LONG), LONG),
]


@pytest.mark.parametrize(
    ("reason", "line", "lines"), REJECTIONS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_line_that_is_not_proven_is_rejected_with_its_reason(
    reason: RejectedReason, line: AnswerLine, lines: Sequence[PrayerLine]
) -> None:
    found = judged(line, lines=lines)[0]
    assert isinstance(found, Rejected), found
    assert found.reason == reason
    text, _ = whole(lines, [found])
    assert [(one.text, one.connected) for one in text] == [(one.text, False) for one in lines]


def test_a_desire_of_signs_alone_is_never_joined() -> None:
    lines = draft_of(("en", "Peace"), ("en", "…"), ("en", "Bread"))
    assert isinstance(judged(said("Peace and …", 0, 1, lines=lines), lines=lines)[0], Rejected)


def test_a_desire_said_before_is_rejected_and_the_first_stands() -> None:
    found = judged(said("Peace for all and lights out at 10", 0, 1), said("Lights out at 10", 1), said(EN[2].text, 2))
    assert [getattr(one, "reason", "") for one in found] == ["", "said twice", ""]


def test_a_line_before_one_that_was_said_is_out_of_order() -> None:
    found = judged(said(EN[2].text, 2), said("Peace for all and lights out at 10", 0, 1))
    assert found[1] == Rejected("out of order", (0, 1))


def test_what_no_line_speaks_of_is_named_as_lost_and_still_shown() -> None:
    found = judged(said("Lights out at 10", 1))
    assert found[-1] == Rejected("lost", (0, 2))
    text, rejected = whole(EN, found)
    assert [line.text for line in text] == [line.text for line in EN]
    assert rejected == (Rejected("lost", (0, 2)),)


def test_an_empty_answer_leaves_the_draft_as_it_is() -> None:
    assert whole(EN, judged())[0] == tuple(ConnectedLine(line.text, "en", (n,)) for n, line in enumerate(EN))


# --- the lists -----------------------------------------------------------------------------------------------------


def test_the_lists_are_those_that_were_agreed_on() -> None:
    assert {code: list(listed) for code, listed in connectives_for(CONNECTIVES).items()} == drafts.ALLOWED


def test_no_connective_denies_or_counts() -> None:
    for code, listed in CONNECTIVES.items():
        for connective in listed:
            assert words(connective)
            assert not numbers(connective)
            assert not negation_count(connective, code)


def test_only_neighbours_of_one_language_with_a_list_are_worth_a_question() -> None:
    assert can_connect(EN)
    assert can_connect(draft_of(("he-IL", "שלום"), ("he", "לחם")))
    assert not can_connect(draft_of(("en", "Peace"), ("es", "Paz"), ("en", "Bread")))
    assert not can_connect(draft_of(("tr", "Barış"), ("tr", "Ekmek")))
    assert not can_connect(draft_of(("", "Amen"), ("", "Amen")))


# --- whatever a model answers --------------------------------------------------------------------------------------

TEXTS = [
    "Peace for all",
    "peace",
    "and",
    "so that",
    "Lights out at 10",
    "Not 10 but 11!",
    "a.",
    "10",
    "…",
    "e hijos",
    "לחם",
]
some_text = st.sampled_from(TEXTS) | st.text(min_size=1, max_size=20)


@st.composite
def some_draft(draw: st.DrawFn) -> tuple[PrayerLine, ...]:
    """Draw a draft, mostly of one language, mostly of one that has connectives."""
    texts = draw(st.lists(some_text, min_size=2, max_size=6))
    own = draw(st.sampled_from(["en", "en", "en", "es", "he", "ru", "tr"]))
    others = draw(st.lists(st.sampled_from([""] * 15 + ["he"]), min_size=len(texts), max_size=len(texts)))
    return draft_of(*((other or own, text) for text, other in zip(texts, others, strict=True)))


@st.composite
def some_answer(draw: st.DrawFn, lines: Sequence[PrayerLine]) -> Answer:
    """Draw an answer that is nearly right: runs of the draft's lines, one in a few changed, moved, lost or added to."""
    seldom = st.sampled_from([False] * 5 + [True])
    own = "en" if draw(seldom) else lines[0].language
    allowed = drafts.ALLOWED.get(own, ["ve"])
    answered, at = [], 0
    while at < len(lines) and len(answered) < 8:
        numbers = list(range(at, min(len(lines), at + draw(st.integers(1, 3)))))
        at = draw(st.integers(0, len(lines))) if draw(seldom) else numbers[-1] + 1
        if draw(seldom):
            numbers = draw(st.permutations(numbers))
        text = lines[numbers[0]].text
        for number in numbers[1:]:
            between = st.sampled_from(["or", "", ";", "y"] if draw(seldom) else allowed)
            text += f" {draw(between)} {lines[number].text}"
        if draw(seldom):
            text += draw(st.sampled_from([" and ", " not ", " 10 ", "<b>", "http://x", " peace"]) | st.text(max_size=8))
        ids = [f"desire-{number + 1}" for number in numbers]
        if draw(seldom):
            ids[0] = draw(st.sampled_from(["desire-1", "desire-9", ""]))
        answered.append(AnswerLine(text, [Cite(one, lines[n].text) for one, n in zip(ids, numbers, strict=True)]))
    return Answer(answered)


drafts_and_answers = some_draft().flatmap(lambda lines: st.tuples(st.just(lines), some_answer(lines)))


@given(drafts_and_answers)
def test_whatever_a_model_answers_every_line_stands_once_verbatim_and_in_order(
    drawn: tuple[tuple[PrayerLine, ...], Answer],
) -> None:
    lines, answer = drawn
    text, _ = whole(lines, verify(lines, answer))
    assert wrong(lines, text) == []


@given(drafts_and_answers)
def test_every_line_is_shown_by_the_answer_or_named_as_rejected(
    drawn: tuple[tuple[PrayerLine, ...], Answer],
) -> None:
    lines, answer = drawn
    found = verify(lines, answer)
    assert {number for line in found for number in line.lines} == set(range(len(lines)))
    assert verify(lines, answer) == found


# --- a model that obeys whatever it is ordered ---------------------------------------------------------------------


def test_every_order_in_every_language_is_understood_and_obeyed() -> None:
    assert len(loopback.ORDERS) == 8
    for language, phrases in loopback.ORDERS.items():
        assert len(phrases) == len(loopback.ACTIONS)
        assert [loopback.orders_in(phrase) for phrase in phrases] == [
            [(language, action)] for action in loopback.ACTIONS
        ]


def test_each_of_the_injected_drafts_is_answered_otherwise_than_without_obedience() -> None:
    injected = list(drafts.injected())
    assert len(injected) == 200
    assert len({order for _, order in injected}) == 88
    for lines, order in injected:
        assert drafts.answered(lines) != drafts.answered(lines, obedient=False), order


# --- verifiers that are broken on purpose, and the checks that find them out ---------------------------------------

Verifier = Callable[[Sequence[PrayerLine], Answer], Iterable[ConnectedLine | Rejected]]


def _cited(lines: Sequence[PrayerLine], line: AnswerLine) -> tuple[int, ...]:
    number_of = {f"desire-{number + 1}": number for number in range(len(lines))}
    return tuple(number_of[cite.id] for cite in line.cites if cite.id in number_of)


def trusts_cites(lines: Sequence[PrayerLine], answer: Answer) -> Iterable[ConnectedLine | Rejected]:
    """Show the model's text wherever ids and quotes are right: what others do who check citations alone."""
    for line in answer.lines:
        cited = _cited(lines, line)
        quoted = all(cite.quote in {lines[n].text for n in cited} for cite in line.cites)
        right = cited and quoted and len(cited) == len(line.cites)
        yield ConnectedLine(line.text, lines[cited[0]].language, cited) if right else Rejected("unknown id", cited)


def counts_words(lines: Sequence[PrayerLine], answer: Answer) -> Iterable[ConnectedLine | Rejected]:
    """Show the model's text wherever it holds all words of what it cites: additions pass."""
    for line in answer.lines:
        cited = _cited(lines, line)
        held = cited and all(set(words(lines[n].text)) <= set(words(line.text)) for n in cited)
        yield ConnectedLine(line.text, lines[cited[0]].language, cited) if held else Rejected("lost words", cited)


def forgets_order(lines: Sequence[PrayerLine], answer: Answer) -> Iterable[ConnectedLine | Rejected]:
    """Verify each line by itself, as if there were no others."""
    for line in answer.lines:
        yield verify(lines, Answer([line]))[0]


def shows_what_it_was_told(lines: Sequence[PrayerLine], answer: Answer) -> Iterable[ConnectedLine | Rejected]:
    """Verify rightly, then show the model's letters instead of the people's."""
    for line, found in zip(answer.lines, verify(lines, answer), strict=False):
        yield ConnectedLine(line.text, found.language, found.lines) if isinstance(found, ConnectedLine) else found


BROKEN = [trusts_cites, counts_words, forgets_order, shows_what_it_was_told]


def faults(verifier: Verifier) -> int:
    """Return in how many of the injected and the near answers a verifier lets something wrong be shown."""
    asked = [(lines, drafts.answered(lines)) for lines, _ in drafts.injected()]
    near = [
        [said("peace FOR all and lights out at 10", 0, 1), said("a table", 2)],
        [said("Peace for all and lights out at 10", 0, 1), said("Lights out at 10", 1)],
        [said("Peace for all", 0), said("Peace for all", 0)],
    ]
    asked += [(EN, Answer(lines)) for lines in near]
    shuffled = random.Random(4)  # noqa: S311  draws answers, not secrets
    for lines, answer in list(asked):
        if answer is not None:
            mixed = list(answer.lines) * 2
            shuffled.shuffle(mixed)
            asked.append((lines, Answer(mixed)))
    return sum(
        answer is not None and bool(wrong(lines, whole(lines, verifier(lines, answer))[0])) for lines, answer in asked
    )


@pytest.mark.proof("A11")
def test_no_fault_gets_past_the_verifier(figure: Callable[[str], None]) -> None:
    figure(f"{faults(verify)} faulty answers shown")
    assert faults(verify) == 0


@pytest.mark.sabotage(
    "A11", "a verifier that believes citations or shows the model's letters (connecting.mosaic.verify)"
)
@pytest.mark.parametrize("broken", BROKEN)
def test_the_same_checks_find_out_a_verifier_that_is_broken(broken: Verifier) -> None:
    assert faults(broken) > 0


def test_whoever_trusts_citations_shows_what_the_injected_desires_order() -> None:
    assert faults(trusts_cites) > 100


def test_a_text_that_forgets_what_was_rejected_is_found_out() -> None:
    found = judged(said("Lights out at 10", 1))
    assert wrong(EN, [line for line in found if isinstance(line, ConnectedLine)])
