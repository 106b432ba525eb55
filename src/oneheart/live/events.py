"""Events: the kinds of entries in a gathering's log, and the format of their bodies.

The log is the only source of truth; `live.state` computes everything else by replaying the events in order. A body is
encoded as canonical JSON: fields in the order below, no spaces, default values left out. Equal bodies give equal
bytes on every machine. A field may be added at the end with a default; no field may be removed or change its meaning.

Seats, desires, circles, occasions, hosts, drafts and sealed texts are numbered from 0. The number is the position of
their event among the events of its kind that were not refused.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from oneheart.engine.prayer.rounds import LineVerdict
from oneheart.model.desire import Decision, Stance
from oneheart.model.erasure import ErasureReason
from oneheart.model.gathering import Door, Place
from oneheart.model.near_by import NearBy
from oneheart.model.personal import Personal
from oneheart.model.prayer import DraftsBy, Reading
from oneheart.model.presence import FeltAt, Form
from oneheart.model.round import Stage, Travelling, Voice
from oneheart.model.verdict import ConditionCode, Status

Output = Literal["report", "export", "measures"]
Alike = Literal["", "much", "some", "little"]
Felt = Annotated[int, Meta(ge=0, le=7)]
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
KeepDays = Annotated[int, Meta(ge=0, le=365)]


class Body(msgspec.Struct, frozen=True, tag_field="kind", omit_defaults=True, forbid_unknown_fields=True):
    """Base class of all event bodies: frozen, tagged with the kind, and unknown fields are an error.

    A kind that is about one person says what it holds of them (`holds`), and whether a person confides words, answers
    or presence by it, so that it needs their consent (`confides`). Both are of the kind, not of one event; nothing of
    them is written.
    """

    holds: ClassVar[Personal | None] = None
    confides: ClassVar[bool] = False


class Settings(Body, tag="settings", frozen=True):
    """All settings of a gathering. The first event of a log is of this kind; each later one replaces all settings.

    Attributes:
        name: name of the gathering.
        question: the question by language code, one for each of `languages`, as in ``{"en": "What do you want?"}``.
        voice: "ten" (people answer want or not mine) or "assembly" (they may also answer against).
        languages: language codes of the pages, at least one; the first is the default language.
        cards: number of cards per stage after which a person's phone shows the end of the cards.
        hold: true if a desire is dealt to others only after a host accepted it.
        words: other wordings of messages, by language code, then by the message in the program.
        version: number of settings events before this one (optimistic lock); another number refuses the event.
        keep_days: days after the end until everything personal is erased, 0 to 365; None if no term was set.
        run_by: who runs the gathering, in the hosts' words; "" if they wrote nothing.
        names: name of the gathering by language code, see `live.wordings`; `name` is shown where none is given.
        meta: in the first event of a log, the digest of the file's code, secret and name of keys; "" in later ones.
        drafts: who drafts lines in other languages: "nobody", "here" or "address".
        drafts_address: host name of the address to which lines are sent; "" unless `drafts` is "address".
    """

    name: str
    question: dict[str, str]
    voice: Voice
    languages: list[str]
    cards: int = 8
    hold: bool = False
    words: dict[str, dict[str, str]] = {}
    version: int = 0
    keep_days: KeepDays | None = None
    run_by: str = ""
    names: dict[str, str] = {}
    meta: str = ""
    drafts: DraftsBy = DraftsBy.NOBODY
    drafts_address: str = ""


class CircleAdded(Body, tag="circle", frozen=True):
    """A circle is added. It receives the next circle number.

    Attributes:
        name: name of the circle; "" if it is called by its number.
        key: random key in the web address on the circle's cards; whoever opens that address joins the circle.
        parent: number of the circle that contains this one; None if none does.
        place: "hall", "remote" or "mirror"; all three count equally.
        size: number of people for whom it has room if some have no phone; None if no host named it.
        names: name of the circle by language code, see `live.wordings`; {} if it has only `name`.
    """

    name: str
    key: str
    parent: int | None = None
    place: Place = Place.HALL
    size: int | None = None
    names: dict[str, str] = {}


class CircleChanged(Body, tag="circle changed", frozen=True):
    """A circle gets another name or size.

    Attributes:
        circle: number of the circle.
        name: the new name; "" if it is called by its number.
        size: the new size, see `CircleAdded`; None keeps the present one.
        names: the new names by language code; they replace all former ones.
    """

    circle: int
    name: str
    size: int | None = None
    names: dict[str, str] = {}


class CircleMoved(Body, tag="circle moved", frozen=True):
    """A circle comes to stand inside another one, with all that it contains, or no longer does.

    Attributes:
        circle: number of the circle.
        parent: number of the circle that contains it from now on; None if none does.
    """

    circle: int
    parent: int | None = None


class OccasionAdded(Body, tag="occasion", frozen=True):
    """An occasion is added: a time at which people meet. It receives the next occasion number.

    Attributes:
        name: name of the occasion.
        form: kind of meeting: "lesson", "meal", "night" or "workshop".
        code: code that people type or scan at the occasion to say that they are there.
        names: name of the occasion by language code, see `live.wordings`; {} if it has only `name`.
        begins: when it begins, milliseconds since 1970; None if hosts named no time.
        ends: when it ends, milliseconds since 1970; None if hosts named no time.
    """

    name: str
    form: Form
    code: str
    names: dict[str, str] = {}
    begins: int | None = None
    ends: int | None = None


class OccasionChanged(Body, tag="occasion changed", frozen=True):
    """An occasion gets other names, other times or another code.

    Attributes:
        occasion: number of the occasion.
        name: the new name.
        names: the new names by language code; they replace all former ones.
        begins: when it begins, milliseconds since 1970; 0 removes the time, None keeps it.
        ends: when it ends; as `begins`.
        code: the new code; the former one, and the link of its ushers, are void. "" keeps it.
    """

    occasion: int
    name: str
    names: dict[str, str] = {}
    begins: int | None = None
    ends: int | None = None
    code: str = ""


class SeatTaken(Body, tag="seat", frozen=True):
    """A person enters the gathering. They receive the next seat number.

    Attributes:
        secret_hash: SHA-256 of the secret that opens the seat, hexadecimal; "" for a person without a phone.
        language: language code of the person's pages.
        circle: number of the circle that the person named; None if they named none.
        card: SHA-256 of the seat code on the table card that the person used, hexadecimal; "" for none. A code opens
            one seat. Its circle comes before the named one. For a person on paper it is the code of their sheet.
        scribe: number of the seat that types for this person; -1 if hosts do; None for a person who types for
            themselves.
        consent: version of the terms to which the person agreed; None if they agreed to none.
        bounded: true if the size of the circle limits for how many its steward types. Only a log of the former version
            holds seats with a scribe and without this limit.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    secret_hash: str
    language: str
    circle: int | None = None
    card: str = ""
    scribe: int | None = None
    consent: int | None = None
    bounded: bool = False


class SeatChanged(Body, tag="seat changed", frozen=True):
    """A seat changes. A field that is None changes nothing.

    Attributes:
        seat: number of the seat.
        language: new language code of the person's pages.
        circle: number of the new circle.
        secret_hash: SHA-256 of the new secret, hexadecimal; the former secret no longer opens the seat.
        way: SHA-256 of the way back that was used, hexadecimal; it opens the seat once. "" for no new secret.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    language: str | None = None
    circle: int | None = None
    secret_hash: str | None = None
    way: str = ""


class WayBackKept(Body, tag="way back", frozen=True):
    """A person keeps a way back to their seat: a code that opens it on another phone, once. A former one is void.

    Attributes:
        seat: number of the person's seat.
        way: SHA-256 of the code, hexadecimal.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    way: str


class PhoneLost(Body, tag="phone lost", frozen=True):
    """A host gives the seat of a lost phone a card that opens it once. The former secret opens it no longer.

    Attributes:
        seat: number of the seat.
        way: SHA-256 of the code on the card, hexadecimal. Former ways back are void.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    way: str


class CardsPrinted(Body, tag="cards", frozen=True):
    """Table cards with seat codes are printed. The log holds hashes of the codes only.

    Attributes:
        circle: number of the circle of everybody who uses one of these cards; None for no circle.
        hashes: SHA-256 of each seat code, hexadecimal.
    """

    circle: int | None
    hashes: list[str]


class PrintedSheet(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One sheet of paper for one person without a phone. It names no seat, so that it need not be erased with a person.

    Attributes:
        code: SHA-256 of the code on the sheet, hexadecimal.
        place: number of the person's place on paper in the circle, from 1.
        taken: true if somebody had this place when it was printed.
        desires: numbers of the desires on it, in order: cards, or challengers beside a draft.
        chances: probability with which each card was dealt, above 0 to 1, in the same order; [] for challengers.
        probes: those of the desires that are probes.
    """

    code: str
    place: int
    taken: bool = False
    desires: list[int] = []
    chances: list[float] = []
    probes: list[int] = []


class SheetsPrinted(Body, tag="sheets", frozen=True):
    """Sheets of paper are printed for the people of a circle without a phone. With that their cards are dealt.

    Attributes:
        circle: number of the circle.
        version: number of stage moves and programme steps before this one (optimistic lock).
        sheets: the sheets.
        draft: number of the draft that stands on them; None for none.
    """

    circle: int
    version: int
    sheets: list[PrintedSheet]
    draft: int | None = None


class PlacedOnPaper(Body, tag="on paper", frozen=True):
    """A person without a phone gets a place on paper in their circle, by which sheets are printed for them.

    Attributes:
        seat: number of the person's seat.
        place: number of the place, from 1.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    place: int


class SheetTyped(Body, tag="sheet typed", frozen=True):
    """A host, or the steward of its circle, has typed a sheet of paper in. What it says is in events of its person.

    Attributes:
        code: SHA-256 of the code on the sheet, hexadecimal.
    """

    code: str


class DoorSet(Body, tag="door", frozen=True):
    """A host opens the door, closes it, or lets in only people with a seat card.

    People who have a seat stay in.

    Attributes:
        door: "open", "cards" (a new seat needs the code of a seat card) or "closed" (nobody takes a new seat).
        most: greatest number of people who may have a seat at one time, a multiple of k; None for no limit.
    """

    door: Door
    most: int | None = None


class SeatCardsWanted(Body, tag="seat cards wanted", frozen=True):
    """A steward asks the hosts for seat cards of their circle. Printing cards of the circle fulfils it.

    Attributes:
        seat: number of the steward's seat.
        count: number of cards, 0 to 50; it replaces an earlier number, and 0 takes it back.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    count: Annotated[int, Meta(ge=0, le=50)]


class StewardNamed(Body, tag="steward", frozen=True):
    """A person leaves the duty of steward of their circle. A new round ends every duty.

    In a log of the former version a person also took the duty by this event, without asking anybody.

    Attributes:
        seat: number of the person's seat.
        on: true to take the duty (former version only), false to leave it.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    on: bool


class DutyRequested(Body, tag="duty requested", frozen=True):
    """A person asks to hold the duty of their circle, or no longer asks. It gives nothing by itself.

    Attributes:
        seat: number of the person's seat.
        on: true to ask, false to take that back.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    on: bool = True


class DutyAnswered(Body, tag="duty answered", frozen=True):
    """A person of the circle says whether another one shall hold its duty. Their last answer counts.

    Attributes:
        seat: number of the person's seat.
        about: number of the seat that asks for the duty or holds it.
        on: true if they shall hold it.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    about: int
    on: bool = True


class DutyGiven(Body, tag="duty given", frozen=True):
    """A host gives the duty of a circle to a person, or ends it. Whoever held it before no longer does.

    Attributes:
        circle: number of the circle.
        seat: number of the person's seat.
        on: true to give, false to end.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    circle: int
    seat: int
    on: bool = True


class DutySettled(DutyGiven, tag="duty settled", frozen=True):
    """The answers of a circle's people give its duty to a person, or end it; see `DutyGiven`."""

    holds: ClassVar[Personal | None] = Personal.SEAT


class DesireSaid(Body, tag="desire", frozen=True):
    """A desire is said. It receives the next desire number.

    What a person says reaches others together with desires of other authors, at the latest when the stage moves.

    Attributes:
        seat: number of the author's seat; None for a desire that the hosts begin with.
        text: the words, cleaned, 1 to 140 graphemes.
        language: language code of the words.
        stem: code of the stem (the given beginning of the sentence) that the words continue; "" for none.
        grew_from: number of the desire that this one builds on; None for none.
        line_of: number of the circle whose line this is; None for none. The circle's former line is withdrawn.
        carried_by: number of the circle that carries this desire beside its line; None for none.
    """

    holds: ClassVar[Personal | None] = Personal.WORDS
    confides: ClassVar[bool] = True

    seat: int | None
    text: str
    language: str
    stem: str = ""
    grew_from: int | None = None
    line_of: int | None = None
    carried_by: int | None = None


class DesireJoined(Body, tag="same", frozen=True):
    """A person joins their own desire to another one that says the same.

    Both wordings are kept; answers are counted together.

    Attributes:
        seat: number of the author's seat.
        desire: number of the author's desire.
        same_as: number of the desire that it is joined to.
    """

    holds: ClassVar[Personal | None] = Personal.WORDS
    confides: ClassVar[bool] = True

    seat: int
    desire: int
    same_as: int


class WordsMatched(Body, tag="same words", frozen=True):
    """The server joins desires with the same words in the same language: see `state.joining`. No person is named.

    Their authors count as wanting the desire that they are joined to, and can take theirs apart by `DesireParted`.

    Attributes:
        desires: numbers of the desires that are joined, ascending.
        same_as: number of the desire that they are joined to.
    """

    desires: list[int]
    same_as: int


class DesireParted(Body, tag="parted", frozen=True):
    """A person takes their own desire apart from the one that it was joined to. The server joins it no more.

    Attributes:
        seat: number of the author's seat.
        desire: number of the author's desire.
    """

    holds: ClassVar[Personal | None] = Personal.WORDS

    seat: int
    desire: int


class DesireWithdrawn(Body, tag="withdrawn", frozen=True):
    """A person withdraws their own desire. It is dealt to nobody any more.

    Attributes:
        seat: number of the author's seat.
        desire: number of the desire.
    """

    holds: ClassVar[Personal | None] = Personal.WORDS

    seat: int
    desire: int


class DesireLanguage(Body, tag="desire language", frozen=True):
    """A person corrects the language of their own desire.

    Attributes:
        seat: number of the author's seat.
        desire: number of the desire.
        language: language code of its words.
    """

    holds: ClassVar[Personal | None] = Personal.WORDS

    seat: int
    desire: int
    language: str


class DesireCarried(Body, tag="desire carried", frozen=True):
    """A person says a desire in another language that they read, or passes that on.

    The desire is dealt in these words to people who do not read its own language, once others who read both languages
    have confirmed them. They are also the words of the line that says the desire.

    Attributes:
        seat: number of the person's seat.
        desire: number of the desire.
        language: language code of the new words.
        text: the new words, cleaned, 1 to 140 graphemes after the beginning that the desire continues; "" if the
            person passes it on.
        via: place in the log of the "desire carried" event whose words the person was shown; None if they were shown
            the desire's own words.
        drafted: true if a machine drafted the words and the person took them unchanged.
    """

    holds: ClassVar[Personal | None] = Personal.WORDS
    confides: ClassVar[bool] = True

    seat: int
    desire: int
    language: str
    text: str
    via: int | None = None
    drafted: bool = False


class DesireCarryConfirmed(Body, tag="desire carry confirmed", frozen=True):
    """A reader of both languages says whether the words of a desire in another language say the same, or passes.

    Attributes:
        seat: number of the reader's seat; not that of the person who said the words.
        carried: place in the log of the "desire carried" event.
        on: true if both say the same, false if they do not; None if the reader passes it on.
    """

    holds: ClassVar[Personal | None] = Personal.ANSWERS
    confides: ClassVar[bool] = True

    seat: int
    carried: int
    on: bool | None = True


class LanguageUnread(Body, tag="language unread", frozen=True):
    """A person says that they do not read a language, or that they do.

    Desires in an unread language are not dealt to them.

    A desire that was not dealt is a missing answer, not an answer of 0.

    Attributes:
        seat: number of the person's seat.
        language: language code.
        on: true if the person does not read it, false if they read it.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    language: str
    on: bool = True


class Responded(Body, tag="response", frozen=True):
    """A person answers a desire. Their last answer to a desire counts.

    Attributes:
        seat: number of the person's seat.
        desire: number of the desire that was shown; the answer counts for the desire that it is joined to.
        stance: 1 want, 0 not mine, -1 against (only with the voice "assembly").
        propensity: probability with which this card was dealt, above 0 to 1; 0 if the desire was not dealt but
            answered from a list.
        probe: true if the card was a probe, chosen without regard to what anybody answered. Oneness is measured from
            the answers to probes. Older files have no marks.
    """

    holds: ClassVar[Personal | None] = Personal.ANSWERS
    confides: ClassVar[bool] = True

    seat: int
    desire: int
    stance: Stance
    propensity: float = 0.0
    probe: bool = False


class CircleDone(Body, tag="circle done", frozen=True):
    """A circle says that it has finished its part of the current stage, or that it has not.

    Attributes:
        circle: number of the circle.
        on: true if it has finished.
    """

    circle: int
    on: bool


class Present(Body, tag="presence", frozen=True):
    """A person says that they are at an occasion. Presence is never shown together with what a person wants.

    Attributes:
        seat: number of the person's seat.
        occasion: number of the occasion.
    """

    holds: ClassVar[Personal | None] = Personal.PRESENCE
    confides: ClassVar[bool] = True

    seat: int
    occasion: int


class PresenceTakenBack(Body, tag="presence taken back", frozen=True):
    """A person takes back that they were at an occasion.

    Attributes:
        seat: number of the person's seat.
        occasion: number of the occasion.
    """

    holds: ClassVar[Personal | None] = Personal.PRESENCE

    seat: int
    occasion: int


class ContactsConsented(Body, tag="contacts consent", frozen=True):
    """A person agrees that lists of contacts may say when they were near others.

    Without it nothing of such a list is kept about them.

    Attributes:
        seat: number of the person's seat.
    """

    holds: ClassVar[Personal | None] = Personal.CONTACTS

    seat: int


class ContactsTakenBack(Body, tag="contacts back", frozen=True):
    """A person takes back that lists of contacts may name them.

    What was kept of them in such lists, and their badge, is then deleted from the log. This event stays, as the reason.

    Attributes:
        seat: number of the person's seat.
    """

    holds: ClassVar[Personal | None] = Personal.CONTACTS

    seat: int


class BadgeKept(Body, tag="badge", frozen=True):
    """The badge by which lists of contacts name a person. It replaces an earlier one.

    Attributes:
        seat: number of the person's seat.
        badge: digest of what stands on the badge, under the key of this file.
        seen: true if an usher read it off the badge; it then counts before one that somebody typed.
    """

    holds: ClassVar[Personal | None] = Personal.CONTACTS
    confides: ClassVar[bool] = True

    seat: int
    badge: Digest
    seen: bool = False


class ContactsBrought(Body, tag="contacts", frozen=True):
    """A host brings in a list of contacts. It receives the next number of such lists. It names nobody.

    Attributes:
        digest: digest of the file, under the key of this file. The same file has the same one.
        near_by: what counts as near in it.
        unit: unit of its amounts: "seconds", "times", or the name of a column; "" for a list of who was where.
        lines: number of its lines that say who was near whom.
        forms: for a list of who was where, the form of each of its groups: lesson, meal, night, workshop or "".
    """

    digest: Digest
    near_by: NearBy
    unit: str
    lines: int
    forms: list[str] = []


class ContactsTakenOut(Body, tag="contacts out", frozen=True):
    """A host takes a list of contacts out again. What was kept from it is erased from the log.

    Attributes:
        brought: number of the list.
    """

    brought: int


class ContactsKept(Body, tag="contacts kept", frozen=True):
    """What one person holds of a list of contacts. The server writes it for people who agreed.

    A contact of two people counts only while both hold their half of it: the same random number. So what remains of it
    when one of them erases theirs names nobody.

    Attributes:
        seat: number of the person's seat.
        brought: number of the list.
        amounts: for each contact whose amount this person holds, the amount (float64, little endian).
        first: the random numbers of these contacts, in the same order (uint32, little endian).
        second: the random numbers of the other contacts.
        groups: groups of the list in which the person was, from 0; -1 - n for the occasion n of the gathering.
        minutes: how long they were in each of `groups`.
    """

    holds: ClassVar[Personal | None] = Personal.CONTACTS
    confides: ClassVar[bool] = True

    seat: int
    brought: int
    amounts: bytes = b""
    first: bytes = b""
    second: bytes = b""
    groups: list[int] = []
    minutes: list[float] = []


class Moderated(Body, tag="moderated", frozen=True):
    """A host accepts or rejects a desire, or its words in another language.

    Attributes:
        desire: number of the desire.
        decision: "accepted" or "rejected"; a rejected desire is dealt to nobody.
        reason: reason that the author reads; "" for none.
        version: number of decisions and marks on this desire, or on these words, before this one (optimistic lock).
        carried: place in the log of the words in another language that are meant; None for the desire itself.
    """

    desire: int
    decision: Decision
    reason: str = ""
    version: int = 0
    carried: int | None = None


class MarkedMeta(Body, tag="meta", frozen=True):
    """A host marks a desire as being about the talk or about oneself, or removes the mark.

    A marked desire is not dealt.

    Attributes:
        desire: number of the desire.
        on: true to mark it, false to remove the mark.
        version: number of decisions and marks on this desire before this one (optimistic lock).
    """

    desire: int
    on: bool
    version: int = 0


class Translated(Body, tag="translated", frozen=True):
    """A host who reads both languages says that two desires say the same.

    The second such event, by another host, joins them.

    Attributes:
        desire: number of the desire that is joined.
        same_as: number of the desire that it is joined to.
    """

    desire: int
    same_as: int


class NotTheSame(Body, tag="not the same", frozen=True):
    """A host takes back that two desires say the same: a proposal, or what a second host has confirmed.

    Attributes:
        desire: number of the desire that was joined, or proposed to be joined, to another one.
    """

    desire: int


class StageWords(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The words about desires that people may read from the end of a stage on. It holds no count.

    The server adds it to the event that ends a stage. So an erasure later does not move the words.

    Attributes:
        moved: true if these words replace the former ones; false if too few people answered since the former ones.
        bands: one letter for each desire, by number: "m" most, "s" some, "f" few, "-" nothing is said.
        alike: "much", "some" or "little"; "" if nothing is said.
        lines: verdict on the line of a circle, by number of the circle; circles of up to twelve people are missing.
        nearest: numbers of the desires nearest to a circle, by number of the circle; as in `lines`.
    """

    moved: bool = False
    bands: str = ""
    alike: Alike = ""
    lines: dict[int, LineVerdict] = {}
    nearest: dict[int, list[int]] = {}


class StageMoved(Body, tag="stage", frozen=True):
    """The round moves to a stage. Moving to "open" from another stage begins the next round.

    Attributes:
        stage: the new stage.
        version: number of stage moves and programme steps before this one (optimistic lock).
        travelling: which desires are dealt in the stage "crossing": "all", or "lines" for those of circles and hosts.
        words: words about desires from now on; None in files of a former version, where the state computes them.
    """

    stage: Stage
    version: int
    travelling: Travelling = Travelling.ALL
    words: StageWords | None = None


class DesiresShown(Body, tag="shown", frozen=True):
    """Hosts choose the desires on the hall screen.

    Attributes:
        desires: numbers of all desires that are shown from now on, in order; [] for none.
    """

    desires: list[int]


class ClockSet(Body, tag="clock", frozen=True):
    """A host sets the time of the current stage, which everybody sees. The stage does not end by itself.

    Attributes:
        seconds: time from this event to the end, in seconds; 0 removes the clock.
    """

    seconds: int


class Ended(Body, tag="ended", frozen=True):
    """The gathering ends.

    Afterwards only changes and erasures of seats count, and `book`, `held` and lists of contacts. It has no fields.
    """


class Reopened(Body, tag="reopened", frozen=True):
    """A host takes the end of the gathering back, within ten minutes. Its term counts from the next end. No fields."""


class HostSeated(Body, tag="host", frozen=True):
    """A host opens the desk by a one-time link. They receive the next host number.

    Attributes:
        secret_hash: SHA-256 of the secret that opens the desk, hexadecimal.
    """

    secret_hash: str


class ConsentGiven(Body, tag="consent", frozen=True):
    """A person agrees to the terms: what is kept, for how long and by whom.

    Attributes:
        seat: number of the person's seat.
        version: version of the terms that the person read.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    version: int


class KeptLine(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The words of one line of a sealed text, kept after everything personal is erased.

    Attributes:
        cites: number of the desire in whose words the line was read.
        amendment: place in the log of the amendment whose words were read instead; None for none.
        text: the words.
        language: language code of the words.
        carried: confirmed translations, by language code.
        stem: code of the stem that the words continue when they are read aloud; "" for none.
    """

    cites: int
    amendment: int | None
    text: str
    language: str
    carried: dict[str, str] = {}
    stem: str = ""


class Purged(Body, tag="purged", frozen=True):
    """The term is over: everything personal is erased. What remains of the sealed texts is in this event.

    Attributes:
        lines: the words of all lines of sealed texts, without their authors.
        amen: for each sealed text the number of people who said amen, rounded down to a multiple of k.
        people: number of people, rounded down to a multiple of k.
        desires: number of desires, rounded down to a multiple of k.
        responses: number of responses, rounded down to a multiple of 10 k.
    """

    lines: list[KeptLine]
    amen: list[int] = []
    people: int = 0
    desires: int = 0
    responses: int = 0


class HostRemoved(Body, tag="host removed", frozen=True):
    """A host removes a host, another one or themselves. The secret of that host opens nothing any more.

    Attributes:
        host: number of the host.
    """

    host: int


class NumbersTold(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Numbers that everybody was told before somebody erased everything. They do not go down by this person.

    Attributes:
        desires: desires of the hall, in steps of k.
        responses: answers of the hall, in their steps.
        demand: people who ask that all become one, in steps of k.
        amen: for each sealed text, how many said amen, in steps of k.
        heard: people who answered something in the present stage, in steps of k.
    """

    desires: int = 0
    responses: int = 0
    demand: int = 0
    amen: list[int] = []
    heard: int = 0


class SeatErased(Body, tag="erased", frozen=True):
    """A person erases everything of theirs. The bodies of their events are then deleted from the log.

    Attributes:
        seat: number of the person's seat.
        told: what everybody was told before; None in older logs, whose numbers may go down after a restart.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    told: NumbersTold | None = None


class SeatsRevoked(Body, tag="seats revoked", frozen=True):
    """A host revokes seats: nothing of theirs counts any more, and their secrets open no page but one that says so.

    Nothing is erased. A seat that is erased or revoked already stays as it is.

    Attributes:
        seats: numbers of the seats.
        reason: reason in the host's words, which the people concerned read.
    """

    seats: list[int]
    reason: str


class SeatsRestored(Body, tag="seats restored", frozen=True):
    """A host restores revoked seats: everything of theirs counts again as before.

    Attributes:
        seats: numbers of the seats.
    """

    seats: list[int]


class SeatClosed(Body, tag="seat closed", frozen=True):
    """A host closes a seat, so that its person does nothing more, or opens it again. What they gave goes on counting.

    Attributes:
        seat: number of the seat.
        on: true to close it, false to open it again.
        reason: reason in the host's words, which the person reads; "" where it is opened.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    on: bool
    reason: str = ""


class SeatsDrawn(Body, tag="seats drawn", frozen=True):
    """Tables of an occasion are drawn at random. The last draw of an occasion counts.

    Attributes:
        occasion: number of the occasion.
        size: largest number of people at one table.
        seed: seed of the random draw.
        seats: numbers of all seats in the draw.
        tables: table of each of `seats`, from 0, in the same order.
        blocks: for each table the number of its block; people are exchanged within a block only (people of one
            language).
        version: number of draws for this occasion before this one (optimistic lock).
    """

    occasion: int
    size: int
    seed: int
    seats: list[int]
    tables: list[int]
    blocks: list[int]
    version: int = 0


class FeltSaid(Body, tag="felt", frozen=True):
    """A person says how near they feel to the whole gathering.

    The answer is never combined with anything else about them.

    Attributes:
        seat: number of the person's seat.
        value: 1 (apart) to 7 (one); 0 takes the answer back.
        when: "start" or "end"; each of the two keeps its own last answer.
    """

    holds: ClassVar[Personal | None] = Personal.FELT
    confides: ClassVar[bool] = True

    seat: int
    value: Felt
    when: FeltAt


class DemandSaid(Body, tag="demand", frozen=True):
    """A person says whether they ask that all become one. Being there is never counted as asking.

    Attributes:
        seat: number of the person's seat.
        on: true if they ask it, false if not now. Their last answer counts.
    """

    holds: ClassVar[Personal | None] = Personal.DEMAND
    confides: ClassVar[bool] = True

    seat: int
    on: bool = True


class RepresentedSaid(Body, tag="represented", frozen=True):
    """A person says whether they find themselves in a text that was said together.

    The answer is never combined with anything else about them, and never with the verdict on the text.

    Attributes:
        seat: number of the person's seat.
        sealed: number of the sealed text.
        value: 1 (not at all) to 7 (wholly); 0 takes the answer back.
    """

    holds: ClassVar[Personal | None] = Personal.DEMAND
    confides: ClassVar[bool] = True

    seat: int
    sealed: int
    value: Felt


class WovenLine(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A line of a draft.

    It refers to desires by number and holds no words, so erased words disappear from drafts too.

    Attributes:
        cites: numbers of the desires that the line says; it is read in the words of the first.
        amendment: place in the log of the "amended" event whose words are read instead; None for the desire's own
            words.
        follows: number of the line in the previous draft that this one replaces or keeps, from 0; None for a new
            line.
        changed: true if the line is read again in the second reading.
    """

    cites: list[int]
    amendment: int | None = None
    follows: int | None = None
    changed: bool = False


class WovenModel(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The model of the answers as it was when a text was woven, without any number of a person.

    It holds desires that ten people or more answered, at most three hundred. See `engine.prayer.frozen_model`.

    Attributes:
        touch: how many numbers of a desire tell whether it touches people; 0 if this is not in the model.
        direction: how many tell whether people want it or are against it; 0 if this is not in the model.
        always: the stance that all answers have where one of these is left out, else 0.
        prior: covariance of people's numbers in hundredths, the upper triangle by rows.
        desires: numbers of the desires.
        numbers: the numbers of each desire in hundredths, one desire after the other.
    """

    touch: int
    direction: int
    always: int
    prior: list[int]
    desires: list[int]
    numbers: list[int]


class DraftWoven(Body, tag="draft", frozen=True):
    """A text is ready to be read. The draft receives the next draft number.

    Attributes:
        version: number of stage moves and programme steps when the draft was ordered; another number refuses the
            event.
        lines: the lines in reading order.
        alternates: numbers of desires that may replace a line, the best first.
        left: lines of the first draft that are not in the second, listed as not yet common.
        measured: true if the model chose the lines; false if they were counted from the answers, for too few answers.
        coverage: expected share of people who want at least one line, 0 to 1; None if not measured.
        share_index: estimated share index, 0 or more: at 1 or less every part of the gathering has the share of lines
            that its size asks for; None if not measured.
        worst: for each line the net support in the fifth of people who support it least, -1 to 1; [] if not measured.
        without: numbers of circles of twelve or more people of whom fewer than half are expected to want any line.
        seed: seed of the random draw of challengers.
        challengers: numbers of the desires outside the text about which readers may be asked, the nearest to it
            first.
        among: challengers are drawn from this many of the first in `challengers`.
        lots: number of challengers that are drawn for each person.
        model: the model as it was when the text was woven, from which it follows what was expected of each person; None
            in a second draft, if not measured, and in a draft of an earlier version.
        nearest: number of the desire that came nearest to a line, if there is no line; None if it is not known.
        nearest_share: at least this share of people want it, with 95 % certainty, rounded down to steps of k people;
            None if it is not known.
        nearest_people: number of people to whom that share belongs, rounded down to a multiple of k.
        same: groups of numbers of desires that people answered alike and that say the same in near words; a line of
            one of them stands for the others.
    """

    version: int
    lines: list[WovenLine]
    alternates: list[int] = []
    left: list[WovenLine] = []
    measured: bool = False
    coverage: float | None = None
    share_index: float | None = None
    worst: list[float] = []
    without: list[int] = []
    seed: int = 0
    challengers: list[int] = []
    among: int = 0
    lots: int = 0
    model: WovenModel | None = None
    nearest: int | None = None
    nearest_share: float | None = None
    nearest_people: int = 0
    same: list[list[int]] = []


class DraftConnected(Body, tag="connected", frozen=True):
    """A language model connects neighbouring lines of a draft.

    The event holds no words of people, only allowed connectives.

    Attributes:
        draft: number of the draft.
        lines: groups of line numbers that stand together; every line of the draft once, in order.
        between: for each group the connectives between its lines, one fewer than lines.
        model: name of the model.
        prompt: version of the prompt.
        key: hash of the question to the model, under which the answer is cached.
    """

    draft: int
    lines: list[list[int]]
    between: list[list[str]]
    model: str
    prompt: str
    key: str


class LineRead(Body, tag="reading", frozen=True):
    """A person answers a line of a draft. Their last answer to a line counts.

    Attributes:
        seat: number of the person's seat.
        draft: number of the draft.
        line: number of the line in the draft, from 0.
        reading: "can say", "would change" or "against me".
        critique: what the person would change, 1 to 100 graphemes; "" for none.
    """

    holds: ClassVar[Personal | None] = Personal.ANSWERS
    confides: ClassVar[bool] = True

    seat: int
    draft: int
    line: int
    reading: Reading
    critique: str = ""


class LineAmended(Body, tag="amended", frozen=True):
    """A person gives other words for a line. The last amendment of a line counts: the next draft has these words.

    Attributes:
        seat: number of the person's seat: an author of a desire that the line cites, or a steward of a circle that
            sent it.
        draft: number of the draft.
        line: number of the line in the draft, from 0.
        text: the words, cleaned.
        language: language code of the words.
    """

    holds: ClassVar[Personal | None] = Personal.WORDS
    confides: ClassVar[bool] = True

    seat: int
    draft: int
    line: int
    text: str
    language: str


class WholeAffirmed(Body, tag="whole", frozen=True):
    """A person says that they can say the whole text with everybody, or takes that back.

    Attributes:
        seat: number of the person's seat.
        draft: number of the draft.
        on: true to affirm, false to take it back.
    """

    holds: ClassVar[Personal | None] = Personal.ANSWERS
    confides: ClassVar[bool] = True

    seat: int
    draft: int
    on: bool


class ChallengerAnswered(Body, tag="challenger", frozen=True):
    """A reader says whether they want a desire that was put to them. Their last answer to it counts.

    It is a desire outside the text that was drawn at random for them, or what a line says, now or in the first reading.

    Attributes:
        seat: number of the person's seat.
        draft: number of the draft.
        desire: number of the desire.
        stance: 1 want, 0 not mine, -1 against (only with the voice "assembly").
    """

    holds: ClassVar[Personal | None] = Personal.ANSWERS
    confides: ClassVar[bool] = True

    seat: int
    draft: int
    desire: int
    stance: Stance


class LineCarried(Body, tag="carried", frozen=True):
    """A person translates a line of a draft. The translation is shown once two other readers have confirmed it.

    Attributes:
        seat: number of the translator's seat.
        draft: number of the draft.
        line: number of the line in the draft, from 0.
        language: language code of the translation; not the language of the line.
        text: the translation.
        via: place in the log of the confirmed translation that they read; None for the line's own words.
        drafted: true if a machine drafted the words and the person took them unchanged.
    """

    holds: ClassVar[Personal | None] = Personal.WORDS
    confides: ClassVar[bool] = True

    seat: int
    draft: int
    line: int
    language: str
    text: str
    via: int | None = None
    drafted: bool = False


class CarryConfirmed(Body, tag="carry confirmed", frozen=True):
    """A reader of both languages confirms that a translated line says the same, or takes that back.

    Attributes:
        seat: number of the reader's seat; not the translator's.
        carried: place in the log of the "carried" event.
        on: true to confirm, false to take it back.
    """

    holds: ClassVar[Personal | None] = Personal.ANSWERS
    confides: ClassVar[bool] = True

    seat: int
    carried: int
    on: bool = True


class SealedCarry(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A translation that belongs to a sealed text.

    It names the words by their hash, because this event is opened in bundles: a place in the log would tell how many
    events came before. Erased words cannot be found by it.

    Attributes:
        line: number of the line in the draft, from 0.
        language: language code of the translation.
        digest: SHA-256 of the translation, hexadecimal; see `live.state.sealed_words.carry_digest`.
    """

    line: int
    language: str
    digest: str


class LanguageMet(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How far a text stands in one language when it is sealed.

    Attributes:
        language: language code.
        unmet: numbers of the lines that have neither own nor confirmed words in it, from 0; [] if the whole stands.
        measured: true if more than twelve people have their pages in it. Then the text is "one desire" only if the
            whole of it stands in this language.
        alone: numbers of the lines that one person carried into it and nobody else here could check, from 0.
    """

    language: str
    unmet: list[int] = []
    measured: bool = False
    alone: list[int] = []


class LevelSealed(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How many circles of one level can say a sealed text. It counts circles, not people.

    Attributes:
        circles: circles of which something is said, because they are large enough.
        can_say: how many of them can say it.
        unheard: how many of them gave too few answers.
    """

    circles: int = 0
    can_say: int = 0
    unheard: int = 0


class TextSealed(Body, tag="sealed", frozen=True):
    """The text of a round is sealed: its words do not change any more. It receives the next number of sealed texts.

    Attributes:
        draft: number of the draft that is sealed.
        digest: SHA-256 of the text as it is read, hexadecimal.
        root: root of the newest tree head at the sealing, hexadecimal; in a text of an earlier version, whose `size`
            is 0, the Merkle root (RFC 9162) of all events before this one.
        status: "one desire" or "not yet".
        missing: codes of the conditions that failed; [] for "one desire".
        people: people who answered a line or affirmed the whole, rounded down to a multiple of k; 0 unless 5 k to
            8 k - 1 people are in the gathering, see `live.sealing`.
        share: "certified" if answers to challengers bound the share index, "estimated" if the model gave it; "" if
            not known.
        circle: number of the circle that a failed condition concerns; None for none.
        language: language code of the readers whom a failed condition concerns; "" for none.
        include: number of the desire that would include the part that is not yet in; None if none is known, and in
            every text since `included` is there.
        asked: people who answered challengers, rounded down to a multiple of k.
        share_high: upper confidence bound of the share index, rounded up to a multiple of 0.05; None if it is not
            known or fewer than 25 people read the text.
        circles: numbers of the circles named with the text, because it says their own line or because they made it
            alone.
        alone: true if the one circle in `circles` made the text alone.
        size: size of the tree head whose root is `root`; 0 in a text of an earlier version.
        included: place of that desire among the draft's alternates followed by its lines left out, from 0; None if none
            is known. A place tells nothing of when the desire was said, so this event can be opened in a bundle.
        margin_people: so many people, had they answered otherwise, could have changed which lines are in the text,
            rounded up to a multiple of k; 0 for fewer than k; None if it is not known.
        margin_circles: number of circles that could have; None if it is not known or no circles are enough.
        margin_exact: true if all ways were counted; false if the number was found by trying.
        said: people who can say the whole with all, rounded down to a multiple of k; 0 for fewer than 8 k people.
        everybody: the first multiple of k above the number of people of the gathering, heard or not; 0 for fewer than
            8 k people, and in a text of an earlier version.
        unheard: numbers of the circles of more than twelve people of which too few were heard.
        unheard_languages: codes of the languages of whose readers, more than twelve, too few were heard.
        unheard_small: how many smaller parts were not heard; parts of fewer than k people are one part together.
        carried: the translations that belong to the text; None in a text of an earlier version, which has all that
            are confirmed now.
        languages: how far the text stands in each language of the gathering; [] where there is one language, and in a
            text of an earlier version.
        levels: for each level of circles, the outermost first, how many of its circles can say the text.
    """

    draft: int
    digest: str
    root: str
    status: Status
    missing: list[ConditionCode] = []
    people: int = 0
    share: str = ""
    circle: int | None = None
    language: str = ""
    include: int | None = None
    asked: int = 0
    share_high: float | None = None
    circles: list[int] = []
    alone: bool = False
    size: int = 0
    included: int | None = None
    margin_people: int | None = None
    margin_circles: int | None = None
    margin_exact: bool = False
    said: int = 0
    everybody: int = 0
    unheard: list[int] = []
    unheard_languages: list[str] = []
    unheard_small: int = 0

    @property
    def unheard_count(self) -> int:
        """Return how many parts were not heard."""
        return len(self.unheard) + len(self.unheard_languages) + self.unheard_small

    carried: list[SealedCarry] | None = None
    languages: list[LanguageMet] = []
    levels: list[LevelSealed] = []


class SealTakenBack(Body, tag="seal taken back", frozen=True):
    """A host takes the seal of this round back, before the text is said. The round moves to its first reading.

    The text leaves the book. Its draft takes no answers any more; the same lines become a new draft.

    Attributes:
        sealed: number of the sealed text.
        version: number of stage moves and programme steps before this one (optimistic lock).
    """

    sealed: int
    version: int


class StageTakenBack(Body, tag="stage taken back", frozen=True):
    """A host takes the last move of the stage back, within ten minutes: stage, question, step and clock are as before.

    A move that began a new round, and one after the weaving, cannot be taken back.

    Attributes:
        version: number of stage moves and programme steps before this one (optimistic lock).
    """

    version: int


class TreeHead(Body, tag="head", frozen=True):
    """A head of the record's tree is published: from now on nothing under it can change unnoticed.

    The tree (RFC 9162) has one leaf, the commitment, for each event under the head, see `storage.epochs`.

    Attributes:
        size: number of leaves of the tree; a multiple of 50, because each epoch is filled up.
        root: root of the tree, hexadecimal.
        chain: hash chain at the last event under the head, hexadecimal; it commits the order of the log.
        through: place in the log of the last event under the head.
        filling: random seed of the leaves that fill the epoch up, hexadecimal.
    """

    size: int
    root: Hash
    chain: Hash
    through: int
    filling: Hash


class SayingSet(Body, tag="saying", frozen=True):
    """A host sets the moment at which everybody says the text.

    Attributes:
        seconds: time from this event to the moment, in seconds; 0 removes the moment.
    """

    seconds: int


class AmenSaid(Body, tag="amen", frozen=True):
    """A person says amen to the text of this round. It counts once.

    Attributes:
        seat: number of the person's seat.
    """

    holds: ClassVar[Personal | None] = Personal.ANSWERS
    confides: ClassVar[bool] = True

    seat: int


class BookSet(Body, tag="book", frozen=True):
    """A host opens a sealed text to everybody, or closes it.

    Attributes:
        sealed: number of the sealed text.
        public: true if everybody may read it, false if only people of this gathering may.
    """

    sealed: int
    public: bool


class RoundHeld(Body, tag="held", frozen=True):
    """A host names the occasion at which a round is held, before or after its text is sealed. The last event counts.

    Attributes:
        round: number of the round, from 1.
        occasion: number of the occasion; None takes it back.
    """

    round: int
    occasion: int | None = None


class ProgrammeStep(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A step of a programme.

    Attributes:
        stage: stage to which the round moves.
        seconds: time for the stage, in seconds; 0 for no clock.
        question: another question from this step on, by language code; {} to keep the present one.
        travelling: which desires are dealt in the stage "crossing": "all", or "lines" for those of circles and hosts.
    """

    stage: Stage
    seconds: int
    question: dict[str, str] = {}
    travelling: Travelling = Travelling.ALL


class ProgrammeSet(Body, tag="programme", frozen=True):
    """Hosts set the programme of the gathering.

    Attributes:
        steps: all steps, in order; [] for no programme.
        by_itself: true if the next step comes when the clock of a step has ended. The moment of saying never does.
    """

    steps: list[ProgrammeStep]
    by_itself: bool = False


class StepTaken(Body, tag="step", frozen=True):
    """The programme moves to one of its steps: question, stage and clock change together.

    Attributes:
        step: number of the step, from 0.
        version: number of stage moves and programme steps before this one (optimistic lock).
        words: words about desires from now on, as in `StageMoved`.
    """

    step: int
    version: int
    words: StageWords | None = None


class Blanked(Body, tag="blanked", frozen=True):
    """The words of events are erased from the log. A blank row that no such event names was blanked by somebody else.

    Attributes:
        why: "asked" if their person asked for it, "keys" if their keys were found destroyed though no erasure named
            them, "restored" if that was found when a copy was restored, "time" if the time for which they are kept was
            over.
        gone: places in the log of the events that count for nothing any more.
        seats: places of events of the kind "seat", which keep their number.
        desires: places of events of the kind "desire", which keep their number.
        slots: slots of the keyring with the keys of the events in `gone`; the keys are destroyed.
        numbered: slots with the keys of the events in `seats` and `desires`; the keys are destroyed too.
        asked: places of the events that asked for it.
    """

    why: ErasureReason
    gone: list[int] = []
    seats: list[int] = []
    desires: list[int] = []
    slots: list[int] = []
    numbered: list[int] = []
    asked: list[int] = []


class PassedOver(Body, tag="passed over", frozen=True):
    """Events do not count, because the program failed at them. Every replay skips them.

    Attributes:
        places: their places in the log.
    """

    places: list[int]


class OutputTaken(Body, tag="output", frozen=True):
    """A host takes a file of answers or the measures. It holds what the log held up to one place, the basis.

    Attributes:
        output: "report", "export" or "measures".
        position: the basis: place of the last event that it includes.
        people: number of people at that place; it is smaller in a replay if one of them was erased since.
        rows: true if it holds answers of single people, who consented to that.
        version: number of outputs before this one (optimistic lock).
    """

    output: Output
    position: int
    people: int
    rows: bool = False
    version: int = 0


class RowsConsented(Body, tag="rows consented", frozen=True):
    """A person agrees that their answers may leave as a row of an export, without their name, or takes that back.

    Attributes:
        seat: number of the person's seat.
        on: true to agree, false to take it back.
    """

    holds: ClassVar[Personal | None] = Personal.SEAT

    seat: int
    on: bool


AnyBody = (
    Settings
    | CircleAdded
    | CircleChanged
    | CircleMoved
    | OccasionAdded
    | OccasionChanged
    | SeatTaken
    | SeatChanged
    | WayBackKept
    | PhoneLost
    | CardsPrinted
    | PlacedOnPaper
    | SheetsPrinted
    | SheetTyped
    | DoorSet
    | SeatCardsWanted
    | StewardNamed
    | DutyRequested
    | DutyAnswered
    | DutyGiven
    | DutySettled
    | DesireSaid
    | DesireJoined
    | WordsMatched
    | DesireParted
    | DesireWithdrawn
    | DesireLanguage
    | DesireCarried
    | DesireCarryConfirmed
    | LanguageUnread
    | Responded
    | CircleDone
    | Present
    | ContactsConsented
    | ContactsTakenBack
    | BadgeKept
    | ContactsBrought
    | ContactsTakenOut
    | ContactsKept
    | Moderated
    | MarkedMeta
    | Translated
    | StageMoved
    | DesiresShown
    | ClockSet
    | Ended
    | HostSeated
    | HostRemoved
    | ConsentGiven
    | Purged
    | SeatErased
    | SeatsRevoked
    | SeatsRestored
    | SeatClosed
    | SeatsDrawn
    | FeltSaid
    | DemandSaid
    | RepresentedSaid
    | DraftWoven
    | DraftConnected
    | LineRead
    | LineAmended
    | WholeAffirmed
    | ChallengerAnswered
    | LineCarried
    | CarryConfirmed
    | TextSealed
    | SealTakenBack
    | StageTakenBack
    | Reopened
    | NotTheSame
    | PresenceTakenBack
    | TreeHead
    | SayingSet
    | AmenSaid
    | BookSet
    | RoundHeld
    | ProgrammeSet
    | StepTaken
    | Blanked
    | PassedOver
    | OutputTaken
    | RowsConsented
)
_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyBody] = msgspec.json.Decoder(AnyBody)


def kind_of(body: AnyBody) -> str:
    """Return the kind of a body as the log names it.

    Example:
        >>> kind_of(SeatErased(seat=3))
        'erased'
    """
    return str(body.__struct_config__.tag)


def encode(body: AnyBody) -> str:
    """Return a body as canonical JSON.

    Raises:
        UnicodeEncodeError: a text holds a lone surrogate, which UTF-8 cannot encode.

    Example:
        >>> encode(CircleDone(circle=3, on=True))
        '{"kind":"circle done","circle":3,"on":true}'
    """
    return _ENCODER.encode(body).decode()


def decode(text: str) -> AnyBody:
    """Return the body that `encode` wrote.

    Raises:
        msgspec.ValidationError: the text is not a valid body: unknown kind, unknown field, wrong type or value.

    Example:
        >>> decode('{"kind":"circle done","circle":3,"on":true}')
        CircleDone(circle=3, on=True)
    """
    return _DECODER.decode(text)
