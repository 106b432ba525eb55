"""The report of the two measures: apart, by its schema, in every language, careful with what it cannot say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import numpy as np
import pytest

from oneheart.engine.explained import explain
from oneheart.engine.side_by_side import SideBySide, side_by_side
from oneheart.errors import UserError
from oneheart.model.desire import Desire
from oneheart.model.gathering import Circle, Gathering, Responses
from oneheart.model.presence import Attendance, Contacts, DeclaredTies, Occasion
from oneheart.reports.apart import View, build, page, plain, schema, write_apart
from oneheart.reports.translation import LANGUAGES, Translation
from tests.support.codes import codes
from tests.support.figures import without_row

SCHEMA = schema()


def numbers_of(found: SideBySide) -> dict[str, Any]:
    """Return the numbers of a report as they are read from its file."""
    return plain(build(found))


def people(n: int) -> tuple[str, ...]:
    return tuple(f"p{number}" for number in range(n))


def meals(n: int, tables: int, seed: int = 0) -> Attendance:
    """Return three meals at each of which everybody sits at one of so many tables."""
    rng = np.random.default_rng(seed)
    occasions = tuple(Occasion(f"{meal}-{table}", "meal") for meal in range(3) for table in range(tables))
    seat = np.stack([rng.integers(0, tables, n) + meal * tables for meal in range(3)], 1)
    return Attendance(
        people(n),
        occasions,
        np.repeat(np.arange(n), 3).astype(np.int32),
        np.sort(seat, 1).ravel().astype(np.int32),
        np.full(3 * n, 40.0),
        source="meals.csv",
    )


def answers(attendance: Attendance, effect: float, seed: int = 1) -> Gathering:
    """Return answers of the same people, moved by whom they sat with as far as the effect says."""
    rng = np.random.default_rng(seed)
    n, m = len(attendance.people), 12
    moved = np.zeros((n, m))
    pull = rng.normal(size=(len(attendance.occasions), m))
    np.add.at(moved, attendance.person, pull[attendance.occasion])
    taste = effect * moved + rng.normal(size=(n, m))
    stance = np.where(taste > 0.3, 1, np.where(taste < -0.8, -1, 0))
    i, j = np.divmod(np.arange(n * m), m)
    desires = tuple(Desire(str(number), f"desire {number}") for number in range(m))
    return Gathering("", attendance.people, desires, Responses.of(i, j, stance.ravel()), source="answers")


def found(effect: float = 1.0, n: int = 80, seed: int = 1) -> SideBySide:
    attendance = meals(n, 8)
    return side_by_side(attendance=attendance, desires=answers(attendance, effect, seed), permutations=99, seed=3)


def test_the_numbers_keep_to_the_schema_and_each_measure_stands_by_itself() -> None:
    content = numbers_of(found())
    jsonschema.validate(content, SCHEMA)
    assert set(content["outward"]) & set(content["inner"]) == set()
    assert content["outward"]["people"] == 80
    assert content["relation"] == content["relations"]["desires"]["relation"]
    assert content["relation"]["effect"] > 0
    assert content["relation"]["p"] == 0.01


def test_without_a_relation_it_says_what_could_not_have_been_seen() -> None:
    content = numbers_of(found(effect=0.0, seed=2))
    html = page(content)
    assert content["relation"]["p"] > 0.05
    said = codes(section(html, "relation-1"))
    assert (said[0], said[-1]) == ("unseen", "least visible")


def test_it_says_goes_with_and_never_causes() -> None:
    html = page(numbers_of(found()))
    assert codes(html, "what") == ["desires"]
    said = codes(section(html, "relation-1"))
    assert said[0] == "with"
    assert not {"unseen", "against", "least visible"} & {*said}
    assert "because" not in html


def section(html: str, name: str) -> str:
    """Return one of the page's sections, by what its heading is called."""
    return html.split(f'<section aria-labelledby="{name}"')[1].split("</section>", maxsplit=1)[0]


def test_no_number_on_the_page_is_made_of_both() -> None:
    attendance, elsewhere = meals(80, 8), meals(80, 5, seed=9)
    wants, others = answers(attendance, 1.0), answers(attendance, 1.0, seed=7)
    first, new_wants, new_place = (
        page(numbers_of(side_by_side(attendance=where, desires=what, permutations=19)))
        for where, what in ((attendance, wants), (attendance, others), (elsewhere, wants))
    )
    assert section(first, "outward") == section(new_wants, "outward") != section(new_place, "outward")
    assert section(first, "inner") == section(new_place, "inner") != section(new_wants, "inner")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("oneness", "low", "high", "ends"),
    [(0.19, 0.17, 0.21, [17, 21]), (-0.3, -0.4, 0.02, [2, 40]), (0.0, -0.01, 0.01, [1, 1])],
)
def test_oneness_is_told_in_cases_of_a_hundred_too(
    language: str, oneness: float, low: float, high: float, ends: list[int]
) -> None:
    content = numbers_of(found())
    content["inner"] |= {"oneness": oneness, "low": low, "high": high}
    said = str(View(content, Translation(language)).inner_said()[0])
    numbers = [int(n) for n in re.findall(r"\d+", said)]
    assert abs(round(100 * oneness)) in numbers[:-2]
    assert numbers[-2:] == ends


def test_oneness_has_the_same_number_in_words_and_on_its_scale() -> None:
    html = section(page(numbers_of(found())), "inner")
    assert re.findall(r"<text [^>]*>([^<]*)</text>", html) == ["\u2212100", "0", "100"]


def test_a_picture_stands_before_the_number_of_an_effect() -> None:
    html = section(page(numbers_of(found())), "relation-1")
    assert html.index("<figure") < html.index('data-said="effect"')
    assert codes(html)[:3] == ["with", "clear", "nearer"]


@pytest.mark.parametrize(("p", "low", "code"), [(0.01, -0.1, "differ"), (0.2, 0.1, "differ"), (0.01, 0.1, "with")])
def test_a_relation_is_claimed_only_where_range_and_exchange_agree(p: float, low: float, code: str) -> None:
    content = numbers_of(found())
    content["relations"]["desires"]["relation"] |= {"effect": 0.3, "low": low, "high": 0.5, "p": p}
    said = codes(section(page(content), "relation-1"))
    assert code in said
    assert ("with" in said) == (code == "with")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_formula_has_a_section_of_its_own(language: str) -> None:
    attendance = meals(60, 6)
    table = {attendance.people[n]: str(attendance.occasion[3 * n]) for n in range(60)}
    one = {person: str(number % 2) for number, person in enumerate(attendance.people)}
    asked = explain(
        "desires ~ near + same(table) + same(odd) + same(even)",
        attendance=attendance,
        desires=answers(attendance, 2.0),
        people={"table": table, "odd": one, "even": one},
        permutations=39,
    )
    content = plain(build(side_by_side(attendance=attendance), explained=asked))
    jsonschema.validate(content, SCHEMA)
    html = section(page(content, language=language), "explained")
    verdicts = codes(html, "term")
    assert (verdicts[0], verdicts[2:]) == ("with", ["constant", "constant"])
    assert html.count("<figure") == 2
    few = explain(
        "near ~ same(table)", attendance=attendance, people={"table": dict(list(table.items())[:11])}, permutations=19
    )
    content = plain(build(side_by_side(attendance=attendance), explained=few))
    jsonschema.validate(content, SCHEMA)
    assert codes(section(page(content, language=language), "explained")) == ["few people"]


@pytest.mark.parametrize(("p", "beyond", "claimed"), [(0.01, 0.1, True), (0.2, 0.1, False), (0.01, -0.1, False)])
def test_a_relation_is_claimed_only_where_every_shuffle_sees_it_too(p: float, beyond: float, claimed: bool) -> None:
    content = numbers_of(found())
    compared = content["relations"]["desires"]
    good = {"among": "times", "owed": 0.1, "beyond": 0.2, "p": 0.005, "draws": 199}
    compared["shuffled"] = [good, {"among": "days", "owed": 0.1, "beyond": beyond, "p": p, "draws": 199}]
    jsonschema.validate(content, SCHEMA)
    for language in LANGUAGES:
        said = codes(section(page(content, language=language), "relation-1"))
        assert {"shuffled times", "shuffled days"} <= {*said}
        assert (said[0] == "with", "shuffles differ" in said) == (claimed, not claimed)


@pytest.mark.parametrize(
    ("unit", "near_by", "said"),
    [
        ("seconds", "contact", ["near by lines", "how near"]),
        ("times", "contact", ["near by lines", "how near"]),
        ("bins", "contact", ["near by lines", "how near"]),
        ("seconds", "badges", ["lists", "how near"]),
    ],
)
def test_what_counts_as_near_is_said(unit: str, near_by: str, said: list[str]) -> None:
    met = replace(declared(both=True, unit=unit), near_by=near_by)
    html = section(page(numbers_of(side_by_side(met))), "outward")
    assert [code for code in codes(html) if code not in {"people", "pairs"}] == said
    assert ("“bins”" in html) == (unit == "bins")
    occasions = section(page(numbers_of(side_by_side(attendance=meals(40, 6)))), "outward")
    assert codes(occasions)[-1] == "near at occasions"


def test_of_whom_each_number_is_stands_beside_it() -> None:
    attendance = meals(80, 8)
    some = replace(answers(attendance, 1.0), participants=tuple(f"p{number}" for number in range(30, 110)))
    content = numbers_of(side_by_side(attendance=attendance, desires=some, permutations=19))
    assert (content["outward"]["people"], content["inner"]["answered"]) == (80, 80)
    assert content["relations"]["desires"]["people"] == 50
    html = page(content)
    assert "50" in re.sub(r"<[^>]*>", "", html.split('data-said="compared"')[1].split("</p>")[0])
    assert {"answered", "compared"} <= {*codes(html)}


@pytest.mark.parametrize(
    ("effect", "word"), [(0.05, "faint"), (-0.2, "slight"), (0.4, "clear"), (0.7, "strong"), (0.0999, "faint")]
)
def test_how_strong_a_relation_is_stands_in_plain_words(effect: float, word: str) -> None:
    content = numbers_of(found())
    content["relations"]["desires"]["relation"] |= {"effect": effect, "p": 0.001}
    assert codes(section(page(content), "relation-1"))[1] == word
    content["relations"]["desires"]["relation"]["p"] = 0.4
    assert not {"faint", "slight", "clear", "strong"} & {*codes(page(content))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_makes_a_page_that_asks_the_network_for_nothing(language: str, tmp_path: Path) -> None:
    html, numbers = write_apart(found(), tmp_path, language=language)
    text = html.read_text(encoding="utf-8")
    assert f'lang="{language}"' in text
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "{" not in text.split("<body>")[1].split("<script>")[0]
    jsonschema.validate(json.loads(numbers.read_text(encoding="utf-8")), SCHEMA)


def test_small_numbers_are_withheld() -> None:
    attendance = meals(14, 2)
    lonely = Attendance(
        (*attendance.people, "x", "y", "z"),
        attendance.occasions,
        attendance.person,
        attendance.occasion,
        attendance.minutes,
    )
    content = numbers_of(side_by_side(attendance=lonely))
    assert content["outward"]["seen"] is None
    assert all(count is None or count == 0 or count >= 5 for count in content["outward"]["met"].values())


@pytest.mark.parametrize(
    ("desires", "why"),
    [
        (lambda a: answers(replace(a, people=tuple(f"q{n}" for n in range(80))), 1.0), "other people"),
        (lambda a: answers(replace(a, people=(*a.people[:11], *(f"q{n}" for n in range(69)))), 1.0), "few people"),
        (lambda a: replace(answers(a, 1.0), responses=Responses.of([], [], [])), "no answers"),
    ],
)
def test_what_cannot_be_compared_is_told_and_not_measured(desires: object, why: str) -> None:
    attendance = meals(80, 8)
    assert callable(desires)
    content = numbers_of(side_by_side(attendance=attendance, desires=desires(attendance), permutations=19))
    jsonschema.validate(content, SCHEMA)
    assert content["relation"] is None
    assert content["relations"]["desires"]["why_not"] == why
    assert codes(section(page(content), "relation-1")) == [why]


def test_one_empty_layer_harms_nothing() -> None:
    attendance = meals(30, 5)
    nobody = Contacts(attendance.people, np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0), "times", 0)
    both = side_by_side(nobody, attendance, desires=answers(attendance, 1.0), permutations=19)
    alone = side_by_side(attendance=attendance, desires=answers(attendance, 1.0), permutations=19)
    assert both.outward.pairs == alone.outward.pairs
    assert both.compared[0].relation == alone.compared[0].relation


def declared(both: bool, unit: str = "times") -> Contacts:
    """Return friendships of p0 with ten others; by one of two, or some by both."""
    first, second = np.zeros(10, np.int32), np.arange(1, 11, dtype=np.int32)
    amount = np.where(np.arange(10) % 2 == 0, 2.0, 1.0) if both else np.ones(10)
    return Contacts(people(20), first, second, amount, unit, 10)


def school(asked: int, seed: int = 3) -> tuple[Attendance, DeclaredTies, DeclaredTies]:
    """Return who sat with whom, the friendships of the pupils who were asked, and those if all had been asked.

    Friends sit together. Pupils who were not asked have friends too; the survey just does not know them.
    """
    n = 90
    meals_of = meals(n, 12, seed)
    rng = np.random.default_rng(seed)
    table = sparse_of(meals_of)
    together = table @ table.T
    first, second = np.triu_indices(n, 1)
    friends = rng.random(len(first)) < 0.03 + 0.25 * (together[first, second] > 0)
    i, j = first[friends].astype(np.int32), second[friends].astype(np.int32)
    known = (i < asked) & (j < asked)
    some, whole = (
        Contacts(people(n), i[held], j[held], np.ones(int(held.sum())), "times", int(held.sum()))
        for held in (known, np.ones(len(i), bool))
    )
    return (
        meals_of,
        DeclaredTies(some, frozenset(people(asked)), "list"),
        DeclaredTies(whole, frozenset(people(n)), "list"),
    )


def sparse_of(attendance: Attendance) -> np.ndarray:
    table = np.zeros((len(attendance.people), len(attendance.occasions)))
    table[attendance.person, attendance.occasion] = 1.0
    return table


def test_pupils_who_were_not_asked_are_not_pupils_without_friends() -> None:
    """The survey of a third of a school says of them what a survey of all says of all."""
    attendance, some, whole = school(30)
    asked, everybody, wrong = (
        side_by_side(attendance=attendance, declared=told, permutations=19).compared[0]
        for told in (some, whole, replace(some, asked=frozenset(people(90))))
    )
    assert (asked.people, everybody.people) == (30, 90)
    assert asked.relation is not None
    assert everybody.relation is not None
    assert wrong.relation is not None
    assert asked.relation.effect == pytest.approx(everybody.relation.effect, abs=0.08)
    assert wrong.relation.effect < 0.5 * everybody.relation.effect, "counted as without friends, they dilute it"


def test_how_it_is_known_who_was_asked_is_said() -> None:
    attendance, some, _ = school(30)
    for asked_by in ("list", "naming", "named"):
        told = replace(some, asked_by=asked_by)  # type: ignore[arg-type]
        content = numbers_of(side_by_side(attendance=attendance, declared=told, permutations=19))
        jsonschema.validate(content, SCHEMA)
        assert content["relations"]["ties"]["asked_by"] == asked_by
        assert {f"asked {asked_by}", "binary", "compared"} <= {*codes(page(content))}
    few = side_by_side(attendance=attendance, declared=replace(some, asked=frozenset(people(11))))
    assert codes(section(page(numbers_of(few)), "relation-1")) == ["few people", "asked list"]


def test_friends_named_by_one_of_two_or_by_both_are_friends() -> None:
    by_one, by_both, strong = (
        side_by_side(attendance=meals(30, 5), declared=ties, permutations=19).compared[0]
        for ties in (declared(both=False), declared(both=True), declared(both=True, unit="strength"))
    )
    assert by_one.binary
    assert by_one == by_both
    assert not strong.binary
    assert strong.relation != by_one.relation


@pytest.mark.parametrize("language", LANGUAGES)
def test_being_of_one_kind_is_compared_over_those_whose_kind_is_known(language: str) -> None:
    attendance = meals(60, 6)
    room = {person: "ab"[number % 2] for number, person in enumerate(people(40))} | {"p50": "NA", "p51": "", "x": "a"}
    found = side_by_side(attendance=attendance, same=room, same_name="<room>", permutations=19)
    assert (found.compared[0].what, found.compared[0].people) == ("same", 40)
    content = numbers_of(found)
    jsonschema.validate(content, SCHEMA)
    assert "&lt;room&gt;" in page(content, language=language)
    alone = replace(attendance, people=tuple(f"y{number}" for number in range(60)))
    assert side_by_side(attendance=alone, same=room).compared[0].why_not == "other people"
    few = dict.fromkeys(people(11), "a")
    assert side_by_side(attendance=attendance, same=few).compared[0].why_not == "few people"
    alike = dict.fromkeys(people(60), "a")
    assert side_by_side(attendance=attendance, same=alike, permutations=19).compared[0].why_not == "nothing differs"


def test_people_of_one_kind_who_sat_together_are_seen_to() -> None:
    attendance = meals(60, 6)
    first = {attendance.people[n]: str(attendance.occasion[3 * n]) for n in range(60)}
    relation = side_by_side(attendance=attendance, same=first, permutations=99).compared[0].relation
    assert relation is not None
    assert relation.effect > 0.3
    assert relation.p == 0.01


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="is a file"):
        write_apart(found(), tmp_path / "file")
    for few in (1, 4):
        with pytest.raises(UserError, match=f"k is {few}"):
            write_apart(found(), tmp_path, k=few)


def test_ties_of_people_who_were_never_seen_change_nothing() -> None:
    attendance = meals(40, 6)
    pairs = np.array([0, 2, 4], np.int32), np.array([1, 3, 5], np.int32)
    known = Contacts(attendance.people, *pairs, np.ones(3), "times", 3)
    more = np.array([0, 0, 2, 4, 40], np.int32), np.array([1, 40, 3, 5, 41], np.int32)
    unknown = Contacts((*attendance.people, "x", "y"), *more, np.ones(5), "times", 5)
    one, other = (side_by_side(attendance=attendance, declared=told, permutations=19) for told in (known, unknown))
    assert one.compared == other.compared


def test_people_without_a_stratum_are_a_stratum_of_their_own_and_unknown_ones_are_passed_over() -> None:
    attendance = meals(40, 6)
    strata = {f"p{number}": "he" for number in range(20)}
    desires = answers(attendance, 1.0)
    one, other = (
        side_by_side(attendance=attendance, desires=desires, strata=told, strata_name="language", permutations=19)
        for told in (strata, {**strata, "nobody": "ru"})
    )
    assert one.compared == other.compared
    assert one.compared[0].relation is not None
    assert one.compared[0].relation.within


def test_what_goes_with_one_circle_is_taken_out_where_it_is_asked() -> None:
    attendance = meals(90, 9)
    circle_of = np.arange(90, dtype=np.int32) % 9
    together = replace(
        attendance,
        person=np.arange(90, dtype=np.int32),
        occasion=circle_of,
        minutes=np.full(90, 40.0),
        occasions=attendance.occasions[:9],
    )
    rng = np.random.default_rng(2)
    taste = 1.2 * rng.normal(size=(9, 12))[circle_of] + rng.normal(size=(90, 12))
    i, j = np.divmod(np.arange(90 * 12), 12)
    stance = np.where(taste > 0, 1, -1).ravel()
    desires = tuple(Desire(str(number), f"desire {number}") for number in range(12))
    circles = tuple(Circle(str(number), str(number)) for number in range(9))
    wants = Gathering("", attendance.people, desires, Responses.of(i, j, stance), circles=circles, circle_of=circle_of)
    plain, out = (
        side_by_side(attendance=together, desires=wants, permutations=19, same_circle=asked) for asked in (False, True)
    )
    assert plain.compared[0].relation is not None
    assert plain.compared[0].relation.effect > 0.1
    assert out.compared[0].relation is None, "where all of a circle sit together, the two cannot be told apart"
    assert out.compared[0].why_not == "nothing differs"


def test_a_bare_count_is_refused() -> None:
    report = build(found())
    with pytest.raises(TypeError, match="people"):
        msgspec.structs.replace(report.outward, people=3)
    with pytest.raises(TypeError, match="met"):
        msgspec.structs.replace(report.outward, met={"0": 3})
    with pytest.raises(TypeError):
        plain(plain(report))  # type: ignore[arg-type]


def test_every_figure_of_the_page_has_a_row_and_a_new_one_is_seen() -> None:
    written = page(numbers_of(found()))
    assert without_row(written) == []
    assert without_row(written.replace("</main>", "<p>Warmth: 42</p></main>")) == ["Warmth: 42"]
