"""Lines that lean on the one before: “we met in 2024” after “my girlfriend's called Mali”."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from botrunner.offline.notes import Line, Notes

SOON_AFTER = timedelta(minutes=10)
_LEANS = re.compile(
    r"(?i)\b(?:he|she|they|it|we|him|them|his|her|hers|their|us|our)(?:'?(?:s|re|ll|d|ve))?\b"
)


_SPEAKS_ON = re.compile(
    r"(?i)^\W*(?:(?:and|but|so|oh|btw|also|well)\W+)*"
    r"(?:he|she|they|it|his|her|their|its)(?:'?(?:s|re|ll|d|ve))?\b"
)


def going_on(line: Line, notes: Notes) -> Line | None:
    """Return the next line if it says more about whom or what a line speaks of."""
    for earlier, later in zip(notes.lines, notes.lines[1:], strict=False):
        if earlier.text == line.text and later.said_at - earlier.said_at <= SOON_AFTER:
            return later if _SPEAKS_ON.match(later.text.replace("’", "'")) else None
    return None


def leaning_on(notes: Notes) -> Callable[[str], str]:
    """Return what gives the line that another one leans on; empty if it stands alone."""
    before = _before(notes)
    return lambda text: before.get(text, "")


def _before(notes: Notes) -> Mapping[str, str]:
    """Return the lines that lean on others, each with what it leans on."""
    found: dict[str, str] = {}
    for earlier, line in zip(notes.lines, notes.lines[1:], strict=False):
        near = line.said_at - earlier.said_at <= SOON_AFTER
        if near and _LEANS.search(line.text.replace("’", "'")):
            # “hes 5” after “we have a greyhound” after “living with Mali”: of the last two.
            found[line.text] = f"{found.get(earlier.text, '')} {earlier.text}".strip()
    return found
