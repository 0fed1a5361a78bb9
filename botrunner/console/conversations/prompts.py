"""The exact prompt of a reply by section, each with its tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botrunner.console.drawing import Segment
from botrunner.conversation.prompt import FACT_HEADING, MEMORY_HEADING, SUMMARY_HEADING
from botrunner.llm.tokens import count_tokens

PERSON = "\n\nYou are talking with"
# A quotation stands in one line, so that a bracket before an empty line ends them all.
MEMORIES = re.compile(
    rf"\[(?:{re.escape(SUMMARY_HEADING)}|{re.escape(MEMORY_HEADING)})\n.*?\](?=\n\n|\Z)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a prompt.

    Args:
        kind: its colour, `p1` to `p5`.
        share: of all tokens, 0 to 100.
    """

    name: str
    kind: str
    text: str
    tokens: int
    share: float


def sections_of(prompt: Sequence[Mapping[str, Any]]) -> list[Section]:
    """Return the sections of a prompt as `build_prompt` orders them, of others their turns."""
    if not prompt or prompt[0].get("role") != "system":
        return _measured([(turn.get("role", ""), turn.get("content", "")) for turn in prompt])
    system, turns = prompt[0]["content"], prompt[1:]
    frame, heading, facts = system.partition(FACT_HEADING)
    persona, who, person = frame.partition(PERSON)
    memories, last = _last(turns[-1]["content"] if turns else "")
    earlier = "\n".join(f"{turn['role']}: {turn['content']}" for turn in turns[:-1])
    return _measured(
        [
            ("How it talks", persona),
            ("Who they are", f"{who}{person}{heading}{facts}".strip()),
            ("Recalled memories", memories),
            (f"Recent messages ({max(len(turns) - 1, 0)})", earlier),
            ("Their message", last),
        ]
    )


def parts_of(sections: Sequence[Section]) -> list[Segment]:
    """Return the bar of all sections together."""
    return [
        Segment(one.kind, one.share, f"{one.name}: {one.tokens} tokens")
        for one in sections
        if one.tokens
    ]


def _last(content: str) -> tuple[str, str]:
    """Return the memories of the last turn, and the rest of it."""
    return "\n\n".join(MEMORIES.findall(content)), MEMORIES.sub("", content).strip()


def _measured(texts: Sequence[tuple[str, str]]) -> list[Section]:
    counts = [count_tokens(text) if text else 0 for _, text in texts]
    whole = max(sum(counts), 1)
    return [
        Section(name, f"p{number % 5 + 1}", text, count, 100 * count / whole)
        for number, ((name, text), count) in enumerate(zip(texts, counts, strict=True))
    ]
