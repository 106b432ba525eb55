"""Bundles for the command line: write one from a gathering's file, and check one."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from oneheart.commands.record import altered, record_of, unreadable
from oneheart.engine.disclosure import RESPONSES_STEP
from oneheart.engine.told import encode_shown
from oneheart.errors import UserError
from oneheart.live.bundle import make_bundle
from oneheart.live.publishing import first_wrong_head
from oneheart.storage.database import look_into
from oneheart.storage.epochs import EpochTree
from oneheart.storage.log import Log
from oneheart.verifier import check_bundle

_NO_BUNDLE = (OSError, ValueError, RecursionError, KeyError, TypeError)


def write_bundle(path: Path, out: Path) -> int:
    """Write the bundle of a gathering with all leaves and all sealed texts; return its number of heads.

    Args:
        path: path of the gathering; another process may serve it.
        out: path of the bundle; must not exist.

    Raises:
        UserError: there is no gathering, its record does not hold, or the bundle cannot be written.
    """
    database = look_into(path)
    try:
        record, log, tree = record_of(database), Log(database), EpochTree(step=RESPONSES_STEP)
        if record.fault is not None:
            raise UserError(altered(record.fault))
        if record.spoiled is not None:
            raise UserError(unreadable(record.spoiled))
        assert record.state is not None  # noqa: S101  it is neither broken nor spoiled
        heads = record.state.heads.published
        wrong = first_wrong_head(log, heads, tree)
        if wrong is not None:
            message = f"Head {wrong} of {path} is not of its record; verify the file."
            raise UserError(message)
        bundle = make_bundle(record.state, log, tree, texts=range(len(record.state.prayers.sealed)), leaves=True)
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


def proof_of_bundle(path: Path, root: str = "") -> tuple[list[str], bool]:
    """Return what a bundle proves, in sentences, and whether all of it holds.

    Args:
        path: path of the bundle.
        root: root to look for among its heads, hexadecimal; "" for none.
    """
    try:
        said = check_bundle.check(json.loads(path.read_bytes()), root=root)
    except check_bundle.Wrong as wrong:
        return [f"It does not hold: {wrong}."], False
    except _NO_BUNDLE as error:
        return [f"This is no bundle: {error}"], False
    return [*said, "It holds. Compare the newest root with a hall screen, a phone or a sheet."], True
