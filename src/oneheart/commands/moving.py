"""Move a gathering between a file and PostgreSQL, and bring the tables of a database up to date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote

from oneheart.commands.proving import proof_of
from oneheart.commands.record import record_of
from oneheart.commands.serving import addresses_for
from oneheart.errors import UserError
from oneheart.storage.log import StorageError
from oneheart.storage.postgres import DatabaseSession, PostgresError, address_of, is_address, upgrade
from oneheart.storage.stores import Store, log_of, open_store
from oneheart.storage.transfer import finish, forget_keys, move_store


@dataclass(frozen=True, slots=True)
class RecordShown:
    """What a record shows of itself; equal for a gathering and its copy.

    Attributes:
        proof: the sentences of `oneheart verify`.
        chain: hash chain over all events.
        digest: fingerprint of the state.
        meta: what the gathering knows of itself.
    """

    proof: tuple[str, ...]
    chain: bytes
    digest: str
    meta: dict[str, str]


def shown_of(store: Store) -> RecordShown:
    """Return what a record shows of itself. O(events log events).

    Raises:
        UserError: something in the record is not as it was written.
    """
    lines, well = proof_of(store)
    record = record_of(store)
    if not well or record.state is None:
        message = f"{store.where} is not moved, because its record does not hold: {' '.join(lines)}"
        raise UserError(message)
    return RecordShown(tuple(lines), log_of(store).chain, record.state.digest(), store.meta())


def move(source: str, target: str, url: str = "") -> Iterator[str]:
    """Move a gathering to a file or a database; yield sentences that say what was done.

    Both records are read from their beginning, and the copy must show the same proof, chain, state and settings. Only
    then does the source end, with an event that says where the gathering is now; its keys are destroyed there.

    Args:
        source: path of a file, or address of a gathering in a database.
        target: address of a database, or path of a file to make.
        url: address at which people find it then; phones that still come to the source are sent there. "" for none.

    Raises:
        UserError: it cannot be moved; the source is then as it was.
    """
    url = addresses_for("", 0, url).base if url else ""
    if is_address(source) == is_address(target):
        message = "Move a file to an address of PostgreSQL, or the other way; `oneheart backup` copies a file."
        raise UserError(message)
    done = finish(source)
    if done is not None:
        yield f"{source} was moved before: the gathering is at {done}."
        return
    store = open_store(source, alone=True)
    try:
        before = shown_of(store)
        counted = next(line for line in before.proof if line.startswith("events "))
        yield f"{store.where} holds: {counted}"

        def check(copy: Store) -> None:
            if shown_of(copy) != before:
                message = f"{copy.where} has another gathering, or another state of this one. Nothing was moved."
                raise UserError(message)

        where = move_store(store, target, check, url)
    except StorageError as error:
        message = f"Cannot write the last event of {source} ({error}); run the same command again."
        raise UserError(message) from error
    finally:
        store.close()
    if store.keyring is not None:
        forget_keys(store.keyring.path)
    yield f"{where} holds the same events, root, texts and receipts."
    yield f"Check it with: oneheart verify {quote(where)}"
    yield f"Serve it with: oneheart serve {quote(where)}"
    yield f"{store.where} ends here and says where it went. Its keys are destroyed there; older backups keep theirs."
    if url:
        yield f"Serve {quote(store.where)} on: it sends phones to {url}."


def upgrade_database(place: str) -> str:
    """Make the tables of a database, or bring them up to date; return a sentence.

    Raises:
        UserError: it is no address of PostgreSQL, cannot be reached, or a newer version made its tables.
    """
    if not is_address(place):
        message = f"{place} is no address of PostgreSQL, such as postgresql://user@host/database."
        raise UserError(message)
    line = DatabaseSession(address_of(place))
    try:
        before, after = upgrade(line)
    except PostgresError as error:
        message = f"Cannot make the tables in {line.address.shown}: {error}."
        raise UserError(message) from error
    finally:
        line.close()
    shown = address_of(place).shown
    if before == after:
        return f"{shown}: the tables are of version {after} already."
    return f"{shown}: the tables are now of version {after}."
