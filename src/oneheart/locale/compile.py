"""Compile the gettext catalogues: ``python -m oneheart.locale.compile`` (needs Babel, a development dependency).

The compiled files are stored beside their sources and are part of the package, so that the standard library can read
them. A test fails when a compiled file is outdated.
"""

from __future__ import annotations

import io
from pathlib import Path

HERE = Path(__file__).parent


def catalogues() -> list[Path]:
    """Return the paths of the sources (.po) of all catalogues, sorted.

    Example:
        >>> sorted({path.parts[-3] for path in catalogues()})
        ['de', 'en', 'es', 'he', 'ru', 'uk']
    """
    return sorted(HERE.glob("*/LC_MESSAGES/*.po"))


def compiled(source: Path) -> bytes:
    """Return the compiled form (.mo) of one catalogue.

    Raises:
        babel.messages.pofile.PoFileError: for a malformed catalogue.
    """
    from babel.messages.mofile import write_mo  # noqa: PLC0415  a development dependency
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


if __name__ == "__main__":
    for path in catalogues():
        path.with_suffix(".mo").write_bytes(compiled(path))
        print(path.with_suffix(".mo").relative_to(HERE))  # noqa: T201  this is a command
