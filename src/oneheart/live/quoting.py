"""Quoting: find a person's words in what hosts and others type, and write the number of the desire in their place.

`LiveGathering.submit` calls `by_number` for every event, so no door can forget it. What is found:

* a circle's line or carried desire, and a desire that adds to another: the words of a desire of that circle, or of the
  desire that is added to, where at least three words or the whole text repeat it;
* other words for a line: the same, of the desires that the line says;
* a critique of a line, and what hosts type (questions, reasons, desires to begin with): whole desires, and four words
  or more in a row that only one person wrote;
* reasons of hosts also single long words that only one person wrote, because a reason is about one person's words.

Words that another person types by themselves as their own desire are theirs and are kept as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from oneheart.live import events as ev
from oneheart.live.state import LiveDesire, State
from oneheart.live.state.quotes import MAY_QUOTE, as_read, changed, first_quoted, mark, spans

WHOLE_LEAST = 3  # words of a desire that is quoted inside a longer text
ROW_LEAST = 4  # words in a row of a longer desire
RARE_LEAST = 6  # letters of a single word that only one person wrote


@dataclass(frozen=True, slots=True)
class _Source:
    """A desire that may be quoted.

    Attributes:
        number: number of the desire.
        author: seat of its author.
        words: its words, folded.
    """

    number: int
    author: int
    words: tuple[str, ...]


def by_number(body: ev.AnyBody, state: State) -> ev.AnyBody:
    """Return a body that quotes desires by number. O(words of all desires) for a critique and what hosts type."""
    if type(body) not in MAY_QUOTE:  # every tap comes by
        return body
    if isinstance(body, ev.DesireSaid):
        return _said(body, state)
    if isinstance(body, ev.LineAmended):
        cited = _cited(body.draft, body.line, state)
        return changed(body, lambda text: quoted(text, _sources(state, cited)))
    if isinstance(body, ev.LineRead) and not body.critique:
        return body
    if isinstance(body, ev.LineRead | ev.Moderated | ev.Settings | ev.ProgrammeSet):
        every = _sources(state, range(len(state.desires)))
        return changed(body, lambda text: quoted(text, every, rows=True, rare=isinstance(body, ev.Moderated)))
    return body


def same_as_read(first: ev.AnyBody, again: ev.AnyBody, state: State) -> bool:
    """Return whether two bodies have the same words once their quotes are filled in."""
    return as_read(first, state.desires) == as_read(again, state.desires)


def _said(body: ev.DesireSaid, state: State) -> ev.DesireSaid:
    circle = body.line_of if body.line_of is not None else body.carried_by
    numbers: list[int] = [] if body.grew_from is None else [body.grew_from]
    if circle is not None:
        numbers += [
            number for number, desire in enumerate(state.desires) if desire.circle == circle and not desire.of_circle
        ]
    elif body.seat is None:
        numbers = list(range(len(state.desires)))
    if not numbers:
        return body
    text = quoted(body.text, _sources(state, numbers), rows=body.seat is None)
    grew_from = first_quoted(text) if body.grew_from is None else body.grew_from
    return msgspec.structs.replace(body, text=text, grew_from=grew_from)


def _cited(draft: int, line: int, state: State) -> Collection[int]:
    drafts = state.prayers.drafts
    known = 0 <= draft < len(drafts) and 0 <= line < len(drafts[draft].body.lines)
    return drafts[draft].body.lines[line].cites if known else ()


def _may_be_quoted(state: State, number: int) -> bool:
    """Return whether a desire has words of its author; a desire that itself quotes another one has not."""
    if not state.desires.knows(number):
        return False
    desire = state.desires[number]
    source = "" if desire.grew_from is None else state.desires[desire.grew_from].text
    repeats = bool(source) and source.casefold() in desire.text.casefold()
    return desire.author is not None and bool(desire.text) and not repeats


def _sources(state: State, numbers: Iterable[int]) -> list[_Source]:
    """Return the desires of people among these numbers, the oldest first."""
    out = []
    for number in sorted({n for n in numbers if _may_be_quoted(state, n)}):
        desire: LiveDesire = state.desires[number]
        if desire.author is not None:
            out.append(_Source(number, desire.author, _folded(desire.text)))
    return out


def _folded(text: str) -> tuple[str, ...]:
    return tuple(text[begin:end].casefold() for begin, end in spans(text))


def quoted(text: str, sources: Sequence[_Source], *, rows: bool = False, rare: bool = False) -> str:
    """Return a text with marks in place of the words of desires.

    Args:
        text: the text, as cleaned.
        sources: desires that may be quoted; of two with the same words the first is quoted.
        rows: also find four words or more in a row that only one person wrote.
        rare: also find single long words that only one person wrote.

    Example:
        >>> peace = _Source(4, 0, ("peace", "on", "the", "hills"))
        >>> quoted("Like: Peace on the hills!", [peace]) == f"Like: {mark(4, (0, 4))}!"
        True
        >>> quoted("Peace at home", [peace])
        'Peace at home'
    """
    places = spans(text)
    typed = _folded(text)
    present = set(typed)
    near = [source for source in sources if not present.isdisjoint(source.words)]
    out, at, word = [], 0, 0
    while word < len(typed):
        quote = _best(typed, word, near, rows=rows, rare=rare)
        if quote is None:
            word += 1
            continue
        source, first, count = quote
        out += [text[at : places[word][0]], mark(source.number, (first, first + count))]
        word += count
        at = places[word - 1][1]
    return "".join([*out, text[at:]])


def _best(
    typed: Sequence[str], word: int, sources: Sequence[_Source], *, rows: bool, rare: bool
) -> tuple[_Source, int, int] | None:
    """Return the longest quote that begins at a word: the desire, its first quoted word and how many; None for none."""
    best: tuple[_Source, int, int] | None = None
    authors: dict[int, set[int]] = {}  # by the length of the row: who wrote it
    for source in sources:
        for first, own in enumerate(source.words):
            if own != typed[word]:
                continue
            count = 1
            while (
                word + count < len(typed)
                and first + count < len(source.words)
                and typed[word + count] == source.words[first + count]
            ):
                count += 1
            for shorter in range(1, count + 1):
                authors.setdefault(shorter, set()).add(source.author)
            if best is None or count > best[2]:
                best = (source, first, count)
    if best is None:
        return None
    source, _, count = best
    whole = count == len(source.words) and (count >= WHOLE_LEAST or count == len(typed))
    of_one = len(authors[count]) == 1
    row = rows and of_one and count >= ROW_LEAST
    single = rare and of_one and any(len(part) >= RARE_LEAST for part in typed[word : word + count])
    return best if whole or row or single else None
