"""Whatever somebody writes, what is done with it grows with its length and not with its square."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from botrunner.conversation.leaning import leans_on_what_was_said
from botrunner.discord_bot.replying.splitting import split
from botrunner.llm.dialects.visible import VisibleText
from botrunner.llm.tokens import count_tokens
from memories.actions import clean_to_keep
from memories.facts.dates import dates_in
from memories.facts.rules import matched
from memories.wording.memorable import asks_not_to_keep, worth_remembering
from memories.wording.phrasing import is_question, is_small_talk, without_courtesies
from memories.wording.words import terms
from profiles.emotions.danger.fold import folded
from profiles.emotions.danger.said import language_of_phrases
from profiles.emotions.features import tokens
from profiles.relationship.signs import signs_in
from whisper.names import one_line
from whisper.personal_data.quotations import Quotations

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LENGTH = 100_000
# Twice the text may take this much more; a square takes four times as much.
MOST_TIMES = 3.0
# Below this many seconds of processor time a ratio says nothing.
FLOOR = 0.04

FUNCTIONS: dict[str, Callable[[str], object]] = {
    "clean": clean_to_keep,
    "not to keep": asks_not_to_keep,
    "worth": worth_remembering,
    "question": is_question,
    "small talk": is_small_talk,
    "courtesies": without_courtesies,
    "terms": terms,
    "rules": matched,
    "dates": lambda text: dates_in(text, NOON, ZoneInfo("UTC")),
    "signs": lambda text: signs_in(text, said_at=NOON),
    "leaning": leans_on_what_was_said,
    "danger": language_of_phrases,
    "folded": folded,
    "mood words": tokens,
    "line": one_line,
    "quotations": lambda text: Quotations([text]).without(text),
    "split": split,
    "visible": lambda text: shown(text),
    "tokens": count_tokens,
}
WORST = [
    " ",
    "\n",
    "\t ",
    "?",
    "!?",
    ".",
    "…",
    "'",
    '"',
    "“",
    "`",
    "> ",
    "(",
    "<",
    "<@1",
    "<think>",
    ".</think> y",
    "`</think> ",
    "<|a",
    "a\nUser ",
    "https://",
    "-",
    "- ",
    ", ",
    "a",
    "A",
    "1",
    "1 ",
    "4111 ",
    "ab ",
    "my ",
    "I'm ",
    "and i ",
    ", i am ",
    "my name is ",
    "i have two ",
    "don't ",
    "please ",
    "password is ",
    "-----BEGIN PRIVATE KEY-----",
    "sk-",
    "eyJ",
    "a://b:",
    "next week ",
    "in 1 ",
    "hello there ",
    "no, ",
    "\u0e01",
    "\u4f60",
    "\u200b",
    "\u202e",
    "é",
    "e\u0301",
    "🙂",
    "🙂 ",
    "#",
    "*",
    "_ ",
    "[a](",
    "|",
]


def shown(text: str) -> str:
    """Return what people see of a model's text that comes in one piece."""
    visible = VisibleText()
    visible.feed(text)
    visible.finish()
    return visible.text


def seconds(function: Callable[[str], object], text: str) -> float:
    """Return the processor time of this thread that a call takes, the least of two."""
    took = []
    for _ in range(2):
        began = time.thread_time()
        function(text)
        took.append(time.thread_time() - began)
        if took[-1] < FLOOR:
            break
    return min(took)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_time_does_not_grow_with_the_square_of_the_length(name):
    function = FUNCTIONS[name]
    function("I live in Ghent.")
    slow = {}
    for part in WORST:
        text = part * (LENGTH // len(part))
        whole = seconds(function, text)
        if whole <= FLOOR:
            continue
        half = seconds(function, text[: LENGTH // 2])
        if whole > MOST_TIMES * max(half, FLOOR / 2):
            slow[part] = (round(half, 3), round(whole, 3))
    assert slow == {}
