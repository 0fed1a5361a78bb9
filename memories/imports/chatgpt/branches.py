"""What of a ChatGPT conversation its person saw in the end: the turns of its current branch."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from memories.actions import clean

ROLES = ("user", "assistant")
TEXTS = ("text", "multimodal_text")
# What a reasoning model says to itself.
INNER = ("analysis", "commentary")
# Theirs have 36 letters.
LONGEST_NAME = 128
# Clocks differ a little; what is later than that was not said.
EARLY = timedelta(days=1)
LOOP = "its nodes point at each other in a circle, read up to it"
NO_END = "current_node is missing, read from the latest message"

# Is told what had to be repaired.
Told = Callable[[str], None]


class NoConversationError(Exception):
    """There is nothing to read in it; the text says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One visible message.

    Args:
        node: its id.
        images: names of its pictures.
    """

    node: str
    by_person: bool
    text: str
    images: tuple[str, ...]
    at: datetime

    @property
    def words(self) -> str:
        """Return the text with its pictures named."""
        return "\n".join(
            [*([self.text] if self.text else []), *map("[Image: {}]".format, self.images)]
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person said, and what was answered.

    Args:
        before: the answer before it; of the first turn the title of the conversation.
        answer: empty if there is none.
    """

    conversation: str
    title: str
    said: Line
    before: str
    answer: str

    @property
    def key(self) -> str:
        """Return what names it in every export."""
        return f"{self.conversation}:{self.said.node}"

    @property
    def digest(self) -> str:
        """Return what changes when it does."""
        parts = (self.said.words, self.answer, self.said.at.isoformat())
        return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def turns_of(conversation: Any, told: Told) -> list[Turn]:
    """Return the turns of the current branch, oldest first.

    Raises:
        NoConversationError: it has no messages, or must not be remembered.
    """
    if not isinstance(conversation, Mapping) or not isinstance(
        conversation.get("mapping"), Mapping
    ):
        raise NoConversationError("no conversation")
    if conversation.get("is_do_not_remember") is True:
        raise NoConversationError("marked as not to be remembered")
    title = clean(_text(conversation.get("title")))
    return _turns(id_of(conversation), title, lines_of(conversation, told))


def id_of(conversation: Any) -> str:
    """Return a conversation's id, the same in every export; made from its nodes if missing."""
    if not isinstance(conversation, Mapping):
        return "?"
    for name in ("conversation_id", "id"):
        if isinstance(found := conversation.get(name), str) and found:
            return clean(found)[:64]
    nodes = "".join(sorted(_object(conversation, "mapping")))
    return hashlib.sha256(nodes.encode("utf-8", "replace")).hexdigest()[:32]


def lines_of(conversation: Mapping[str, Any], told: Told) -> list[Line]:
    """Return the visible messages of the current branch, oldest first."""
    lines: list[Line] = []
    at = _time(conversation.get("create_time"))
    for node, message in _branch(conversation, told):
        at = _time(message.get("create_time")) or at
        line = _line(node, message, at)
        if line is not None:
            lines.append(line)
        elif at is None and _is_visible(message):
            told("a message has no time, left out")
    return lines


def _branch(conversation: Mapping[str, Any], told: Told) -> list[tuple[str, Mapping[str, Any]]]:
    nodes: Mapping[str, Any] = conversation["mapping"]
    name = conversation.get("current_node")
    if not isinstance(name, str) or name not in nodes:
        told(NO_END)
        name = _latest(nodes)
    found: list[tuple[str, Mapping[str, Any]]] = []
    seen: set[str] = set()
    while isinstance(name, str) and isinstance(node := nodes.get(name), Mapping):
        if name in seen:
            told(LOOP)
            break
        seen.add(name)
        if isinstance(message := node.get("message"), Mapping):
            found.append((_short(clean(name)), message))
        name = node.get("parent")
    return found[::-1]


def _short(name: str) -> str:
    """Return the name of a node, or what stands for it if it is longer than any that is real."""
    return name if len(name) <= LONGEST_NAME else hashlib.sha256(name.encode()).hexdigest()


def _latest(nodes: Mapping[str, Any]) -> str | None:
    """Return the node of the latest message."""
    times = {
        name: at
        for name, node in nodes.items()
        if isinstance(node, Mapping)
        and isinstance(message := node.get("message"), Mapping)
        and (at := _time(message.get("create_time")))
    }
    return max(times, key=lambda name: times[name], default=None)


def _line(node: str, message: Mapping[str, Any], at: datetime | None) -> Line | None:
    if at is None or not _is_visible(message):
        return None
    text, images = _said(message)
    if not text and not images:
        return None
    return Line(node, message["author"]["role"] == "user", text, images, at)


def _is_visible(message: Mapping[str, Any]) -> bool:
    author, content = _object(message, "author"), _object(message, "content")
    metadata = _object(message, "metadata")
    return (
        author.get("role") in ROLES
        and content.get("content_type") in TEXTS
        and message.get("recipient", "all") == "all"
        and message.get("channel") not in INNER
        and message.get("weight") != 0
        and not metadata.get("is_visually_hidden_from_conversation")
        and not metadata.get("is_user_system_message")
    )


def _said(message: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return the text of a message and the names of its pictures."""
    parts = _object(message, "content").get("parts")
    texts, images = [], []
    for part in parts if isinstance(parts, Sequence) and not isinstance(parts, str) else ():
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, Mapping):
            if isinstance(pointer := part.get("asset_pointer"), str) and "image" in str(
                part.get("content_type")
            ):
                images.append(_image_name(pointer, message))
            elif isinstance(part.get("text"), str):
                texts.append(part["text"])
    text = "\n".join(one.strip() for one in texts if one.strip())
    return clean(text), tuple(map(clean, images))


def _image_name(pointer: str, message: Mapping[str, Any]) -> str:
    """Return the name that a picture was sent under, else the name of its file in the export."""
    file = pointer.rpartition("/")[2]
    attachments = _object(message, "metadata").get("attachments")
    for one in attachments if isinstance(attachments, list) else ():
        if isinstance(one, Mapping) and one.get("id") == file and isinstance(one.get("name"), str):
            return str(one["name"])
    return file


def _turns(conversation: str, title: str, lines: Sequence[Line]) -> list[Turn]:
    turns = []
    before = title
    for index, line in enumerate(lines):
        if not line.by_person:
            continue
        answer = "\n".join(one.words for one in _answers(lines[index + 1 :]))
        turns.append(Turn(conversation, title, line, before, answer))
        before = answer or before
    return turns


def _answers(lines: Sequence[Line]) -> Iterator[Line]:
    for line in lines:
        if line.by_person:
            return
        yield line


def _object(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = row.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _time(value: Any) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    try:
        at = datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if value > 0 and at <= timezone.now() + EARLY else None
