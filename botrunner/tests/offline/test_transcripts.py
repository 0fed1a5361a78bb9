"""The conversations in the documentation are what Whisper says without a language model.

A page holds conversations between the marks `transcript: begin NAME` and `transcript: end`. In one,
a line in brackets is the time, a line with `>` is what a person types, and what follows up to the
next one is the reply. To write the replies again after a deliberate change, run this file with
`WRITE_TRANSCRIPTS=1`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from botrunner import history
from botrunner.conversation.local import LocalSurface, respond_if_possible
from botrunner.terminal.user import TerminalUser
from whisper import outbox
from whisper.settings import BASE_DIR

PAGE = Path(BASE_DIR) / "docs" / "assistant.md"
UTC = ZoneInfo("UTC")
_CONVERSATION = re.compile(
    r"(?P<begin><!-- transcript: begin (?P<name>[\w-]+) -->\n)(?P<text>.*?)"
    r"(?P<end><!-- transcript: end -->)",
    re.DOTALL,
)
INDENT = "    "


@dataclass(frozen=True, slots=True)
class Turn:
    """A line that a person types, when, and the reply."""

    at: datetime
    said: str
    reply: str


def turns(text: str) -> Iterator[Turn]:
    """Yield the turns of a conversation."""
    at, said = datetime.min.replace(tzinfo=UTC), ""
    reply: list[str] = []
    for line in [*(one.removeprefix(INDENT) for one in text.splitlines()), "> "]:
        if line.startswith("[") or line.startswith("> "):
            if said:
                yield Turn(at, said, "\n".join(reply).strip())
            said, reply = "", []
        if line.startswith("["):
            at = datetime.strptime(line, "[%A, %d %B %Y, %H:%M]").replace(tzinfo=UTC)
        elif line.startswith("> "):
            at, said = at + timedelta(minutes=1), line.removeprefix("> ")
        else:
            reply.append(line)


def conversations() -> dict[str, str]:
    return {one["name"]: one["text"] for one in _CONVERSATION.finditer(PAGE.read_text("utf-8"))}


async def replies(told: list[Turn], monkeypatch) -> list[Turn]:
    """Return the turns with what Whisper replies now."""
    history.reset()
    user, now = TerminalUser(4001, "", 4001), told[0].at
    monkeypatch.setattr(timezone, "now", lambda: now)
    found = []
    for turn in told:
        now = turn.at
        reply = await respond_if_possible(user.says(turn.said), LocalSurface())
        assert reply is not None
        found.append(Turn(turn.at, turn.said, reply.text.strip()))
        while await outbox.drain():
            pass
    return found


def written(found: list[Turn], text: str) -> str:
    """Return a conversation with its replies as they are now."""
    left = iter(found)
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith(f"{INDENT}["):
            lines += [*([""] if lines else []), line]
        elif line.startswith(f"{INDENT}> "):
            lines += [line, *(f"{INDENT}{one}".rstrip() for one in next(left).reply.splitlines())]
    return "\n".join(["", *lines, ""]) + "\n"


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(conversations()))
@pytest.mark.django_db(transaction=True)
async def test_a_conversation_in_the_documentation_goes_as_it_is_written(name, monkeypatch):
    text = conversations()[name]
    told = list(turns(text))
    found = await replies(told, monkeypatch)
    if os.environ.get("WRITE_TRANSCRIPTS"):
        page = PAGE.read_text("utf-8")
        PAGE.write_text(page.replace(text, written(found, text)), "utf-8")
        return
    assert [one.reply for one in found] == [one.reply for one in told]


def test_the_page_has_the_first_chat_and_two_longer_ones():
    lengths = {name: len(list(turns(text))) for name, text in conversations().items()}
    assert lengths.keys() == {"first-chat", "some-weeks", "a-hard-spring"}
    assert min(lengths["some-weeks"], lengths["a-hard-spring"]) >= 20
