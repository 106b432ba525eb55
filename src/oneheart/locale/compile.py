"""Compile the catalogues: ``python -m oneheart.locale.compile`` (needs Babel, a tool of development).

The compiled files stand beside their sources and are shipped, so that nothing but the standard library is needed to
read them; a test says when they are older than the words.
"""

from __future__ import annotations

import io
from pathlib import Path

HERE = Path(__file__).parent


def catalogues() -> list[Path]:
    """Return the paths of all catalogues in their source form, sorted.

    Example:
        >>> sorted({path.parts[-3] for path in catalogues()})
        ['en', 'es', 'he', 'ru']
    """
    return sorted(HERE.glob("*/LC_MESSAGES/*.po"))


def compiled(source: Path) -> bytes:
    """Return the compiled form of one catalogue.

    Raises:
        babel.messages.pofile.PoFileError: for a catalogue that is not well formed.
    """
    from babel.messages.mofile import write_mo  # noqa: PLC0415  a tool of development only
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


if __name__ == "__main__":
    for path in catalogues():
        path.with_suffix(".mo").write_bytes(compiled(path))
        print(path.with_suffix(".mo").relative_to(HERE))  # noqa: T201  this is a command
