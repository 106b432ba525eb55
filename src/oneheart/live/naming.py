"""Naming: names as hosts type them, in each language of a gathering; other names, times or another code of an occasion.

An occasion may be renamed in a language that the gathering took up later. See `live.wordings` for who reads which name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from oneheart.live import events as ev
from oneheart.live.codes import code_from
from oneheart.live.gathering import Kept, LiveGathering
from oneheart.live.inputs import Input, Milliseconds, Names, Number, Text
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.state import State
from oneheart.live.typed_words import NAME_MOST, clean_name
from oneheart.model import actor

NONE: Mapping[str, str] = MappingProxyType({})
"""No names."""


def clean_names(names: Mapping[str, str], languages: Sequence[str], most: int = NAME_MOST) -> dict[str, str]:
    """Return names by language as they are kept: cleaned, empty ones left out, in the order of the languages.

    Args:
        names: names as typed, by language code.
        languages: languages of the gathering.
        most: greatest number of code points in a name.

    Raises:
        Refused: LANGUAGE: a name is in a language that the gathering does not have.

    Example:
        >>> clean_names({"ru": " Огонь ", "en": ""}, ["en", "ru"])
        {'ru': 'Огонь'}
    """
    cleaned = {code: clean_name(name, most) for code, name in names.items()}
    if any(name and code not in languages for code, name in cleaned.items()):
        raise Refused(Refusal.LANGUAGE)
    return {code: cleaned[code] for code in languages if cleaned.get(code)}


def kept_names(state: State, typed: Mapping[str, str] | None, present: Mapping[str, str] = NONE) -> dict[str, str]:
    """Return the names that a circle or an occasion has after a host typed some; the present ones for None.

    Raises:
        Refused: LANGUAGE: a name is in a language that the gathering does not have.
    """
    return dict(present) if typed is None else clean_names(typed, state.languages)


class OccasionNameAsked(Input, frozen=True):
    """A host gives an occasion other names.

    Attributes:
        occasion: number of the occasion.
        name: the new name.
        names: the new names by language code, all of them; None to keep the present ones.
        begins: when it begins, milliseconds since 1970; 0 removes the time, None keeps it.
        ends: when it ends; as `begins`.
        new_code: true for another code; the former one, and the link of its ushers, are void.
    """

    occasion: Number
    name: Text
    names: Names | None = None
    begins: Milliseconds | None = None
    ends: Milliseconds | None = None
    new_code: bool = False


async def rename_occasion(gathering: LiveGathering, host: int, asked: OccasionNameAsked) -> Kept:
    """Give an occasion other names.

    Raises:
        Refused: UNKNOWN; WORDS: the name is empty; LANGUAGE: a name is in a language that the gathering does not have.
    """
    state, name = gathering.state, clean_name(asked.name)
    if not name:
        raise Refused(Refusal.WORDS, hint="empty")
    present = state.occasions[asked.occasion].names if state.company.knows(asked.occasion) else {}
    names, by = kept_names(state, asked.names, present), actor.host(host)
    code = code_from(gathering.secret_for("occasion", f"{by}\0{asked.key}")) if asked.new_code else ""
    body = ev.OccasionChanged(asked.occasion, name, names, asked.begins, asked.ends, code)
    return await gathering.submit(by, asked.key, body)
