"""A gathering that sealed a text: that text first, then what share alone would choose; counts are explained."""

from __future__ import annotations

import re
from dataclasses import replace

import jsonschema
import pytest

from oneheart.engine import disclosure
from oneheart.engine.analysis import Analysis
from oneheart.model.prayer import Draft, PrayerLine
from oneheart.model.sealed import HallRecord, SealedFelt, SealedLanguage, SealedLine, SealRecord
from oneheart.model.verdict import ConditionCode, Status
from oneheart.reports import sealed_sentences
from oneheart.reports.numbers import as_text, build, schema
from oneheart.reports.rendering import render
from oneheart.reports.translation import LANGUAGES, Translation
from tests.unit.reports.conftest import numbers_of

LINES = (SealedLine("Words of the sealed text", "en", (("he", "מילות הטקסט"),)), SealedLine("<b>Bread</b>", "en"))
FIRST_NAMES = {  # the names of version 1.0
    "": {"schema_version", "source", "measured", "why_not", "one_desire", "oneness", "common_ground", "method"},
    "one_desire": {
        *("status", "lines", "share_index", "share_kind", "owed", "coverage", "lines_held", "pairs", "ejr_plus"),
        *("conditions", "missing", "circle_shares", "nearest"),
    },
}


def digest_of(*lines: SealedLine) -> str:
    return Draft(tuple(PrayerLine(line.text, line.language, ()) for line in lines)).digest()


def sealed(number: int = 1, *lines: SealedLine, **more: object) -> SealRecord:
    lines = lines or LINES
    about: dict[str, object] = {
        "number": number,
        "round": number,
        "day": f"2026-01-0{number}",
        "question": (("en", "What was asked of them?"), ("he", "מה נשאל?")),
        "lines": lines,
        "verdict": Status.NOT_YET,
        "missing": (ConditionCode.EVERY_PART, ConditionCode.SHARE),
        "digest": digest_of(*lines),
        "root": "ab" * 32,
        "readers": 60,
        "amen": 45,
        "asked": 20,
        "share": "certified",
        "share_high": 1.05,
        "margin_people": 10,
        "margin_circles": 2,
        "said": 40,
        "everybody": 75,
        "unheard": 3,
        "include": SealedLine("What would include them", "en"),
    }
    return SealRecord(**(about | more))  # type: ignore[arg-type]


def with_hall(analysis: Analysis, *texts: SealRecord, **counts: int) -> Analysis:
    """Return an analysis of the same answers, left by a live gathering."""
    told = {"people": 90, "desires": 1000, "answers": 1500, "joined": 850, "taken_back": 5, "waiting": 0} | counts
    hall = HallRecord("The evening <i>we</i> met", texts, **told)
    return replace(analysis, gathering=replace(analysis.gathering, hall=hall))


def place(page: str, mark: str) -> int:
    """Return where something stands in the body of a page."""
    found = page.find(mark, page.index("<main>"))
    assert found >= 0, mark
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sealed_text_comes_first_and_what_share_alone_would_choose_below_it(
    measured: Analysis, language: str
) -> None:
    page = render(build(with_hall(measured, sealed())), language=language)
    text, by_share = place(page, 'id="text"'), place(page, 'id="by-share"')
    assert text < place(page, LINES[0].text) < place(page, digest_of(*LINES)) < by_share
    first = page[text:by_share]
    assert "&lt;b&gt;Bread&lt;/b&gt;" in first
    assert "מילות הטקסט" in first
    assert 'data-verdict="not yet"' in first
    assert re.findall(r'data-condition="([^"]+)"', first) == ["every part", "share"]
    assert "What would include them" in first
    assert 'data-words-match="true"' in first
    assert page[by_share:].count('<ol class="litany">') == 1
    assert place(page, 'id="lines"') > by_share
    assert "The evening &lt;i&gt;we&lt;/i&gt; met" in page[: page.index("<main>")]


def test_the_question_is_asked_in_the_language_of_the_page_where_it_was(measured: Analysis) -> None:
    report = build(with_hall(measured, sealed()))
    heads = {language: render(report, language=language).split("<main>")[0] for language in ("en", "he", "ru")}
    assert "מה נשאל?" in heads["he"]
    assert "What was asked of them?" in heads["en"]
    assert report.source.question in heads["ru"]


def test_every_sealed_text_is_told_the_newest_first(measured: Analysis) -> None:
    newest = sealed(2, SealedLine("The second text", "en"), verdict=Status.ONE_DESIRE, missing=(), include=None)
    analysis = with_hall(measured, newest, sealed(1))
    content, page = numbers_of(analysis), render(build(analysis))
    assert [text["number"] for text in content["sealed"]] == [2, 1]
    assert [text["verdict"] for text in content["sealed"]] == ["one desire", "not yet"]
    assert place(page, "The second text") < place(page, 'class="earlier"') < place(page, LINES[0].text)
    assert place(page, LINES[0].text) < place(page, 'id="by-share"')


def test_the_file_holds_the_sealed_text_and_keeps_to_the_schema(measured: Analysis, thin: dict[str, Analysis]) -> None:
    check = jsonschema.Draft202012Validator(schema())
    for analysis in (measured, *thin.values()):
        content = numbers_of(with_hall(analysis, sealed()))
        assert [error.message for error in check.iter_errors(content)] == []
        text = content["sealed"][0]
        assert [line["text"] for line in text["lines"]] == [line.text for line in LINES]
        assert (text["digest"], text["words_match"], text["missing"]) == (
            digest_of(*LINES),
            True,
            ["every part", "share"],
        )


def test_words_that_were_changed_or_taken_away_are_told(measured: Analysis) -> None:
    for lines in ((SealedLine("Other words", "en"), LINES[1]), (SealedLine("", ""), LINES[1])):
        report = build(with_hall(measured, sealed(1, *lines, digest=digest_of(*LINES))))
        assert report.sealed[0].words_match is False
        page = render(report)
        assert 'data-words-match="false"' in page
        assert page[place(page, 'id="text"') : place(page, 'id="by-share"')].count('<li class="short">') == sum(
            bool(line.text) for line in lines
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lines", [(SealedLine("Other words", "en"),), ()])
def test_no_verdict_is_shown_for_words_that_do_not_match(
    measured: Analysis, language: str, lines: tuple[SealedLine, ...]
) -> None:
    forged = replace(sealed(2), lines=lines, verdict=Status.ONE_DESIRE, missing=())
    earlier = replace(sealed(1), lines=lines)
    report = build(with_hall(measured, forged, earlier))
    assert [(text.verdict, text.words_match) for text in report.sealed] == [("one desire", False), ("not yet", False)]
    page, words = render(report, language=language), Translation(language)
    text = page[place(page, 'id="text"') : place(page, 'id="by-share"')]
    assert text.count(str(sealed_sentences.unmatched(words))) == 2
    assert not re.search(r"data-verdict|data-condition|What would include them", text)
    assert "is-one" not in page[page.index("<main>") : place(page, 'id="text"')]
    for status in Status:
        assert str(sealed_sentences.verdict(words, status)) not in text
    assert str(words.t("One desire")) not in text


def test_no_small_count_of_readers_leaves(measured: Analysis) -> None:
    text = numbers_of(with_hall(measured, sealed(1, readers=3, amen=4, asked=1)))["sealed"][0]
    assert (text["readers"], text["amen"], text["asked"]) == (None, None, None)
    coarse = numbers_of(with_hall(measured, sealed(1, readers=15, amen=5), taken_back=5), k=10)
    assert (coarse["sealed"][0]["readers"], coarse["sealed"][0]["amen"]) == (15, None)
    assert (coarse["hall"]["taken_back"], coarse["hall"]["joined"]) == (None, 850)


def test_counts_that_differ_from_the_halls_are_explained_and_others_are_not(measured: Analysis) -> None:
    content = numbers_of(with_hall(measured, sealed(), people=90))
    rows = sealed_sentences.count_rows(Translation("en"), content)
    here = content["source"]
    assert here["people_answered"] == 90
    assert [bool(row.reasons) for row in rows] == [False, True, here["responses"] // 50 * 50 != 1500, True]
    assert len(rows[1].reasons) == 3, "joined and taken back are counted, what is below five is not"
    late = sealed_sentences.count_rows(Translation("en"), numbers_of(with_hall(measured, sealed(), people=105)))
    assert late[0].reasons
    page = render(build(with_hall(measured, sealed(), people=90)))
    assert place(page, 'id="counts"') < place(page, 'id="method"')
    assert page.count('class="why"') == sum(bool(row.reasons) for row in rows)


def test_answers_that_are_withheld_are_not_called_few(measured: Analysis) -> None:
    """A circle of ten gives eighty answers, and the report tells no number of them."""
    words, content = Translation("en"), numbers_of(with_hall(measured))
    content["source"]["responses"], content["hall"]["answers"] = None, 0
    for row in sealed_sentences.count_rows(words, content):
        if row.name == words.t("Answers"):
            assert row.here == words.t("not told")
            assert row.hall == words.t("fewer than {k}", k=str(disclosure.RESPONSES_STEP))
            break
    else:
        pytest.fail("no row of answers")


def test_in_a_build_that_calls_them_few_the_row_is_false(measured: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_sentences, "_at_least_or_untold", sealed_sentences._at_least)  # noqa: SLF001
    with pytest.raises(AssertionError):
        test_answers_that_are_withheld_are_not_called_few(measured)


def test_a_gathering_that_sealed_nothing_is_shown_by_share_with_its_counts(measured: Analysis) -> None:
    """Its sections are those of any answers; only its numbers move in steps of people."""
    before, now = render(build(measured)), render(build(with_hall(measured)))
    assert 'id="by-share"' not in now
    sections = re.findall(r'<section[^>]* id="([^"]+)"', now)
    assert [section for section in sections if section != "counts"] == re.findall(r'<section[^>]* id="([^"]+)"', before)
    assert sections.index("counts") == sections.index("method") - 1
    assert len(sealed_sentences.count_rows(Translation("en"), numbers_of(with_hall(measured)))) == 3


def test_answers_without_a_live_gathering_keep_every_name_and_get_no_new_section(
    measured: Analysis, one: Analysis, thin: dict[str, Analysis]
) -> None:
    for analysis in (measured, one, *thin.values()):
        content = numbers_of(analysis)
        assert (content["sealed"], content["hall"]) == ([], None)
        assert set(content) - {"sealed", "hall", "divisive"} == FIRST_NAMES[""]
        later = {"verdict", "ladder", "no_lines", "short"}
        assert set(content["one_desire"]) - later == FIRST_NAMES["one_desire"]
        assert content["one_desire"]["status"] in {"one", "not yet"}
        page = render(build(analysis))
        assert not re.search(r'id="(by-share|counts)"|class="name"|data-verdict', page)


def test_the_verdict_of_the_calculation_is_in_the_words_of_sealed_texts(
    measured: Analysis, one: Analysis, thin: dict[str, Analysis]
) -> None:
    assert numbers_of(one)["one_desire"]["verdict"] == "one desire"
    assert numbers_of(measured)["one_desire"]["verdict"] == "not yet"
    assert numbers_of(thin["one person"])["one_desire"]["verdict"] == "not measured"
    without_lines = numbers_of(thin["no line"])["one_desire"]["missing"]
    assert [(entry["code"], entry["condition"]) for entry in without_lines] == [("nothing common", "no lines")]
    conditions = {entry["condition"] for entry in numbers_of(measured)["one_desire"]["missing"]}
    assert conditions <= {code.value for code in ConditionCode}
    assert all(entry["condition"] is None for entry in numbers_of(thin["one person"])["one_desire"]["missing"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_condition_has_a_sentence(language: str) -> None:
    words = Translation(language)
    judged = [code for code in ConditionCode if code is not ConditionCode.LIVING]
    said = {*sealed_sentences.missing(words, judged, "estimated"), *sealed_sentences.missing(words, ["share"], "")}
    assert len(said) == len(judged) + 1
    assert len({sealed_sentences.verdict(words, status) for status in Status}) == len(Status)


def test_nobody_is_named_who_wrote_read_or_affirmed(measured: Analysis) -> None:
    text = as_text(build(with_hall(measured, sealed())))
    assert not re.search(r"person-\d", text)


@pytest.mark.parametrize(
    ("more", "numbers"),
    [
        ({}, [[40, 75], [3], [60], [45]]),
        ({"said": 0}, [[75], [3], [60], [45]]),
        ({"said": 0, "everybody": 0, "unheard": 0}, [[60], [45]]),
    ],
)
def test_how_many_of_how_many_can_say_it_is_said(
    measured: Analysis, more: dict[str, object], numbers: list[list[int]]
) -> None:
    text = numbers_of(with_hall(measured, sealed(1, **more)))["sealed"][0]
    sentences = sealed_sentences.readers(Translation("en"), text)
    assert [[int(number) for number in re.findall(r"\d+", str(sentence))] for sentence in sentences] == numbers


@pytest.mark.parametrize(
    ("more", "values"),
    [
        ({"margin_people": None, "margin_circles": None}, []),
        ({"margin_people": 0, "margin_circles": None}, [{}]),
        ({"margin_people": 10, "margin_circles": 2}, [{"count": 10}, {"count": 2}]),
        ({"margin_people": 5, "margin_circles": None, "margin_exact": True}, [{"count": 5}]),
    ],
)
def test_how_many_could_have_changed_it_is_said(
    measured: Analysis, more: dict[str, object], values: list[dict[str, int]]
) -> None:
    text = numbers_of(with_hall(measured, sealed(1, **more)))["sealed"][0]
    sentences = list(sealed_sentences.margin(Translation("en"), text))
    numbers = [[int(number) for number in re.findall(r"\d+", str(sentence))] for sentence in sentences]
    flat = [number for row in numbers for number in row]
    assert flat == [value["count"] for value in values if value]
    assert bool(sentences) is bool(values)


def test_languages_are_told_one_by_one_and_felt_representation_by_itself(measured: Analysis) -> None:
    languages = (
        SealedLanguage("en", (), measured=True, heard=True, alone=(2,)),
        SealedLanguage("he", (2,), measured=True),
        SealedLanguage("es", (1, 2)),
        SealedLanguage("ru", (), measured=True),
    )
    text = sealed(languages=languages, represented=SealedFelt(5.5, 4.0, 6.25, 40))
    numbers = build(with_hall(measured, text))
    [told] = numbers_of(with_hall(measured, text))["sealed"]
    assert told["languages"] == [
        {"language": "en", "unmet": [], "measured": True, "heard": True, "alone": [2]},
        {"language": "he", "unmet": [2], "measured": True, "heard": False, "alone": []},
        {"language": "es", "unmet": [1, 2], "measured": False, "heard": False, "alone": []},
        {"language": "ru", "unmet": [], "measured": True, "heard": False, "alone": []},
    ]
    assert told["represented"] == {"people": 40, "value": 5.5, "low": 4.0, "high": 6.25}
    page = render(numbers, language="en").replace("\u2068", "").replace("\u2069", "")
    for words in (
        "readers of עברית",
        "lines do not stand in Español yet: 1, 2",
        "of its readers: English",
        "in: Русский",
        "into English, and nobody else here could check it: 2",
    ):
        assert words in page, words
    assert "with 5.5 of seven on average, between 4.0 and 6.2" in page


@pytest.mark.parametrize(("people", "told"), [(5, False), (10, True)])
def test_felt_representation_is_told_of_twice_k_people(measured: Analysis, people: int, *, told: bool) -> None:
    text = sealed(represented=SealedFelt(4.0, 1.0, 7.0, people))
    [one] = numbers_of(with_hall(measured, text))["sealed"]
    assert (one["represented"] is not None) is told
    sentences = sealed_sentences.represented(Translation("en"), one)
    assert bool(sentences) is told
    assert all(sentence in render(build(with_hall(measured, text)), language="en") for sentence in sentences)


def test_felt_representation_moves_no_verdict(measured: Analysis) -> None:
    plain, felt = (numbers_of(with_hall(measured, text))["sealed"][0] for text in (sealed(), sealed(represented=LOW)))
    assert felt["represented"] is not None
    assert {**felt, "represented": None} == plain


LOW = SealedFelt(1.0, 1.0, 2.0, 60)
