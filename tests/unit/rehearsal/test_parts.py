"""The parts of a rehearsal: friends who know their mind, pages read as they are, and what a phone is owed."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oneheart
from oneheart.engine.desire import entry
from oneheart.rehearsal.friends import LANGUAGES, made_up, replayed, wishes
from oneheart.rehearsal.ledger import Held, Ledger, Tap, held_in
from oneheart.rehearsal.page import form_to, forms_of
from oneheart.rehearsal.wire import HttpAnswer, Jar


def test_every_wish_can_be_sent_as_it_stands() -> None:
    texts = [wish.words[language] for wish in wishes() for language in LANGUAGES]
    assert len(set(texts)) == len(texts) == 120
    for text in texts:
        assert entry.clean(text) == text == unicodedata.normalize("NFC", text)
        assert entry.grapheme_count(text) <= 140


def test_friends_have_minds_of_their_own_and_keep_them() -> None:
    friends = made_up(200, 10, LANGUAGES, seed=5)
    again = made_up(200, 10, LANGUAGES, seed=5)
    common, rare = wishes()[0].words["en"], wishes()[9].words["en"]
    wants = [[friend.stance(text, may_be_against=True) for friend in friends] for text in (common, rare)]
    assert wants == [[friend.stance(text, may_be_against=True) for friend in again] for text in (common, rare)]
    shares = [np.mean(np.asarray(row) == 1) for row in wants]
    assert shares[0] > 0.8
    assert shares[1] < 0.6
    assert -1 in wants[1]
    assert -1 not in [friend.stance(rare, may_be_against=False) for friend in friends]


def test_friends_stand_to_a_wish_in_the_same_way_in_every_language() -> None:
    for friend in made_up(20, 2, LANGUAGES, seed=1):
        for wish in wishes():
            assert len({friend.stance(text, may_be_against=True) for text in wish.words.values()}) == 1


def test_the_author_wants_what_they_said() -> None:
    assert all(friend.stance(friend.says(), may_be_against=True) == 1 for friend in made_up(50, 5, LANGUAGES, seed=2))


def test_people_of_an_earlier_gathering_answer_as_they_did(six_tens_folder: Path) -> None:
    gathering = oneheart.read(six_tens_folder)
    r = gathering.responses
    friends = replayed(six_tens_folder, 10_000)
    answers = np.bincount(r.participant, minlength=len(gathering.participants))
    assert len(friends) == int((answers > 0).sum())
    most = int(np.argsort(-answers, kind="stable")[0])
    for desire, stance in zip(r.desire[r.participant == most], r.stance[r.participant == most], strict=True):
        text = " ".join(gathering.desires[int(desire)].text.split())
        assert friends[0].stance(text, may_be_against=True) == int(stance)


@given(st.text(alphabet="<>\"'&=/ abformbdi", max_size=80))
def test_any_page_is_read_without_complaint(page: str) -> None:
    assert all(isinstance(form.action, str) for form in forms_of(page))


def test_a_form_is_sent_as_a_browser_would_send_it() -> None:
    page = """
      <bdi>Someone &amp; <b>all</b></bdi>
      <form action="/g/X/desire" method="post">
        <input type="hidden" name="key" value="a&quot;b"><textarea name="text" rows="3"></textarea>
        <label><input type="radio" name="stem" value="want"> I want</label>
        <label><input type="radio" name="stem" value="that" checked> That</label>
        <select name="language"><option value="en">English</option><option value="he" selected>עברית</option></select>
        <button type="submit">Say it</button>
      </form>
      <form action="/other"><input name="code"></form>"""
    form = form_to(forms_of(page), "/desire")
    assert form is not None
    assert form.fields == {"key": 'a"b', "text": "", "stem": "that", "language": "he"}
    assert form.choices == {"stem": ["want", "that"], "language": ["en", "he"]}
    assert form.about == "Someone & all"


def test_cookies_go_where_they_belong() -> None:
    jar = Jar()
    jar.take(HttpAnswer(303, cookies=["seat=abc; Path=/g/X; HttpOnly", "language=he; Path=/; Max-Age=9"]))
    assert jar.header("/g/X/respond") == "seat=abc; language=he"
    assert jar.header("/g/XY") == "language=he"
    jar.take(HttpAnswer(200, cookies=['seat=""; Path=/g/X; Max-Age=0']))
    assert jar.header("/g/X") == "language=he"


def test_what_was_never_answered_is_owed_to_nobody() -> None:
    ledger = Ledger()
    ledger.note("k1", Tap("response", desire="d1", stance=1))
    for held in (Held((), ()), Held((), (("d1", 1),))):
        found = ledger.compare(held)
        assert (found.sent, found.acknowledged, found.lost, found.doubled) == (1, 0, 0, 0)


def test_a_refused_tap_must_not_be_held() -> None:
    ledger = Ledger()
    ledger.note("k1", Tap("response", desire="d1", stance=1)).refused = True
    assert ledger.compare(Held((), (("d1", 1),))).doubled == 1


def test_a_joined_desire_counts_as_wanted_and_is_no_double() -> None:
    ledger = Ledger()
    ledger.note("k1", Tap("desire", text="Be one")).acknowledged = True
    ledger.note("k2", Tap("join")).acknowledged = True
    found = ledger.compare(Held(("Be one",), (("d7", 1),), joined=1))
    assert (found.desires_stored, found.doubled, found.lost) == (1, 0, 0)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([1, 0, -1]), st.booleans()), max_size=20))
def test_whoever_keeps_the_last_acknowledged_stance_keeps_all(taps: list[tuple[str, int, bool]]) -> None:
    ledger, kept = Ledger(), {}
    for place, (desire, stance, acknowledged) in enumerate(taps):
        tap = ledger.note(f"k{place}", Tap("response", desire=desire, stance=stance))
        tap.acknowledged, tap.refused = acknowledged, not acknowledged
        if acknowledged:
            kept[desire] = stance
    found = ledger.compare(Held((), tuple(kept.items())))
    assert (found.lost, found.doubled, found.stored) == (0, 0, found.acknowledged)
    for desire, stance in kept.items():
        worse = kept | {desire: 1 if stance != 1 else 0}
        assert ledger.compare(Held((), tuple(worse.items()))).lost > 0


@pytest.mark.parametrize("mine", [{}, {"desires": []}, {"desires": [{}], "responses": []}])
def test_data_in_another_shape_are_refused(mine: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not in the shape"):
        held_in(mine)
