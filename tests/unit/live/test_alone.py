"""Words that one person carried and nobody else here could check stand, and that is said beside them."""

from __future__ import annotations

import pytest

from oneheart.live import events as ev
from oneheart.live.state import text
from oneheart.live.tongues import languages_met, lines_for
from oneheart.web.text_words import languages_told
from oneheart.web.words import Words
from tests.support.by_hand import ByHand


class Read(ByHand):
    """A text of two lines that readers of two languages read; one person reads both, and carried the second line."""

    def __init__(self) -> None:
        super().__init__()
        self.english, self.hebrew = self.people(3), self.people(4, None, "he")
        for seat in self.hebrew:
            self.do(ev.LanguageUnread(seat, "en", on=seat != self.hebrew[0]))
        wishes = self.wishes(2)
        self.answer(wishes[0], 1, [*self.english, *self.hebrew])
        self.weave(*([wish] for wish in wishes), share_index=0.5)
        self.place: int = self.do(ev.LineCarried(self.hebrew[0], 0, 1, "he", "In Hebrew"))

    def met(self) -> ev.LanguageMet:
        """Return how far the text stands in Hebrew."""
        return next(one for one in languages_met(self.state, self.state.prayers.drafts[0]) if one.language == "he")

    def shown(self) -> bool | None:
        """Return whether a reader of Hebrew is told it of the second line; None if they do not read it."""
        words = lines_for(self.state, 0, self.hebrew[1])[1].words
        return None if words is None else words.unchecked


def said(met: ev.LanguageMet) -> list[str]:
    """Return the codes of what is said of a sealed text that stands so far in Hebrew."""
    seal = ev.TextSealed(0, "", "", "not yet", languages=[met])  # type: ignore[arg-type]
    return [sentence.code for sentence in languages_told(seal, Words("en"))]


def test_a_line_that_one_person_carried_and_nobody_could_check_is_named() -> None:
    hall = Read()
    assert (hall.met().unmet, hall.met().alone) == ([0], [1])
    assert hall.shown() is True
    assert said(hall.met()) == ["not there he", "alone he"]
    assert said(ev.LanguageMet("he")) == ["stands whole"]


def test_it_is_said_no_more_once_somebody_else_confirms_it() -> None:
    hall = Read()
    hall.do(ev.LanguageUnread(hall.english[0], "he", on=False))
    assert (hall.met().unmet, hall.met().alone) == ([0, 1], []), "now their word is needed"
    assert hall.shown() is None
    hall.do(ev.CarryConfirmed(hall.english[0], hall.place))
    assert (hall.met().unmet, hall.met().alone) == ([0], [])
    assert hall.shown() is False


def test_the_desire_s_own_carried_words_say_it_too() -> None:
    hall = ByHand()
    english, hebrew = hall.people(3), hall.people(3, None, "he")
    for seat in hebrew:
        hall.do(ev.LanguageUnread(seat, "en", on=seat != hebrew[0]))
    (wish,) = hall.wishes(1)
    hall.answer(wish, 1, english)
    hall.move("crossing")
    hall.do(ev.DesireCarried(hebrew[0], wish, "he", "In Hebrew"))
    hall.weave([wish], share_index=0.5)
    met = languages_met(hall.state, hall.state.prayers.drafts[0])
    assert [(one.language, one.unmet, one.alone) for one in met if one.language == "he"] == [("he", [], [0])]


def test_a_build_that_keeps_silent_about_it_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "is_unchecked", lambda *_: False)
    hall = Read()
    assert said(hall.met()) == ["not there he"]
