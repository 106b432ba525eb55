"""Drafting: lines in other languages as a machine drafts them, for people who read both languages to check.

Drafts are held in memory only, apart from the state: no event has them, so no screen, count, seal, export or file can.
They are shown in the box in which a person says the words, and nowhere else. What the person keeps there is theirs.

Only words that others may read now are drafted. An address is sent nothing that was said before people were told of
it. Whenever the state is computed again, as after each erasure, all drafts are dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from oneheart.connecting.drafted import LineToDraft, Translate, fit
from oneheart.connecting.models import Models
from oneheart.connecting.outcome import Failure, FailureKind
from oneheart.engine.desire import entry
from oneheart.live import events as ev
from oneheart.live import smoothing
from oneheart.live.aside import AsideError, RunsJobs
from oneheart.live.carry_dealing import CarryCard, CarryDealer
from oneheart.live.drafts import MOST
from oneheart.live.gathering import LiveGathering
from oneheart.live.state import State
from oneheart.live.state.carried import Version
from oneheart.live.typed_words import with_beginning
from oneheart.model.prayer import DraftsBy, WordsKind
from oneheart.model.round import Stage

A_TURN = 4  # lines drafted in one turn
CANDIDATES = 24  # desires with the greatest chance to become a line
HERE_SECONDS = 20.0
_OF_THE_LINE: frozenset[FailureKind] = frozenset(
    {"no draft", "no model", "refused", "cut short", "not json", "wrong shape", "too large"}
)


@dataclass(frozen=True, slots=True)
class Source:
    """Words that somebody said, of which a draft may be made.

    Attributes:
        said: places in the log of everything that the words come from; the first is the event that has them.
        desire: number of the desire that they say.
        text: the words as a whole sentence.
        language: language code of the words.
    """

    said: tuple[int, ...]
    desire: int
    text: str
    language: str


# --- what may be drafted, and for whom ---


def may_be_drafted(state: State, source: Source) -> bool:
    """Return whether words may be given to the machine that the hosts chose. This is the one rule for that.

    Only words that others may read now: not what is held back, withdrawn, erased, rejected, set aside or waiting. An
    address is given only words that were said after people had been told of it.
    """
    settings, desires, since = state.settings, state.desires, state.keeping.sent_since
    if settings is None or settings.drafts is DraftsBy.NOBODY or state.ended or state.keeping.purged_at is not None:
        return False
    if not source.text or desires.kept_back(source.desire, state.course):
        return False
    return settings.drafts is DraftsBy.HERE or (since is not None and all(place > since for place in source.said))


def of_card(state: State, card: CarryCard) -> Source:
    """Return the words that a card asks a person to say in another language."""
    desire = state.desires[card.desire]
    if card.via is None:
        whole = with_beginning(desire.stem, desire.text, desire.language) if desire.text else ""
        return Source((desire.seq,), card.desire, whole, desire.language)
    words = state.desires.carried.words[card.via]
    return Source((card.via, desire.seq), card.desire, words.text, words.language)


def of_line(state: State, line: ev.WovenLine) -> Source:
    """Return the own words of a line of a draft, as a whole sentence."""
    worded, number = smoothing.worded(state, line), line.cites[0]
    said = (state.desires[number].seq,) if line.amendment is None else (line.amendment, state.desires[number].seq)
    text = with_beginning(worded.stem, worded.text, worded.language) if worded.text else ""
    return Source(said, number, text, worded.language)


def of_version(state: State, line: ev.WovenLine, version: Version) -> Source:
    """Return confirmed words of a line in another language, from which it may be carried on."""
    said = of_line(state, line).said
    return Source(
        (*said, *(() if version.place is None else (version.place,))), line.cites[0], version.text, version.language
    )


def draft_for(gathering: LiveGathering, seat: int, source: Source, language: str) -> Version | None:
    """Return a machine's draft for a person who reads both languages; None for anybody else, and if there is none."""
    state = gathering.state
    if not (state.people.reads(seat, source.language) and state.people.reads(seat, language)):
        return None
    if not may_be_drafted(state, source):
        return None
    text = gathering.drafts.made.get(LineToDraft(source.text, source.language, language), "")
    return Version(text, language, WordsKind.DRAFT) if text else None


def for_line(
    gathering: LiveGathering, seat: int, line: ev.WovenLine, words: Version | None, language: str
) -> Version | None:
    """Return a machine's draft of a line for a person who reads both languages, from the words that they read.

    Args:
        gathering: the gathering.
        seat: seat of the person.
        line: the line.
        words: words in another language in which they read it; None if they read its own, or none.
        language: language code of the draft.
    """
    state = gathering.state
    own = draft_for(gathering, seat, of_line(state, line), language)
    return (
        own
        if own is not None or words is None
        else draft_for(gathering, seat, of_version(state, line, words), language)
    )


def in_box(draft: Version, stem: str) -> str:
    """Return a draft as it stands in the box: without the beginning that the page shows before it.

    Example:
        >>> in_box(Version("Quiero pan", "es", WordsKind.DRAFT), "want")
        'pan'
    """
    code, rest = entry.own_beginning(draft.text, draft.language)
    return rest if stem and code == stem else draft.text


def mark_of(gathering: LiveGathering, language: str, text: str) -> str:
    """Return the mark of a draft, which the form sends back: so the server knows whether the words are unchanged."""
    return gathering.secret_for("draft", f"{language}\0{text}")[:24]


def is_untouched(gathering: LiveGathering, language: str, text: str, mark: str) -> bool:
    """Return whether a person took a machine's draft unchanged."""
    return bool(mark) and mark == mark_of(gathering, language, text)


# --- drafting ahead ---


def wanted(state: State, dealer: CarryDealer) -> Iterator[tuple[Source, str]]:
    """Yield the words that people may soon say in another language, each with that language, the nearest first.

    While people cross: the cards in their hands, then the desires that are likely to become a line. While they read:
    the lines that have no words in a language. Pairs that nobody reads are left out.
    """
    if state.stage is Stage.CROSSING:
        for card, _ in list(dealer.hand.values()):
            if card.kind == "say":
                yield of_card(state, card), card.language
        chance = np.where(state.travels[: len(dealer.chance)], dealer.chance, 0.0)
        for number in np.argsort(-chance, kind="stable")[:CANDIDATES].tolist():
            if chance[number] > 0:
                taken = {state.desires[number].language, *state.desires.carried.open_words(number, state.people)}
                card = CarryCard("say", number, "")
                yield from _into(state, (of_card(state, card),), taken)
    elif state.stage.takes_readings and (draft := state.prayers.of_round(state.round)) is not None:
        for line, words in zip(draft.body.lines, state.meetings.versions(draft), strict=True):
            if words:
                on = (of_version(state, line, one) for one in words.values() if one.kind is WordsKind.CONFIRMED)
                yield from _into(state, (of_line(state, line), *on), set(words))


def _into(state: State, sources: Sequence[Source], taken: set[str]) -> Iterator[tuple[Source, str]]:
    """Yield each language that lacks words, with the first words that somebody reads beside it."""
    for language in state.languages:
        if language not in taken:
            read = (source for source in sources if state.people.readers_of(language, source.language))
            yield from ((source, language) for source in islice(read, 1))


def _due(gathering: LiveGathering) -> Iterator[tuple[Source, LineToDraft]]:
    """Yield what is still to be drafted, each line once."""
    state, drafts = gathering.state, gathering.drafts
    is_here = state.settings is not None and state.settings.drafts is DraftsBy.HERE
    seen: set[LineToDraft] = set()
    for source, language in wanted(state, gathering.dealer.carrying):
        line = LineToDraft(source.text, source.language, language)
        lacks_model = is_here and (source.language, language) not in drafts.engines.pairs
        if line in drafts.made or line in seen or lacks_model or not may_be_drafted(state, source):
            continue
        seen.add(line)
        yield source, line


async def draft_due(gathering: LiveGathering, now: Callable[[], float] = time.monotonic) -> int:
    """Draft a few lines that are due; return how many were asked for. A machine that fails raises nothing.

    Each line is asked for by itself. Before it leaves, and before its draft is kept, the rule is asked again. A line
    at which the machine fails twice is left to people, so that no line keeps the others from being drafted.

    Args:
        gathering: the gathering.
        now: monotonic clock, seconds.
    """
    drafts, state = gathering.drafts, gathering.state
    drafts.begin(state.round)
    if state.settings is None or state.settings.drafts is DraftsBy.NOBODY or state.ended:
        drafts.drop()
        drafts.note("", now())
        return 0
    if drafts.engines.chosen(state.settings) is None:
        drafts.note("not configured", now())
        return 0
    if drafts.waits(now()) or len(drafts.made) >= MOST:
        return 0
    asked = 0
    for source, line in list(islice(_due(gathering), A_TURN)):
        machine = drafts.engines.chosen(gathering.state.settings)
        if machine is None or not may_be_drafted(gathering.state, source):
            continue
        dropped, asked = drafts.dropped, asked + 1
        answer = await machine(line)
        draft = answer if isinstance(answer, Failure) else fit(line, answer)
        if isinstance(draft, Failure) and draft.kind not in _OF_THE_LINE:
            drafts.fail(line, draft.kind, now())
            break
        drafts.note("", now())
        if drafts.dropped == dropped and may_be_drafted(gathering.state, source):
            drafts.made[line] = "" if isinstance(draft, Failure) else draft
    return asked


def translate_here(models: Models, aside: RunsJobs) -> Translate:
    """Return a function that translates with models on this machine, in a helper process.

    Args:
        models: the models.
        aside: helper process with the job "translate".
    """

    async def translate(line: LineToDraft) -> str | Failure:
        names = (str(models.folder), line.source, line.target, line.text)
        try:
            text: str | None = await aside.run("translate", *names, seconds=HERE_SECONDS)
        except AsideError:
            return Failure("engine")
        return Failure("no model") if text is None else text

    return translate
