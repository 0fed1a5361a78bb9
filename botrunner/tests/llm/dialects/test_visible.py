"""Tests of showing nothing of a model's text but its answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botrunner.llm.base import TakenBack, joined
from botrunner.llm.dialects.markers import NAMES, PAIRS
from botrunner.llm.dialects.visible import VisibleText

FENCE = "```\n<think>\nHm.\n</think>\n```"
# What marks are made of, and what looks like them.
PARTS = [
    *("<think>", "</think>", "<THINK a='b'>", "<thought>", "</thought>", "[THINK]", "[/THINK]"),
    *("<|channel|>analysis<|message|>", "<|channel|>final<|message|>", "<|end|>", "<|start|>"),
    *("<|channel>thought\n", "<channel|>", "<|im_end|>", "<|im_start|>assistant\n", "</s>", "<s>"),
    *("assistant\n\n", "analysis", "assistantfinal", "\nUser: ", "\n\n**Nora**: ", "Whisper: "),
    *("<answer>", "</answer>", "<th", "ink>", "</", "Hello. ", "<3", " ", "\n", "`", ":", "🚀"),
    *("Here is my thought process:", "Here is my response:", "T", "a", "\ud83d", "\ude80", "\x00"),
]


def pieces_of(*pieces: str) -> list[str]:
    visible = VisibleText(own_name="Whisper", others=["Nora"])
    fed = [visible.feed(piece) for piece in pieces]
    return [part for parts in [*fed, visible.finish()] for part in parts]


def shown(*pieces: str) -> str:
    return joined(pieces_of(*pieces))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", "Hello"),
        ("a\x00b", "ab"),
        ("a\ud800b", "a\ufffdb"),
        ("1 < 2 and <b>", "1 < 2 and <b>"),
        ("I <thi", "I <thi"),
        (" \n ", ""),
    ],
)
def test_an_answer_is_shown(text, expected):
    assert shown(text) == shown(*text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>Hm.</think>Hello", "Hello"),
        ("\n<thinking>Hm.</thinking>\n\nHello", "Hello"),
        ("<THINK>Hm.</Think>Hello", "Hello"),
        ('<think time="3" mode=deep>Hm.</think >Hello', "Hello"),
        ("<think>a</think><think>b</think>Hello", "Hello"),
        ("<think>a <thought>b</thought> c</think>Hello", "Hello"),
        ("<think></think>\n\nHello", "Hello"),
        ("<think/>Hello", "Hello"),
        ("</think>\n\nHello", "Hello"),
        ("<think>No end", ""),
        ("<think>Hm.</think><answer>Hello</answer>", "Hello"),
        ("[THINK]Hm [1].[/THINK]Hello", "Hello"),
        ("<|channel|>analysis<|message|>Hm.<|end|>Hello", "Hello"),
        (
            "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant"
            "<|channel|>final<|message|>Hello<|return|>",
            "Hello",
        ),
        ("<|channel|>analysis<|message|>Hm.<|channel|>final <|message|>Hello", "Hello"),
        ("<|channel|>commentary to=x<|message|>{}<|call|>", ""),
        ("<|channel|>final<|message|>Hello", "Hello"),
        ("<|channel>thought\nHm.\n<channel|>Hello", "Hello"),
        ("analysisUser greets.assistantfinalHello", "Hello"),
        ("Here is my thought process:\nHm.\nHere is my response:\nHello", "Hello"),
    ],
)
def test_thoughts_before_the_answer_are_hidden(text, expected):
    assert shown(text) == shown(*text) == expected


@pytest.mark.parametrize("name", NAMES)
def test_thoughts_in_each_tag_are_hidden(name):
    assert shown(f"<{name}>Hm.</{name}>Hello") == "Hello"


@pytest.mark.parametrize("pair", PAIRS)
def test_thoughts_between_each_pair_of_tokens_are_hidden(pair):
    opening, closing = pair
    assert shown(f"{opening} Hm. {closing}Hello") == "Hello"


@pytest.mark.parametrize(
    "text",
    [
        "Okay, they greet.\n</think>\n\nHello",
        "Okay, they greet.</think>\n\nHello",
        "Okay, they greet.</think>Hello",
        "Okay, they greet.\n[/THINK]Hello",
        "They greet.\n<channel|>Hello",
        "They greet.</seed:think>Hello",
    ],
)
def test_thoughts_that_were_opened_unseen_are_taken_back(text):
    assert shown(text) == shown(*text) == "Hello"
    assert any(isinstance(piece, TakenBack) for piece in pieces_of(*text))


@pytest.mark.parametrize(
    "text",
    [
        "Models write <think> before they answer, and </think> after.",
        "The tag `</think>`\nends it.",
        f"Like this:\n{FENCE}\nThat is all.",
        "It begins with <think>.\n</think>\nends it.",
        "The tag </think>\nends it.",
        "Use <b>. </think> is another tag.",
        "Hello <think>Hm.</think>Ann",
        'It writes "<|im_end|>" then.',
        "The token <|im_end|> ends a turn.",
        "It ends with <|im_end|>.",
        "`<|im_end|>`",
        "That is <s>wrong</s> right.",
        "analysis is hard",
        "analysis: nothing",
        "My assistant\n\nwill call you.",
    ],
)
def test_an_answer_about_marks_stays_whole(text):
    assert shown(text) == shown(*text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello<|im_end|>", "Hello"),
        ("Hello <|im_end|>", "Hello "),
        ("Hello<|im_end|>\n<|im_start|>user\nAnd you?", "Hello"),
        ("<|im_start|>assistant\nHello<|im_end|>", "Hello"),
        ("<|start_header_id|>assistant<|end_header_id|>\n\nHello<|eot_id|>", "Hello"),
        ("<start_of_turn>model\nHello<end_of_turn>", "Hello"),
        ("<|assistant|>Hello<|user|>Hi", "Hello"),
        ("<｜Assistant｜>Hello<｜end▁of▁sentence｜>", "Hello"),
        ("Hello</s>", "Hello"),
        ("[/INST] Hello [INST] And you?", "Hello "),
        ("<|begin_of_box|>42<|end_of_box|> it is", "42 it is"),
        ("Hello!assistant\n\nHello again!", "Hello!"),
        ("[BEGIN FINAL RESPONSE]Hello[END FINAL RESPONSE]", "Hello"),
    ],
)
def test_template_leftovers_are_cut_off(text, expected):
    assert shown(text) == shown(*text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello\nUser: Hi", "Hello"),
        ("Hello\n\nHuman: Hi", "Hello"),
        ("Hello\nNora: Hi\nWhisper: Hello", "Hello"),
        ("Hello\n**Nora:** Hi", "Hello"),
        ("Hello\n\n### User: Hi", "Hello"),
        ("Hello\n\n### Instruction:\nGo on", "Hello"),
        ("Whisper: Hello", "Hello"),
        ("**Whisper:** Hello", "Hello"),
        ("Assistant: Hello\nUser: Hi", "Hello"),
    ],
)
def test_the_model_speaks_for_itself_alone(text, expected):
    assert shown(text) == shown(*text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "A scene:\n\nNora: Hi\nBen: Hello",
        "Ben: Hi\nNora: Hello",
        "Host: example.org\nUser: root",
        "I told Nora: go.\nNora went.",
        "```\nx\nUser: root\n```",
    ],
)
def test_a_scene_that_was_asked_for_stays_whole(text):
    assert shown(text) == shown(*text) == text


def test_what_can_be_no_mark_is_shown_at_once():
    visible = VisibleText(others=["Nora"])
    assert visible.feed("1 <") == ["1 "]
    assert visible.feed(" 2") == ["< 2"]
    assert visible.feed("\nN") == []
    assert visible.feed("ot so") == ["\nNot so"]
    assert visible.feed(" banana") == [" banana"]


def test_after_its_end_nothing_of_an_answer_is_shown():
    visible = VisibleText()
    assert visible.feed("Hello<|im_end|>Hi") == ["Hello"]
    assert visible.ended
    assert visible.feed("Hi") == visible.finish() == []


def test_a_surrogate_pair_cut_in_two_is_one_character():
    assert shown("\ud83d", "\ude80") == "🚀"


@given(parts=st.lists(st.sampled_from(PARTS), max_size=12), data=st.data())
def test_where_a_stream_is_cut_makes_no_difference(parts, data):
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert shown(*pieces) == shown(*text) == shown(text)


@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<[◁\0:"), min_size=1)
)
def test_a_text_without_marks_is_shown_as_it_is(text):
    if not text.startswith("analysis") and "assistant" not in text:
        assert shown(text) == text.lstrip()
