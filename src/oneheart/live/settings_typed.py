"""Typed settings: the settings and the programme of a gathering, built from what hosts typed."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.drafts import Engines
from oneheart.live.gathering import LiveGathering
from oneheart.live.naming import clean_names
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.typed_words import clean_name
from oneheart.model.prayer import DraftsBy
from oneheart.model.programme import QUESTIONS_MOST, READY

GATHERING_NAME_MOST = 120
QUESTION_MOST = 140
RUN_BY_MOST = 300
NO_ENGINES = Engines()


def settings_of(
    asked: ask.SettingsAsked, engines: Engines = NO_ENGINES, present: ev.Settings | None = None
) -> ev.Settings:
    """Return settings as they are kept: clean names and questions, wordings only for the gathering's languages.

    A language without its own question is left out; its readers see the question of the default language.

    Args:
        asked: what a host typed.
        engines: machines of this server that draft lines in other languages.
        present: the present settings, whose machine may stay; None for a new gathering.

    Raises:
        Refused: WORDS: the name is empty; LANGUAGE: no language is named, or the default language has no question;
            UNKNOWN: this server has not the machine that is chosen for drafts.
    """
    address = _address(asked.drafts, engines, present)
    name = clean_name(asked.name, GATHERING_NAME_MOST)
    if not name:
        raise Refused(Refusal.WORDS, hint="empty")
    languages = asked.languages
    question = clean_names({code: asked.question.get(code, "") for code in languages}, languages, QUESTION_MOST)
    if not languages or languages[0] not in question:
        raise Refused(Refusal.LANGUAGE)
    names = clean_names({code: asked.names.get(code, "") for code in languages}, languages, GATHERING_NAME_MOST)
    return ev.Settings(
        name=name,
        question=question,
        voice=asked.voice,
        languages=languages,
        cards=asked.cards,
        hold=asked.hold,
        words={code: pairs for code, pairs in asked.words.items() if code in languages and pairs},
        version=asked.version,
        keep_days=asked.keep_days,
        run_by=clean_name(asked.run_by, RUN_BY_MOST),
        names=names,
        drafts=asked.drafts,
        drafts_address=address,
    )


def _address(drafts: DraftsBy, engines: Engines, present: ev.Settings | None) -> str:
    """Return the host name to which lines are sent; "" for none. The server knows it, no form can name one."""
    if drafts in engines.offered:
        return engines.address_name if drafts is DraftsBy.ADDRESS else ""
    if present is None or present.drafts is not drafts:
        raise Refused(Refusal.UNKNOWN)
    return present.drafts_address


def planned(gathering: LiveGathering, asked: ask.ProgrammeAsked) -> list[ev.ProgrammeStep]:
    """Return the steps of a ready programme, repeated for each of at most ten questions.

    A question is asked in every language in which it stands on the same line.

    Raises:
        Refused: LANGUAGE: a question is in a language that the gathering does not have.
    """
    if not asked.ready:
        return []
    questions = _questions(gathering.state.languages, asked) or [{}]
    return [
        ev.ProgrammeStep(step.stage, step.seconds, {} if place else question, step.travelling)
        for question in questions
        for place, step in enumerate(READY[asked.ready])
    ]


def _questions(languages: list[str], asked: ask.ProgrammeAsked) -> list[dict[str, str]]:
    """Return each question by language; those that stand in no language are left out."""
    lines = {code: asked.questions_in.get(code, "").splitlines() for code in {*languages, *asked.questions_in}}
    lines[languages[0]] = asked.questions.splitlines()
    longest = max(len(typed) for typed in lines.values())
    rows = ({code: typed[n] for code, typed in lines.items() if n < len(typed)} for n in range(longest))
    questions = [clean_names(row, languages, QUESTION_MOST) for row in rows]
    return [question for question in questions if question][:QUESTIONS_MOST]
