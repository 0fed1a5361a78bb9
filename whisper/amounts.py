"""Numbers of things in words."""

from __future__ import annotations


def amount(count: int, one: str, several: str = "") -> str:
    """Return a number of things: "1 day", "3,000 days".

    Args:
        one: what is counted, as one of them is called.
        several: as several are called, if that isn't `one` with an s.
    """
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
