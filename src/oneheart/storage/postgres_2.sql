-- Version 2 of the tables: what several processes that serve one gathering share beside its log; see storage/shared.py.
-- UNLOGGED: it follows from the log, costs no write-ahead log, and is empty after a crash of the database.

CREATE UNLOGGED TABLE oneheart.decks (
    gathering integer NOT NULL REFERENCES oneheart.gatherings ON DELETE CASCADE,
    part      text COLLATE "C" NOT NULL,
    seq       bigint  NOT NULL,
    body      bytea   NOT NULL,
    PRIMARY KEY (gathering, part)
);

UPDATE oneheart.schema_version SET version = 2;
