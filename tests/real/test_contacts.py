"""Public contact data: read whole, with the counts that their makers state, and what they say about the relation."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from oneheart import cli
from oneheart.engine.closeness.relation import relate
from oneheart.engine.dyads import Ties, same, ties
from oneheart.formats.contacts import read_contacts
from oneheart.model.presence import Contacts
from tests.support.codes import codes, text_at

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "contacts"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public contact data are not in {DATA}")


def between(contacts: Contacts, people: tuple[str, ...]) -> Ties:
    row = {label: number for number, label in enumerate(people)}
    kept = [
        (row[contacts.people[a]], row[contacts.people[b]], amount)
        for a, b, amount in zip(contacts.first, contacts.second, contacts.amount, strict=True)
        if contacts.people[a] in row and contacts.people[b] in row
    ]
    first, second, amounts = zip(*kept, strict=True)
    return ties(len(people), first, second, np.log1p(amounts))


@pytest.mark.parametrize(
    ("name", "people", "pairs", "records", "unit"),
    [
        ("SFHH09/tij_SFHH.dat", 403, 9565, 70_261, "seconds"),
        ("WS16/tij_WS16.dat", 138, 7497, 153_371, "seconds"),
        ("CNS/derived_bt_pairs.csv", 692, 79_530, 79_530, "bins"),
        ("CNS/fb_friends.csv", 800, 6418, 6418, "times"),
    ],
)
def test_read_whole(name: str, people: int, pairs: int, records: int, unit: str) -> None:
    contacts = read_contacts(DATA / name).contacts
    assert (len(contacts.people), len(contacts.first), contacts.records, contacts.unit) == (
        people,
        pairs,
        records,
        unit,
    )


def test_in_copenhagen_time_together_goes_with_friendship() -> None:
    contacts = read_contacts(DATA / "CNS/derived_bt_pairs.csv").contacts
    friends = between(read_contacts(DATA / "CNS/fb_friends.csv").contacts, contacts.people)
    found = relate(
        between(contacts, contacts.people), Ties(friends.table.sign()), permutations=199, rng=np.random.default_rng(0)
    )
    assert found is not None
    assert found.rho == pytest.approx(0.14, abs=0.01)
    assert found.auc == pytest.approx(0.75, abs=0.01)
    assert found.p <= 0.01
    assert found.low > 0


def test_at_the_symposium_contact_does_not_go_with_background() -> None:
    contacts = read_contacts(DATA / "WS16/tij_WS16.dat").contacts
    lines = (DATA / "WS16/metadata_WS16.dat").read_text().splitlines()
    background = {row[0]: row[6] for row in (line.split("\t") for line in lines) if row[6] != "NA"}
    people = tuple(label for label in contacts.people if label in background)
    labels = np.array([int(background[label]) for label in people])
    found = relate(between(contacts, people), same(labels), permutations=199, rng=np.random.default_rng(0))
    assert found is not None
    assert abs(found.effect) < 0.05
    assert found.p > 0.05


def test_the_page_says_so_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*words: str | Path) -> str:
        given = ("oneheart", "closeness", *words, "--permutations", "199", "--out", tmp_path)
        monkeypatch.setattr(sys, "argv", [str(word) for word in given])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 0
        return (tmp_path / "report.html").read_text(encoding="utf-8")

    friends = told(DATA / "CNS/derived_bt_pairs.csv", "--ties", DATA / "CNS/fb_friends.csv")
    assert codes(friends, "what") == ["ties"]
    assert "with" in codes(friends)
    assert "75" in text_at(friends, "data-said", "tied")
    background = told(DATA / "WS16/tij_WS16.dat", "--people", DATA / "WS16/metadata_WS16.dat", "--same", "7")
    assert codes(background, "what") == ["same"]
    assert "“7”" in text_at(background, "data-said", "unseen")
    assert "least visible" in codes(background)
