"""What a server turned out to want, and a request in that form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from botrunner.llm.base import ChatMessage
from botrunner.llm.dialects.complaints import Complaint
from botrunner.llm.dialects.plain import plain
from botrunner.llm.tokens import clip, count_chat_tokens, count_tokens

Parameters = dict[str, Any]

SHORTEST_ANSWER = 64
SHORTEST_CONTEXT = 256
# Without a number from the server, each attempt is shorter by this.
SHRINK = 0.75
# No tokenizer needs as many tokens more than ours.
MOST_SCALE = 8.0
# Of a context that is tight, the answer gets this much.
ANSWER_SHARE = 4
# What a message may take of what is left if nothing but the system message stands before it.
MESSAGE_SHARE = 2


class Roles(IntEnum):
    """Which orders of roles a server takes; each step asks less of it."""

    ANY = 0
    ALTERNATING = 1  # One system message in front, then user and assistant by turns.
    NO_SYSTEM = 2  # User and assistant by turns.


@dataclass(frozen=True, slots=True)
class Lessons:
    """What one server taught about one model.

    Args:
        roles: which orders of roles it takes.
        parts: whether contents are lists of parts.
        refused: parameters that are not sent.
        answer: longest answer, in the server's tokens.
        context: longest prompt and answer together, in the server's tokens.
        scale: the server's tokens for each one counted here.
        opens_unseen: whether its thoughts have no opening mark.
    """

    roles: Roles = Roles.ANY
    parts: bool = False
    refused: frozenset[str] = frozenset()
    answer: int | None = None
    context: int | None = None
    scale: float = 1.0
    opens_unseen: bool = False

    def learn(self, complaint: Complaint, request: Parameters) -> Lessons:
        """Return what is known after a complaint; unchanged if it says nothing new.

        Args:
            request: the parameters as they were sent.
        """
        if complaint.context_full:
            return self._shorter(complaint, request)
        if complaint.answer_too_long:
            asked = _answer_tokens(request)
            limit = complaint.answer or int(asked * SHRINK)
            fits = SHORTEST_ANSWER <= limit < asked
            return replace(self, answer=limit) if fits else self
        roles = self.roles
        if complaint.no_system:
            roles = Roles.NO_SYSTEM
        elif complaint.strict_roles:
            roles = Roles(min(roles + 1, Roles.NO_SYSTEM))
        return replace(
            self,
            roles=roles,
            parts=self.parts or complaint.parts,
            refused=self.refused | complaint.refused,
        )

    def _shorter(self, complaint: Complaint, request: Parameters) -> Lessons:
        counted = _tokens(request["messages"])
        scale = max(self.scale, (complaint.prompt or 0) / counted)
        context = complaint.context or int(min(self.context or counted, counted) * scale * SHRINK)
        if complaint.context and int(counted * scale) + _answer_tokens(request) <= context:
            # By what we know it fits: the server counts more than we do.
            scale /= SHRINK
        if context < SHORTEST_CONTEXT or scale > MOST_SCALE:
            return self
        return replace(self, context=context, scale=scale)

    def prompt_limit(self, answer: int) -> int | None:
        """Return how many tokens, counted here, a prompt may take; None while that isn't known.

        Args:
            answer: the longest answer that is asked for, in tokens.
        """
        if not self.context:
            return None
        reserve = min(answer, self.answer or answer, self.context // ANSWER_SHARE)
        return int((self.context - reserve) / self.scale)

    def fit(self, request: Parameters) -> Parameters:
        """Return a request as the server wants it."""
        fitted = {name: value for name, value in request.items() if name not in self.refused}
        answer = min(request["max_tokens"], self.answer or request["max_tokens"])
        messages: Sequence[ChatMessage] = request["messages"]
        if self.context:
            reserve = min(answer, self.context // ANSWER_SHARE)
            messages = shortened(messages, int((self.context - reserve) / self.scale))
            left = self.context - int(count_chat_tokens(messages) * self.scale)
            answer = max(SHORTEST_ANSWER, min(answer, left))
        if "max_tokens" in fitted:
            fitted["max_tokens"] = answer
        elif "max_completion_tokens" not in self.refused:
            fitted["max_completion_tokens"] = answer
        return {**fitted, "messages": self._shaped(messages)}

    def _shaped(self, messages: Sequence[ChatMessage]) -> list[Any]:
        shaped = alternating(messages) if self.roles >= Roles.ALTERNATING else [*messages]
        if self.roles is Roles.NO_SYSTEM:
            shaped = _without_system(shaped)
        if not self.parts:
            return shaped
        return [
            {**message, "content": [{"type": "text", "text": message["content"]}]}
            for message in shaped
        ]


def alternating(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Return one system message and then user and assistant by turns, the user first."""
    system = [one["content"] for one in messages if one["role"] == "system"]
    turns: list[ChatMessage] = []
    for one in messages:
        if one["role"] == "system":
            continue
        if turns and turns[-1]["role"] == one["role"]:
            turns[-1]["content"] += "\n\n" + one["content"]
        elif turns or one["role"] == "user":
            turns.append({**one})
    head: list[ChatMessage] = [{"role": "system", "content": "\n\n".join(system)}] if system else []
    return head + turns


def _without_system(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Return messages of which the first, the user's, begins with what the system said."""
    if messages[0]["role"] != "system":
        return [*messages]
    system, first, *rest = messages
    text = f"{system['content']}\n\n{first['content']}"
    return [{"role": "user", "content": text}, *rest]


def shortened(messages: Sequence[ChatMessage], tokens: int) -> list[ChatMessage]:
    """Return a shorter prompt: without its oldest turns, then with less text.

    Args:
        messages: the system's first, the user's last.
        tokens: how many it may have.
    """
    kept = [*messages]
    head = 1 if kept[0]["role"] == "system" else 0
    while count_chat_tokens(kept) > tokens and len(kept) > head + 1:
        del kept[head]
        # A turn begins with the person.
        while len(kept) > head + 1 and kept[head]["role"] == "assistant":
            del kept[head]
    over = count_chat_tokens(kept) - tokens
    if over > 0:
        last = kept[-1]["content"]
        room = max(tokens // MESSAGE_SHARE, count_tokens(last) - over)
        kept[-1] = {**kept[-1], "content": clip(last, room)}
    over = count_chat_tokens(kept) - tokens
    if over > 0 and head:
        system = kept[0]["content"]
        # What is remembered stands at its end, line by line.
        text = clip(system, max(0, count_tokens(system) - over))
        kept[0] = {**kept[0], "content": text.rpartition("\n")[0] or text}
    return kept


def _tokens(messages: Sequence[Any]) -> int:
    return count_chat_tokens(plain(messages))


def _answer_tokens(request: Parameters) -> int:
    return int(request.get("max_tokens") or request.get("max_completion_tokens") or 0)
