"""Types of the HTTP API: its answers, and the request bodies that are shorter than the inputs of `live.inputs`.

Request bodies are validated against these types. The OpenAPI document is generated from them: the docstring of a type
is its description, and each entry under "Attributes:" describes one field. An answer is a `Told`: it holds a count of
people as `Count`, and the type of every other number says that it counts no people.
"""

from __future__ import annotations

from typing import Literal

from oneheart.engine.told import Count, Estimated, Moment, Ordinal, Stance, Things, Told
from oneheart.live.inputs import Input, Language
from oneheart.model.gathering import Door
from oneheart.model.verdict import ConditionCode, Status


class SeatGiven(Told, frozen=True):
    """A new seat.

    Attributes:
        secret: the bearer token of the seat. It is shown only in this answer, so the client must store it.
    """

    secret: str


class DesireTold(Told, frozen=True):
    """A desire, without author, circle or time.

    Attributes:
        desire: alias of the desire, made for the person who receives it: to answer a card, or to join a similar desire.
        text: the words, in `language`.
        language: BCP 47 code.
    """

    desire: str
    text: str
    language: str


class ShownDesireTold(Told, frozen=True):
    """A desire on the hall screen, without author, circle or time.

    Attributes:
        text: the words, in `language`.
        language: BCP 47 code.
    """

    text: str
    language: str


class SnapshotTold(Told, frozen=True):
    """The state of a gathering at one tick. Counts of people are rounded down, so that no single person shows.

    Attributes:
        mark: changes when anything in the snapshot changes; it counts nothing.
        stage: stage of the current round.
        round: number of the current round, from 1.
        people: people who took a seat, rounded down to a multiple of 5.
        desires: desires that were said, rounded down to a multiple of 5.
        responses: responses to cards, rounded down to a multiple of 50.
        demand: people who ask that all become one, rounded down to a multiple of 5.
        circles: number of circles.
        circles_done: circles that marked their part of this round as done.
        shown: desires that a host chose for the hall screen.
        clock_end: when the clock of the stage ends, in Unix milliseconds; null without a clock.
        ended: whether a host has ended the gathering.
    """

    mark: str
    stage: str
    round: Ordinal
    people: Count
    desires: Count
    responses: Count
    demand: Count
    circles: Things
    circles_done: Things
    shown: list[ShownDesireTold]
    clock_end: Moment | None
    ended: bool


class GatheringTold(Told, frozen=True):
    """The public description of a gathering.

    Attributes:
        code: the code in its addresses.
        name: the name that its hosts gave it.
        question: the current question, by language code. A reader of a language without one sees that of the first
            language.
        languages: BCP 47 codes of its languages; the first is its main language.
        voice: "ten" or "assembly"; only an assembly takes the response "against".
        cards: how many cards a person answers in each stage before the end page.
        door: who may take a seat: "open", "cards" (with the code of a seat card) or "closed".
        snapshot: its state at the last tick.
        names: the name by language code; `name` stands for every other language.
        lacks: languages in which the name, the question, or the name of a circle or an occasion is missing.
    """

    code: str
    name: str
    question: dict[str, str]
    languages: list[str]
    voice: str
    cards: Things
    door: Door
    snapshot: SnapshotTold
    names: dict[str, str]
    lacks: list[str]


class TermsSentence(Told, frozen=True):
    """One sentence of the terms.

    Attributes:
        code: its name, the same in every language.
        text: the sentence, in the language that was asked for.
    """

    code: str
    text: str


class TermsRow(Told, frozen=True):
    """One kind of personal data, in words.

    Attributes:
        code: its name, the same in every language.
        what: what it is.
        why: what it is needed for.
        seen: who can see it.
        erased: what becomes of it.
    """

    code: str
    what: str
    why: str
    seen: str
    erased: str


class TermsTold(Told, frozen=True):
    """The terms: what a person agrees to before anything of theirs is kept.

    Attributes:
        version: what `consent` is in a request for a seat, once the person has read these terms and agrees.
        language: BCP 47 code of the texts.
        days: days after the end until everything personal is erased; null without a term.
        sentences: the terms in short, the most important first. A person reads them all before agreeing.
        rows: one entry for each kind of personal data.
        beyond: what an erasure does not reach.
        run_by: who runs the gathering, in the words of its hosts; "" if they wrote nothing.
    """

    version: Ordinal
    language: str
    days: Things | None
    sentences: list[TermsSentence]
    rows: list[TermsRow]
    beyond: str
    run_by: str


class DesireKept(Told, frozen=True):
    """A desire was stored on disk.

    Attributes:
        desire: alias of the desire, by which its author withdraws or joins it.
        waiting: true where the stage takes no desires; the desire then waits for the next round.
        hints: codes of what the author may want to change, such as "question" or "two wishes".
        near: desires of others with similar words. The author decides whether to join one of them.
        receipt: commitment of the event, hexadecimal.
    """

    desire: str
    waiting: bool
    hints: list[str]
    near: list[DesireTold]
    receipt: str


class CardTold(Told, frozen=True):
    """The next card of a person.

    Attributes:
        card: the desire to answer; null while there is none.
        answered: how many cards this person answered in this stage.
        of: how many cards a person answers before the end page.
        receipt: commitment of the answer that was just stored, hexadecimal; "" where none was.
    """

    card: DesireTold | None
    answered: Ordinal
    of: Things
    receipt: str


class CarryingTold(Told, frozen=True):
    """A card about carrying a desire into another language, for a person who reads both.

    Attributes:
        kind: "say": say it in another language; "same": do both say the same? "" while there is no such card.
        words: the words to carry, with the alias for this card; null without a card.
        language: language code of the new words.
        new: the new words of a card "same"; else "".
        draft: of a card "say": a machine's draft that nobody has checked; "" for none.
        mark: mark of that draft, to be sent back with the words.
        drafted: of a card "same": whether a machine drafted the words and one person took them unchanged.
    """

    kind: Literal["", "say", "same"]
    words: DesireTold | None = None
    language: str = ""
    new: str = ""
    draft: str = ""
    mark: str = ""
    drafted: bool = False


class LanguageAsked(Input, frozen=True):
    """A person corrects the language of their own desire.

    Attributes:
        language: code of a language of the gathering.
    """

    language: Language


class LineTold(Told, frozen=True):
    """A line of the text, without its author.

    Attributes:
        text: the words, in `language`; "" where the author erased them.
        language: BCP 47 code.
        changed: whether the line changed after the first reading.
        carried: translations that two readers confirmed, by language code.
    """

    text: str
    language: str
    changed: bool
    carried: dict[str, str]


class TextTold(Told, frozen=True):
    """The text of the current round. It has no lines before a draft is woven.

    Attributes:
        stage: stage of the current round.
        round: number of the current round, from 1.
        draft: number of the newest draft, needed to answer it; null before a draft is woven.
        second: whether this draft is read for the second time.
        lines: lines of the draft, in reading order.
        left: lines that are not common yet and stand below the text.
        status: verdict on the sealed text; "" before it is sealed.
        missing: codes of the conditions that the sealed text fails.
        say_at: when all say the text together, in Unix milliseconds by the server's clock; null where no time is set.
        amen: people who said amen, rounded down to a multiple of 5.
        digest: SHA-256 hash of the sealed text, hexadecimal; "" before it is sealed.
        share: how the share of the parts is known: "certified", "estimated" or "not measured"; "" before it is sealed.
    """

    stage: str
    round: Ordinal
    draft: Ordinal | None
    second: bool
    lines: list[LineTold]
    left: list[LineTold]
    status: str
    missing: list[str]
    say_at: Moment | None
    amen: Count
    digest: str
    share: str


class CircleNamed(Told, frozen=True):
    """A circle that is named with a sealed text. It has at least 5 people, and no single person causes its naming.

    Attributes:
        circle: number of the circle, from 0.
        name: name of the circle, after the circle that contains it.
    """

    circle: Ordinal
    name: str


class OccasionNamed(Told, frozen=True):
    """The occasion at which a text was made, as a host recorded it.

    Attributes:
        occasion: number of the occasion, from 0.
        name: name of the occasion.
        form: kind of the occasion, in words of the requested language.
    """

    occasion: Ordinal
    name: str
    form: str


class BookLineTold(Told, frozen=True):
    """A line of a sealed text.

    Attributes:
        text: the words, in the requested language where two readers confirmed a translation, else in the original.
        language: BCP 47 code of `text`.
        others: the line in every other language that it has, by language code, the original included.
        said: the line as it is read aloud: with the common opening where it is said, a capital and a full stop. It is
            no part of the record; the digest is that of the words.
    """

    text: str
    language: str
    others: dict[str, str]
    said: str = ""


class LevelTold(Told, frozen=True):
    """How many circles of one level can say a sealed text. It counts circles, not people.

    Attributes:
        circles: circles that are large enough to be measured.
        can_say: how many of them can say it.
        unheard: how many of them gave too few answers.
    """

    circles: Things
    can_say: Things
    unheard: Things


class ListTaken(Told, frozen=True):
    """What a list brought in.

    Attributes:
        added: rows that are new.
        present: rows that were there already and are left as they are.
    """

    added: Things
    present: Things


class ContactsTold(Told, frozen=True):
    """What stands in a list of contacts that a host brought in, and how many of its people are known.

    Attributes:
        lines: lines that say who was near whom.
        listed: labels of people in the file, known or not.
        unit: unit of the amounts; "" for a list of who was where.
        groups: groups of a list of who was where.
        slice_seconds: length of a time slice; null where there are none.
        span_seconds: from the first to the last time; null without times.
        left_out: lines that do not count.
        known: people in it who are known and agreed, in steps; 0 if they are too few, and then nothing is kept.
        share: share of its lines that name such people only; null where it is not shown.
        number: number of the list; null if nothing was added.
    """

    lines: Things
    listed: Things
    unit: str
    groups: Things
    slice_seconds: Estimated | None
    span_seconds: Estimated | None
    left_out: Things
    known: Count
    share: Count
    number: Ordinal | None


class CircleTold(Told, frozen=True):
    """A circle, for hosts. It counts nobody.

    Attributes:
        circle: number of the circle, from 0.
        name: its name; "" if it is called by its number.
        names: its name by language code.
        parent: number of the circle that contains it; null for none.
        place: "hall", "remote" or "mirror".
        key: key in the address on its cards.
    """

    circle: Ordinal
    name: str
    names: dict[str, str]
    parent: Ordinal | None
    place: str
    key: str


class CirclesTold(Told, frozen=True):
    """All circles.

    Attributes:
        circles: in the order of their numbers.
    """

    circles: list[CircleTold]


class SealedTold(Told, frozen=True):
    """A sealed text of the book of prayers.

    Attributes:
        code: code of its gathering.
        number: permanent number of the text in its gathering, from 1.
        gathering: name of the gathering.
        question: the question that was asked.
        day: ISO date of the sealing, by the server's clock.
        occasion: occasion at which the text was made; null where no host recorded one.
        circles: circles that wrote a line of the text, or the one circle that made it alone.
        alone: whether one circle made the text alone.
        lines: lines in reading order, without those that their author erased.
        status: verdict, in words of the requested language.
        missing: what is missing, in words of the requested language.
        verdict: verdict as a code: "one desire" or "not yet".
        conditions: codes of the failed conditions, in the order of `missing`.
        readers: people who read it, rounded down to a multiple of 5; 0 unless 25 to 39 people are in the gathering.
        amen: people who said amen, rounded down to a multiple of 5.
        said: people who can say it with all, rounded down to a multiple of 5; 0 for fewer than 40 people.
        everybody: the first multiple of 5 above the number of all people, heard or not; 0 where it is not told.
        unheard: parts of which too few were heard; they do not count as agreeing.
        share: how the share of the parts is known: "certified" or "estimated"; "" where it was not measured.
        asked: people who were drawn at random and asked about desires outside the text, in multiples of 5.
        digest: SHA-256 hash of the text, hexadecimal.
        root: root of the head of the record on which the text stands, hexadecimal.
        size: size of that head; 0 for a text of an earlier version, whose root is that of all events before it.
        public: whether anybody may read the text.
        levels: for each level of circles, the outermost first, how many can say it; [] without circles.
    """

    code: str
    number: Ordinal
    gathering: str
    question: str
    day: str
    occasion: OccasionNamed | None
    circles: list[CircleNamed]
    alone: bool
    lines: list[BookLineTold]
    status: str
    missing: list[str]
    verdict: Status
    conditions: list[ConditionCode]
    readers: Count
    amen: Count
    said: Count
    everybody: Count
    unheard: Things
    share: str
    asked: Count
    digest: str
    root: str
    size: Count
    public: bool
    levels: list[LevelTold]


class BookTold(Told, frozen=True):
    """Sealed texts that match a search, the newest first.

    Attributes:
        texts: the first 200 matches.
        count: number of all matches, also beyond 200.
    """

    texts: list[SealedTold]
    count: Things


class ChallengerTold(Told, frozen=True):
    """A desire about which a reader is asked whether they want it: drawn at random outside the text, or in the text.

    Attributes:
        desire: alias of the desire, by which the person answers it.
        text: the words, in `lang`.
        lang: BCP 47 code.
        stance: the person's answer: 1 (wants it), 0 (not theirs) or -1 (against); null while unanswered.
    """

    desire: str
    text: str
    lang: str
    stance: Stance | None


class ChallengersTold(Told, frozen=True):
    """The desires about which a reader is asked whether they want them.

    Attributes:
        draft: number of the draft that is being read; null while no draft is read.
        challengers: the desires; empty while no draft is read.
    """

    draft: Ordinal | None
    challengers: list[ChallengerTold]


class QueuedDesire(Told, frozen=True):
    """A desire that waits for a host's decision.

    Attributes:
        desire: alias of the desire, made for the host who receives it.
        text: the words, in `language`.
        language: BCP 47 code.
        version: version of the desire, to send back with the decision (optimistic lock).
    """

    desire: str
    text: str
    language: str
    version: Ordinal


class QueueTold(Told, frozen=True):
    """The moderation queue: desires without author, circle or time, sorted by text.

    Attributes:
        version: version of the stage, to send back with a move of the stage (optimistic lock).
        stage: stage of the current round.
        desires: the waiting desires.
    """

    version: Ordinal
    stage: str
    desires: list[QueuedDesire]


class Done(Told, frozen=True):
    """The request was stored on disk and counts.

    Attributes:
        repeated: whether a request with the same idempotency key was stored before; then nothing changed.
        receipt: commitment of the event, hexadecimal; "" where there is none.
    """

    repeated: bool
    receipt: str = ""


class Problem(Told, frozen=True):
    """The reason why a request was refused.

    Attributes:
        why: error code for programs.
        sentence: error message for people, in English.
    """

    why: str
    sentence: str


class GroupTold(Told, frozen=True):
    """A group of seats that stands out, or that was revoked together. It names no seat and shows no answer.

    Attributes:
        group: token of the group, for revoking or restoring it; it is another one as soon as the group changes.
        kind: "alike", "one answer", "silent" or "one minute"; "revoked" for a group that is revoked.
        seats: how many seats, rounded down to a multiple of 5.
        first: when the first seat was taken, to the minute, in Unix milliseconds.
        last: when the last seat was taken, to the minute, in Unix milliseconds.
        reason: reason of the host who revoked it; "" for others.
    """

    group: str
    kind: str
    seats: Count
    first: Moment
    last: Moment
    reason: str


class OdditiesTold(Told, frozen=True):
    """Groups of seats that stand out, and groups that are revoked. They can have good reasons.

    Attributes:
        groups: what stands out now, the largest first.
        revoked: what is revoked, the newest first.
    """

    groups: list[GroupTold]
    revoked: list[GroupTold]


class HostTold(Told, frozen=True):
    """A host.

    Attributes:
        host: number of the host, from 0.
        you: whether it is the host who asks.
    """

    host: Ordinal
    you: bool


class HostsTold(Told, frozen=True):
    """The hosts that were not removed.

    Attributes:
        hosts: by number.
    """

    hosts: list[HostTold]
