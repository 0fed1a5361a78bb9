"""Keep a reasoning model's thoughts out of its answer."""

from __future__ import annotations

import re

OPENING = ("<think>", "<thinking>")
CLOSING = ("</think>", "</thinking>")


class VisibleText:
    """Turns the pieces of a stream into what a person may see of them.

    Blocks of reasoning go, also where a tag or a surrogate pair is cut over pieces, and so do white
    space before the answer and what stores refuse (NUL, lone surrogates).
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False
        self.begun = False

    def feed(self, piece: str) -> str:
        """Take a piece and return what can be shown by now, perhaps nothing."""
        self._held += piece
        shown = []
        while True:
            tags = CLOSING if self._thinking else OPENING
            tag = re.search("|".join(tags), self._held)
            end = tag.start() if tag else len(self._held) - _undecided(self._held, tags)
            if not self._thinking:
                shown.append(self._held[:end])
            self._held = self._held[tag.end() if tag else end :]
            if tag is None:
                return self._visible("".join(shown))
            self._thinking = not self._thinking

    def finish(self) -> str:
        """Return what was held back; thoughts without an end stay hidden."""
        rest, self._held = self._held, ""
        return "" if self._thinking else self._visible(rest)

    def _visible(self, text: str) -> str:
        joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        joined = joined.replace("\x00", "")
        if not self.begun:
            joined = joined.lstrip()
            self.begun = bool(joined)
        return joined


def _undecided(text: str, tags: tuple[str, ...]) -> int:
    """Return how many characters at the end may begin a tag or a surrogate pair."""
    if text[-1:] and "\ud800" <= text[-1] <= "\udbff":
        return 1
    tail = text[text.rfind("<") :] if "<" in text else ""
    return len(tail) if tail and any(tag.startswith(tail) for tag in tags) else 0
