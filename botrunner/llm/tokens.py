"""Count and clip text in tokens, offline."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import quicktok

from botrunner.llm.base import ChatMessage

# Which model listens is not known here. This vocabulary loads fastest, and newer ones mostly need
# fewer tokens for the same text, so that a budget counted with it holds for them.
ENCODING = "cl100k_base"
# What chat templates put around a message, and before the answer.
TOKENS_A_MESSAGE = 4
TOKENS_BEFORE_ANSWER = 3


def count_tokens(text: str) -> int:
    """Return how many tokens a text has; special tokens in it count as plain text."""
    return int(_encoding().count(_encodable(text)))


def count_chat_tokens(messages: Iterable[ChatMessage]) -> int:
    """Return how many tokens a prompt has, with what a chat template adds."""
    return TOKENS_BEFORE_ANSWER + sum(
        TOKENS_A_MESSAGE + count_tokens(message["content"]) for message in messages
    )


def has_at_most(text: str, tokens: int) -> bool:
    """Return whether a text has at most a number of tokens; cheaper than counting a short one's."""
    encodable = _encodable(text)
    # Each token stands for a byte or more.
    return len(encodable.encode()) <= tokens or count_tokens(encodable) <= tokens


def clip(text: str, tokens: int) -> str:
    """Return the longest start of a text that has no more tokens than this.

    Args:
        tokens: at least 0.
    """
    if has_at_most(text, tokens):
        return text
    encodable = _encodable(text)
    ids = _encoding().encode_ordinary(encodable)
    # A start can have more tokens than it was cut from, as its end is then split otherwise.
    for kept in range(tokens, 0, -1):
        # A character cut in its middle is dropped.
        start = _encoding().decode_bytes(ids[:kept]).decode("utf-8", "ignore")
        if count_tokens(start) <= tokens:
            return text[: len(start)]
    return ""


@cache
def _encoding() -> quicktok.Tokenizer:
    return quicktok.get_encoding(ENCODING)


def _encodable(text: str) -> str:
    """Return the text with each lone surrogate replaced by one character."""
    return text.encode("utf-8", "replace").decode("utf-8")
