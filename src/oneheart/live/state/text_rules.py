"""The rules of the text: one for each kind of event about drafts, readings, sealed texts and the book."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.state.meeting import not_carried
from oneheart.live.state.rule import Rule
from oneheart.live.state.sealed_words import check_new_amen

TEXT_RULES: dict[type[ev.Body], Rule] = {
    ev.DraftWoven: Rule(
        lambda s, b, _: s.prayers.check_woven(b, s.desires, s.course),
        lambda s, b, w: s.prayers.weave(b, w.seq, w.at, s.course),
    ),
    ev.DraftConnected: Rule(
        lambda s, b, _: s.prayers.check_connected(b, s.course), lambda s, b, _: s.prayers.connect(b)
    ),
    ev.LineRead: Rule(
        lambda s, b, _: s.prayers.check_line(b, s.people, s.course),
        lambda s, b, _: s.prayers.read(b, s.meetings.translation_read(b.seat, b.draft, b.line)),
        check_new=lambda s, b, _: s.prayers.check_new_answer(b.draft) or s.meetings.check_new_reading(b),
    ),
    ev.LineAmended: Rule(
        lambda s, b, _: s.prayers.check_amended(b, s.people, s.desires, s.course),
        lambda s, b, w: s.prayers.amend(b, w.seq),
        check_new=lambda s, b, _: s.prayers.check_new_answer(b.draft),
    ),
    ev.WholeAffirmed: Rule(
        lambda s, b, _: s.prayers.check_reader(b.seat, b.draft, s.people, s.course),
        lambda s, b, _: s.prayers.affirm(b, s.meetings.translations_read(b.seat, b.draft) if b.on else {}),
        check_new=lambda s, b, _: s.prayers.check_new_answer(b.draft) or s.meetings.check_new_whole(b),
    ),
    ev.ChallengerAnswered: Rule(
        lambda s, b, _: s.prayers.check_challenger(b, s.people, s.desires, s.course),
        lambda s, b, _: s.prayers.challenge(b),
        check_new=lambda s, b, _: s.prayers.check_new_answer(b.draft) or s.check_new_answer(b.seat, b.desire),
    ),
    ev.LineCarried: Rule(
        lambda s, b, _: s.prayers.check_carried(b, s.people, s.desires, s.course),
        lambda s, b, w: s.carry(b, w.seq),
        check_new=lambda s, b, _: not_carried(s.stage) or s.meetings.check_new_carried(b),
    ),
    ev.CarryConfirmed: Rule(
        lambda s, b, _: s.prayers.check_confirmed(b, s.people),
        lambda s, b, _: s.confirm(b),
        check_new=lambda s, b, _: not_carried(s.stage) or s.meetings.check_new_confirmed(b),
    ),
    ev.TextSealed: Rule(
        lambda s, b, _: s.prayers.check_sealed(b, s.course),
        lambda s, b, w: s.prayers.seal(b, w.seq, w.at, s.course),
        check_new=lambda s, b, _: s.prayers.check_new_sealed(b, s.desires),
    ),
    ev.SealTakenBack: Rule(
        lambda s, b, _: s.prayers.check_taken_back(b, s.course), lambda s, b, w: s.take_seal_back(b, w.at)
    ),
    ev.SayingSet: Rule(
        lambda s, _b, _: s.prayers.check_saying(s.course),
        lambda s, b, w: s.prayers.set_saying(b, w.at),
        check_new=lambda s, _b, _: s.prayers.check_new_ceremony(s.desires, s.course),
    ),
    ev.AmenSaid: Rule(
        lambda s, b, _: s.prayers.check_amen(b, s.people, s.course),
        lambda s, b, _: s.prayers.say_amen(b, s.course),
        check_new=lambda s, b, _: (
            s.prayers.check_new_ceremony(s.desires, s.course)
            or check_new_amen(b.seat, s.prayers.sealed_of(s.round), s.meetings)
        ),
    ),
    # the book
    ev.BookSet: Rule(lambda s, b, _: s.prayers.check_book(b), lambda s, b, _: s.prayers.set_book(b), after_end=True),
}
