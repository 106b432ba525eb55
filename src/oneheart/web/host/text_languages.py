"""Languages of the text on the hosts' desk: a table of lines and languages, and what is missing in which."""

from __future__ import annotations

from dataclasses import dataclass

from oneheart.engine import disclosure
from oneheart.engine.disclosure import Shown
from oneheart.live.state.text import LiveDraft
from oneheart.locale.coded import Coded
from oneheart.model.prayer import WordsKind
from oneheart.web.who import Host
from oneheart.web.words import LANGUAGES


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


IN_CELL: dict[str, str] = {
    "own": _t("own words"),
    "confirmed": _t("confirmed"),
    "alone": _t("carried by one; nobody else here could check it"),
    "carried": _t("carried by one, not confirmed"),
    "draft": _t("a machine's draft"),
    "missing": _t("missing"),
}
"""How a line stands in one language, on the hosts' desk."""
_MISSING, _ALONE = "missing", "alone"


@dataclass(frozen=True, slots=True)
class LineCell:
    """A line in one language.

    Attributes:
        language: code of the language.
        said: how its words came to be, in words; the code is "own", "confirmed", "alone", "carried" or "missing".
        text: words that one person carried over and nobody confirmed yet; "" for others.
        both: people who read this language and the line's own, in steps; None where nothing is missing.
        drafted: whether a machine drafted the words and one person took them unchanged.
    """

    language: str
    said: Coded
    text: str
    both: Shown | None
    drafted: bool = False


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line in all languages.

    Attributes:
        number: number of the line, from 1.
        text: its own words.
        language: code of their language.
        cells: one for each language.
    """

    number: int
    text: str
    language: str
    cells: tuple[LineCell, ...]


def languages_context(host: Host, draft: LiveDraft | None) -> dict[str, object]:
    """Return the template context of the table; its rows are empty without a text and with one language.

    O(lines + translations).
    """
    state = host.state
    if draft is None or len(state.languages) < 2:  # noqa: PLR2004  one language has nothing to compare
        return {"language_rows": [], "language_names": [], "language_missing": 0, "languages_asked": False}
    rows = []
    for number, versions in enumerate(state.meetings.versions(draft), start=1):
        if not versions:
            continue
        own = next(iter(versions.values()))
        cells = []
        for language in state.languages:
            version = versions.get(language)
            code = _MISSING if version is None else _ALONE if version.unchecked else version.kind.value
            holds = version is not None and version.holds
            both = None if holds else disclosure.show_steps(state.people.readers_of(language, own.language))
            text = version.text if version is not None and version.kind is WordsKind.CARRIED else ""
            place = None if version is None else version.place
            carried = None if place is None else state.prayers.translation_at(place, state.desires)
            drafted = carried is not None and carried.drafted
            cells.append(LineCell(language, Coded(host.words.t(IN_CELL[code]), code), text, both, drafted))
        rows.append(LineRow(number, own.text, own.language, tuple(cells)))
    return {
        "language_rows": rows,
        "language_names": [(code, LANGUAGES.get(code, code)) for code in state.languages],
        "language_missing": sum(cell.both is not None for row in rows for cell in row.cells),
        "languages_asked": state.stage.takes_translations and not state.ended,
    }
