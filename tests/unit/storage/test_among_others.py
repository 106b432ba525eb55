"""An append costs the same whether its gathering is alone in the table or among others.

Counted are the pages that one append touches, which no other work on the machine changes. The times on a disk, among
2,000 gatherings, are in ``benchmarks/stores.py``.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest

from oneheart.storage.log import START
from oneheart.storage.postgres import DatabaseSession, PostgresGathering, address_of
from tests.support.postgres import Cluster
from tests.support.stores import Kept, entry, part_of

pytestmark = pytest.mark.process
OTHERS, EVENTS, BATCH = 960, 800, 16  # every 32nd of them stands in the same part of the table, give or take some
MOST = 1.5
_ROWS = (
    "INSERT INTO oneheart.events SELECT g.gathering, n, 's' || n %% 20, sha256(n::text::bytea), 'response', '{}', "
    "NULL, NULL, sha256(n::text::bytea), sha256(n::text::bytea), 1 FROM oneheart.gatherings g, "
    "generate_series(1, %s::int) n WHERE g.code LIKE 'OTHER%%' AND EXISTS (SELECT FROM generate_series(0, 31) r WHERE "
    "satisfies_hash_partition('oneheart.events'::regclass, 32, r, g.gathering) AND "
    "satisfies_hash_partition('oneheart.events'::regclass, 32, r, %s::int))"
)


@pytest.fixture
def alone(postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Return a gathering alone in a database, with some events."""
    monkeypatch.setenv("ONEHEART_KEYS", str(tmp_path))
    kept = part_of(postgres.emptied(), tmp_path)
    log = kept.log()
    for batch in range(20):
        log.append([entry(f"{batch} {number}") for number in range(BATCH)])
    return kept


def pages(kept: Kept, how: str = "") -> int:
    """Return how many pages an append of a batch touches in a fresh session; the batch is rolled back."""
    assert isinstance(kept.store, PostgresGathering)
    line = DatabaseSession(address_of(kept.store.line.address.url))
    try:
        line.run_script(how)
        found = 0
        for _ in range(3):  # the first reads the catalogue
            line.run("BEGIN")
            ((seq, chain),) = line.run(
                "SELECT seq, chain FROM oneheart.events WHERE gathering = %s ORDER BY seq DESC LIMIT 1",
                (kept.store.number,),
            ) or [(0, START)]
            keys = [secrets.token_bytes(16) for _ in range(BATCH)]
            rows = line.run(
                "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM oneheart.append_events(%s::int, %s::bigint, "
                "%b::bytea, %b::text[], %b::bytea[], %b::text[], %b::text[], %b::bytea[], %b::bytea[], %b::bytea[], "
                "%b::bigint[])",
                (
                    kept.store.number,
                    seq,
                    chain,
                    [f"s{number}" for number in range(BATCH)],
                    keys,
                    ["response"] * BATCH,
                    ["{}"] * BATCH,
                    [None] * BATCH,
                    keys,
                    keys,
                    [1] * BATCH,
                ),
            )
            told = rows[0][0]
            plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
            assert plan["Actual Rows"] == BATCH
            found = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
            line.run("ROLLBACK")
        return found
    finally:
        line.close()


def crowd(kept: Kept) -> None:
    """Put the events of other gatherings into the part of the table in which this one stands."""
    assert isinstance(kept.store, PostgresGathering)
    line = DatabaseSession(address_of(kept.store.line.address.url))
    line.run(
        "INSERT INTO oneheart.gatherings (code, format) SELECT 'OTHER' || n, 2 FROM generate_series(1, %s::int) n",
        (OTHERS,),
    )
    line.run("SET statement_timeout = 0")
    line.run(_ROWS, (EVENTS, kept.store.number))
    line.close()


def test_an_append_touches_as_many_pages_among_others_as_alone(alone: Kept) -> None:
    before = pages(alone)
    crowd(alone)
    among, searched = pages(alone), pages(alone, "SET enable_indexscan = off; SET enable_bitmapscan = off")
    alone.close()
    assert before > BATCH
    assert among <= MOST * before
    assert searched > MOST * before, "the partner: a build that searches the table reads more where there is more"
