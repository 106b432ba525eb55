-- Version 3 of the tables: which processes serve gatherings here, and what each of them can read; see
-- storage/processes.py. A newer version writes nothing that an older one beside it cannot read.

CREATE TABLE oneheart.processes (
    id      text COLLATE "C" PRIMARY KEY,
    speaks  text[] COLLATE "C" NOT NULL,
    seen_at timestamptz NOT NULL
);

UPDATE oneheart.schema_version SET version = 3;
