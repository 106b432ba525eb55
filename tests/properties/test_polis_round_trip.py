"""A conversation written in any dialect of Polis reads back as the same gathering."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneheart.formats import inspect, read, write_polis, write_tables
from oneheart.model.desire import Desire, Moderation
from oneheart.model.gathering import Circle, Gathering, Responses

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
MODERATED = {Moderation.ACCEPTED: 1, Moderation.UNDECIDED: 0, Moderation.REJECTED: -1}
QUIET = settings(max_examples=2 * settings.default.max_examples, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Talk:
    """A conversation as it happened: who, what, and every vote in order of time."""

    people: tuple[int, ...]
    desires: tuple[Desire, ...]
    events: tuple[tuple[int, int, int], ...]  # row, column, stance; in order of time

    def last(self) -> dict[tuple[int, int], int]:
        return {(i, j): y for i, j, y in self.events}

    def gathering(self) -> Gathering:
        last = self.last()
        pairs = sorted(last)
        responses = Responses.of([i for i, _ in pairs], [j for _, j in pairs], [last[p] for p in pairs])
        return Gathering("", tuple(map(str, self.people)), self.desires, responses)


@st.composite
def talks(draw: st.DrawFn) -> Talk:
    people = sorted(draw(st.sets(st.integers(0, 10**6), min_size=1, max_size=9)))
    labels = sorted(draw(st.sets(st.integers(0, 10**6), min_size=1, max_size=7)))
    desires = tuple(
        Desire(
            str(label),
            draw(TEXT),
            draw(st.none() | st.integers(0, len(people) - 1)),
            moderation=draw(st.sampled_from(Moderation)),
            is_meta=draw(st.booleans()),
            is_seed=draw(st.booleans()),
        )
        for label in labels
    )
    event = st.tuples(st.integers(0, len(people) - 1), st.integers(0, len(labels) - 1), st.sampled_from([-1, 0, 1]))
    events = draw(st.lists(event, max_size=40))
    # Everyone has voted, so that everyone is seen by files without a matrix.
    events += [
        (i, draw(st.integers(0, len(labels) - 1)), draw(st.sampled_from([-1, 0, 1]))) for i in range(len(people))
    ]
    return Talk(tuple(people), desires, tuple(events))


@dataclass(frozen=True)
class Dialect:
    agree: int
    files: str
    names: str
    seconds: bool
    quoted: bool
    encoding: str
    line_end: str
    datetime: bool
    flags: bool
    xid: bool
    shuffle: int
    nested: str
    old_matrix_name: bool
    evidence: str
    parted_by: str
    counts: str
    others: bool


DIALECTS = st.builds(
    Dialect,
    agree=st.sampled_from([1, -1]),
    files=st.sampled_from(["votes", "matrix", "both"]),
    names=st.sampled_from(["", "2025-01-02-0304-abc-", "4xy_"]),
    seconds=st.booleans(),
    quoted=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    datetime=st.booleans(),
    flags=st.booleans(),
    xid=st.booleans(),
    shuffle=st.integers(0, 10**6),
    nested=st.sampled_from(["", "below", "copy", "zip"]),
    old_matrix_name=st.booleans(),
    evidence=st.sampled_from(["given", "summary", "format"]),
    parted_by=st.sampled_from([",", ",", ",", ";", "\t"]),
    counts=st.sampled_from(["none", "events", "last"]),
    others=st.booleans(),
)


def quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def unquotable(text: str) -> str:
    """Return a text near to this one that a file without quotes can hold without being taken for something else."""
    return "w" + re.sub(r"[\r\n]", " ", text)


def table(columns: dict[str, list[object]], dialect: Dialect, *, last: str | None = None) -> str:
    rng = np.random.default_rng(dialect.shuffle)
    names = [name for name in columns if name != last]
    rng.shuffle(names)
    names += [last] if last else []
    rows = [names, *zip(*(columns[name] for name in names), strict=True)]
    return "".join(dialect.parted_by.join(map(str, row)) + dialect.line_end for row in rows)


def counted(votes: Iterable[tuple[int, int]], size: int, stance: int) -> list[int]:
    """Return for each column how many of these (column, stance) have a stance."""
    found = [column for column, y in votes if y == stance]
    return [found.count(column) for column in range(size)]


def written(talk: Talk, dialect: Dialect) -> dict[str, bytes]:
    unit = 1 if dialect.seconds else 1000
    rng = np.random.default_rng(dialect.shuffle)
    order = rng.permutation(len(talk.events)) if not dialect.seconds else np.arange(len(talk.events))
    times = [1_600_000_000 * unit + k // (3 if dialect.seconds else 1) for k in range(len(talk.events))]
    label = [d.label for d in talk.desires]
    votes: dict[str, list[object]] = {
        "timestamp": [times[k] for k in order],
        "comment-id": [label[talk.events[k][1]] for k in order],
        "voter-id": [talk.people[talk.events[k][0]] for k in order],
        "vote": [talk.events[k][2] * dialect.agree for k in order],
    }
    comments: dict[str, list[object]] = {
        "timestamp": [1_600_000_000 * unit for _ in label],
        "comment-id": list(label),
        "author-id": ["" if d.author is None else talk.people[d.author] for d in talk.desires],
        "moderated": [MODERATED[d.moderation] for d in talk.desires],
    }
    if dialect.counts != "none":
        last = talk.last()
        found = [(j, y) for _, j, y in talk.events] if dialect.counts == "events" else [(p[1], last[p]) for p in last]
        comments["agrees"], comments["disagrees"] = (
            counted(found, len(label), y * (-1 if dialect.counts == "swapped" else 1)) for y in (1, -1)
        )
    if dialect.flags:
        comments["is-meta"] = [str(d.is_meta).lower() for d in talk.desires]
        comments["is-seed"] = [str(d.is_seed).upper() for d in talk.desires]
    comments["comment-body"] = [quote(d.text) if dialect.quoted else d.text for d in talk.desires]
    if dialect.datetime:
        votes["datetime"] = ["Fri Sep 20 14:29:43 CDT 2024" for _ in order]
        votes["important"] = [0 for _ in order]
    last = talk.last()
    matrix: dict[str, list[object]] = {"participant": list(talk.people), "group-id": ["" for _ in talk.people]}
    if dialect.xid:
        matrix["xid"] = [quote(f"x,{i}") for i in talk.people]
    if dialect.counts != "none":
        rows = [(p[0], last[p]) for p in last]
        matrix["n-agree"], matrix["n-disagree"] = (counted(rows, len(talk.people), y) for y in (1, -1))
    matrix["n-votes"] = [sum(1 for p in last if p[0] == i) for i in range(len(talk.people))]
    for j, name in enumerate(label):
        matrix[name] = [last[i, j] * dialect.agree if (i, j) in last else "" for i in range(len(talk.people))]
    files = {"comments.csv": table(comments, dialect, last=None if dialect.quoted else "comment-body")}
    if dialect.files in ("votes", "both"):
        files["votes.csv"] = table(votes, dialect)
    if dialect.files in ("matrix", "both"):
        files["participants-votes.csv" if dialect.old_matrix_name else "participant-votes.csv"] = table(matrix, dialect)
    declaration = f"agree={dialect.agree:+d};disagree={-dialect.agree:+d};pass=0"
    if dialect.evidence == "summary":
        files["summary.csv"] = f"topic,{dialect.line_end}vote-convention,{declaration}{dialect.line_end}"
    if dialect.others:  # none of these is read; the groups' file has unquoted text, as some tools leave it
        files["stats-history.csv"] = f"n-votes,n-comments{dialect.line_end}1,2{dialect.line_end}"
        files["comment-groups.csv"] = f"comment-id,comment,total-votes{dialect.line_end}1,so, so,2{dialect.line_end}"
        files["participant-importance.csv"] = files.get("participant-votes.csv", "participant,n-important,1\n")
        files["comment-clusters.csv"] = "not a table at all"
    encoded = {dialect.names + name: text.encode(dialect.encoding) for name, text in files.items()}
    if dialect.evidence == "format":
        encoded["format.json"] = f'{{"vote-convention": "{declaration}"}}'.encode()
    return encoded


def placed(files: dict[str, bytes], dialect: Dialect, root: Path) -> Path:
    if dialect.nested == "zip":
        with zipfile.ZipFile(root / "export.zip", "w") as archive:
            for name, content in files.items():
                archive.writestr("conversation/" + name, content)
        return root / "export.zip"
    for below in {"": [""], "below": ["conversation"], "copy": ["", "conversation"]}[dialect.nested]:
        (root / below).mkdir(exist_ok=True)
        for name, content in files.items():
            (root / below / name).write_bytes(content)
    return root


def same(one: Gathering, other: Gathering) -> None:
    for name in ("participants", "desires", "circles", "question", "credits"):
        assert getattr(one, name) == getattr(other, name)
    assert one.circle_of.tolist() == other.circle_of.tolist()
    for name in ("participant", "desire", "stance"):
        assert getattr(one.responses, name).tolist() == getattr(other.responses, name).tolist()


@pytest.mark.slow
@QUIET
@given(talk=talks(), dialect=DIALECTS)
def test_any_dialect_reads_back_as_the_same_gathering(talk: Talk, dialect: Dialect) -> None:
    desires = tuple(
        Desire(
            d.label,
            d.text if dialect.quoted else unquotable(d.text),
            d.author,
            moderation=d.moderation,
            is_meta=d.is_meta and dialect.flags,
            is_seed=d.is_seed and dialect.flags,
        )
        for d in talk.desires
    )
    talk = Talk(talk.people, desires, talk.events)
    with tempfile.TemporaryDirectory() as place:
        path = placed(written(talk, dialect), dialect, Path(place))
        same(read(path, sign=dialect.agree if dialect.evidence == "given" else None), talk.gathering())


@pytest.mark.slow
@QUIET
@given(talk=talks(), dialect=DIALECTS, split=st.integers(0, 1))
def test_the_exporter_that_swapped_sign_and_counts_is_seen_through(talk: Talk, dialect: Dialect, split: int) -> None:
    """Raw sign, agrees and disagrees swapped, texts without quotes, seconds: as exports of autumn 2024 are."""
    people = (*talk.people, *range(2 * 10**6, 2 * 10**6 + 12))
    first, size = len(talk.people), len(talk.desires)
    # Twelve more people write a desire each and want it; one of them may change their mind about it.
    written_by = tuple(
        Desire(str(2 * 10**6 + k), f"w{k}", first + k, moderation=Moderation.ACCEPTED) for k in range(12)
    )
    own = tuple((first + k, size + k, -1 if k < split else 1) for k in range(12))
    others = tuple(replace(d, text=unquotable(d.text), author=None, is_meta=False, is_seed=False) for d in talk.desires)
    there = Talk(people, (*others, *written_by), (*talk.events, *own))
    faulty = replace(dialect, agree=-1, seconds=True, quoted=False, counts="swapped", flags=False, evidence="authors")
    faulty = replace(faulty, encoding="utf-8", parted_by=",")
    with tempfile.TemporaryDirectory() as place:
        path = placed(written(there, faulty), faulty, Path(place))
        same(read(path), there.gathering())
        assert "authors voted -1" in inspect(path).sign


@st.composite
def gatherings(draw: st.DrawFn) -> Gathering:
    label = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=6)
    number = st.integers(0, 99).map(str)
    people = draw(st.lists(draw(st.sampled_from([label, number])), unique=True, max_size=6))
    names = draw(st.lists(draw(st.sampled_from([label, number])), unique=True, max_size=6))
    circles = draw(st.lists(label, unique=True, max_size=3))
    author = st.none() | st.integers(0, len(people) - 1) if people else st.none()
    desires = tuple(
        Desire(
            name,
            draw(TEXT),
            draw(author),
            draw(st.sampled_from([None, "he", "en"])),
            draw(st.sampled_from(Moderation)),
            draw(st.booleans()),
            draw(st.booleans()),
        )
        for name in names
    )
    pairs = [(i, j) for i in range(len(people)) for j in range(len(names)) if draw(st.booleans())]
    stances = [draw(st.sampled_from([-1, 0, 1])) for _ in pairs]
    return Gathering(
        question=draw(TEXT),
        participants=tuple(people),
        desires=desires,
        responses=Responses.of([i for i, _ in pairs], [j for _, j in pairs], stances),
        circles=tuple(Circle(c, draw(TEXT.filter(bool))) for c in circles),
        circle_of=np.array([draw(st.integers(-1, len(circles) - 1)) for _ in people], np.int32),
        credits=draw(TEXT),
    )


@pytest.mark.slow
@QUIET
@given(gathering=gatherings())
def test_what_we_write_for_polis_reads_back_exactly(gathering: Gathering) -> None:
    with tempfile.TemporaryDirectory() as place:
        same(read(write_polis(gathering, place + "/new")), gathering)


@pytest.mark.slow
@QUIET
@given(gathering=gatherings())
def test_what_we_write_as_tables_reads_back_exactly(gathering: Gathering) -> None:
    with tempfile.TemporaryDirectory() as place:
        same(read(write_tables(gathering, place + "/new")), gathering)
