"""A small conversation whose files tests take apart and bend."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

TEXTS = ("Peace in the hall", "More light, less noise", "Songs\nat night", "Bread for all")
START_MS = 1_700_000_000_000


def as_csv(rows: Sequence[Sequence[object]]) -> str:
    """Return rows as CSV text with Unix line ends, as Polis writes them."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


class Conversation:
    """Ten people who each wrote one of ten comments, agree with their own and disagree with their neighbour's."""

    def __init__(self, agree: int = 1) -> None:
        self.agree = agree
        self.size = 10
        self.texts = [TEXTS[k % len(TEXTS)] + f" {k}" for k in range(self.size)]
        self.votes: list[list[object]] = []
        for person in range(self.size):
            for comment in range(self.size):
                stance = {0: 1, 1: -1, 2: 0, 3: 1}.get((comment - person) % self.size)
                if stance is not None:
                    self.votes.append([START_MS + 1000 * len(self.votes), comment, person, stance * agree])

    def counts(self, value: int) -> list[int]:
        return [sum(1 for v in self.votes if v[1] == c and v[3] == value) for c in range(self.size)]

    def votes_csv(self) -> str:
        return as_csv([["timestamp", "comment-id", "voter-id", "vote"], *self.votes])

    def comments_csv(self, *, authors: bool = True, swapped: bool = False) -> str:
        up, down = self.counts(1), self.counts(-1)
        if (self.agree == -1) != swapped:
            up, down = down, up
        rows: list[list[object]] = [
            [START_MS, c, c if authors else "", up[c], down[c], 1, self.texts[c]] for c in range(self.size)
        ]
        names = ["timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body"]
        return as_csv([names, *rows])

    def matrix_csv(self, *, swapped: bool = False) -> str:
        rows: list[list[object]] = []
        for person in range(self.size):
            last = {v[1]: v[3] for v in self.votes if v[2] == person}
            up = sum(1 for v in last.values() if v == self.agree)
            down = sum(1 for v in last.values() if v == -self.agree)
            if swapped:
                up, down = down, up
            cells = [last.get(c, "") for c in range(self.size)]
            rows.append([person, 0, 1, len(last), up, down, *cells])
        header = ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *range(self.size)]
        return as_csv([header, *rows])


@pytest.fixture
def conversation() -> Callable[..., Conversation]:
    """Return the maker of the small conversation."""
    return Conversation


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes files into a new folder."""

    def make(files: dict[str, str | bytes], name: str = "export") -> Path:
        place = tmp_path / name
        for inside, content in files.items():
            target = place / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        place.mkdir(exist_ok=True)
        return place

    return make


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes files into a new zip file."""

    def make(files: dict[str, str | bytes], name: str = "export.zip") -> Path:
        target = tmp_path / name
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for inside, content in files.items():
                archive.writestr(inside, content)
        return target

    return make
