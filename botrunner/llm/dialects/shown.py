"""What people see of an answer, and what that says about the marks that follow in it."""

from __future__ import annotations

import re

from botrunner.llm.dialects.markers import THOUGHTS

# No opening mark of thoughts is longer.
LONGEST_OPENING = 300
# After a colon comes a scene, a list or a letter that the person asked for.
COLON = re.compile(r":\s")
STRIKE_OUT = re.compile("<s>")


class Shown:
    """A text that grows, of which no rule reads the same part twice."""

    def __init__(self) -> None:
        self.text = ""
        self._ticks = 0
        self._openings = _Sought(*(one.whole for one in THOUGHTS))
        self._colons = _Sought(COLON)
        self._strikes = _Sought(STRIKE_OUT)

    def add(self, text: str) -> None:
        """Append what is shown next."""
        self.text += text
        self._ticks += text.count("`")

    @property
    def in_code(self) -> bool:
        """Return whether a backtick is open."""
        return self._ticks % 2 == 1

    @property
    def last_word_end(self) -> str:
        """Return the last character that is neither blank nor tab; empty if there is none."""
        end = len(self.text)
        while end and self.text[end - 1] in " \t":
            end -= 1
        return self.text[end - 1 : end] if end else ""

    def opens_thoughts(self) -> bool:
        """Return whether a mark that opens thoughts is part of it."""
        return self._openings.within(self.text)

    def announces(self) -> bool:
        """Return whether a colon announces something in it."""
        return self._colons.within(self.text) or self.text.endswith(":")

    def strikes_out(self) -> bool:
        """Return whether HTML strikes something out in it."""
        return self._strikes.within(self.text)


class _Sought:
    """Patterns that are looked for in a growing text."""

    def __init__(self, *patterns: re.Pattern[str]) -> None:
        self._patterns = patterns
        self._found = False
        self._looked = 0

    def within(self, text: str) -> bool:
        if not self._found:
            begin = max(0, self._looked - LONGEST_OPENING)
            self._found = any(one.search(text, begin) for one in self._patterns)
            self._looked = len(text)
        return self._found
