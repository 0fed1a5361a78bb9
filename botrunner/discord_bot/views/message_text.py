"""Show memories in Discord, within the length of its messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

import discord

from memories.wording.addressing import Kept, to_person

# Of a message, in characters.
LONGEST = 2000
# Ten lines of this length, their dates and what stands below them fit into a message.
LINE_LENGTH = 150


class Told(Kept, Protocol):
    """What a line shows of a memory: a row, or an entry of an index."""

    @property
    def said_at(self) -> datetime: ...
    @property
    def pinned(self) -> bool: ...


def line(memory: Told) -> str:
    """Return one line on a memory."""
    mark = "📌 " if memory.pinned else ""
    return f"- {mark}{memory.said_at:%d %b %Y}: {plain(to_person(memory), LINE_LENGTH)}"


def clipped(text: str, length: int) -> str:
    """Return a text on one line, cut to a length."""
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1]}…"


def plain(text: str, length: int) -> str:
    """Return a text on one line as Discord shows it literally, cut to a length.

    Each mark that is escaped counts as two characters, as it does for Discord.
    """
    escaped = discord.utils.escape_markdown(clipped(text, length))
    if len(escaped) <= length:
        return escaped
    kept = escaped[: length - 1]
    # An odd number of backslashes at the end would escape the ellipsis, and lost its mark.
    kept = kept[:-1] if (len(kept) - len(kept.rstrip("\\"))) % 2 else kept
    return f"{kept}…"


def fitting(rows: Iterable[str]) -> str:
    """Return lines as one message, without those at the end that Discord would refuse."""
    text = "\n".join(row for row in rows if row)
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition("\n")[0]


def in_messages(rows: Iterable[str]) -> list[str]:
    """Return lines as few messages that Discord takes; none of the lines is longer than one."""
    messages = [""]
    for row in rows:
        if len(messages[-1]) + 1 + len(row) > LONGEST:
            messages.append("")
        messages[-1] = f"{messages[-1]}\n{row}".lstrip("\n")
    return messages
