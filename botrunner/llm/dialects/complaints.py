"""Read from a server's error what it wants otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import openai

from botrunner.llm.dialects.plain import plain
from botrunner.llm.dialects.reading import EmptyAnswerError
from botrunner.llm.tokens import count_chat_tokens

# A key that was refused, an empty account and haste have other remedies.
NOT_ABOUT_THE_REQUEST = {401, 402, 403, 408, 409, 425, 429}
# Some servers quote the request there, and so what a person said.
QUOTING = {"input", "messages", "request", "body", "ctx", "url"}
MOST_WORDS = 2000
LONG_PROMPT = 1000

NUMBER = r"\D{0,3}(\d{2,8})"
CONTEXT_FULL = re.compile(
    r"context.{0,40}(length|size|window|exceed|overflow|full)|n_ctx|max_seq_len"
    r"|(input|prompt|request).{0,40}(exceed|too (long|large)|longer than|greater than)"
    r"|input.{0,40}tokens? \+|maximum prompt length|reduce the length|too many (input )?tokens"
)
CONTEXT_LIMITS = (
    rf"n_ctx{NUMBER}",
    rf"max_seq_len{NUMBER}",
    rf"available context size{NUMBER}",
    rf"context (?:window|length|size) (?:of|is) (?:only )?{NUMBER}",
    rf"(?:maximum|model'?s) (?:context|prompt|input|sequence) (?:length|size|window)"
    rf" ?(?:is|of|:)?{NUMBER}",
    rf"(?:must be <=|must have less than|configured limit of|tokens allowed|> ?){NUMBER}",
    r"(\d{2,8}) (?:tokens? )?maximum",
    rf"limit(?: is| of|:)?{NUMBER}",
)
PROMPT_SIZES = (
    rf"n_prompt_tokens{NUMBER}",
    rf"n_keep{NUMBER}",
    r"(\d{2,8}) (?:tokens? )?(?:in|from) (?:the |your )?(?:input |)(?:messages|prompt)",
    rf"(?:resulted in|prompt contains(?: at least)?|token count|keep the first|has){NUMBER}",
    rf"(?:\brequest|\binput|requested tokens) \({NUMBER}",
    rf"(?:prompt length|given:){NUMBER}",
)
ANSWER_LIMITS = (
    rf"at most{NUMBER}",
    rf"\[\d+, ?{NUMBER}\]",
    rf"(?:<=|less than or equal to|between 1 and){NUMBER}",
    rf"(?:limit|maximum)\D{{0,30}}{NUMBER}",
)
ANSWER_LENGTH = re.compile(r"max_(completion_|new_|output_)?tokens")
TOO_LARGE = re.compile(
    r"too (large|high|big)|at most|exceed|range|maximum|greater than|limited|<=|less than|between"
)
NOT_TAKEN = re.compile(
    r"unsupported|not supported|n.t support|does not support|not support|unknown|unrecogni[sz]ed"
    r"|unexpected|not permitted|forbidden|not allowed|deprecated|invalid (param|argument|field)"
    r"|only the default|not available|unavailable|not enabled|verified to|invalid role"
    r"|are supported"
)
ROLES = re.compile(r"alternat|at the beginning|\brole|consecutive|jinja|chat.?template")
NO_SYSTEM = re.compile(r"\bsystem|developer instruction|only user and assistant")
CONTENT_IN_PARTS = re.compile(
    r"content.{0,60}((expected|must be|should be)( a| an)?( valid)? (list|array|sequence))"
    r"|string into.{0,60}content|invalid type: string, expected a sequence"
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a server says against a request.

    Args:
        context_full: the prompt, or prompt and answer together, are too long.
        context: how many tokens both may have.
        prompt: how many the server counted in the prompt.
        answer_too_long: the answer may not be that long.
        answer: how many tokens an answer may have.
        refused: parameters that are not taken.
        no_system: the role "system" is refused.
        strict_roles: the order of roles is refused.
        parts: contents are wanted as lists of parts.
    """

    context_full: bool = False
    context: int | None = None
    prompt: int | None = None
    answer_too_long: bool = False
    answer: int | None = None
    refused: frozenset[str] = frozenset()
    no_system: bool = False
    strict_roles: bool = False
    parts: bool = False


def complaint_of(error: Exception, request: dict[str, Any]) -> Complaint:
    """Return what an error objects to in a request; empty if it says nothing useful.

    Args:
        request: its parameters; its text is not part of the complaint, even if quoted.
    """
    if isinstance(error, EmptyAnswerError):
        # Some servers say nothing if a prompt is longer than the context.
        return Complaint(context_full=count_chat_tokens(plain(request["messages"])) > LONG_PROMPT)
    if not isinstance(error, openai.APIError):
        return Complaint()
    status = getattr(error, "status_code", None)
    if status in NOT_ABOUT_THE_REQUEST:
        return Complaint()
    words = _words(error, request)
    if status == 413 or CONTEXT_FULL.search(words):
        context, prompt = _number(CONTEXT_LIMITS, words), _number(PROMPT_SIZES, words)
        return Complaint(context_full=True, context=context, prompt=prompt)
    if ANSWER_LENGTH.search(words) and TOO_LARGE.search(words):
        return Complaint(answer_too_long=True, answer=_number(ANSWER_LIMITS, words))
    return _other(error, words, request)


def _other(error: openai.APIError, words: str, request: dict[str, Any]) -> Complaint:
    if CONTENT_IN_PARTS.search(words):
        return Complaint(parts=True)
    not_taken = bool(NOT_TAKEN.search(words))
    named = {name for name in request if _names(name, words) and not_taken}
    if error.param in request and error.param != "messages":
        named.add(str(error.param))
    named -= {"messages", "model"}
    if named:
        return Complaint(refused=frozenset(named))
    no_system = not_taken and bool(NO_SYSTEM.search(words))
    return Complaint(no_system=no_system, strict_roles=bool(ROLES.search(words)))


def _names(name: str, words: str) -> bool:
    # Streaming is also spoken of without the parameter.
    pattern = rf"\b{name}(ing)?\b" if name == "stream" else rf"\b{name}\b"
    return bool(re.search(pattern, words))


def _words(error: openai.APIError, request: dict[str, Any]) -> str:
    """Return what the server says, in lower case, without what it quotes of the request."""
    words = " ".join(_strings(error.body)) if error.body else error.message
    for message in plain(request["messages"]):
        words = words.replace(message["content"], " ")
    return " ".join(words[:MOST_WORDS].lower().split())


def _strings(body: object) -> Iterable[str]:
    match body:
        case dict():
            for name, value in body.items():
                if name not in QUOTING:
                    yield str(name)
                    yield from _strings(value)
        case list() | tuple():
            for value in body:
                yield from _strings(value)
        case str() | int():
            yield str(body)


def _number(patterns: Iterable[str], words: str) -> int | None:
    for pattern in patterns:
        if found := re.search(pattern, words):
            return int(found[1])
    return None
