"""All tables of messages on the live pages: stages, refusals, hints, verdicts, programmes and others.

The messages are in English; `words.Words.t` translates them. `_t` marks a message, so that `oneheart.locale.extract`
finds it. The HTTP status of each refusal is here too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from oneheart.engine import disclosure
from oneheart.engine.desire import entry
from oneheart.engine.prayer import rounds
from oneheart.live import judging
from oneheart.live.amending import Became
from oneheart.live.circles import LineWord
from oneheart.live.headings import Heading
from oneheart.live.levels import LevelWord
from oneheart.live.refusal import Refusal, Refused
from oneheart.live.sealed_record import WordsFit
from oneheart.live.state import State
from oneheart.live.state.nested import innermost
from oneheart.live.wordings import circle_in, occasion_in
from oneheart.locale.coded import Coded
from oneheart.model import affirmed
from oneheart.model.gathering import Door
from oneheart.model.round import Stage
from oneheart.model.verdict import Status
from oneheart.web.words import Plain, Words


def _t(message: str) -> str:
    """Mark a message for the catalogues and return it unchanged."""
    return message


HALL_ENDED = "ended"
"""The stage that the hall screen shows for a gathering that has ended."""

# --- refusals and hints -----------------------------------------------------------------------------------------------
HTTP_STATUS: dict[Refusal, int] = {
    **dict.fromkeys(Refusal, 409),
    Refusal.UNKNOWN: 404,
    Refusal.NOT_YOURS: 403,
    Refusal.REVOKED: 403,
    Refusal.WEAK_KEY: 422,
    Refusal.NO_CARD: 403,
    Refusal.DOOR_CLOSED: 403,
    Refusal.CONSENT: 403,
    Refusal.UNREADABLE: 400,
    Refusal.TOO_MANY: 503,
    Refusal.DISK: 503,
    Refusal.NEWER: 503,
    Refusal.WORDS: 422,
    Refusal.LANGUAGE: 400,
    Refusal.CANNOT_READ: 403,
    Refusal.SHUT: 403,
    Refusal.SLOWLY: 429,
}
"""The HTTP status of each refusal."""
REFUSALS: dict[Refusal, str] = {
    Refusal.CLOSED: _t("This is closed for now. Your words are still here; they can be sent when it opens again."),
    Refusal.ENDED: _t("This gathering has ended. What was said is kept."),
    Refusal.STALE: _t("This has changed meanwhile. Look at how it stands now, and decide again."),
    Refusal.UNKNOWN: _t("This is not here any more. Go back and take another."),
    Refusal.NOT_YOURS: _t("Only the person whose it is can do this."),
    Refusal.QUOTA: _t(
        "Three of your desires are travelling already. Take one back, or join it to another, to say a new one."
    ),
    Refusal.LAST_HOST: _t("A gathering needs a host. Give somebody a link first; then this one can go."),
    Refusal.REVOKED: _t("The hosts have set this place aside, so nothing of it counts. Ask a host if that is wrong."),
    Refusal.WEAK_KEY: _t(
        "The key of a new place must be 32 random hexadecimal letters, or 22 of base64url. Open the door again."
    ),
    Refusal.NO_CARD: _t("Come in with a seat card: type its code. The steward of your circle or a host has cards."),
    Refusal.DOOR_CLOSED: _t("The door is closed. If you belong here, ask a host to open it."),
    Refusal.FULL: _t("All {most} places are taken. Ask a host; a place may come free."),
    Refusal.CONSENT: _t(
        "Nothing is kept before you agree. Open your page anew and read what is kept here, and how long."
    ),
    Refusal.USED: _t("This card has been used. Ask the host for a new one."),
    Refusal.MOVED: _t("You moved in this round already. You can move again in the next round."),
    Refusal.NESTED: _t("A circle cannot stand inside itself, and at most six stand inside one another."),
    Refusal.NO_ROOM: _t("There is no room here for one more person without a phone. A host can make room."),
    Refusal.TAKEN_BACK: _t("Its author took this back after it was printed. Leave it empty."),
    Refusal.CONFLICT: _t("This was sent before with other words. Open the page anew and look at what is kept."),
    Refusal.UNREADABLE: _t("These letters cannot be kept. Write them once more, without special signs."),
    Refusal.CHANGED: _t("The text has been woven anew. Open the page again and read it as it stands now."),
    Refusal.TOO_MANY: _t("Many are sending at this moment. Yours is not kept yet; it will be sent again shortly."),
    Refusal.DISK: _t("The server cannot keep anything right now. Yours is not kept yet; send it again in a minute."),
    Refusal.NEWER: _t("A newer version is being brought in. Yours is not kept yet; send it again in a minute."),
    Refusal.READ_ONLY: _t("This gathering can be read, but it takes nothing new now. Tell the hosts."),
    Refusal.TOO_SOON: _t(
        "Since the last one only a few people came, answered or left, so two of them would tell of these few. The next "
        "is possible once ten more have; five are enough where everybody came with a seat card."
    ),
    Refusal.TOO_FEW_ROWS: _t(
        "Rows leave only of people who agreed to it on their own page, and only of ten or more new ones at a time."
    ),
    Refusal.TOO_FEW_KNOWN: _t(
        "Fewer than ten people in it are known here and agreed, so nothing of it can be kept yet."
    ),
    Refusal.WORDS: _t("Write what you want, in a few words."),
    Refusal.LANGUAGE: _t("Choose one of the languages of this gathering, in whose letters the words are."),
    Refusal.LABELLED: _t(
        "You can correct the language once, in the stage in which you said it. Later it is changed only to the one "
        "that its words show."
    ),
    Refusal.CANNOT_READ: _t(
        "These words are in a language that you have not said you read. Say first which languages you read. What you "
        "cannot read counts as not heard, never as your yes."
    ),
    Refusal.SEALED: _t("The text is sealed. Say it together, or take the seal back first; then it can change."),
    Refusal.SAID: _t("It was said, and that stays. Going on is a new round."),
    Refusal.NO_TEXT: _t("There is no text to read, seal or say. Open a new round, so that more can be said."),
    Refusal.UNSEALED: _t("The text is not sealed now. Look at how it stands, and decide again."),
    Refusal.SHUT: _t("The hosts have closed this place. What you gave counts as before; ask a host to open it again."),
    Refusal.SLOWLY: _t("Too many codes that are not here. Wait a minute and try again."),
    Refusal.ONE_SIDED: _t(
        "Here one says only what one wants, and nobody is against a desire. This answer is not kept."
    ),
    Refusal.OVER: _t(
        "This occasion is over, and its code with it. If you were there, ask a host to open it once more."
    ),
}
"""The error message of each refusal."""
BLOCKED: dict[entry.HintCode, str] = {
    "empty": _t("Write what you want, in a few words."),
    "too long": _t("This is longer than {most} letters. Say it more shortly, or make two of it."),
    "contact": _t("Leave out the e-mail address or phone number: everybody here will read this."),
    "no words": _t("Say it in words, so that others can say it with you."),
    "link": _t("Leave out the link or the @name: what stands here is said aloud."),
    "ends first": _t("It ends before it begins. Look at both times."),
    "no reason": _t("Write why, in a few words. The people concerned read it."),
}
"""Why a typed text is refused until the person corrects it, by hint."""
HINTS: dict[entry.HintCode, str] = {
    "two wishes": _t("These may be two wishes. Each travels better by itself."),
    "question": _t("This is a question. Said as a wish, others can want it too."),
}
"""What the author of a desire may want to change, by hint. The desire is stored anyway."""
DESK_HINTS: dict[entry.HintCode, str] = {
    "link": _t("holds a link"),
    "question": _t("is a question"),
    "two wishes": _t("may be two wishes"),
    "contact": _t("holds contact data"),
}
"""What the moderation queue notes about a desire, by hint."""
REASONS: dict[str, str] = {
    "person": _t("It names a person."),
    "course": _t("It is about the course of the gathering, and was passed on to the hosts."),
    "hurt": _t("It may hurt somebody. Please say it once more in another way."),
    "contact": _t("It holds a link or contact data."),
}
"""Ready reasons for a rejection, by their code in the form."""

# --- stages, programmes, occasions and places -------------------------------------------------------------------------
STAGES: dict[Stage, str] = {
    Stage.OPEN: _t("Open: people say what they want"),
    Stage.CROSSING: _t("Crossing: desires travel to far circles"),
    Stage.WEAVING: _t("Weaving: the text is made"),
    Stage.READING: _t("Reading: line by line"),
    Stage.SECOND_READING: _t("Second reading: changed lines"),
    Stage.SEALED: _t("Sealed: the text stands"),
    Stage.SAID: _t("Said together"),
}
"""The name of each stage on the hosts' desk."""
CALM: dict[Stage, tuple[str, str]] = {
    Stage.OPEN: (_t("The round is open"), _t("Say what you want.")),
    Stage.CROSSING: (_t("Desires are crossing"), _t("Desires travel between circles that are far apart.")),
    Stage.WEAVING: (
        _t("The text is being woven"),
        _t("What was said is now put into one text, in your own words. This takes some seconds."),
    ),
    Stage.READING: (_t("The text is being read"), _t("The draft is on the screen in the hall. Listen to it together.")),
    Stage.SECOND_READING: (
        _t("The text is read once more"),
        _t("Only the lines that were changed are read again. They are on the screen in the hall."),
    ),
    Stage.SEALED: (_t("The text is ready"), _t("It will be said together, at one moment.")),
    Stage.SAID: (_t("It was said together"), _t("This round is over. Rest together for a while.")),
}
"""Title and text of the phone page while a person has nothing to do, by stage."""
IN_ONE_CIRCLE = _t("Crossing: desires travel from one to the next")
"""The name of the crossing on the desk where there are no two circles that could be far apart."""
CALM_IN_ONE_CIRCLE = (CALM[Stage.CROSSING][0], _t("Desires travel from one of you to the next."))
"""As `CALM`, of the crossing, where there are no two circles that could be far apart."""
INSTEAD: dict[Heading, tuple[str, str]] = {
    Heading.NO_TEXT: (
        _t("We did not find one desire yet."),
        _t("That is an answer too. In a new round more can be said; what you want is kept."),
    ),
    Heading.SEALING: (_t("The text is being sealed"), _t("In a moment it stands here as you read it.")),
    Heading.ANEW: (_t("The seal was taken back"), _t("We read the text once more, from the first line.")),
}
"""Title and text that hall and phones show instead of those of the stage."""
NEAREST_WANTED = _t("At least {share} of a hundred of us want it, with 95 % certainty.")
"""How many want the desire that came nearest to a line."""
ENDED = (_t("This gathering has ended"), _t("What was said is kept. Thank you for being here."))
"""Title and text of the phone page after the gathering has ended."""
PROGRAMMES: dict[str, str] = {
    "hall": _t("A hall of many circles"),
    "ten": _t("One circle alone"),
    "workshop": _t("A workshop of several questions"),
    "days": _t("A gathering over days"),
}
"""The name of each ready programme."""
FORMS: dict[str, str] = {
    "lesson": _t("Lesson"),
    "meal": _t("Meal"),
    "night": _t("Night"),
    "workshop": _t("Workshop"),
}
"""The name of each form of occasion."""
PLACES: dict[str, str] = {"hall": _t("in the hall"), "remote": _t("remote"), "mirror": _t("mirror hall")}
"""The name of each place of a circle."""
DOORS: dict[Door, str] = {
    Door.OPEN: _t("Open: whoever has the code comes in"),
    Door.CARDS: _t("Cards: each seat card lets one person in"),
    Door.CLOSED: _t("Closed: nobody new comes in"),
}
"""Who may come in, on the hosts' desk."""
ODD: dict[str, str] = {
    "alike": _t("They answered the same desires alike, more than people of one mind here do."),
    "one answer": _t("They gave one and the same answer to everything."),
    "silent": _t("They came in and did nothing since."),
    "one minute": _t("Many times more people came in this minute than in any other."),
    "revoked": _t("Set aside"),
}
"""How a group of seats stands out, by its kind."""
QUESTION = _t("What do you want?")
"""The question of a gathering whose hosts typed no question."""


def questions_of(typed: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Return the question in each language in which there is one: as typed, else the usual one.

    If hosts ask a question of their own, a language without wording is left out: the usual question would be another.

    Example:
        >>> questions_of({}, ["en", "es"])
        {'en': 'What do you want?', 'es': '¿Qué quieren?'}
        >>> questions_of({"en": "What do we sing?"}, ["en", "es"])
        {'en': 'What do we sing?'}
    """
    usual = {code: str(Words(code).t(QUESTION)) for code in languages}
    first = languages[0]
    if (typed.get(first) or usual[first]) == usual[first]:
        return {code: typed.get(code) or usual[code] for code in languages}
    return {code: typed[code] for code in languages if typed.get(code)}


# --- desires ----------------------------------------------------------------------------------------------------------
BECAME = {
    "travels": _t("It travels to others."),
    "on its way": _t("It is on its way; it goes round together with what others write."),
    "waits for the hosts": _t("A host reads it first; then it travels."),
    "for the next round": _t("It is kept for the next round."),
    "joined": _t("You said that it is the same as this one:"),
    "same words": _t("The same words were here already. They count together, once for each who said them."),
    "not taken": _t("The hosts did not take it further."),
    "withdrawn": _t("You took it back."),
}
"""The status of a person's own desire."""
WANTED: dict[disclosure.Band, str] = {
    "most": _t("Most of those who were asked want it too."),
    "some": _t("Some of those who were asked want it too."),
    "few": _t("Few of those who were asked so far want it too."),
}
"""How many of the people who were asked want a desire, by band."""
WANTED_ALIKE: dict[disclosure.Band, str] = {
    "most": _t("Much of what you want, many others want too."),
    "some": _t("Some of what you want, many others want too; some of it only you can bring."),
    "few": _t("Much of what you want, few others want so far. Without you it would be missing."),
}
"""How much of what a person wants is also wanted by many others, by band."""
CLOSENESS = {1: _t("apart"), 4: _t("half and half"), 7: _t("as one")}
"""Labels of the first, middle and last of the seven pictures of closeness."""

# --- the text ---------------------------------------------------------------------------------------------------------
STATUS: dict[Status, str] = {
    Status.ONE_DESIRE: affirmed.ONE_DESIRE.sentence,
    Status.NOT_YET: _t("Not one yet. It is said as far as it goes."),
}
"""The verdict on a sealed text."""
FIT: dict[WordsFit, str] = {
    WordsFit.ERASED: _t("A line was taken away after this text was sealed. Nothing is said of what remains of it."),
    WordsFit.OTHER: _t("These words do not match their fingerprint, so nothing is said of them."),
}
"""Why no verdict stands over the words of a sealed text."""
VERDICTS: dict[rounds.LineVerdict, str] = {
    "stands": affirmed.LINE_STANDS.sentence,
    "to be amended": _t("It goes against some. Its author or steward may say it in other words."),
    "gives way": _t("A part cannot say it yet. Another line takes its place."),
    "not measured": _t("Too few have read it to tell."),
}
"""The verdict on a line of the draft, on the hosts' desk."""
AMENDED_NOT: dict[Became, str] = {
    Became.ANOTHER: _t("Somebody else whose line this is too gave other words after you; theirs are taken."),
    Became.LEFT: _t("The line left the text, so your other words are not in it."),
    Became.SEALED: _t("The text was sealed without a second reading, so the line has its former words."),
}
"""Why other words that a person gave for a line are not in the text."""
NEAREST_LINE: dict[judging.Nearness, str] = {
    "own": _t("This line is from your words:"),
    "joined": _t("You said that yours is the same as this line:"),
    "wanted": _t("Of all lines this one is nearest to you; you said that you want it:"),
    "can say": _t("You can say this line with all:"),
}
"""Why a line is shown to a person as the one nearest to them."""
CIRCLE_SHARE: dict[disclosure.Band, str] = {
    "most": _t("Most of you have a line of your own in it."),
    "some": _t("Some of you have a line of your own in it. What the others want is kept, and may be what is missing."),
    "few": _t("Not many of you have a line of your own in it yet. What you want is kept, and may be what is missing."),
}
"""How many people of a circle have a line of their own in the text, by band."""
CIRCLE_LINE: dict[LineWord, str] = {
    "all answered": _t("All of you have answered it. Ask one another: where seven of ten can say it, it is your line."),
    "not all answered": _t("Not all of you have answered it yet."),
    "stands": _t("Your circle can say it."),
    "to be amended": _t("It is not yet a line for all of you. Look for other words together."),
    "gives way": _t("It is not yet a line for all of you. Look for other words together."),
    "not measured": _t("Not all of you have answered it yet."),
}
"""What a circle reads about its own line."""
ALIKE = {
    "much": _t("Much of what people want here, they want alike."),
    "some": _t("Some of what people want here, they want alike."),
    "little": _t("What people want here is of many kinds."),
}
"""How far people want alike, on the hall screen."""

# --- the hosts' desk ------------------------------------------------------------------------------------------
LEVEL_WORDS: dict[LevelWord, str] = {
    "can say": _t("can say it"),
    "not yet": _t("cannot say it yet"),
    "not heard": _t("not heard enough"),
}
"""Whether a circle can say the text, beside its name on the desk."""

MODEL_AGE: dict[str, str] = {
    "none": _t("Cards are dealt evenly; the model behind them has read no answers yet."),
    "behind": _t("The model behind the cards is catching up with the newest answers; nobody waits for it."),
    "newest": _t("The model behind the cards has read the newest answers."),
}
"""How far the model that deals the cards is behind the answers."""

README: dict[str, str] = {
    "counts": _t("desires.csv holds every desire with how many want it; a count that would tell of a few is empty."),
    "sealed": _t("sealed.json holds every text that this gathering sealed, with its fingerprint."),
    "rows": _t(
        "polis and tables hold the answers of those who agreed to it, person by person, without author, time or name."
    ),
    "unique": _t("Answers of one person can be unique even without a name: keep these rows among yourselves."),
    "whole": _t("Of a hundred of these people, {share} have answers that nobody else has."),
    "known_4": _t("Whoever knows four answers of somebody finds {share} of a hundred of them."),
    "known_8": _t("Whoever knows eight answers of somebody finds {share} of a hundred of them."),
    "not measured": _t("How many of them a few known answers single out is not measured: they are too few."),
}
"""The lines of README.txt in an export."""

TAKEN: dict[str, str] = {
    "report": _t("{day}: the hosts took a report. It holds no row of anybody."),
    "export": _t("{day}: the hosts took an export. It holds no row of anybody."),
    "measures": _t("{day}: the hosts measured how near people were and what they want alike. No row left."),
    "rows": _t("{day}: the hosts took the answers of those who agreed to it, row by row."),
}
"""What left, on a person's own page, by kind."""

GUARDED = {
    "host": _t("This address is not served here. Open the address on the card or on the hall screen."),
    "origin": _t("This was sent from another page. Open the page of the gathering itself."),
    "too large": _t("This is too long to be sent. Go back: your words are still there. Shorten them, or send parts."),
}
"""Why a request was refused before anybody read it, by the reasons of `web.security.REFUSED`."""

# --- sentences that are built from these messages ---------------------------------------------------------------------


def refusal_said(refused: Refused, words: Words) -> Coded:
    """Return the error message of a refusal. If a text must be changed, it says how.

    Its code is the hint, or the reason where there is no hint.
    """
    if refused.hint is not None:
        return Coded(words.t(BLOCKED[refused.hint], most=Plain(refused.most)), refused.hint)
    return Coded(words.t(REFUSALS[refused.why], most=Plain(refused.most)), refused.why.value)


def are_apart(state: State) -> bool:
    """Return whether there are two circles in which people sit, so that desires can travel from one to another."""
    return len(innermost(state.circles)) > 1


def stage_name(state: State, stage: Stage, words: Words) -> Markup:
    """Return the name of a stage on the desk; no far circles are told of where there are none."""
    one = stage is Stage.CROSSING and not are_apart(state)
    return words.t(IN_ONE_CIRCLE if one else STAGES[stage])


def calm_said(state: State) -> tuple[str, str]:
    """Return title and text of the phone page while a person has nothing to do in this stage, untranslated."""
    one = state.stage is Stage.CROSSING and not are_apart(state)
    return CALM_IN_ONE_CIRCLE if one else CALM[state.stage]


def stage_words(words: Words, *, apart: bool = True) -> dict[str, tuple[str, str]]:
    """Return what the hall screen shows by stage: a heading, and what people can do.

    Args:
        words: words of one language.
        apart: whether there are circles that can be far apart, see `are_apart`.
    """
    t = words.t
    far, near = t("They travel between circles that are far apart."), t("They travel from one of you to the next.")
    return {
        Stage.OPEN.value: ("", t("Scan the code and say it.")),
        Stage.CROSSING.value: (t("Desires are crossing"), far if apart else near),
        Stage.WEAVING.value: (t("The text is being woven"), t("In your own words. Rest a moment.")),
        Stage.READING.value: (t("We read together"), t("Line by line.")),
        Stage.SECOND_READING.value: (t("We read once more"), t("Only the lines that were changed.")),
        Stage.SEALED.value: (t("The text is ready"), t("We say it together, at one moment.")),
        Stage.SAID.value: (t("It was said together"), ""),
        **{heading.value: (t(title), t(text)) for heading, (title, text) in INSTEAD.items()},
        HALL_ENDED: (t("This gathering has ended"), t("Thank you for being here.")),
    }


def circle_name(state: State, number: int, words: Words) -> str:
    """Return the name of a circle in a reader's language, after the name of the circle that contains it."""
    circle = state.circles[number]
    own = circle_in(state, number, words.language) or str(words.t("Circle {number}", number=Plain(number + 1)))
    # No circle is inside itself (`live.state.nested`), so the recursion ends.
    return own if circle.parent is None else f"{circle_name(state, circle.parent, words)} · {own}"


def occasion_said(state: State, number: int, words: Words) -> str:
    """Return the name of an occasion in a reader's language, and its kind."""
    return f"{occasion_in(state, number, words.language)} · {words.t(FORMS[state.occasions[number].form])}"
