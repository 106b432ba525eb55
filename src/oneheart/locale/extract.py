"""Extract the messages of the live pages and update their catalogues: ``python -m oneheart.locale.extract``.

Existing translations stay. A new message is empty until somebody translates it. A message that is no longer used is
removed. A message may have further translations for the voice "ten" or "assembly" (msgctxt).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oneheart.locale.languages import LANGUAGES

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

HERE = Path(__file__).parent
WEB = HERE.parent / "web"
AFFIRMED = HERE.parent / "model" / "affirmed.py"
KEYWORDS: dict[str, Any] = {"t": None, "_t": None, "n": (1, 2)}
_ALWAYS = datetime(2026, 11, 23, tzinfo=UTC)  # fixed, so that the files change only with their messages
_SAYS_NOTHING = (b'"Report-Msgid', b'"Last-Tr', b'"Language-Team', b'"Generated-By')
VOICES = ("ten", "assembly")


def messages() -> dict[str | tuple[str, str], list[str]]:
    """Return every message of the live pages and the files that use it. A message with a plural is a pair (one, many).

    The name of a module is its path below `web/`, and the name of a template is its file name.
    """
    used: dict[str | tuple[str, str], list[str]] = {}
    for path in sorted([*WEB.rglob("*.py"), *WEB.glob("templates/*.html"), AFFIRMED]):
        inside = path.suffix != ".html" and path.is_relative_to(WEB)
        name = path.relative_to(WEB).as_posix() if inside else path.name
        for message in _in_file(path):
            files = used.setdefault(message, [])
            if name not in files:
                files.append(name)
    return used


def _in_file(path: Path) -> Iterator[str | tuple[str, str]]:
    if path.suffix == ".html":
        yield from _in_template(path)
        return
    from babel.messages.extract import extract  # noqa: PLC0415  a development dependency

    with path.open("rb") as file:
        for _line, message, _comments, _context in extract("python", file, KEYWORDS, ()):
            if isinstance(message, tuple):
                one, many = message[:2]
                yield (str(one), str(many))
            elif message:
                yield str(message)


def _in_template(path: Path) -> Iterator[str | tuple[str, str]]:
    """Yield the messages of a template: the arguments of ``t(...)`` and ``n(...)``, also as methods of any `Words`."""
    import jinja2  # noqa: PLC0415  slow to import

    tree = jinja2.Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for call in tree.find_all(jinja2.nodes.Call):
        function_name = call.node.name if isinstance(call.node, jinja2.nodes.Name) else getattr(call.node, "attr", "")
        texts = [arg.value for arg in call.args if isinstance(arg, jinja2.nodes.Const) and isinstance(arg.value, str)]
        if function_name == "t" and texts:
            yield texts[0]
        elif function_name == "n" and len(texts) > 1:
            yield (texts[0], texts[1])


def path_of(language: str) -> Path:
    """Return the path of the catalogue of a language."""
    return HERE / language / "LC_MESSAGES" / "web.po"


def read(language: str) -> Catalog:
    """Return the catalogue of a language; an empty one if the file is missing."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def updated(language: str) -> Catalog:
    """Return the catalogue of a language with exactly the messages that are in use, and their present translations."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415

    old = read(language)
    count, rule = LANGUAGES[language].plurals
    new = Catalog(
        locale=language,
        project="oneheart",
        version="1",
        charset="utf-8",
        fuzzy=False,
        header_comment="# Words of the live pages; brought up to date by python -m oneheart.locale.extract",
        creation_date=_ALWAYS,
        revision_date=_ALWAYS,
    )
    # Babel has more plural forms for Hebrew than the catalogues use.
    new._num_plurals, new._plural_expr = count, rule  # type: ignore[assignment]  # noqa: SLF001
    for message, files in messages().items():
        key = message if isinstance(message, str) else message[0]
        for context in (None, *VOICES):
            entry = old.get(key, context)
            if entry is None and context is not None:
                continue
            if language == "en" and context is None and isinstance(message, str):
                continue  # English without a voice is the message itself
            translation = entry.string if entry is not None else ""
            if isinstance(message, tuple) and not isinstance(translation, tuple):
                translation = ("",) * count if language != "en" else message
            new.add(message, translation, locations=[(name, 0) for name in files], context=context)
    return new


def main() -> None:
    """Write all catalogues and print the messages without a translation."""
    from babel.messages.pofile import write_po  # noqa: PLC0415

    for language in sorted(LANGUAGES):
        catalogue = updated(language)
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        write_po(buffer, catalogue, width=116, sort_output=True, include_lineno=False)
        lines = [line for line in buffer.getvalue().splitlines(keepends=True) if not line.startswith(_SAYS_NOTHING)]
        path.write_bytes(b"".join(lines))
        missing = [
            entry.id
            for entry in catalogue
            if entry.id and not all(entry.string if isinstance(entry.string, tuple) else (entry.string,))
        ]
        print(f"{language}: {len(missing)} not translated")  # noqa: T201  this is a command
        for message in missing:
            print(f"  {message}")  # noqa: T201


if __name__ == "__main__":
    main()
