"""Why the latest reply to a person is what it is, in words for that person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from botrunner.offline import NAME
from memories.access import Scope, is_visible
from memories.models import Memory, ReplyTrace
from memories.wording.addressing import to_person

NOTHING = "I keep nothing about why I replied as I did here."
SHOWN = 8


def why(scope: Scope, channel_id: int, *, shown: Callable[[str, int], str]) -> str:
    """Return why the latest reply to a person in a channel is what it is.

    Only memories that still exist and may be shown in the scope are quoted.

    Args:
        channel_id: where the reply was given.
        shown: returns a text as the surface shows it literally, cut to a length.
    """
    traces = ReplyTrace.objects.filter(
        person_id=scope.person_id, message__channel_id=channel_id
    ).select_related("message", "reply")
    trace = traces.order_by("-created_at").first()
    if trace is None:
        return NOTHING
    return "\n".join(_lines(trace, scope, shown))


def _lines(trace: ReplyTrace, scope: Scope, shown: Callable[[str, int], str]) -> Iterator[str]:
    if trace.reply is not None and trace.reply.text:
        yield f"My last reply to you here:\n> {shown(trace.reply.text, 200)}"
    yield _made(trace)
    if trace.error:
        yield "The language model failed, so I answered without it."
    told = list(_memories(trace, scope))
    if not told:
        yield "No memory came to mind that I could show you here."
        return
    yield "These memories came to mind, the best first:"
    for memory, used in told[:SHOWN]:
        note = "" if used else " (left out: no room, or said already)"
        yield f"- {memory.said_at:%d %b %Y}: {shown(to_person(memory), 120)}{note}"


def _made(trace: ReplyTrace) -> str:
    seconds = sum(trace.milliseconds.values()) / 1000
    emotion = f" You seemed {trace.emotion}." if trace.emotion else ""
    by = "without a language model" if trace.model == NAME else f"by {trace.model}"
    return f"It was written {by} in {seconds:.1f} s.{emotion}"


def _memories(trace: ReplyTrace, scope: Scope) -> Iterator[tuple[Memory, bool]]:
    """Return the memories that a reply was made from, and whether its prompt quoted each."""
    recalled: list[Mapping[str, Any]] = trace.recalled
    ids = [UUID(str(one["id"])) for one in recalled]
    held = Memory.objects.defer("embedding").in_bulk(ids)
    for one, memory_id in zip(recalled, ids, strict=True):
        memory = held.get(memory_id)
        if memory is not None and is_visible(memory, scope):
            yield memory, bool(one.get("in_prompt", True))
