"""Joining: desires that say the same count as one. The rules of the events that join desires or take them apart.

A person joins their own desire to one that was offered to them as similar; two hosts join desires of two languages. The
server joins desires with the same words in the same language by itself, so that a hall of a thousand does not answer
one sentence seventy times. It joins only to a desire that travels. What waits for a batch, for the hosts or for the
next round is joined to what travels, but nothing is joined to it: nobody learns from a joining that it exists.

What a circle says or carries is never joined by the server, because it speaks for the circle.

Source: ours.
"""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.live.state.course import Course
from oneheart.live.state.desires import OPEN_DESIRES, Desires, LiveDesire
from oneheart.live.state.people import People
from oneheart.live.state.rule import Rule
from oneheart.model import actor
from oneheart.model.desire import Moderation, Stance

# --- by a person ------------------------------------------------------------------------------------------------------


def check_joined(desires: Desires, body: ev.DesireJoined, people: People) -> Refusal | None:
    """Refuse joining a desire of another person, one that is joined already, and one to itself."""
    if not people.sits(body.seat) or not desires.knows(body.same_as):
        return Refusal.UNKNOWN
    if not desires.owns(body.seat, body.desire) or desires[body.desire].joined:
        return Refusal.NOT_YOURS
    # The last one too: it may be set aside now, and come back.
    return Refusal.NOT_YOURS if body.desire in (desires.root(body.same_as), desires.top(body.same_as)) else None


def check_new_joined(desires: Desires, body: ev.DesireJoined, course: Course) -> Refusal | None:
    """Refuse joining to what is kept back, or whose root is. Asked before the event is written."""
    answered = desires.tally.answered(body.seat)
    both = (body.same_as, desires.root(body.same_as))  # joining counts as wanting the root
    return Refusal.UNKNOWN if any(desires.kept_back(n, course) and n not in answered for n in both) else None


def join(desires: Desires, body: ev.DesireJoined, people: People, course: Course) -> int:
    """Join a person's desire to another and return the root. The author counts as wanting the root."""
    root = desires.root(body.same_as)
    desires.join_to(body.desire, root, course)
    desires.batches.note_met(body.seat, root, desires, course)
    if not desires[root].erased:
        desires.tally.respond(body.seat, root, Stance.WANT, circle=people.seats[body.seat].circle)
    return root


def check_parted(desires: Desires, body: ev.DesireParted, people: People) -> Refusal | None:
    """Refuse a desire of another person and one that is not joined; QUOTA if three others of theirs are open."""
    if not people.sits(body.seat) or not desires.owns(body.seat, body.desire):
        return Refusal.NOT_YOURS
    if not desires[body.desire].joined:
        return Refusal.UNKNOWN
    return Refusal.QUOTA if desires.open_count(people.seats[body.seat]) >= OPEN_DESIRES else None


def part(desires: Desires, body: ev.DesireParted, course: Course) -> int:
    """Make a person's desire independent again, within their quota, and return its number. O(joined to the same)."""
    return take_apart(desires, body.desire, course)


def take_apart(desires: Desires, number: int, course: Course) -> int:
    """Make a joined desire independent again and return its number. O(joined to the same)."""
    desire = desires[number]
    if number in desires.confirmed:
        desires.confirmed.remove(number)
    if desire.same_as is not None:
        others = desires.joined_to[top := desires.top(number)]
        others.remove(number)
        if not others:
            del desires.joined_to[top]
    desire.apart, desire.released = True, False
    desire.same_as, desire.free, desire.matched = None, False, False
    desires.review(number, course)
    desires.batches.note_decided(number, desires, course)
    return number


# --- by the server ----------------------------------------------------------------------------------------------------


def may_be_joined(desire: LiveDesire, course: Course) -> bool:
    """Return whether the server may join a desire to one with the same words."""
    if desire.round < course.asked_since:  # it answers an earlier question
        return False
    held_for_good = desire.moderation is Moderation.REJECTED or desire.is_meta
    return desire.own and not (desire.of_circle or desire.apart or desire.waiting or held_for_good)


def matches_of(desires: Desires, number: int, course: Course) -> tuple[int, list[int]] | None:
    """Return the desire that travels with the words of one, and what is to be joined to it; None for nothing.

    O(desires with these words).
    """
    desire = desires[number]
    same = [n for n in desires.wordings.like(desire) if desires[n].language == desire.language]
    roots = [n for n in same if desires.travels[n] and not desires[n].of_circle]
    if not roots:
        return None
    root = min(roots, key=lambda n: (-len(desires.joined_to.get(n, ())), n))
    joined = [n for n in same if n != root and may_be_joined(desires[n], course)]
    return (root, joined) if joined else None


def due(desires: Desires, course: Course) -> list[ev.WordsMatched]:
    """Return the events that join all desires with the same words, as they are now. O(repeated desires)."""
    bodies = []
    for key in desires.wordings.repeated:
        of_language = {desires[n].language: n for n in reversed(desires.wordings.by_words[key]) if desires[n].own}
        for number in of_language.values():
            match = matches_of(desires, number, course)
            if match is not None:
                bodies.append(ev.WordsMatched(match[1], match[0]))
    return bodies


def check_matched(desires: Desires, body: ev.WordsMatched, by: str) -> Refusal | None:
    """Refuse what anybody but the server wrote, unknown desires, and where nothing would be joined."""
    if by != actor.HOUSE:
        return Refusal.NOT_YOURS
    if not all(desires.knows(number) for number in (body.same_as, *body.desires)):
        return Refusal.UNKNOWN
    return None if _to_join(desires, body) else Refusal.UNKNOWN


def check_new_matched(desires: Desires, body: ev.WordsMatched, course: Course) -> Refusal | None:
    """Refuse to join to what does not travel, other words, or what may not be joined. Asked before it is written."""
    match = matches_of(desires, body.same_as, course)
    fits = match is not None and match[0] == body.same_as and {*body.desires} <= {*match[1]}
    return None if fits else Refusal.UNKNOWN


def _to_join(desires: Desires, body: ev.WordsMatched) -> list[int]:
    """Return the desires of an event that are independent and not erased, without the one that they are joined to."""
    rooted = {desires.root(body.same_as), desires.top(body.same_as)}
    return [n for n in body.desires if n not in rooted and desires[n].same_as is None and not desires[n].erased]


def match(desires: Desires, body: ev.WordsMatched, people: People, course: Course) -> int:
    """Join desires with the same words and return the root. Each author counts as wanting it, unless they answered it.

    If the root was erased, the first of the others is the root, and what people answered to the erased one counts
    for it.
    """
    root, numbers = desires.root(body.same_as), _to_join(desires, body)
    if desires[root].erased:
        heir, *numbers = numbers
        desires.be_root(heir, Moderation.ACCEPTED if course.hold else Moderation.UNDECIDED)
        desires[root].same_as = heir
        desires.joined_to.setdefault(heir, []).extend([root, *desires.joined_to.pop(root, ())])
        desires.batches.release([heir], desires, course)
        root = heir
    for number in numbers:
        desires.join_to(number, root, course)
        desires[number].matched = True
        author = desires[number].author
        if author is not None and people.sits(author) and root not in desires.tally.answered(author):
            desires.tally.respond(author, root, Stance.WANT, circle=people.seats[author].circle)
    return root


# --- by hosts ---------------------------------------------------------------------------------------------------------


def check_translated(desires: Desires, body: ev.Translated, by: str) -> Refusal | None:
    """Refuse unknown, erased or joined desires, and a confirmation by the host who proposed it."""
    if not desires.knows(body.desire) or not desires.knows(body.same_as):
        return Refusal.UNKNOWN
    root, desire = desires.root(body.same_as), desires[body.desire]
    if body.desire in (root, desires.top(body.same_as)) or desire.joined or desire.erased:
        return Refusal.UNKNOWN
    return Refusal.NOT_YOURS if desire.proposed_same_as == (root, by) else None


def translate(desires: Desires, body: ev.Translated, by: str, course: Course) -> int | None:
    """Record a first host's proposal (returns None), or join after a second host's (returns the root)."""
    root, desire = desires.root(body.same_as), desires[body.desire]
    if desire.proposed_same_as is None or desire.proposed_same_as[0] != root:
        desire.proposed_same_as = (root, by)
        return None
    desires.join_to(body.desire, root, course)
    if desire.same_as is not None:
        desires.confirmed.append(body.desire)
    return root


def check_not_same(desires: Desires, body: ev.NotTheSame) -> Refusal | None:
    """Refuse a desire that no host has called the same as another one."""
    known = desires.knows(body.desire) and not desires[body.desire].erased
    called = known and (body.desire in desires.confirmed or desires[body.desire].proposed_same_as is not None)
    return None if called else Refusal.UNKNOWN


def take_same_back(desires: Desires, body: ev.NotTheSame, course: Course) -> int:
    """Forget a proposal, or make a desire independent that two hosts joined. Return its number.

    Answers stay where they were given: to the desire that people met.
    """
    desires[body.desire].proposed_same_as = None
    return take_apart(desires, body.desire, course) if body.desire in desires.confirmed else body.desire


JOINING_RULES: dict[type[ev.Body], Rule] = {
    ev.DesireJoined: Rule(
        lambda s, b, _: check_joined(s.desires, b, s.people),
        lambda s, b, _: join(s.desires, b, s.people, s.course),
        check_new=lambda s, b, _: check_new_joined(s.desires, b, s.course),
    ),
    ev.DesireParted: Rule(
        lambda s, b, _: check_parted(s.desires, b, s.people), lambda s, b, _: part(s.desires, b, s.course)
    ),
    ev.WordsMatched: Rule(
        lambda s, b, by: check_matched(s.desires, b, by),
        lambda s, b, _: match(s.desires, b, s.people, s.course),
        check_new=lambda s, b, _: check_new_matched(s.desires, b, s.course),
    ),
    ev.NotTheSame: Rule(
        lambda s, b, _: check_not_same(s.desires, b), lambda s, b, _: take_same_back(s.desires, b, s.course)
    ),
    ev.Translated: Rule(
        lambda s, b, by: check_translated(s.desires, b, by), lambda s, b, w: translate(s.desires, b, w.by, s.course)
    ),
}
