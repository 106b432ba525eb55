"""What one cell means, pinned at the borders."""

from __future__ import annotations

import pytest

from oneheart.formats.cells import Labels, cell_of, clean, is_true, iso_seconds, neutralise, plain, safe_cell
from oneheart.formats.csv import as_number, header_key
from oneheart.formats.polis import cells
from oneheart.formats.polis.cells import (
    ABSENT,
    INVALID,
    ROUNDED,
    CellNumbers,
    CellVotes,
    count_in,
    moderation_in,
    time_in,
    vote_in,
)
from oneheart.model.desire import Moderation


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'"])
def test_every_sign_that_begins_a_formula_gets_an_apostrophe(sign: str) -> None:
    assert neutralise(sign + "1") == "'" + sign + "1"
    assert plain(neutralise(sign + "1")) == sign + "1"
    assert neutralise("1" + sign) == "1" + sign


def test_characters_that_cannot_be_shown_are_replaced_and_others_kept() -> None:
    assert clean("a\x00b\ud800c\udfffd\ue000\ud7ffe\x01") == "ab\ufffdc\ufffdd\ue000\ud7ffe\x01"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (float("nan"), ""),
        (2.0, "2"),
        (2.5, "2.5"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        ("=a\x00", "=a"),
    ],
)
def test_values_become_cells(value: object, cell: str) -> None:
    assert cell_of(value) == cell
    assert safe_cell(value) == neutralise(cell)


@pytest.mark.parametrize("cell", ["true", " TRUE ", "t", "yes", "1", "1.0"])
def test_yes_is_said_in_six_ways(cell: str) -> None:
    assert is_true(cell)
    assert not is_true(cell.strip() + "x")


@pytest.mark.parametrize("cell", ["", "no", "0", "false", "2", "on"])
def test_all_else_is_no(cell: str) -> None:
    assert not is_true(cell)


def test_iso_times_are_utc_unless_they_say_otherwise() -> None:
    assert iso_seconds("1970-01-01 00:00:10") == 10
    assert iso_seconds("1970-01-01T00:00:10+00:00") == 10
    assert iso_seconds("1970-01-01T02:00:00+02:00") == 0
    assert iso_seconds("10") is None


def test_labels_are_numbered_in_order_of_sight() -> None:
    labels = Labels()
    assert [labels[label] for label in ("b", "a", "b", "c")] == [0, 1, 0, 2]


def test_keys_and_numbers_are_read_loosely() -> None:
    assert header_key("\ufeff Voter \t_ID") == "voter-id"
    assert as_number("9.9e18") == 9.9e18
    assert as_number("-9.9e18") == -9.9e18
    assert as_number("1e19") is None
    assert as_number("-1e19") is None
    assert as_number("") is None


@pytest.mark.parametrize(
    ("cell", "vote"),
    [
        ("1", 1),
        (" -1 ", -1),
        ("0.0", 0),
        ("-1.0", -1),
        ("", ABSENT),
        (" ", ABSENT),
        ("2", INVALID),
        ("0.5", INVALID),
        ("-2", INVALID),
        ("x", INVALID),
        ("nan", ABSENT),
        ("NA", ABSENT),
        ("na", INVALID),
        ("1e999", INVALID),
    ],
)
def test_raw_votes(cell: str, vote: int) -> None:
    assert vote_in(cell) == vote
    assert CellVotes()[cell] == vote
    assert len({-1, 0, 1, ABSENT, INVALID}) == 5


def test_votes_that_are_no_votes_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "_VALUES_KEPT", 3)
    votes = CellVotes()
    assert [votes[cell] for cell in ("1", "0", "-1", "x", "y")] == [1, 0, -1, INVALID, INVALID]
    assert list(votes) == ["1", "0", "-1"]


def test_labels_of_people_and_comments() -> None:
    numbers = CellNumbers()
    assert [numbers[cell] for cell in ("12", "12.0", " 12.00 ", "12.5", "", " ", "x.0", "\x0012")] == [
        *(0, 0, 0, 1, -1, -1, 2, 0)
    ]
    assert list(numbers.labels) == ["12", "12.5", "x.0"]


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("0", 0),
        ("3", 3),
        ("3.0", 3),
        ("-1", -1),
        ("-2", -1),
        ("", -1),
        ("x", -1),
        ("nan", -1),
        ("inf", -1),
        (str((1 << 40) - 1), (1 << 40) - 1),
        (str(1 << 40), -1),
    ],
)
def test_stated_counts(cell: str, count: int) -> None:
    assert count_in(cell) == count


def test_moderation_is_one_of_three() -> None:
    assert [moderation_in(cell) for cell in ("1", "0", "-1", "", "x")] == [
        Moderation.ACCEPTED,
        Moderation.UNDECIDED,
        Moderation.REJECTED,
        Moderation.UNDECIDED,
        Moderation.UNDECIDED,
    ]


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("0", 0),
        ("1700000000", 1_700_000_000),
        ("1.7e9", ROUNDED),
        ("1.700000001e9", 1_700_000_001),
        ("-1", -1),
        ("-7", -1),
        (str((1 << 62) - 1), (1 << 62) - 1),
        (str(1 << 62), -1),
        ("nan", -1),
        ("1e999", -1),
        ("1970-01-01", -1),
        ("1973-03-03T09:46:40Z", 100_000_000_000),
        ("1973-03-03T09:46:39.999Z", -1),
        ("2024-05-01T12:00:00+02:00", 1_714_557_600_000),
        ("noon", -1),
    ],
)
def test_times_of_votes(cell: str, time: int) -> None:
    assert time_in(cell) == time
