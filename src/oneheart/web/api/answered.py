"""Answers of the HTTP API that are built from what the pages show."""

from __future__ import annotations

from oneheart.engine import disclosure
from oneheart.formats.hosts_lists import RowFaultError
from oneheart.live.gathering import LiveGathering
from oneheart.live.importing import ListAsked, bring_in
from oneheart.live.sealed_record import TextLine, draft_shown, moment
from oneheart.live.snapshot import text_now
from oneheart.live.state import State
from oneheart.web.api.operation import ApiError
from oneheart.web.api.types import (
    BookLineTold,
    CircleNamed,
    CirclesTold,
    CircleTold,
    LevelTold,
    LineTold,
    ListTaken,
    OccasionNamed,
    SealedTold,
    TermsRow,
    TermsSentence,
    TermsTold,
    TextTold,
)
from oneheart.web.sealed_texts import SealedText
from oneheart.web.terms import terms_of
from oneheart.web.words import Words


def circles_told(state: State) -> CirclesTold:
    """Return all circles for hosts, in the order of their numbers. It counts nobody."""
    return CirclesTold(
        [
            CircleTold(number, circle.name, circle.names, circle.parent, circle.place.value, circle.key)
            for number, circle in enumerate(state.circles)
        ]
    )


def terms_told(gathering: LiveGathering, words: Words, *, encrypted: bool) -> TermsTold:
    """Return the terms of a gathering as its door shows them.

    Args:
        gathering: the gathering.
        words: words in the language that was asked for.
        encrypted: true if the request came by https.
    """
    terms = terms_of(gathering, words, encrypted=encrypted)
    return TermsTold(
        terms.version,
        words.language,
        terms.days,
        [TermsSentence(code, str(sentence)) for code, sentence in terms.sentences],
        [TermsRow(row.code, str(row.what), str(row.why), str(row.seen), str(row.erased)) for row in terms.rows],
        str(terms.beyond),
        terms.run_by,
    )


def sealed_told(text: SealedText) -> SealedTold:
    """Return a sealed text as the book shows it."""
    return SealedTold(
        code=text.code,
        number=text.number,
        gathering=text.gathering,
        question=text.question,
        day=text.day,
        occasion=None
        if text.occasion is None
        else OccasionNamed(text.occasion.number, text.occasion.name, text.occasion.form),
        circles=[CircleNamed(circle.number, circle.name) for circle in text.circles],
        alone=text.alone,
        lines=[BookLineTold(line.text, line.language, dict(line.others), line.said) for line in text.lines],
        status=text.status,
        missing=list(text.missing),
        verdict=text.verdict,
        conditions=list(text.conditions),
        readers=text.readers,
        amen=text.amen,
        said=text.said,
        everybody=text.everybody,
        unheard=text.unheard,
        share=text.share,
        asked=text.asked,
        digest=text.digest,
        root=text.root,
        size=text.size,
        public=text.public,
        levels=[LevelTold(level.circles, level.can_say, level.unheard) for level in text.levels],
    )


def line_told(line: TextLine) -> LineTold:
    """Return a line of a text."""
    return LineTold(line.text, line.language, line.changed, dict(line.carried))


async def list_taken(gathering: LiveGathering, host: int, body: ListAsked) -> ListTaken:
    """Bring in a list and return what it brought.

    Raises:
        ApiError: 422, with the first mistake of the list.
    """
    try:
        done = await bring_in(gathering, host, body)
    except RowFaultError as fault:
        raise ApiError(422, fault.code, str(fault)) from fault
    return ListTaken(done.added, done.present)


def text_told(state: State) -> TextTold:
    """Return the text of the current round as it is now."""
    text, shown = text_now(state), draft_shown(state)
    return TextTold(
        stage=state.stage.value,
        round=state.round,
        draft=None if shown is None else shown[0],
        second=shown is not None and shown[1].second,
        lines=[] if text is None else [line_told(line) for line in text.lines],
        left=[] if text is None else [line_told(line) for line in text.left],
        status="" if text is None else text.status,
        missing=[] if text is None else list(text.missing),
        say_at=moment(state),
        amen=disclosure.show_steps(0) if text is None else text.amen,
        digest="" if text is None else text.digest,
        share="" if text is None else text.share,
    )
