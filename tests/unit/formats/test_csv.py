"""One table: columns by their keys, rows with their lines, limits at the limit and one beyond it."""

from __future__ import annotations

import io
from itertools import islice

import pytest

from oneheart.errors import UserError
from oneheart.formats import csv, files
from oneheart.formats.csv import BrokenCsvError, Table, csv_bytes, loose_rows, open_table
from oneheart.formats.files import InputFile, json_texts, text_lines


class _Bytes(io.RawIOBase):
    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._data.readinto(buffer)


def entry(text: str | bytes, name: str = "x.csv") -> InputFile:
    data = text if isinstance(text, bytes) else text.encode()
    return InputFile(name, len(data), lambda: _Bytes(data))


def table(names: list[str], rows: list[list[str]], **more: str) -> Table:
    return Table("x", names, lambda: iter(list(enumerate(rows, 2))), **more)  # type: ignore[arg-type]


def test_rows_know_the_line_where_they_end() -> None:
    found = open_table(entry('a,b\n\n1,"two\nlines"\n \n3,4\n'))
    assert list(found.rows()) == [(4, ["1", "two\nlines"]), (6, ["3", "4"])]
    assert list(found.rows()) == list(found.rows())
    assert "line 6 " in str(found.error(1, "is wrong"))
    assert "line 4 " in str(found.error(0, "is wrong"))


def test_columns_are_found_by_key_and_told_when_twice() -> None:
    found = table(["B ", "A_1", "b"], [])
    assert (found.names, found.keys) == (("B", "A_1", "b"), ("b", "a-1", "b"))
    assert found.column("x", "a-1") == 1
    assert found.column("x") is None
    assert found.first_of(frozenset({"b", "a-1"})) == 0
    assert found.first_of(frozenset({"x"})) is None
    assert found.need("a-1") == 1
    with pytest.raises(UserError, match="'b'"):
        found.column("b")
    with pytest.raises(UserError, match="'x'"):
        found.need("x", "y")


@pytest.mark.parametrize(("width", "sizes"), [(1, [3, 1]), (2, [3, 1]), (4, [2, 2]), (99, [1, 1, 1, 1])])
def test_blocks_are_bounded_in_rows_and_cells(width: int, sizes: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "_BLOCK_ROWS", 3)
    monkeypatch.setattr(csv, "_BLOCK_CELLS", 8)
    found = table(["a"] * width, [["x"] * width] * 4)
    assert [len(block) for block in found.blocks()] == sizes


@pytest.mark.parametrize(
    ("text", "divider", "remark", "keys"),
    [
        ("a,b\n", ",", "", ("a", "b")),
        ("a;b\n", ";", "", ("a", "b")),
        ("a\tb\n", "\t", "", ("a", "b")),
        ("a;b,c\n", ",", "", ("a;b", "c")),
        ("# said\na,b\n", ",", "# said", ("a", "b")),
        ("#a;b\nc;d\n", ";", "#a,b", ("c", "d")),
        ("\n# a,b\n", ",", "", ("#-a", "b")),
        ("a\n", ",", "", ("a",)),
    ],
)
def test_headers_remarks_and_dividers(text: str, divider: str, remark: str, keys: tuple[str, ...]) -> None:
    found = open_table(entry(text))
    assert (found.divider, found.remark, found.keys) == (divider, remark, keys)
    assert list(found.rows()) == []


def test_rows_below_a_remark_and_blank_lines_may_be_of_another_width_only_above_the_header() -> None:
    text = "# one cell\n\na,b\n1,2\n"
    assert [cells for _, cells in open_table(entry(text)).rows()] == [["1", "2"]]
    with pytest.raises(UserError, match="line 5 has 3 cells"):
        list(open_table(entry(text + "1,2,3\n")).rows())
    with pytest.raises(UserError, match="line 5 has 1 cells"):
        list(open_table(entry(text + "1\n")).rows())


def test_an_empty_first_cell_is_no_blank_row() -> None:
    assert [cells for _, cells in open_table(entry("a,b\n,2\n,\n")).rows()] == [["", "2"]]


def test_as_many_rows_as_the_limit_are_read_and_one_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "ROWS", 3)
    assert len(list(open_table(entry("a\n" + "1\n" * 3)).rows())) == 3
    rows = open_table(entry("a\n" + "1\n" * 4)).rows()
    assert len(list(islice(rows, 3))) == 3
    with pytest.raises(UserError, match="more than 3 rows"):
        next(rows)


def test_as_many_columns_as_the_limit_are_read_and_one_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "COLUMNS", 3)
    assert len(open_table(entry("a,b,c\n")).keys) == 3
    with pytest.raises(UserError, match="4 columns"):
        open_table(entry("a,b,c,d\n"))


@pytest.mark.parametrize(
    ("text", "why"),
    [('a\n"x', "never closed"), ('a\n"x"y\n', "not doubled"), ('a\n"' + "x" * 1_100_000 + '"\n', "longer than 1 MiB")],
)
def test_what_is_no_csv_says_why(text: str, why: str) -> None:
    with pytest.raises(BrokenCsvError, match=why):
        list(open_table(entry(text)).rows())
    with pytest.raises(BrokenCsvError, match=why):
        list(loose_rows(entry(text)))


def test_a_cell_of_one_mebibyte_is_read() -> None:
    [(_, [cell])] = open_table(entry('a\n"' + "x" * (1 << 20) + '"\n')).rows()
    assert len(cell) == 1 << 20


def test_lines_of_a_summary_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "SUMMARY_LINES", 2)
    assert list(loose_rows(entry("a,1,2\n\n \nb\nc,3\n"))) == [["a", "1", "2"], ["b"]]


@pytest.mark.parametrize(("divider", "value"), [(",", None), (";", 0.5), (None, 0.5)])
def test_a_decimal_comma_is_one_where_commas_do_not_divide(divider: str | None, value: float | None) -> None:
    found = table(["a"], [], divider=divider)  # type: ignore[arg-type]
    assert found.decimal("0,5") == value
    assert found.decimal("0.5") == 0.5


def test_csv_is_written_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "_BLOCK_CHARACTERS", 6)
    assert list(csv_bytes([("a", "b"), ("c", "d"), ("e", 'f"\n')])) == [b"a,b\r\nc,d\r\n", b'e,"f""\n"\r\n', b""]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 100])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_the_same_wherever_blocks_end(size: int, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_BLOCK_CHARACTERS", size)
    lines = ["ab" + end, end, "c" + end, "def"]
    assert list(text_lines(entry("".join(lines)))) == lines


def test_a_line_as_long_as_the_limit_is_read_and_a_longer_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_BLOCK_CHARACTERS", 4)
    monkeypatch.setattr(files, "LINE_CHARACTERS", 8)
    assert list(text_lines(entry("x" * 8))) == ["x" * 8]
    with pytest.raises(UserError, match="a line longer"):
        list(text_lines(entry("x" * 9)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_tell_the_encoding(encoding: str) -> None:
    assert list(text_lines(entry("aé,b\n".encode(encoding)))) == ["aé,b\n"]


@pytest.mark.parametrize("start", [b"\xfe\xff\x00a", b"\x00\x00\xfe\xff\x00\x00\x00a"])
def test_byte_order_marks_of_the_other_order_tell_it_too(start: bytes) -> None:
    assert list(text_lines(entry(start))) == ["a"]


@pytest.mark.parametrize(
    ("raw", "facts"), [(b'{"a": "b", "c": 1}', {"a": "b"}), (b"[1]", {}), (b"{", None), (b"\xff", None), (b"", None)]
)
def test_json_is_an_object_of_texts_or_nothing(raw: bytes, facts: dict[str, str] | None) -> None:
    assert json_texts(entry(raw)) == facts


def test_json_beyond_the_limit_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "JSON_BYTES", 10)
    assert json_texts(entry(b'{"a": "b"}')) == {"a": "b"}
    assert json_texts(entry(b'{"a": "bc"}')) is None
