"""The table `meta` of a gathering's file: what the file knows of itself, and a digest of it.

The rows are written when the file is made and never change. The first event of the log holds their digest, so that the
record also shows if somebody altered them: another secret would deal other cards and draw other lots.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import apsw


def meta_of(connection: apsw.Connection) -> dict[str, str]:
    """Return all rows of the table by name. A file has a few of them."""
    return {str(name): str(value) for name, value in connection.execute("SELECT name, value FROM meta")}


def meta_digest(meta: Mapping[str, str]) -> str:
    """Return the SHA-256 of all rows of the table, hexadecimal.

    It may be published: nobody can guess at a content that holds 256 random bits.

    Args:
        meta: all rows by name.
    """
    rows = sorted(meta.items())
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
