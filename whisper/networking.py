"""Why an address can't be reached, in the system's own words."""

from __future__ import annotations

import os
from collections.abc import Iterator


def system_reason(error: BaseException) -> str:
    """Return what the system said, such as `Connection refused`; empty if it said nothing.

    Libraries wrap its errors in their own, whose words may hold an address or a key.
    """
    for each in chain_of(error):
        if isinstance(each, OSError) and each.errno and each.strerror:
            # Unlike others, a name that isn't found has a negative number, and no address.
            return os.strerror(each.errno) if each.errno > 0 else each.strerror
    return ""


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came of, the outermost first."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        wrapped = getattr(error, "errors", None) or (None,)
        error = wrapped[0] or error.__cause__ or error.__context__
