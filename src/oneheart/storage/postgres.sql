-- The tables of oneheart in PostgreSQL, version 1. `oneheart db upgrade` makes them; see storage/postgres.py.
-- One table for all gatherings: 2,000 of them in it do not slow one down.

CREATE SCHEMA IF NOT EXISTS oneheart;

CREATE TABLE oneheart.gatherings (
    gathering integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code      text COLLATE "C" NOT NULL UNIQUE,
    format    integer NOT NULL
);

CREATE TABLE oneheart.meta (
    gathering integer NOT NULL REFERENCES oneheart.gatherings,
    name      text COLLATE "C" NOT NULL,
    value     text NOT NULL,
    PRIMARY KEY (gathering, name)
);

-- A body stands open in `body`, or sealed with a key that is not in the database in `sealed`; erased, in neither.
-- COLLATE "C": an index must not depend on the locales of a machine.
CREATE TABLE oneheart.events (
    gathering  integer NOT NULL,
    seq        bigint  NOT NULL,
    actor      text COLLATE "C" NOT NULL,
    key        bytea   NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    body       text,
    sealed     bytea,
    salt       bytea,
    commitment bytea   NOT NULL,
    chain      bytea   NOT NULL,
    at         bigint  NOT NULL,
    PRIMARY KEY (gathering, seq),
    UNIQUE (gathering, actor, key)
) PARTITION BY HASH (gathering);

DO $$
BEGIN
    FOR part IN 0..31 LOOP
        EXECUTE format(
            'CREATE TABLE oneheart.events_%s PARTITION OF oneheart.events FOR VALUES WITH (MODULUS 32, REMAINDER %s)',
            part, part);
    END LOOP;
END $$;

-- The few events that say which others are blank or do not count.
CREATE INDEX events_about_events ON oneheart.events (gathering, seq) WHERE kind IN ('blanked', 'passed over');

-- The log is only ever added to. Erasing takes words away and nothing else. Only whoever removes a whole gathering says
-- so in oneheart.removes, for one transaction.
CREATE FUNCTION oneheart.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never %', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER events_stay BEFORE DELETE ON oneheart.events
    FOR EACH ROW WHEN (coalesce(current_setting('oneheart.removes', true), '') <> OLD.gathering::text)
    EXECUTE FUNCTION oneheart.refuse('deleted');
CREATE TRIGGER events_keep BEFORE UPDATE ON oneheart.events
    FOR EACH ROW WHEN (
        NEW.body IS NOT NULL OR NEW.sealed IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.actor <> '' OR NEW.at <> 0
        OR NEW.gathering <> OLD.gathering OR NEW.seq <> OLD.seq OR NEW.commitment <> OLD.commitment
        OR NEW.chain <> OLD.chain OR NEW.kind NOT IN (OLD.kind, 'gone'))
    EXECUTE FUNCTION oneheart.refuse('changed');
CREATE TRIGGER events_not_emptied BEFORE TRUNCATE ON oneheart.events
    FOR EACH STATEMENT EXECUTE FUNCTION oneheart.refuse('deleted');

-- Append a batch in one statement, so that a process that stops in the middle holds nobody up: take the lock of the
-- gathering, return what others wrote after `after`, and give every new event its place and its link of the chain.
--
-- `before` is the chain at `after` as the caller knows it. Where the table has another there, or none, nothing is
-- written: the caller is ahead of the database, for example of a copy that lags.
--
-- A row comes back for each event of others (what = 0) and, in order, for each entry: 1 it is new (only its place, chain
-- and time are told), 2 its actor and key were there (the row that was there). what = -1 alone: nothing was written, and
-- the place and chain are those of the last event.
CREATE FUNCTION oneheart.append_events(
    g integer, after bigint, before bytea, actors text[], keys bytea[], kinds text[], bodies text[], seals bytea[],
    salts bytea[], commitments bytea[], ats bigint[])
RETURNS TABLE (what integer, o_seq bigint, o_actor text, o_key bytea, o_kind text, o_body text, o_sealed bytea,
               o_salt bytea, o_commitment bytea, o_chain bytea, o_at bigint)
LANGUAGE plpgsql AS $$
DECLARE
    s bigint;
    ch bytea;
    known bytea;
    r record;
BEGIN
    PERFORM pg_advisory_xact_lock(7302760, g);
    SELECT e.seq, e.chain INTO s, ch FROM oneheart.events e WHERE e.gathering = g ORDER BY e.seq DESC LIMIT 1;
    IF s IS NULL THEN
        s := 0;
        ch := decode(repeat('00', 32), 'hex');
    END IF;
    IF s = after THEN
        known := ch;
    ELSIF after = 0 THEN
        known := decode(repeat('00', 32), 'hex');
    ELSE
        SELECT e.chain INTO known FROM oneheart.events e WHERE e.gathering = g AND e.seq = after;
    END IF;
    IF known IS DISTINCT FROM before THEN
        what := -1;
        o_seq := s;
        o_chain := ch;
        RETURN NEXT;
        RETURN;
    END IF;
    IF s > after THEN
        RETURN QUERY
            SELECT 0, e.seq, e.actor, e.key, e.kind, e.body, e.sealed, e.salt, e.commitment, e.chain, e.at
            FROM oneheart.events e WHERE e.gathering = g AND e.seq > after ORDER BY e.seq;
    END IF;
    FOR r IN
        SELECT * FROM unnest(actors, keys, kinds, bodies, seals, salts, commitments, ats)
            AS w (actor, key, kind, body, sealed, salt, commitment, at)
    LOOP
        s := s + 1;
        o_chain := sha256(ch || r.commitment);
        INSERT INTO oneheart.events
            VALUES (g, s, r.actor, r.key, r.kind, r.body, r.sealed, r.salt, r.commitment, o_chain, r.at)
            ON CONFLICT (gathering, actor, key) DO NOTHING;
        IF FOUND THEN
            what := 1;
            ch := o_chain;
            o_seq := s;
            o_actor := NULL; o_key := NULL; o_kind := NULL; o_body := NULL; o_sealed := NULL; o_salt := NULL;
            o_commitment := NULL;
            o_at := r.at;
        ELSE
            what := 2;
            s := s - 1;
            SELECT e.seq, e.actor, e.key, e.kind, e.body, e.sealed, e.salt, e.commitment, e.chain, e.at
                INTO o_seq, o_actor, o_key, o_kind, o_body, o_sealed, o_salt, o_commitment, o_chain, o_at
                FROM oneheart.events e WHERE e.gathering = g AND e.actor = r.actor AND e.key = r.key;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

CREATE TABLE oneheart.schema_version (version integer NOT NULL);
INSERT INTO oneheart.schema_version VALUES (1);
