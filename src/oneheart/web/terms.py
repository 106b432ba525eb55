"""Terms: what people agree to before anything of theirs is kept, in the words of the pages.

Every sentence is made from the setting or constant that it states, so that it changes together with it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request

from oneheart.engine import disclosure
from oneheart.live import events as ev
from oneheart.live.gathering import LiveGathering
from oneheart.live.state.retention import IDLE_DAYS, Keeping
from oneheart.model.prayer import DraftsBy
from oneheart.web.kept import KEPT, NOT_REACHED
from oneheart.web.words import Plain, Words


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of personal data, in words.

    Attributes:
        code: its name.
        what: what it is.
        why: what it is needed for.
        seen: who can see it.
        erased: what becomes of it.
    """

    code: str
    what: Markup
    why: Markup
    seen: Markup
    erased: Markup


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a gathering in one language.

    Attributes:
        version: version to which a person agrees.
        days: days after the end until everything personal is erased; None without a term.
        sentences: pairs (code, sentence), the most important first.
        rows: the details, one for each kind of personal data.
        beyond: what erasing does not reach.
        run_by: who runs the gathering; "" if the hosts wrote nothing.
    """

    version: int
    days: int | None
    sentences: tuple[tuple[str, Markup], ...]
    rows: tuple[Row, ...]
    beyond: Markup
    run_by: str


def terms_of(gathering: LiveGathering, words: Words, *, encrypted: bool) -> Terms:
    """Return the terms of a gathering.

    Args:
        gathering: the gathering.
        words: words in the reader's language.
        encrypted: true if the page came by https.
    """
    keeping, k = gathering.state.keeping, Plain(disclosure.K)
    rows = tuple(
        Row(datum.code, words.t(datum.what), words.t(datum.why), words.t(datum.seen, k=k), words.t(datum.erased))
        for datum in KEPT
    )
    said = tuple(_sentences(gathering, words, encrypted=encrypted))
    return Terms(keeping.version, keeping.days, said, rows, words.t(NOT_REACHED), keeping.run_by)


def _sentences(gathering: LiveGathering, words: Words, *, encrypted: bool) -> Iterator[tuple[str, Markup]]:
    t, state = words.t, gathering.state
    yield "until", until(state.keeping, words)
    if state.course.hold:
        yield "hold", t("A host reads each desire before it travels to others.")
    if (drafts := by_machine(state.settings, words)) is not None:
        yield "drafts", drafts
    yield (
        "seen",
        t(
            "Others and the hosts read what you say, without knowing whose it is. Answers are shown only as numbers of "
            "{k} people or more.",
            k=Plain(disclosure.K),
        ),
    )
    yield (
        "rows",
        t(
            "Your answers leave as a row without a name only if you agree to it on your own page, and only together "
            "with those of {count} people or more.",
            count=Plain(disclosure.FOR_A_SHARE),
        ),
    )
    yield "operator", t("No name is kept. Yet whoever runs the server could find out what came from your phone.")
    if not encrypted:
        yield "wifi", t("This connection is not encrypted: others on this Wi-Fi could read along.")
    yield "rights", t("Under “Mine” you can see it all, take it back or erase it at any time.")


def by_machine(settings: ev.Settings | None, words: Words) -> Markup | None:
    """Return what people are told of a machine that drafts their words in other languages; None without one."""
    if settings is None or settings.drafts is DraftsBy.NOBODY:
        return None
    if settings.drafts is DraftsBy.HERE:
        return words.t(
            "A machine on this server may draft what you say in other languages. A draft counts only once somebody who "
            "reads both languages has checked it."
        )
    return words.t(
        "What you say may be sent to the language model at {address}, line by line and without your name, to be "
        "drafted in other languages. A draft counts only once somebody who reads both languages has checked it.",
        address=settings.drafts_address,
    )


def until(keeping: Keeping, words: Words) -> Markup:
    """Return how long everything personal is kept, in one sentence."""
    if keeping.days is None:
        return words.t("No day is set on which it is erased. Ask the hosts.")
    if keeping.days == 0:
        return words.t("It is erased as soon as the gathering ends. Only sealed texts stay, without names.")
    return words.n(
        "It is erased a day after the gathering ends. Only sealed texts stay, without names.",
        "It is erased {count} days after the gathering ends. Only sealed texts stay, without names.",
        Plain(keeping.days),
    )


def deadline(keeping: Keeping, words: Words) -> Markup | None:
    """Return on which day everything personal is erased, or was; None without a term.

    Before the end it says what the term counts from: the end, or the last event plus `IDLE_DAYS` if nobody ends it.
    """
    if keeping.purged_at is not None:
        return words.t("Words and answers were erased on {day}.", day=day_of(keeping.purged_at))
    due = keeping.due_at
    if due is None:
        return None
    if keeping.ended_at is None:
        return words.t(
            "Words and answers are erased {days} days after the end. If nobody ends the gathering, it counts as ended "
            "{idle} days after the last word: then they are erased on {day}.",
            days=Plain(keeping.days or 0),
            idle=Plain(IDLE_DAYS),
            day=day_of(due),
        )
    return words.t("Words and answers are erased on {day}.", day=day_of(due))


def day_of(moment: int) -> str:
    """Return the day of a moment (milliseconds since 1970) on the server's clock, as 2026-12-29."""
    return time.strftime("%Y-%m-%d", time.localtime(moment / 1000))


def is_encrypted(request: Request) -> bool:
    """Return whether a request came by https, directly or through the configured proxy."""
    return bool(request.app.state.https) or request.url.scheme == "https"
