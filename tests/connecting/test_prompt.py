from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneheart.connecting.mosaic import verify, whole
from oneheart.connecting.outcome import Failure
from oneheart.connecting.prompt import (
    LINES_MOST,
    MOSAIC,
    OPTIONAL,
    SCHEMA,
    Answer,
    AnswerLine,
    Cite,
    body,
    cache_key,
    payload,
    read,
)
from oneheart.model.prayer import PrayerLine
from tests.support.drafts import CLEAN, draft_of, wrong

LINES = draft_of(*(("en", text) for text in CLEAN["en"]))
ANSWER = Answer([AnswerLine("Peace for all", [Cite("desire-1", "Peace for all")])])
SAID = msgspec.json.encode(ANSWER).decode()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["lines", "text", "cites", "id", "quote"]), inner, max_size=4)
    ),
    max_leaves=12,
)
near_cites = st.fixed_dictionaries(
    {"id": st.sampled_from(["desire-1", "desire-2", "desire-3", "desire-4"]) | st.text(max_size=4)},
    optional={"quote": st.sampled_from(CLEAN["en"]) | st.text(max_size=4), "more": st.none()},
)
near_lines = st.fixed_dictionaries(
    {"text": st.sampled_from(CLEAN["en"]) | st.text(max_size=8), "cites": st.lists(near_cites, max_size=3)}
)
near_answers = st.fixed_dictionaries({"lines": st.lists(near_lines, max_size=4)})


# --- the question --------------------------------------------------------------------------------------------------


def test_only_words_and_languages_go_out() -> None:
    lines = (PrayerLine("Peace", "en", (41, 42), amended=True),)
    assert json.loads(payload(lines, {"en": ("and",)})) == {
        "connectives": {"en": ["and"]},
        "desires": [{"id": "desire-1", "language": "en", "text": "Peace"}],
    }


def test_equal_drafts_ask_equal_questions() -> None:
    assert payload(LINES, {"a": [], "b": []}) == payload(LINES, {"b": [], "a": []})
    assert payload(LINES, {}) != payload(LINES[::-1], {})


def test_more_than_forty_desires_never_go_out() -> None:
    assert payload(LINES[:1] * LINES_MOST, {})
    with pytest.raises(ValueError, match="at most 40"):
        payload(LINES[:1] * (LINES_MOST + 1), {})


def test_the_request_is_the_contract_s() -> None:
    asked = json.loads(body("m", "{}", form=MOSAIC))
    assert (asked["model"], asked["temperature"], asked["seed"]) == ("m", 0, 1)
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]
    assert asked["messages"][1]["content"] == "{}"
    assert asked["response_format"]["json_schema"]["strict"] is True
    assert asked["response_format"]["json_schema"]["schema"] == SCHEMA
    assert set(asked) - set(json.loads(body("m", "{}", form=MOSAIC, leave_out=OPTIONAL))) == set(OPTIONAL)


@given(st.text(max_size=40))
def test_any_text_travels_as_data_and_arrives_as_it_was(text: str) -> None:
    question = payload([PrayerLine(text, "en", (0,))], {})
    sent = json.loads(body("m", question, form=MOSAIC))
    assert json.loads(sent["messages"][1]["content"])["desires"][0]["text"] == text
    assert sent["messages"][0] == json.loads(body("m", "{}", form=MOSAIC))["messages"][0]


def test_a_key_changes_with_everything_that_an_answer_depends_on() -> None:
    asked = [("m", "https://a", "{}"), ("n", "https://a", "{}"), ("m", "https://b", "{}"), ("m", "https://a", "[]")]
    assert len({cache_key(*one) for one in asked}) == len(asked)
    assert cache_key(*asked[0]) == cache_key(*asked[0])


# --- the shape -----------------------------------------------------------------------------------------------------


@given(json_values | near_answers)
def test_what_is_read_is_what_the_schema_allows(value: Any) -> None:
    try:
        said = json.dumps(value, allow_nan=False)
    except ValueError:
        return
    allowed = jsonschema.Draft202012Validator(SCHEMA).is_valid(value)
    assert isinstance(read(said), Answer) == allowed


@given(json_values | near_answers)
def test_whatever_json_a_model_answers_the_draft_is_whole(value: Any) -> None:
    answer = read(json.dumps(value))
    if isinstance(answer, Answer):
        assert wrong(LINES, whole(LINES, verify(LINES, answer))[0]) == []


@given(near_answers)
def test_an_answer_of_the_right_shape_is_read_whole(value: Any) -> None:
    jsonschema_says = jsonschema.Draft202012Validator(SCHEMA).is_valid(value)
    found = read(json.dumps(value))
    assert (msgspec.to_builtins(found) if isinstance(found, Answer) else None) == (value if jsonschema_says else None)


@given(st.text(max_size=60))
def test_any_text_is_read_or_typed(text: str) -> None:
    assert isinstance(read(text), Answer | Failure)


@pytest.mark.parametrize(
    "content",
    [
        SAID,
        f"\n  {SAID}\n",
        f"```json\n{SAID}\n```",
        f"```\n{SAID}\n```",
        f"```JSON\n{SAID}```",
        f"Here you are:\n```json\n{SAID}\n```\nI hope this helps!",
        f"<think>One, two.</think>{SAID}",
        f'<think>Or {{"lines": []}}?</think>\n```json\n{SAID}\n```',
        f"<thinking>Hm.</thinking>\n{SAID}",
        f"Thinking without a beginning.</think>{SAID}",
        f"<think>a</think><think>b</think>{SAID}",
    ],
)
def test_json_in_a_fence_or_after_thinking_is_read(content: str) -> None:
    assert read(content) == ANSWER


def test_words_of_thinking_within_a_desire_do_not_cut_it() -> None:
    said = Answer([AnswerLine("Let us </think> ``` more", [Cite("desire-1", "x </think>")])])
    assert read(msgspec.json.encode(said).decode()) == said


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("", "not json"),
        ("Gladly!", "not json"),
        ("<think>for ever", "not json"),
        (SAID[:-3], "not json"),
        (f"{SAID} and {SAID}", "not json"),
        ("[" * 100_000, "wrong shape"),
        ('{"lines": [{"text": "\\ud800", "cites": []}]}', "not json"),
        ("[]", "wrong shape"),
        ("null", "wrong shape"),
        ('{"lines": null}', "wrong shape"),
        ('{"lines": [], "note": "x"}', "wrong shape"),
        ('{"lines": [{"text": "x"}]}', "wrong shape"),
        ('{"lines": [{"text": "x", "cites": [{"id": 1, "quote": "x"}]}]}', "wrong shape"),
    ],
    ids=lambda value: value[:30],
)
def test_anything_else_is_a_typed_failure(content: str, kind: str) -> None:
    assert read(content) == Failure(kind)  # type: ignore[arg-type]
