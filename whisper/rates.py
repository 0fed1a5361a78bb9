"""How often somebody did something, counted over all processes."""

from __future__ import annotations

import time

from django.core.cache import caches


def count(subject: str, *, seconds: int) -> int:
    """Count one more time and return how many there were in this window of time.

    Args:
        subject: who and what: "messages:42".
        seconds: length of a window; windows follow each other, so that at the border of two of them
            twice as many may pass.
    """
    cache = caches["rates"]
    key = f"{subject}:{int(time.time() // seconds)}"
    if cache.add(key, 1, timeout=2 * seconds):
        return 1
    try:
        return cache.incr(key)
    except (ValueError, TypeError):
        # It has just left the cache, or somebody else wrote there.
        cache.set(key, 1, timeout=2 * seconds)
        return 1
