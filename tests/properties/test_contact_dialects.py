"""However a list of contacts is written down, the same people have met for the same time."""

from __future__ import annotations

import gzip
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneheart.errors import UserError
from oneheart.formats.contacts import read_contacts

SECOND = {"seconds": 1, "milliseconds": 1000}
WAYS = ("seconds", "milliseconds", "2016-11-30T09:00:00", "30/11/2016 09:00:00", "09:00:00")
NAMES = (
    ("t", "i", "j"),
    ("Timestamp", "Person A", "Person B"),
    ("contact_time", "id1", "id2"),
    ("time", "user.1", "user.2"),
)
DIVIDERS = (",", ";", "\t", "|", ", ", None)
ENDS = ("\n", "\r\n", "\r")


def written(slice_: int, way: str) -> str:
    """Return the time of a slice in one of the ways."""
    moment = 1_480_486_100 + 20 * slice_
    if way in SECOND:
        return str(moment * SECOND[way])
    when = datetime.fromtimestamp(moment, UTC)
    if way == "09:00:00":
        return when.strftime("%H:%M:%S")
    return when.strftime("%d/%m/%Y %H:%M:%S") if "/" in way else when.strftime("%Y-%m-%dT%H:%M:%S")


@st.composite
def lists(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """Return slices and people: a few people who meet again and again, in every slice somebody."""
    slices = draw(st.integers(4, 12))
    pair = st.tuples(st.integers(1, 9), st.integers(1, 9)).filter(lambda two: two[0] != two[1])
    rows = [(slice_, *two) for slice_ in range(slices) for two in draw(st.lists(pair, min_size=1, max_size=4))]
    # Both are ends of a contact again and again, as in any list that is worth reading.
    return [*rows, (slices, 1, 2), (slices + 1, 2, 1)]


def expected(rows: list[tuple[int, int, int]], label: dict[int, str]) -> dict[frozenset[str], float]:
    met = {(slice_, frozenset({label[a], label[b]})) for slice_, a, b in rows}
    return {pair: 20.0 * count for pair, count in Counter(pair for _, pair in met).items()}


def found(content: bytes, name: str = "contacts.txt") -> dict[frozenset[str], float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        contacts = read_contacts(path).contacts
    pairs = zip(contacts.first.tolist(), contacts.second.tolist(), contacts.amount.tolist(), strict=True)
    return {frozenset({contacts.people[a], contacts.people[b]}): amount for a, b, amount in pairs}


@pytest.mark.slow
@given(
    rows=lists(),
    way=st.sampled_from(WAYS),
    names=st.sampled_from((None, *NAMES)),
    comment=st.sampled_from(("", "# ", "%")),
    divider=st.sampled_from(DIVIDERS),
    end=st.sampled_from(ENDS),
    words=st.booleans(),
    shape=st.sampled_from(("plain", "bom", "utf-16", "gzip")),
    further=st.booleans(),
    quoted=st.booleans(),
    seed=st.integers(0, 99),
)
@settings(max_examples=4 * settings.default.max_examples)
def test_the_same_in_every_dialect(
    rows: list[tuple[int, int, int]],
    way: str,
    names: tuple[str, str, str] | None,
    comment: str,
    divider: str | None,
    end: str,
    *,
    words: bool,
    shape: str,
    further: bool,
    quoted: bool,
    seed: int,
) -> None:
    label = {n: f"אורי {n}" if words and divider else f"bo-{n}" if words else str(1000 + n) for n in range(10)}
    if divider is None:
        way = "seconds" if " " in written(0, way) else way
        names = names and tuple(name.replace(" ", "_") for name in names)  # type: ignore[assignment]
    sign = divider or "  "
    cell = (lambda text: f'"{text}"') if quoted and "," in sign else str
    lines = [[written(slice_, way), label[a], label[b], *(["MED", "NUR"] if further else [])] for slice_, a, b in rows]
    if names:  # rows may then stand in any order
        lines = [lines[n] for n in np.random.default_rng(seed).permutation(len(lines))]
        head = [*names, *(["Ci", "Cj"] if further else [])]
        text = end.join([comment + sign.join(head), *(sign.join(map(cell, line)) for line in lines)])
    else:
        text = end.join(sign.join(map(cell, line)) for line in lines)
    content = text.encode("utf-16" if shape == "utf-16" else "utf-8-sig" if shape == "bom" else "utf-8")
    assert found(gzip.compress(content) if shape == "gzip" else content) == expected(rows, label)


@given(rows=lists(), columns=st.sampled_from(("ijt", "ij1t", "row t i j", "i j start end")), seed=st.integers(0, 99))
def test_the_same_whatever_the_columns_are(rows: list[tuple[int, int, int]], columns: str, seed: int) -> None:
    rows = sorted(set(rows))
    label = {n: str(1000 + n) for n in range(10)}
    at = [written(slice_, "seconds") for slice_, _, _ in rows]
    pairs = [(label[a], label[b]) if seed % 2 else (label[b], label[a]) for _, a, b in rows]
    if columns == "ijt":
        lines = [f"{a} {b} {t}" for (a, b), t in zip(pairs, at, strict=True)]
    elif columns == "ij1t":
        lines = ["% sym positive", *(f"{a} {b}\t1\t{t}" for (a, b), t in zip(pairs, at, strict=True))]
    elif columns == "i j start end":
        lines = [f"{a} {b} {t} {int(t) + 20}" for (a, b), t in zip(pairs, at, strict=True)]
    else:
        lines = ['"t","i","j"', *(f'"{n}",{t},{a},{b}' for n, ((a, b), t) in enumerate(zip(pairs, at, strict=True), 1))]
    assert found("\n".join(lines).encode()) == expected(rows, label)


@pytest.mark.parametrize("order", ["time", "person", "lot"])
def test_times_first_are_known_in_any_order(order: str) -> None:
    rng = np.random.default_rng(3)
    rows = [(20 * (n // 3), *rng.choice(np.arange(1000, 1040), 2, replace=False).tolist()) for n in range(900)]
    if order == "person":
        rows.sort(key=lambda row: row[1])
    elif order == "lot":
        rows = [rows[n] for n in rng.permutation(len(rows))]
    read = found("\n".join(" ".join(map(str, row)) for row in rows).encode())
    assert sum(read.values()) == 20.0 * len({(t, frozenset(pair)) for t, *pair in rows})


CELLS = st.sampled_from(["t", "a", "b", "1", "-1", "20", "1e308", "nan", '"', "", "9:00"])
ANYTHING = (
    st.binary(max_size=200)
    | st.text(st.sampled_from('tij ,;\t|\n\r"#%01239.-:eabNA'), max_size=200).map(str.encode)
    | st.lists(st.lists(CELLS, max_size=5).map(",".join)).map("\n".join).map(str.encode)
)


@given(ANYTHING)
@settings(max_examples=4 * settings.default.max_examples)
def test_anything_is_read_or_refused_in_one_sentence(content: bytes) -> None:
    refused = ""
    amounts: dict[frozenset[str], float] = {}
    try:
        amounts = found(content)
    except UserError as told:
        refused = str(told)
    assert "\n" not in refused
    assert all(np.isfinite(amount) and amount > 0 for amount in amounts.values())
