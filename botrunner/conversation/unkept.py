"""What people ask not to keep, and secrets: nothing of them is kept, and the reply says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from botrunner.conversation.base import Incoming
from botrunner.conversation.prompt import PromptParts, build_prompt
from botrunner.llm.base import ChatMessage
from botrunner.offline.phrases import DONT_KEEP
from memories.wording.memorable import asks_not_to_keep

NOT_KEPT = "(I haven't kept that message.)"
LEFT_OUT = (
    "(I left out what looks like a password, a key or the number of a card: I don't keep those. "
    "You may want to delete your message as well.)"
)
MARK = "(not kept)"


def remark_on(turn: Sequence[Incoming], text: str) -> str:
    """Return what a reply says of what was not kept of a turn; empty if that is said, or nothing.

    Args:
        text: the reply.
    """
    if any(one.has_secret for one in turn):
        return LEFT_OUT
    if any(asks_not_to_keep(one.text) for one in turn) and text not in DONT_KEEP:
        return NOT_KEPT
    return ""


def as_kept(parts: PromptParts, turn: Sequence[Incoming]) -> Sequence[ChatMessage]:
    """Return the prompt as its trace keeps it; empty if that is the prompt itself.

    Words that a person asked not to keep are in this process's memory, and in the prompts made
    from it, but not on a disk.
    """
    kept_turn = [one.text for one in turn if one.text and not asks_not_to_keep(one.text)]
    history = [one if one.agreed else replace(one, text=MARK) for one in parts.history]
    if history == list(parts.history) and "\n".join(kept_turn) == parts.text:
        return ()
    text = "\n".join([*kept_turn, MARK]) if len(kept_turn) < len(turn) else parts.text
    return build_prompt(replace(parts, history=history, text=text)).messages
