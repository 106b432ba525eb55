"""An author corrects the language of a desire once, in the stage in which it was said; later only as its words show."""

from __future__ import annotations

import pytest

from oneheart.live import events as ev
from oneheart.live.refusal import Refusal
from oneheart.model import actor
from tests.support.by_hand import ByHand
from tests.support.gatherings import make_settings


class Said(ByHand):
    """A desire that was just said in English, among people of four languages."""

    def __init__(self, text: str = "pan", stage: str = "open") -> None:
        super().__init__()
        self.do(make_settings(languages=["en", "es", "ru", "uk"], version=1))
        self.author, self.other = self.people(2)
        if stage != "open":
            self.move(stage)
        self.wish = self.say(self.author, text)

    def name(self, language: str) -> Refusal | None:
        """Let the author name a language; return why they may not."""
        body = ev.DesireLanguage(self.author, self.wish, language)
        refused = self.state.check_new(body, actor.seat(self.author))
        if refused is None:
            self.do(body)
        return refused


def flips(hall: Said, moves: int = 4) -> int:
    """Let the author change the language to and fro, in as many stages; return how often it changed."""
    changed = 0
    for stage in ("crossing", "open", "crossing", "open")[:moves]:
        for language in ("es", "en"):
            before = hall.state.desires[hall.wish].language
            changed += hall.name(language) is None and before != language
        hall.move(stage)
    return changed


def test_one_correction_is_free_in_the_stage_in_which_it_was_said() -> None:
    hall = Said()
    assert hall.name("en") is None, "it has that language already"
    assert hall.name("es") is None
    assert hall.state.desires[hall.wish].language == "es"
    assert hall.name("en") is Refusal.LABELLED, "a second one is not"


def test_nobody_changes_it_to_and_fro_as_it_suits_them() -> None:
    assert flips(Said()) == 1


@pytest.mark.parametrize("stage", ["open", "crossing"])
def test_after_the_stage_in_which_it_was_said_the_words_decide(stage: str) -> None:
    hall = Said(stage=stage)
    hall.move("crossing" if stage == "open" else "open")
    assert hall.name("es") is Refusal.LABELLED


@pytest.mark.parametrize(
    ("text", "language", "refused"),
    [
        ("pan y el amor", "es", None),
        ("pan y el amor", "ru", Refusal.LABELLED),
        ("хліб усім", "uk", None),
        ("хліб усім", "ru", Refusal.LABELLED),
        ("хлеб нам", "ru", Refusal.LABELLED),
        ("мы все", "ru", None),
    ],
)
def test_a_late_correction_is_kept_where_letters_or_small_words_show_it(
    text: str, language: str, refused: Refusal | None
) -> None:
    hall = Said(text)
    hall.move("crossing")
    assert hall.name(language) is refused


def test_an_answer_of_somebody_else_changes_nothing_in_it() -> None:
    answered, alone = Said(), Said()
    answered.do(ev.Responded(answered.other, answered.wish, 1))  # type: ignore[arg-type]
    assert [answered.name("es"), answered.name("en")] == [alone.name("es"), alone.name("en")]


def test_a_build_without_the_rule_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oneheart.live.state.desire_rules.check_new_language", lambda *_: None)
    assert flips(Said()) > 5
