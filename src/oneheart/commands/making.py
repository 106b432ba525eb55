"""Make a gathering: its file, or its place in a database."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from oneheart.connecting import endpoint_from_environment
from oneheart.errors import UserError
from oneheart.live import doing
from oneheart.live import events as ev
from oneheart.live.codes import new_code
from oneheart.live.founding import create_in_database
from oneheart.live.gathering import LiveGathering, create
from oneheart.live.house import SUFFIX
from oneheart.live.inputs import CircleAsked
from oneheart.live.refusal import Refused
from oneheart.live.state.retention import KEEP_DAYS
from oneheart.model.prayer import DraftsBy
from oneheart.model.round import Voice
from oneheart.storage.database import Where, remove_database
from oneheart.storage.postgres import address_of, is_address
from oneheart.web.said import QUESTION
from oneheart.web.words import LANGUAGES, Words

QUESTIONS = {code: str(Words(code).t(QUESTION)) for code in LANGUAGES}
"""The usual question in each language of the pages."""


def settings_for(
    *,
    name: str,
    questions: Sequence[str],
    voice: Literal["ten", "assembly"],
    languages: Sequence[str],
    cards: int = 8,
    keep: int = KEEP_DAYS,
    run_by: str = "",
    drafts: DraftsBy = DraftsBy.NOBODY,
) -> ev.Settings:
    """Return the settings of a new gathering.

    Args:
        name: name of the gathering.
        questions: as typed: "he=..." for one language, or text alone for all languages without a question of their
            own.
        voice: "ten" or "assembly".
        languages: language codes, the default language first.
        cards: number of cards per stage before the end page.
        keep: days after the end until everything personal is erased, 0 to 365.
        run_by: who runs the gathering, shown before people agree.
        drafts: who drafts lines in other languages. People are told the name of an address, so it is read from the
            environment.

    Raises:
        UserError: an unsupported language, a question in a language that the gathering does not have, or an address
            for drafts that is not configured.

    Example:
        >>> settings_for(name="", questions=["he=מה?", "What?"], voice="ten", languages=["en", "he"]).question
        {'en': 'What?', 'he': 'מה?'}
    """
    for code in languages:
        if code not in QUESTIONS:
            message = f"There is no language {code!r}; take one of {', '.join(QUESTIONS)}."
            raise UserError(message)
    question_of = dict.fromkeys(languages or QUESTIONS, "")
    for typed in questions:
        code, is_of, text = typed.partition("=")
        if is_of and code in QUESTIONS:
            if code not in question_of:
                message = (
                    f"The question {typed!r} is in a language that the gathering does not have; add --language {code}."
                )
                raise UserError(message)
            question_of[code] = text.strip()
    alone = [typed.strip() for typed in questions if typed.partition("=")[0] not in QUESTIONS]
    for code, text in question_of.items():
        question_of[code] = text or (alone[-1] if alone else QUESTIONS[code])
    return ev.Settings(
        name=name,
        question=question_of,
        voice=Voice(voice),
        languages=[*question_of],
        cards=cards,
        keep_days=keep,
        run_by=run_by.strip(),
        drafts=drafts,
        drafts_address=_address(os.environ) if drafts is DraftsBy.ADDRESS else "",
    )


def _address(environ: Mapping[str, str]) -> str:
    """Return the host name of the configured language model."""
    endpoint = endpoint_from_environment(environ)
    if endpoint is None:
        message = "Drafts by an address need one: set ONEHEART_LLM_URL and ONEHEART_LLM_MODEL, or leave --drafts out."
        raise UserError(message)
    return endpoint.address.host


async def add_circles(gathering: LiveGathering, count: int) -> None:
    """Add this many circles, each with a random key."""
    await doing.furnish(gathering, [CircleAsked(f"circle-{number:04}") for number in range(count)])


def make_in_database(place: str, settings: ev.Settings, circles: int) -> tuple[str, str]:
    """Make a gathering in a database and return its address and its join code. Nothing remains after an error.

    Args:
        place: address of the database.
        settings: settings of the gathering.
        circles: number of circles to begin with.

    Raises:
        UserError: the address names a gathering, or the database or the folder of keys cannot be written.
    """
    address = address_of(place)
    if address.code:
        message = f"A new gathering gets its own join code; leave #{address.code} out."
        raise UserError(message)
    code = new_code()
    where = create_in_database(address, settings, code=code)
    _fill(f"{address.url}#{code}", where, circles)
    return where, code


def make(path: Path, settings: ev.Settings, circles: int, *, keys: Where = "beside") -> tuple[Path, str]:
    """Make a gathering and return its file and its join code. No partial file remains after an error.

    Args:
        path: path of the file, or of a folder, where the file is named by the join code.
        settings: settings of the gathering.
        circles: number of circles to begin with.
        keys: where the keys of sealed words are, see `storage.database.Where`.

    Raises:
        UserError: the file exists already, or the folder is missing, not writable, or on a full disk.
    """
    code = new_code()
    if path.is_dir():
        path /= f"{code}{SUFFIX}"
    elif not path.suffix:
        path = path.with_name(path.name + SUFFIX)
    if not path.parent.is_dir():
        message = f"There is no folder {path.parent}; make it first, or name another place."
        raise UserError(message)
    create(path, settings, code=code, keys=keys)

    _fill(str(path), str(path), circles)
    return path, code


def _fill(place: str, shown: str, circles: int) -> None:
    """Add circles to a new gathering. Where that fails, the gathering is removed.

    Args:
        place: path or address.
        shown: the same without password, for messages.
        circles: number of circles.
    """

    async def fill() -> None:
        gathering = LiveGathering.open(place)
        try:
            await add_circles(gathering, circles)
        except Refused:
            await gathering.forget()
            raise
        await gathering.close()

    try:
        asyncio.run(fill())
    except Refused as error:
        message = f"Cannot write {shown}: the disk took only a part of it; make room, or choose another place."
        raise UserError(message) from error
    except UserError:
        if not is_address(place):
            remove_database(Path(place))
        raise
