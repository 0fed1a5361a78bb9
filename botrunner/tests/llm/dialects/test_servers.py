"""Tests of talking to servers that differ from the API that they claim to offer, over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from botrunner.llm.base import ChatMessage, ModelError, joined
from botrunner.llm.dialects.reading import CUT, NOTHING, ONLY_THOUGHTS
from botrunner.llm.openai_client import CUT_NOTES, MOST_LESSONS
from botrunner.llm.tokens import count_chat_tokens
from botrunner.tests.llm.asking import PROMPT, context, failure_of, pieces_of, reply_of
from botrunner.tests.llm.misbehaving import (
    Answer,
    event,
    fails,
    piece,
    replies,
    says,
    sends,
)
from whisper.environment import environment

pytestmark = [pytest.mark.clocked, pytest.mark.heavy]

TALK: list[ChatMessage] = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "I'm Ann."},
    {"role": "assistant", "content": "Hello Ann!"},
    {"role": "user", "content": "Who am I?"},
]
SCHEMA = {"type": "object", "properties": {"cat": {"type": "string"}}, "required": ["cat"]}


def refuses(message: str, *, status: int = 400, **more: object) -> Answer:
    return fails(status, {"error": {"message": message, **more}})


def long_talk(turns: int) -> list[ChatMessage]:
    said: list[ChatMessage] = [{"role": "system", "content": "Be kind."}]
    for number in range(turns):
        said.append({"role": "user", "content": f"Question {number}: " + "meow " * 100})
        said.append({"role": "assistant", "content": f"Answer {number}: " + "purr " * 100})
    return [*said, {"role": "user", "content": "And now?"}]


def whole(content: object, *, ending: str | None = "stop", **fields: object) -> bytes:
    message = {"role": "assistant", "content": content, **fields}
    return json.dumps(
        {"object": "chat.completion", "choices": [{"message": message, "finish_reason": ending}]}
    ).encode()


def roles(asked: dict[str, Any]) -> list[str]:
    return [message["role"] for message in asked["messages"]]


# What a server wants


@pytest.mark.parametrize(
    "refusal",
    [
        refuses("System role not supported"),
        refuses("Error: Jinja Exception: System role not supported", status=500),
        refuses("Only user and assistant roles are supported!"),
        refuses("Developer instruction is not enabled for models/small"),
    ],
)
async def test_where_the_system_role_is_refused_the_person_says_it(server, client, refusal):
    server.answer_with(refusal, says("Ann!"))
    assert await reply_of(client, messages=TALK) == "Ann!"
    assert roles(server.asked[1]) == ["user", "assistant", "user"]
    assert server.asked[1]["messages"][0]["content"] == "Be kind.\n\nI'm Ann."


async def test_roles_that_must_alternate_do(server, client):
    server.answer_with(
        refuses("Conversation roles must alternate user/assistant/user/assistant/..."),
        says("Ann!"),
    )
    last: ChatMessage = {"role": "system", "content": "It is noon."}
    talk = [*TALK[:2], TALK[1], *TALK[2:], last]
    assert await reply_of(client, messages=talk) == "Ann!"
    assert roles(server.asked[1]) == ["system", "user", "assistant", "user"]
    assert server.asked[1]["messages"][0]["content"] == "Be kind.\n\nIt is noon."
    assert server.asked[1]["messages"][1]["content"] == "I'm Ann.\n\nI'm Ann."


async def test_where_alternating_is_not_enough_the_system_role_goes_as_well(server, client):
    server.answer_with(
        *[refuses("Conversation roles must alternate user/assistant/...")] * 2, says("Ann!")
    )
    assert await reply_of(client, messages=TALK) == "Ann!"
    assert roles(server.asked[2]) == ["user", "assistant", "user"]


@pytest.mark.parametrize(
    "refusal",
    [
        refuses("Invalid type for 'messages[0].content': expected an array, got a string"),
        refuses(
            "json: cannot unmarshal string into Go struct field Message.content of type []Part"
        ),
        refuses("messages[0].content: invalid type: string, expected a sequence at line 1"),
        fails(
            422,
            {
                "detail": [
                    {
                        "loc": ["body", "messages", 0, "content"],
                        "msg": "Input should be a valid list",
                        "input": "Be kind.",
                    }
                ]
            },
        ),
    ],
)
async def test_contents_are_sent_in_parts_where_they_must_be(server, client, refusal):
    server.answer_with(refusal, says("Ann!"))
    assert await reply_of(client) == "Ann!"
    assert server.asked[1]["messages"][0]["content"] == [{"type": "text", "text": "Be kind."}]


@pytest.mark.parametrize(
    "refusal",
    [
        refuses("Unsupported value: 'stream' does not support true with this model."),
        refuses("Error in `stream`: `stream` is not supported for this model"),
        refuses("Your organization must be verified to stream this model.", param="stream"),
        refuses("This server does not support streaming."),
    ],
)
async def test_a_server_that_cannot_stream_is_asked_for_all_at_once(server, client, refusal):
    server.answer_with(refusal, replies(whole("Hello!")))
    assert await pieces_of(client) == ["Hello!"]
    assert "stream" not in server.asked[1]


@pytest.mark.parametrize(
    ("refusal", "changed"),
    [
        (
            refuses(
                "Unsupported parameter: 'max_tokens' is not supported with this model. "
                "Use 'max_completion_tokens' instead."
            ),
            {"max_completion_tokens": 4096, "max_tokens": None},
        ),
        (
            refuses("'temperature' does not support 0.7 with this model. Only the default (1)."),
            {"temperature": None, "max_tokens": 4096},
        ),
        (
            fails(400, {"error": "Unrecognized request argument supplied: temperature"}),
            {"temperature": None},
        ),
        (
            fails(
                422,
                {
                    "detail": [
                        {
                            "type": "extra_forbidden",
                            "loc": ["body", "temperature"],
                            "msg": "Extra inputs are not permitted",
                            "input": 0.7,
                        }
                    ]
                },
            ),
            {"temperature": None},
        ),
    ],
)
async def test_a_parameter_that_is_refused_in_words_is_left_out(server, client, refusal, changed):
    server.answer_with(refusal, says("Hi"))
    assert await reply_of(client) == "Hi"
    assert {name: server.asked[1].get(name) for name in changed} == changed


async def test_a_server_that_takes_no_limit_under_either_name_gets_none(server, client):
    extra = "Extra inputs are not permitted"
    server.answer_with(
        refuses(f"max_tokens: {extra}"), refuses(f"max_completion_tokens: {extra}"), says("Hi")
    )
    assert await reply_of(client) == "Hi"
    assert not {"max_tokens", "max_completion_tokens"} & server.asked[2].keys()


@pytest.mark.parametrize(
    "message",
    [
        "max_tokens is too large: 4096. This model supports at most 2048 completion tokens.",
        "Invalid max_tokens value, the valid range of max_tokens is [1, 2048]",
        "Range of max_tokens should be [1, 2048]",
        "max_tokens: integer above maximum value, expected a value <= 2048, but got 4096",
        "max_tokens must be less than or equal to 2048",
    ],
)
async def test_a_limit_that_is_too_large_becomes_what_the_server_takes(server, client, message):
    server.answer_with(refuses(message), says("Hi"))
    assert await reply_of(client) == "Hi"
    assert server.asked[1]["max_tokens"] == 2048


async def test_the_new_name_of_the_limit_can_be_too_large_as_well(server, client):
    server.answer_with(
        refuses("'max_tokens' is not supported. Use 'max_completion_tokens'."),
        refuses("max_completion_tokens is too large: 4096. It supports at most 2048."),
        says("Hi"),
    )
    assert await reply_of(client) == "Hi"
    assert server.asked[2]["max_completion_tokens"] == 2048


@pytest.mark.parametrize(
    "refusal",
    [
        refuses(
            "This model's maximum context length is 2048 tokens. However, you requested 7000 "
            "tokens (2904 in the messages, 4096 in the completion)."
        ),
        refuses("your messages resulted in 3000 tokens. The context length is 2048 tokens."),
        refuses(
            "request (3000 tokens) exceeds the available context size (2048 tokens)",
            type="exceed_context_size_error",
            n_prompt_tokens=3000,
            n_ctx=2048,
        ),
        fails(400, {"error": "Cannot truncate prompt with n_keep (3000) >= n_ctx (2048)"}),
        refuses("Trying to keep the first 3000 tokens. It has a context length of only 2048."),
        refuses("Requested tokens (3000) exceed context window of 2048", status=500),
        refuses("`inputs` tokens + `max_new_tokens` must be <= 2048. Given: 3000 `inputs` tokens"),
        refuses("Prompt length 3000 is greater than max_seq_len 2048"),
        refuses("The input (3000 tokens) is longer than the model's context length (2048 tokens)."),
        refuses("prompt is too long: 3000 tokens > 2048 maximum"),
        refuses("Request too large on tokens per minute: Limit 2048, Requested 7000", status=413),
        refuses("The input token count (3000) exceeds the number of tokens allowed (2048)."),
        sends(event({"error": {"message": "context length exceeded", "n_ctx": 2048}})),
        replies(b'{"error":{"code":400,"message":"exceeds the context size","n_ctx":2048}}'),
    ],
)
async def test_a_context_that_is_full_makes_the_history_shorter(server, client, refusal):
    talk = long_talk(12)
    server.answer_with(refusal, says("Meow!"))
    assert await reply_of(client, messages=talk) == "Meow!"
    sent = server.asked[1]
    assert sent["messages"][0] == talk[0]
    assert sent["messages"][1:] == talk[-len(sent["messages"]) + 1 :]
    assert sent["messages"][1]["role"] == "user"
    assert len(sent["messages"]) > 4
    assert count_chat_tokens(sent["messages"]) + sent["max_tokens"] <= 2048


@pytest.mark.parametrize("status", [400, 413, 500])
async def test_a_context_of_unknown_size_is_tried_ever_shorter(server, client, status):
    full = refuses("Context size has been exceeded.", status=status)
    server.answer_with(full, full, full, says("Meow!"))
    assert await reply_of(client, messages=long_talk(12)) == "Meow!"
    lengths = [len(asked["messages"]) for asked in server.asked]
    assert lengths == sorted(set(lengths), reverse=True)


async def test_a_server_that_counts_more_tokens_than_we_do_gets_still_less(server, client):
    full = refuses("This model's maximum context length is 2048 tokens.")
    server.answer_with(full, full, full, says("Meow!"))
    assert await reply_of(client, messages=long_talk(12)) == "Meow!"
    lengths = [count_chat_tokens(asked["messages"]) + asked["max_tokens"] for asked in server.asked]
    assert lengths == sorted(set(lengths), reverse=True)


async def test_a_short_prompt_leaves_the_answer_the_rest_of_a_small_context(server, client):
    full = "This model's maximum context length is 2048 tokens and your request has 20 input tokens"
    server.answer_with(refuses(f"'max_tokens' is too large: 4096. {full}"), says("Hi"))
    assert await reply_of(client) == "Hi"
    assert 1900 < server.asked[1]["max_tokens"] < 2048
    assert server.asked[1]["messages"] == PROMPT


async def test_memories_go_from_their_end_where_history_is_not_enough(server, client):
    lines = "\n".join(f"- memory {number}: meow meow meow" for number in range(400))
    talk: list[ChatMessage] = [
        {"role": "system", "content": f"Be kind.\n{lines}"},
        {"role": "user", "content": "Hello!"},
    ]
    server.answer_with(refuses("too long", n_ctx=1024), says("Hi"))
    assert await reply_of(client, messages=talk) == "Hi"
    system, person = server.asked[1]["messages"]
    assert system["content"].startswith("Be kind.\n- memory 0: meow")
    assert system["content"].endswith(": meow meow meow")
    assert person["content"] == "Hello!"
    assert count_chat_tokens([system, person]) < 1024


async def test_the_trace_has_the_prompt_as_it_was_sent(server, client):
    server.answer_with(refuses("System role not supported"), says("Hi"))
    asked = context()
    assert [piece async for piece in client.reply(asked)] == ["Hi"]
    assert asked.report.messages == server.asked[1]["messages"]


async def test_what_a_server_taught_is_kept(server, client):
    server.answer_with(
        refuses("System role not supported"),
        refuses("'max_tokens' is not supported"),
        refuses("context", n_ctx=2048),
        says("Hi"),
    )
    await reply_of(client, messages=long_talk(12))
    await reply_of(client, messages=long_talk(12))
    assert len(server.asked) == 5
    assert server.asked[3] == server.asked[4]


async def test_what_did_not_help_is_not_kept(server, client):
    server.answer_with(refuses("System role not supported"), fails(401), says("Hi"))
    await failure_of(client)
    await reply_of(client)
    assert roles(server.asked[2]) == ["system", "user"]


async def test_a_server_that_is_never_content_is_given_up(server, client):
    server.answer_with(refuses("context size exceeded"))
    with pytest.raises(ModelError, match="refused"):
        await reply_of(client, messages=long_talk(30))
    assert len(server.asked) <= MOST_LESSONS + 1


async def test_what_a_person_said_is_no_complaint(server, client):
    said = "System role not supported. The context size (300 tokens) is exceeded: n_ctx 300"
    talk: list[ChatMessage] = [PROMPT[0], {"role": "user", "content": said}]
    server.answer_with(refuses(f"I do not like '{said}'"))
    with pytest.raises(ModelError, match="refused"):
        await reply_of(client, messages=talk)
    assert len(server.asked) == 1


async def test_an_empty_answer_to_a_long_prompt_is_tried_once_with_a_shorter_one(server, client):
    server.answer_with(says(), says("Meow!"))
    assert await reply_of(client, messages=long_talk(12)) == "Meow!"
    assert len(server.asked[1]["messages"]) < len(server.asked[0]["messages"])
    server.answer_with(says())
    with pytest.raises(ModelError, match=NOTHING):
        await reply_of(client, messages=long_talk(12))
    assert len(server.asked) == 4


async def test_an_empty_answer_to_a_short_prompt_is_no_lesson(server, client):
    server.answer_with(says())
    assert str(await failure_of(client)) == NOTHING
    assert len(server.asked) == 1


@pytest.mark.heavy
async def test_a_server_that_still_loads_its_model_is_waited_for(server, client):
    loading = refuses("Loading model", status=503, type="unavailable_error")
    server.answer_with(*[loading] * 15, says("Hi"))
    assert await reply_of(client) == "Hi"
    server.answer_with(loading)
    assert "503" in str(await failure_of(client))


async def test_a_wrong_key_is_no_lesson(server, client):
    server.answer_with(refuses("System role not supported", status=401))
    assert (await failure_of(client)).permanent
    assert len(server.asked) == 1


async def test_a_schema_that_is_refused_in_words_is_asked_for_in_words(server, client):
    server.answer_with(
        refuses("This response_format type is unavailable now", status=500), says('{"cat": "Miso"}')
    )
    assert await client.complete_json(PROMPT, SCHEMA) == {"cat": "Miso"}
    assert await client.complete_json(PROMPT, SCHEMA) == {"cat": "Miso"}
    assert ["response_format" in asked for asked in server.asked] == [True, False, False]


# What comes back


@pytest.mark.parametrize(
    "answer",
    [
        replies(whole("Hello!")),
        replies(whole("Hello!", ending=None)),
        replies(whole([{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo!"}])),
        replies(whole("Hello!") + b"\n\ndata: [DONE]\n\n"),
        replies(json.dumps(json.loads(whole("Hello!")), indent=2).encode()),
        replies(b'{"choices": [{"text": "Hello!", "finish_reason": "stop"}]}'),
        replies(whole(None, refusal="Hello!")),
        sends(b"data: " + whole("Hello!") + b"\n\n", b"data: [DONE]\n\n"),
        sends(*(part.removeprefix(b"data: ") for part in [piece("Hel"), piece("lo!")]), whole("")),
    ],
    ids=["json", "no ending", "parts", "done", "indented", "text", "refusal", "event", "lines"],
)
async def test_json_in_place_of_a_stream_is_read(server, client, answer):
    server.answer_with(answer)
    assert await reply_of(client) == "Hello!"


@pytest.mark.parametrize(
    "ending",
    [
        [],
        [event({"choices": [{"delta": {}, "finish_reason": None}]})],
        [event({"choices": [{"delta": {}, "finish_reason": ""}]})],
        [event({"choices": [{"delta": {}, "finish_reason": "null"}]})],
        [event({"choices": [], "usage": {"total_tokens": 3}})],
    ],
)
async def test_a_stream_that_is_done_needs_no_reason(server, client, ending):
    server.answer_with(sends(piece("Hello!"), *ending, b"data: [DONE]\n\n"))
    assert await reply_of(client) == "Hello!"


async def test_a_reason_in_the_middle_ends_nothing(server, client):
    thought = {"choices": [{"delta": {"reasoning_content": "Hm."}, "finish_reason": "stop"}]}
    server.answer_with(sends(event(thought), piece("Hello!"), b"data: [DONE]\n\n"))
    assert await reply_of(client) == "Hello!"


async def test_comments_odd_spacing_and_line_ends_of_other_kinds_are_no_matter(server, client):
    text = "a\u2028b\u0085c"
    chunk = json.dumps({"choices": [{"delta": {"content": text}}]}, ensure_ascii=False).encode()
    server.answer_with(
        sends(b": PROCESSING\r\n\r\nevent: message\r\ndata:", chunk, b"\r\n\r\ndata:[DONE]\r\n\r\n")
    )
    assert await reply_of(client) == text


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning", "thinking"])
async def test_thoughts_in_a_field_of_their_own_are_not_shown(server, client, field):
    thought = event({"choices": [{"delta": {field: "Hm.", "content": None}}]})
    server.answer_with(sends(thought, piece("Hello!"), b"data: [DONE]\n\n"))
    assert await reply_of(client) == "Hello!"
    server.answer_with(sends(thought, b"data: [DONE]\n\n"))
    assert str(await failure_of(client)) == ONLY_THOUGHTS


async def test_contents_come_in_parts_of_which_some_are_thoughts(server, client):
    thought = [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]
    server.answer_with(
        sends(
            event({"choices": [{"delta": {"content": thought}}]}),
            event({"choices": [{"delta": {"content": [{"type": "text", "text": "Hello!"}]}}]}),
            b"data: [DONE]\n\n",
        )
    )
    assert await reply_of(client) == "Hello!"


@pytest.mark.parametrize(
    "texts",
    [
        ("<THINK>Hm.", "</think>", "Hello!"),
        ("[THINK]Hm.[/TH", "INK]Hello!"),
        ("<thought>Hm.</thought>\n", "Hello!"),
        (
            "<|channel|>analysis<|message|>Hm.<|end|>",
            "<|start|>assistant<|channel|>final<|message|>Hello!<|return|>",
        ),
        ("<|channel>thought\nHm.", "<channel|>Hello!"),
        ("Hello!<|im", "_end|>"),
        ("Hello!", "\nUser: And", " you?"),
        ("Whisper: Hello!\n", "Ann: And you?"),
    ],
)
async def test_only_the_answer_is_shown(server, client, texts):
    server.answer_with(says(*texts))
    assert await reply_of(client) == "Hello!"


async def test_a_server_is_left_once_the_answer_is_over(server, client):
    server.answer_with(says("Hello!<|im_end|>", *["And so on. "] * 1000, pause=1))
    assert await reply_of(client) == "Hello!"


async def test_who_opens_thoughts_unseen_is_waited_for_the_next_time(server, client):
    server.answer_with(says("Hm, they greet.\n", "</think>\n\n", "Hello!"))
    first = await pieces_of(client)
    assert "".join(first) == "Hm, they greet.Hello!"
    assert joined(first) == "Hello!"
    assert await reply_of(client) == "Hello!"
    assert await pieces_of(client) == ["Hello!"]
    server.answer_with(says("No thoughts ", "today."))
    assert await reply_of(client) == "No thoughts today."
    server.answer_with(says("Hm, and then", ending="length"))
    assert str(await failure_of(client)) == CUT["length"]


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("length", "length"),
        ("max_tokens", "length"),
        ("MAX_TOKENS", "length"),
        ("content_filter", "content_filter"),
        ("SAFETY", "content_filter"),
    ],
)
async def test_an_answer_that_was_cut_is_marked_as_such(server, client, ending, kind):
    server.answer_with(says("Once upon a", ending=ending))
    assert await reply_of(client) == f"Once upon a\n\n{CUT_NOTES[kind]}"
    with pytest.raises(ModelError) as caught:
        await client.complete(PROMPT, max_tokens=100)
    assert str(caught.value) == CUT[kind]


@pytest.mark.parametrize("ending", ["stop", "eos", "end_turn", "stop_sequence"])
async def test_other_words_for_the_end_are_ends(server, client, ending):
    server.answer_with(sends(piece("Hello!"), event({"choices": [{"finish_reason": ending}]})))
    assert await reply_of(client) == "Hello!"


async def test_json_that_ends_before_the_limit_cuts_what_follows_is_whole(server, client):
    server.answer_with(says('{"cat": "Miso"} I hope', ending="length"))
    assert await client.complete_json(PROMPT, SCHEMA) == {"cat": "Miso"}


def test_the_limit_of_an_answer_is_the_default_that_these_tests_speak_of():
    assert environment.llm_max_tokens_chat == 4096
