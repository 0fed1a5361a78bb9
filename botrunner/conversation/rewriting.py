"""Replies that are written again because their person asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from botrunner.llm.tokens import clip
from whisper.names import quoted_text

# Of the reply before, in tokens; of one that continues its end counts, in characters.
QUOTED_TOKENS = 700
END = 2_400


class Way(StrEnum):
    """How a reply is written again."""

    AGAIN = "again"
    SHORTER = "shorter"
    CONTINUE = "continue"


NOTES = {
    Way.AGAIN: "You replied to this before, and they asked for another reply: {before}",
    Way.SHORTER: (
        "You replied to this before, and they asked you to say the same in far fewer words: "
        "{before}"
    ),
    Way.CONTINUE: (
        "You replied to this before. Continue where that reply ends, and repeat none of it: "
        "{before}"
    ),
}


@dataclass(frozen=True, slots=True)
class Rewriting:
    """That a reply is written again.

    Args:
        before: what it says until then.
    """

    way: Way
    before: str

    @property
    def note(self) -> str:
        """Return what the prompt says of it."""
        if self.way == Way.CONTINUE:
            return NOTES[self.way].format(before=quoted_text(self.before[-END:]))
        return NOTES[self.way].format(before=quoted_text(clip(self.before, QUOTED_TOKENS)))

    @property
    def beginning(self) -> str:
        """Return what the new reply begins with, before what the model writes."""
        return f"{self.before}\n\n" if self.way == Way.CONTINUE else ""

    def failed(self, sorry: str) -> str:
        """Return the reply if the model fails: the one before, and that there is no new one."""
        return f"{self.before}\n\n{sorry}"
