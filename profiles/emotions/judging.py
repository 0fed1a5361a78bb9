"""Who judges after the reply how a message feels, in place of the classifier's word."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from whisper.analysers import Analyser

# From what a message says to the fields of a feeling that change, as `feeling_payload` has them,
# and `trust`, a list of labels.
MoodJudge = Callable[[str], Awaitable[dict[str, Any]]]


class JudgeError(Exception):
    """The judge did not answer; the classifier's feeling is kept."""


async def leave_it(text: str) -> dict[str, Any]:
    """Change nothing."""
    return {}


JUDGE: Analyser[MoodJudge] = Analyser(leave_it)
