"""Tests of the client against a server that misbehaves."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from botrunner.llm import openai_client
from botrunner.llm.base import ModelError, joined
from botrunner.llm.dialects.reading import CHARACTERS_A_TOKEN, CUT, NOTHING, ONLY_THOUGHTS
from botrunner.llm.endpoints import Endpoint
from botrunner.llm.faults import REASONS
from botrunner.llm.openai_client import CUT_NOTES, OpenAIClient
from botrunner.tests.llm.asking import PROMPT, context, failure_of, pieces_of
from botrunner.tests.llm.misbehaving import (
    Answer,
    breaks_off,
    event,
    fails,
    piece,
    repeats,
    replies,
    running,
    says,
    sends,
    stalls,
)
from whisper.environment import environment
from whisper.settings import BASE_DIR

pytestmark = pytest.mark.clocked

REQUEST_SECONDS, CONNECTION_SECONDS, IDLE_SECONDS = 60.0, 5.0, 20.0
SCHEMA = {"type": "object", "properties": {"cat": {"type": "string"}}, "required": ["cat"]}


@pytest.fixture(autouse=True)
def _times(monkeypatch):
    monkeypatch.setattr(environment, "llm_request_timeout", REQUEST_SECONDS)
    monkeypatch.setattr(environment, "llm_connection_timeout", CONNECTION_SECONDS)
    monkeypatch.setattr(environment, "llm_idle_timeout", IDLE_SECONDS)


async def test_a_reply_comes_piece_by_piece(server, client):
    server.answer_with(says("Hel", "lo, ", "Ann!"))
    assert await pieces_of(client) == ["Hel", "lo, ", "Ann!"]


async def test_the_request_carries_prompt_model_limits_and_key(server, client):
    server.answer_with(says("Hi"))
    await pieces_of(client)
    asked = server.asked[0]
    assert asked["messages"] == PROMPT
    assert asked["model"] == "small"
    assert asked["stream"] is True
    assert asked["max_tokens"] == environment.llm_max_tokens_chat
    assert asked["temperature"] == environment.llm_temperature
    assert "authorization: bearer secret-key" in server.heads[0].lower()


async def test_lone_surrogates_in_a_prompt_reach_no_server(server, client):
    server.answer_with(says("Hi"))
    await pieces_of(client, messages=[{"role": "user", "content": "a\ud800b"}])
    assert server.asked[0]["messages"][0]["content"] == "a?b"


async def test_a_slow_but_steady_answer_arrives_whole(server, client, waited):
    server.answer_with(says(*"abcde", pause=0.4 * IDLE_SECONDS))
    assert "".join(await pieces_of(client)) == "abcde"
    assert waited() > 2 * IDLE_SECONDS


async def test_a_steady_answer_that_never_ends_is_ended(server, client, waited):
    server.answer_with(says(*["on and "] * 100, pause=IDLE_SECONDS / 2))
    assert str(await failure_of(client)) == "the server did not answer in time"
    assert waited() == pytest.approx(REQUEST_SECONDS, abs=1)


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [(stalls(), REQUEST_SECONDS), (stalls("Hel"), IDLE_SECONDS)],
    ids=["before", "amid"],
)
async def test_a_stalled_answer_is_ended(server, client, answer, seconds, waited):
    server.answer_with(answer)
    error = await failure_of(client)
    assert waited() == pytest.approx(seconds, abs=1)
    assert str(error) == "the server did not answer in time"
    assert not error.permanent
    assert len(server.asked) == 1


async def test_a_server_that_never_ends_is_left(server, client, monkeypatch):
    monkeypatch.setattr(environment, "llm_max_tokens_chat", 16)
    server.answer_with(repeats("and so on "))
    told = context()
    reply = joined([piece async for piece in client.reply(told)])
    assert reply.startswith("and so on and so on")
    assert reply.endswith(CUT_NOTES["length"])
    assert len(reply) < 16 * CHARACTERS_A_TOKEN + 100
    assert told.report.cut == "length"


@pytest.mark.parametrize(
    "failing",
    [fails(429), fails(500), fails(503), fails(408), breaks_off()],
    ids=["429", "500", "503", "408", "cut"],
)
async def test_what_passes_by_itself_is_tried_again(server, client, failing):
    server.answer_with(failing, failing, says("Hi"))
    assert await pieces_of(client) == ["Hi"]
    assert len(server.asked) == 3


async def test_an_error_inside_a_stream_is_tried_again_before_the_first_piece(server, client):
    overloaded = sends(event({"error": {"code": 502, "message": "overloaded"}}))
    server.answer_with(overloaded, says("Hi"))
    assert await pieces_of(client) == ["Hi"]


@pytest.mark.parametrize(
    ("status", "reason"),
    [(429, "too many requests (429)"), (500, "the server failed (500)")],
)
async def test_a_server_that_never_recovers_is_given_up(server, client, status, reason):
    server.answer_with(fails(status))
    error = await failure_of(client)
    assert str(error) == reason
    assert not error.permanent
    assert len(server.asked) == 1 + openai_client.RETRIES


async def test_a_server_says_when_to_come_back(server, client, waited):
    server.answer_with(fails(429, headers="Retry-After: 40\r\n"), says("Hi"))
    assert await pieces_of(client) == ["Hi"]
    assert waited() == pytest.approx(40, abs=1)


@pytest.mark.parametrize("wait", ["60", "Wed, 21 Oct 2099 07:28:00 GMT"])
async def test_nobody_waits_longer_than_a_request_may_take(server, client, wait, waited):
    server.answer_with(fails(429, headers=f"Retry-After: {wait}\r\n"))
    await failure_of(client)
    assert waited() < 1
    assert len(server.asked) == 1


async def test_nonsense_about_coming_back_is_no_matter(server, client):
    server.answer_with(fails(503, headers="Retry-After: soon\r\n"), says("Hi"))
    assert await pieces_of(client) == ["Hi"]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "the request was refused (400)"),
        (401, "the key was refused (401)"),
        (402, "the account has no credit (402)"),
        (403, "access was refused (403)"),
        (404, "the address or the model is unknown (404)"),
    ],
)
async def test_what_stays_wrong_is_told_at_once(server, client, status, reason):
    server.answer_with(fails(status))
    error = await failure_of(client)
    assert (str(error), error.permanent) == (reason, True)
    assert len(server.asked) == 1


async def test_a_used_up_quota_is_not_tried_again(server, client):
    server.answer_with(fails(429, {"error": {"code": "insufficient_quota", "message": "pay"}}))
    error = await failure_of(client)
    assert str(error) == "too many requests (429, insufficient_quota)"
    assert error.permanent


async def test_what_a_server_quotes_is_not_passed_on(server, client):
    server.answer_with(fails(400, {"error": {"message": "bad: 'my secret'", "code": "my secret"}}))
    error = await failure_of(client)
    assert "secret" not in str(error)
    assert error.__suppress_context__


@pytest.mark.parametrize(
    "answer",
    [
        replies(b"<html>Welcome to nginx</html>"),
        replies(b""),
        sends(b"data: {broken\n\n"),
        sends(b"\xff\xfe\x00 garbage"),
        sends(b"data: \xff\n\n"),
        sends(event({"choices": []}), b"data: [DONE]\n\n"),
        sends(event({"no": "choices"})),
        sends(event([1, 2])),
        sends(event("text")),
        sends(event({"choices": "none"})),
        sends(event({"choices": [None]})),
        sends(event({"choices": [{"delta": {"content": ["a"]}, "finish_reason": 3}]})),
        sends(event(None)),
        says(),
        says("", "  \n"),
        says("<think>Hm, hm.</think>\n"),
    ],
)
async def test_garbage_and_nothing_are_no_answer(server, client, answer, waited):
    server.answer_with(answer)
    error = await failure_of(client)
    assert waited() < IDLE_SECONDS
    assert not error.permanent


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (says("<think>Well", ending="length"), "the answer did not fit its limit of tokens"),
        (says(ending="content_filter"), "the server withheld the answer"),
    ],
)
async def test_why_an_answer_is_empty_is_told_where_it_is_known(server, client, answer, reason):
    server.answer_with(answer)
    assert str(await failure_of(client)) == reason


@pytest.mark.parametrize(
    "answer",
    [
        breaks_off("Hel"),
        sends(piece("Hel")),
        says("Hel", ending="error"),
        sends(piece("Hel"), event({"error": {"code": 502, "message": "gone"}})),
        sends(piece("Hel"), b"data: {broken\n\n"),
    ],
    ids=["connection", "no ending", "error ending", "error", "garbage"],
)
async def test_an_answer_that_breaks_off_is_not_begun_anew(server, client, answer):
    server.answer_with(answer, says("Hello again"))
    async with aclosing(client.reply(context())) as pieces:
        assert await anext(pieces) == "Hel"
        with pytest.raises(ModelError):
            await anext(pieces)
    assert len(server.asked) == 1


async def test_thoughts_are_not_shown(server, client):
    server.answer_with(says("<thi", "nk>What to ", "say?</th", "ink>\n\nHello ", "<3 Ann"))
    assert "".join(await pieces_of(client)) == "Hello <3 Ann"


async def test_an_unreachable_server_is_named_as_such(unused_tcp_port, waited):
    address = f"http://ann:hunter2@127.0.0.1:{unused_tcp_port}/v1"
    client = OpenAIClient(Endpoint(address, "small"))
    server = f"http://ann:***@127.0.0.1:{unused_tcp_port}"
    assert str(await failure_of(client)) == f"the connection to {server} failed"
    assert waited() < REQUEST_SECONDS
    await client.aclose()


async def test_a_reader_who_leaves_ends_the_request(server, client):
    left = asyncio.Event()

    async def answer(reader, writer):
        await stalls("Hel")(reader, writer)
        left.set()

    server.answer_with(answer)
    async with aclosing(client.reply(context())) as pieces:
        assert await anext(pieces) == "Hel"
    await asyncio.wait_for(left.wait(), 2)


async def test_a_model_that_renamed_a_parameter_gets_the_new_one(server, client):
    def refuses(name: str) -> Answer:
        return fails(400, {"error": {"message": "no", "param": name, "code": "unsupported_value"}})

    server.answer_with(refuses("max_tokens"), refuses("temperature"), says("Hi"))
    assert await pieces_of(client) == ["Hi"]
    await pieces_of(client)
    for asked in server.asked[2:]:
        assert asked["max_completion_tokens"] == environment.llm_max_tokens_chat
        assert "max_tokens" not in asked
        assert "temperature" not in asked
    assert len(server.asked) == 4


async def test_json_is_asked_for_by_schema(server, client):
    server.answer_with(says('{"cat": ', '"Miso"}'))
    assert await client.complete_json(PROMPT, SCHEMA) == {"cat": "Miso"}
    assert server.asked[0]["response_format"]["json_schema"]["schema"] == SCHEMA


async def test_json_comes_from_a_server_that_takes_no_schema(server, client):
    server.answer_with(fails(400), says('Sure!\n```json\n{"cat": "Miso"}\n```'))
    assert await client.complete_json(PROMPT, SCHEMA) == {"cat": "Miso"}
    assert await client.complete_json(PROMPT, SCHEMA) == {"cat": "Miso"}
    assert ["response_format" in asked for asked in server.asked] == [True, False, False]


@pytest.mark.parametrize("answer", ["I don't know.", '{"cat": "Mi', "{" * 100_000, "[]" * 9])
async def test_an_answer_that_is_no_json_is_an_error(server, client, answer):
    server.answer_with(says(answer))
    with pytest.raises(ModelError):
        await client.complete_json(PROMPT, SCHEMA)


def test_a_client_serves_one_event_loop_after_another():
    async def ask(client: OpenAIClient) -> list[str]:
        async with running() as server:
            server.answer_with(says("Hi"))
            client._endpoint = Endpoint(server.url, "small")
            return await pieces_of(client)

    client = OpenAIClient(Endpoint("http://127.0.0.1:9/v1", "small"))
    assert asyncio.run(ask(client)) == asyncio.run(ask(client)) == ["Hi"]


@pytest.mark.parametrize("reason", [*REASONS.values(), *CUT.values(), ONLY_THOUGHTS, NOTHING])
def test_every_reason_is_documented(reason):
    assert f"| {reason}" in (BASE_DIR / "docs/language-models.md").read_text()
