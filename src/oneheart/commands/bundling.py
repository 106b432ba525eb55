"""Bundles for the command line: write one from a gathering's file, and check one."""

from __future__ import annotations

from pathlib import Path

import msgspec

from oneheart.commands.record import altered, record_of, unreadable
from oneheart.engine.disclosure import RESPONSES_STEP
from oneheart.engine.told import encode_shown
from oneheart.errors import UserError
from oneheart.live.bundle import make_bundle
from oneheart.live.publishing import first_wrong_head
from oneheart.live.sealed_record import numbers_in_book
from oneheart.storage.epochs import EpochTree
from oneheart.storage.stores import log_of, look_at_store
from oneheart.verifier import check_bundle


def write_bundle(place: str | Path, out: Path) -> int:
    """Write the bundle of a gathering with all leaves and all sealed texts; return its number of heads.

    Args:
        place: path of the gathering, or its address in PostgreSQL; another process may serve it.
        out: path of the bundle; must not exist.

    Raises:
        UserError: there is no gathering, its record does not hold, or the bundle cannot be written.
    """
    database = look_at_store(place)
    try:
        record, log, tree = record_of(database), log_of(database), EpochTree(step=RESPONSES_STEP)
        if record.fault is not None:
            raise UserError(altered(record.fault))
        if record.spoiled is not None:
            raise UserError(unreadable(record.spoiled))
        assert record.state is not None  # noqa: S101  it is neither broken nor spoiled
        heads = record.state.heads.published
        wrong = first_wrong_head(log, heads, tree)
        if wrong is not None:
            message = f"Head {wrong} of {database.where} is not of its record; verify the file."
            raise UserError(message)
        bundle = make_bundle(record.state, log, tree, texts=numbers_in_book(record.state), leaves=True)
    finally:
        database.close()
    try:
        with out.open("xb") as file:
            file.write(msgspec.json.encode(bundle, enc_hook=encode_shown))
    except OSError as error:
        message = f"Cannot write {out} ({error.strerror}); choose another name, or a folder that you may write to."
        raise UserError(message) from error
    return len(heads)


def is_bundle(path: Path) -> bool:
    """Return whether a file is a bundle and not a gathering: whether it begins as a JSON object does."""
    try:
        with path.open("rb") as file:
            return file.read(64).lstrip().startswith(b"{")
    except OSError:
        return False


def proof_of_bundle(path: Path, root: str = "") -> tuple[list[str], int]:
    """Return what a bundle proves, in sentences, and the exit status of `check_bundle`: 0 if all of it holds.

    Args:
        path: path of the bundle.
        root: root to look for among its heads, hexadecimal; "" for none.
    """
    return check_bundle.verify(str(path), root=root)
