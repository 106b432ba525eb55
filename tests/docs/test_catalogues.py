"""The compiled catalogues say what their sources say; and which sentence goes with which code, in English.

Elsewhere tests compare codes and ids, see test_no_sentences.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from oneheart.live.refusal import Refusal, Refused
from oneheart.locale.compile import catalogues, compiled
from oneheart.locale.languages import LANGUAGES
from oneheart.reports import apart, apart_sentences, sentences
from oneheart.reports.translation import Translation
from oneheart.web import said, text_words
from oneheart.web.hall.screen import LACKING
from oneheart.web.words import Words

SOURCES = catalogues()


def messages(binary: bytes) -> dict[str, object]:
    """Return all messages of a compiled catalogue but its header, in which Babel writes its own version."""
    from babel.messages.mofile import read_mo

    return {str(message.id): message.string for message in read_mo(io.BytesIO(binary)) if message.id}


def test_there_are_catalogues_of_every_language_but_english() -> None:
    assert {source.parts[-3] for source in SOURCES} >= {"es", "he", "ru"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parts[-3])
def test_a_compiled_catalogue_is_as_new_as_its_source(source: Path) -> None:
    beside = source.with_suffix(".mo")
    assert beside.is_file(), f"{beside} is missing: run make messages"
    assert messages(beside.read_bytes()) == messages(compiled(source)), f"{beside} is old: run make messages"


# A sentence that stands in the column of its own language names that language, and English names itself "English".
_STEM = 5  # letters of the name of a language that all its cases share


def own_name_missing(language: str, translated: dict[str, object]) -> list[str]:
    """Return the translations that stand in the column of their own language and do not name it.

    A sentence about what is "in English here" speaks of English itself.
    """
    stem = LANGUAGES[language].name.casefold()[:_STEM]
    of_itself = {
        message: str(words)
        for message, words in translated.items()
        if "in English" in message and "in English here" not in message
    }
    return [words for words in of_itself.values() if stem not in words.casefold()]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: f"{source.parts[-3]} {source.stem}")
def test_a_sentence_that_names_its_own_language_names_it(source: Path) -> None:
    language = source.parts[-3]
    translated = messages(source.with_suffix(".mo").read_bytes())
    assert own_name_missing(language, translated) == []
    if source.stem == "web" and language != "en":
        assert set(LACKING.values()) <= translated.keys(), "there are such sentences"


def test_a_ukrainian_sentence_that_names_english_is_found() -> None:
    """The partner: what the hall once said over Ukrainian lines."""
    wrong = "Ще немає англійською"
    assert own_name_missing("uk", {LACKING[False]: wrong, LACKING[True]: "Ще немає українською. Хто?"}) == [wrong]


# --- the sentences that promise something -----------------------------------------------------------------------------

WEB: dict[str, dict[str, str]] = {
    "REFUSALS": {
        "closed": "This is closed for now. Your words are still here; they can be sent when it opens again.",
        "ended": "This gathering has ended. What was said is kept.",
        "stale": "This has changed meanwhile. Look at how it stands now, and decide again.",
        "unknown": "This is not here any more. Go back and take another.",
        "not yours": "Only the person whose it is can do this.",
        "quota": "Three of your desires are travelling already. Take one back, or join it to another, "
        "to say a new one.",
        "last host": "A gathering needs a host. Give somebody a link first; then this one can go.",
        "revoked": "The hosts have set this place aside, so nothing of it counts. Ask a host if that is wrong.",
        "weak key": "The key of a new place must be 32 random hexadecimal letters, or 22 of base64url. "
        "Open the door again.",
        "no card": "Come in with a seat card: type its code. The steward of your circle or a host has cards.",
        "door closed": "The door is closed. If you belong here, ask a host to open it.",
        "full": "All {most} places are taken. Ask a host; a place may come free.",
        "consent": "Nothing is kept before you agree. Open your page anew and read what is kept here, and how long.",
        "moved": "You moved in this round already. You can move again in the next round.",
        "nested": "A circle cannot stand inside itself, and at most six stand inside one another.",
        "no room": "There is no room here for one more person without a phone. A host can make room.",
        "taken back": "Its author took this back after it was printed. Leave it empty.",
        "used": "This card has been used. Ask the host for a new one.",
        "conflict": "This was sent before with other words. Open the page anew and look at what is kept.",
        "unreadable": "These letters cannot be kept. Write them once more, without special signs.",
        "changed": "The text has been woven anew. Open the page again and read it as it stands now.",
        "too many": "Many are sending at this moment. Yours is not kept yet; it will be sent again shortly.",
        "disk": "The server cannot keep anything right now. Yours is not kept yet; send it again in a minute.",
        "newer": "A newer version is being brought in. Yours is not kept yet; send it again in a minute.",
        "read only": "This gathering can be read, but it takes nothing new now. Tell the hosts.",
        "too soon": "Since the last one only a few people came, answered or left, so two of them would tell of these "
        "few. The next is possible once ten more have; five are enough where everybody came with a seat card.",
        "too few known": "Fewer than ten people in it are known here and agreed, so nothing of it can be kept yet.",
        "too few rows": "Rows leave only of people who agreed to it on their own page, and only of ten or more new "
        "ones at a time.",
        "words": "Write what you want, in a few words.",
        "language": "Choose one of the languages of this gathering, in whose letters the words are.",
        "labelled": "You can correct the language once, in the stage in which you said it. Later it is changed only "
        "to the one that its words show.",
        "cannot read": "These words are in a language that you have not said you read. Say first which "
        "languages you read. What you cannot read counts as not heard, never as your yes.",
        "sealed": "The text is sealed. Say it together, or take the seal back first; then it can change.",
        "said": "It was said, and that stays. Going on is a new round.",
        "no text": "There is no text to read, seal or say. Open a new round, so that more can be said.",
        "unsealed": "The text is not sealed now. Look at how it stands, and decide again.",
        "shut": "The hosts have closed this place. What you gave counts as before; ask a host to open it again.",
        "slowly": "Too many codes that are not here. Wait a minute and try again.",
        "one-sided": "Here one says only what one wants, and nobody is against a desire. This answer is not kept.",
        "over": "This occasion is over, and its code with it. If you were there, ask a host to open it once more.",
    },
    "BLOCKED": {
        "empty": "Write what you want, in a few words.",
        "too long": "This is longer than {most} letters. Say it more shortly, or make two of it.",
        "contact": "Leave out the e-mail address or phone number: everybody here will read this.",
        "no words": "Say it in words, so that others can say it with you.",
        "link": "Leave out the link or the @name: what stands here is said aloud.",
        "ends first": "It ends before it begins. Look at both times.",
        "no reason": "Write why, in a few words. The people concerned read it.",
    },
    "REASONS": {
        "person": "It names a person.",
        "course": "It is about the course of the gathering, and was passed on to the hosts.",
        "hurt": "It may hurt somebody. Please say it once more in another way.",
        "contact": "It holds a link or contact data.",
    },
    "STATUS": {
        "one desire": "One desire: every part that was heard can say it.",
        "not yet": "Not one yet. It is said as far as it goes.",
    },
    "MISSING": {
        "no lines": "No desire is common to all parts yet.",
        "measured": "Too few have read it to be sure.",
        "affirmed": "Not enough have said that they can say the whole of it.",
        "worst fifth": "Those who were expected to want it least cannot surely say it yet.",
        "every part": "Not every part can surely say it yet.",
        "languages": "Not all of us have met every line in their own language yet.",
        "own line": "Not enough of us surely have a line of their own in it yet.",
        "share": "It is not sure yet that no part of the gathering is owed a line.",
        "share not measured": "The share of the parts is not measured.",
        "settled": "The last reading still changed how many can say it.",
    },
    "SHARE": {
        "certified": "It was checked whether every part has its place in the text.",
        "estimated": "Whether every part has its place in the text is an estimate.",
        "not measured": "The share of the parts is not measured.",
    },
    "WANTED_ALIKE": {
        "most": "Much of what you want, many others want too.",
        "some": "Some of what you want, many others want too; some of it only you can bring.",
        "few": "Much of what you want, few others want so far. Without you it would be missing.",
    },
    "CIRCLE_SHARE": {
        "most": "Most of you have a line of your own in it.",
        "some": "Some of you have a line of your own in it. What the others want is kept, and may be what is missing.",
        "few": "Not many of you have a line of your own in it yet. What you want is kept, and may be what is missing.",
    },
    "README": {
        "counts": "desires.csv holds every desire with how many want it; a count that would tell of a few is empty.",
        "sealed": "sealed.json holds every text that this gathering sealed, with its fingerprint.",
        "rows": "polis and tables hold the answers of those who agreed to it, person by person, without author, time "
        "or name.",
        "unique": "Answers of one person can be unique even without a name: keep these rows among yourselves.",
        "whole": "Of a hundred of these people, {share} have answers that nobody else has.",
        "known_4": "Whoever knows four answers of somebody finds {share} of a hundred of them.",
        "known_8": "Whoever knows eight answers of somebody finds {share} of a hundred of them.",
        "not measured": "How many of them a few known answers single out is not measured: they are too few.",
    },
    "TAKEN": {
        "report": "{day}: the hosts took a report. It holds no row of anybody.",
        "export": "{day}: the hosts took an export. It holds no row of anybody.",
        "measures": "{day}: the hosts measured how near people were and what they want alike. No row left.",
        "rows": "{day}: the hosts took the answers of those who agreed to it, row by row.",
    },
}


@pytest.mark.parametrize("table", WEB)
def test_what_the_live_pages_promise_in_english(table: str) -> None:
    messages = getattr(text_words if table in {"MISSING", "SHARE"} else said, table)
    assert {str(code): sentence for code, sentence in messages.items()} == WEB[table]


def test_each_refusal_is_told_by_its_own_sentence_and_code() -> None:
    words = Words("en")
    for why in Refusal:
        told = said.refusal_said(Refused(why), words)
        assert (told, told.code) == (WEB["REFUSALS"][why].replace("{most}", "140"), why)
    for hint in said.BLOCKED:
        told = said.refusal_said(Refused(Refusal.WORDS, hint=hint, most=140), words)
        assert (told, told.code) == (WEB["BLOCKED"][hint].format(most=140), hint)


WHY_NOTHING: dict[str, str] = {
    "few people": "Fewer than 12 people answered. Ask more people: from 12 on, it can be measured.",
    "few answers": "No desire has 5 answers yet. Let people answer more of one another’s desires.",
    "one desire": "There is only one desire, so there is nothing to set beside it. Ask people to write what they want.",
    "no answers": "Nobody has answered a desire yet. Show people one another’s desires and ask how they stand to them.",
    "only wants": "Every answer says “I want this”, so the desires cannot be told apart. Make sure "
    "that “not mine” can be said as well.",
    "nobody wants": "No answer says “I want this”. Ask people anew what they want.",
    "no words": "No words came with these answers. Put comments.csv, which holds what people wrote, beside them.",
    "no desires": "There are no desires here that can be answered. Ask people what they want.",
}
SEEN: dict[tuple[str, str], str] = {
    ("desires", "with"): "Having been near goes with wanting alike. Which brings which, this cannot say.",
    ("desires", "against"): "Having been near goes with wanting differently. Which brings which, this cannot say.",
    ("desires", "unseen"): "No relation between having been near and wanting alike can be seen here.",
    ("ties", "with"): "Having been near goes with declared ties. Which brings which, this cannot say.",
    ("ties", "against"): "Tied people were less near than others. Which brings which, this cannot say.",
    ("ties", "unseen"): "No relation between having been near and declared ties can be seen here.",
    ("same", "with"): "People who were near are more often alike in “room”. Which brings which, this cannot say.",
    ("same", "against"): "People who were near are less often alike in “room”. Which brings which, this cannot say.",
    ("same", "unseen"): "No relation between having been near and being alike in “room” can be seen here.",
}
STRONG: dict[str, str] = {
    "faint": "The relation is faint: of two people picked out, having been near says next to nothing.",
    "slight": "The relation is slight: of two people picked out, having been near says little.",
    "clear": "The relation is clear: of two people picked out, too, having been near says something.",
    "strong": "The relation is strong: of two people picked out, having been near says much.",
}
NOT_COMPARED: dict[str, str] = {
    "few people": "Not measured: fewer than twelve people are in both files.",
    "other people": "Not measured: the two files speak of different people; give both the same ids.",
    "no answers": "Not measured: nobody answered anything.",
    "nothing differs": "Not measured: on one side all pairs are the same, so nothing can go with anything.",
}

CALM = {
    "report": "This page measures what people wrote and answered. It does not measure a spiritual state, and it cannot "
    "say what is in anybody’s heart.",
    "apart": "This page measures who was near whom and what people answered. It does not measure a spiritual state, "
    "and it cannot say what is in anybody’s heart.",
}


def test_what_the_reports_promise_in_english() -> None:
    words = Translation("en")
    assert {code: sentences.why_not(words, code, 20).unescape() for code in WHY_NOTHING} == WHY_NOTHING
    assert {key: apart_sentences.comparison_verdict(words, *key, "room").unescape() for key in SEEN} == SEEN
    strong = [apart_sentences.how_strong(words, size) for size in (0.05, 0.2, 0.4, 0.7)]
    assert {said.code: said.unescape() for said in strong} == STRONG
    assert {code: apart_sentences.why_not_compared(words, code).unescape() for code in NOT_COMPARED} == NOT_COMPARED
    for page, sentence in CALM.items():
        template = Path(apart.__file__).parent / "templates" / f"{page}.html"
        assert f'id="no-spiritual-state">{{{{ t("{sentence}") }}}}</p>' in template.read_text(encoding="utf-8")
