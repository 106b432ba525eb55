"""Typed settings: the settings and the programme of a gathering, built from what hosts typed."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live import inputs as ask
from oneheart.live.gathering import LiveGathering
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.typed_words import clean_name
from oneheart.model.programme import QUESTIONS_MOST, READY

GATHERING_NAME_MOST = 120
QUESTION_MOST = 140
RUN_BY_MOST = 300


def settings_of(asked: ask.SettingsAsked) -> ev.Settings:
    """Return settings as they are kept: clean names and questions, wordings only for the gathering's languages.

    Raises:
        Refused: WORDS: the name is empty; LANGUAGE: no language is named, or one has no question.
    """
    name = clean_name(asked.name, GATHERING_NAME_MOST)
    if not name:
        raise Refused(Refusal.WORDS, hint="empty")
    question = {code: clean_name(asked.question.get(code, ""), QUESTION_MOST) for code in asked.languages}
    if not question or not all(question.values()):
        raise Refused(Refusal.LANGUAGE)
    return ev.Settings(
        name=name,
        question=question,
        voice=asked.voice,
        languages=asked.languages,
        cards=asked.cards,
        hold=asked.hold,
        words={code: pairs for code, pairs in asked.words.items() if code in question and pairs},
        version=asked.version,
        keep_days=asked.keep_days,
        run_by=clean_name(asked.run_by, RUN_BY_MOST),
    )


def planned(gathering: LiveGathering, asked: ask.ProgrammeAsked) -> list[ev.ProgrammeStep]:
    """Return the steps of a ready programme, repeated for each of at most ten questions."""
    if not asked.ready:
        return []
    language = gathering.state.languages[0]
    typed = [clean_name(line, QUESTION_MOST) for line in asked.questions.splitlines()]
    questions = [question for question in typed if question][:QUESTIONS_MOST] or [""]
    return [
        ev.ProgrammeStep(
            step.stage, step.seconds, {language: question} if question and not place else {}, step.travelling
        )
        for question in questions
        for place, step in enumerate(READY[asked.ready])
    ]
