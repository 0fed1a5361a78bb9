"""Numbers of things in words."""

from __future__ import annotations

import re
from collections.abc import Mapping

# The first plural of a label: “memories”, “wishes about replies”.
_PLURAL = re.compile(r"(?:(?P<y>ies)|(?<=sh)es|s)(?=$| about )")


def amount(count: int, one: str, several: str = "") -> str:
    """Return a number of things: "1 day", "3,000 days".

    Args:
        one: what is counted, as one of them is called.
        several: as several are called, if that isn't `one` with an s.
    """
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def amounts(counts: Mapping[str, int]) -> str:
    """Return how many of each kind there are: "2 messages, 1 memory"; empty for nothing.

    Args:
        counts: by what the kinds are called, as several: "memories".
    """
    return ", ".join(_some(count, kind) for kind, count in counts.items() if count)


def _some(count: int, several: str) -> str:
    one = _PLURAL.sub(lambda found: "y" if found["y"] else "", several, count=1)
    return amount(count, one, several)
