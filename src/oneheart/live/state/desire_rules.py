"""The rules of desires: one for each kind of event about desires, answers to them, and what hosts decide of them."""

from __future__ import annotations

from oneheart.live import events as ev
from oneheart.live.state.relabelling import check_new_language
from oneheart.live.state.rule import Rule

DESIRE_RULES: dict[type[ev.Body], Rule] = {
    ev.DesireSaid: Rule(
        lambda s, b, _: s.desires.check_said(b, s.people),
        lambda s, b, w: s.desires.say(b, w.seq, s.people, s.course),
    ),
    ev.DesireWithdrawn: Rule(
        lambda s, b, _: s.desires.check_owner(b.seat, b.desire, s.people),
        lambda s, b, _: s.desires.withdraw(b, s.people, s.course),
    ),
    ev.DesireLanguage: Rule(
        lambda s, b, _: s.desires.check_language(b, s.people, s.course, sealed=s.prayers.is_sealed(b.desire)),
        lambda s, b, _: s.desires.set_language(b),
        check_new=lambda s, b, _: check_new_language(b, s.prayers, s.desires, s.course),
    ),
    ev.Responded: Rule(
        lambda s, b, _: s.desires.check_response(b, s.people, s.course),
        lambda s, b, _: s.desires.respond(b, s.people, s.course),
        check_new=lambda s, b, _: s.check_new_answer(b.seat, b.desire),
    ),
    ev.Moderated: Rule(
        lambda s, b, _: s.desires.check_moderated(b),
        lambda s, b, w: s.desires.moderate(b, w.seq, s.course),
    ),
    ev.MarkedMeta: Rule(
        lambda s, b, _: s.desires.check_decision(b.desire, b.version), lambda s, b, _: s.desires.mark_meta(b, s.course)
    ),
    ev.DesiresShown: Rule(lambda s, b, _: s.desires.check_shown(b), lambda s, b, _: s.desires.show(b)),
}
