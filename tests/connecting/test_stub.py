"""The loopback server is honest: openai's own client library finds in it what it finds in a real one."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support import drafts, loopback

openai = pytest.importorskip("openai", reason="openai's own client, a tool of development, is not installed")
pydantic = pytest.importorskip("pydantic", reason="pydantic comes with openai's own client")

LINES = drafts.draft_of(*(("en", text) for text in drafts.CLEAN["en"]))
QUESTION = json.dumps(drafts.question_of(LINES))
ASKED = [{"role": "user", "content": QUESTION}]


class Cite(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    id: str
    quote: str


class Line(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    text: str
    cites: list[Cite]


class Answer(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    lines: list[Line]


@pytest.fixture(scope="module")
def client(stub: loopback.Stub) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=stub.url, api_key="none", max_retries=0, timeout=5) as client:
        yield client


def test_a_completion_reads_as_one(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(model="ok", messages=ASKED, temperature=0, seed=1)
    choice = completion.choices[0]
    assert (choice.finish_reason, choice.message.refusal) == ("stop", None)
    assert (completion.object, completion.system_fingerprint) == ("chat.completion", "fp_stub")
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens
    assert [len(line["cites"]) for line in json.loads(choice.message.content)["lines"]] == [2, 1]


def test_what_is_no_draft_is_answered_too(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(model="ok", messages=[{"role": "user", "content": "ping"}])
    assert completion.choices[0].message.content == "pong"


def test_a_strict_schema_is_parsed(client: openai.OpenAI) -> None:
    completion = client.chat.completions.parse(model="ok", messages=ASKED, response_format=Answer)
    assert [line.cites[0].id for line in completion.choices[0].message.parsed.lines] == ["desire-1", "desire-3"]


def test_a_schema_that_is_not_closed_is_refused(client: openai.OpenAI) -> None:
    schema = {"name": "open", "strict": True, "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}
    with pytest.raises(openai.BadRequestError, match="response_format"):
        client.chat.completions.create(
            model="ok", messages=ASKED, response_format={"type": "json_schema", "json_schema": schema}
        )


def test_a_refusal_is_one(client: openai.OpenAI) -> None:
    completion = client.chat.completions.parse(model="refusal", messages=ASKED, response_format=Answer)
    assert completion.choices[0].message.refusal
    assert completion.choices[0].message.parsed is None


def test_a_truncated_answer_says_so(client: openai.OpenAI) -> None:
    with pytest.raises(openai.LengthFinishReasonError):
        client.chat.completions.parse(model="truncated", messages=ASKED, response_format=Answer)


@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("429", openai.RateLimitError),
        ("500", openai.InternalServerError),
        ("401", openai.AuthenticationError),
        ("404", openai.NotFoundError),
        ("no temperature", openai.BadRequestError),
    ],
)
def test_errors_have_their_types(client: openai.OpenAI, model: str, error: type[openai.APIStatusError]) -> None:
    with pytest.raises(error) as raised:
        client.chat.completions.create(model=model, messages=ASKED, temperature=0)
    assert set(raised.value.body) == {"message", "type", "param", "code"}


@pytest.mark.parametrize("play", ["429 then ok", "500x2 then ok"])
def test_its_own_patience_gets_through(client: openai.OpenAI, stub: loopback.Stub, play: str) -> None:
    model = f"{play}/openai"
    completion = client.with_options(max_retries=2).chat.completions.create(model=model, messages=ASKED)
    assert completion.choices[0].message.content
    assert stub.times(model) == len(loopback.PLAYS[play])


def test_a_hanging_server_is_a_timeout(client: openai.OpenAI) -> None:
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=0.2).chat.completions.create(model="hang", messages=ASKED)
