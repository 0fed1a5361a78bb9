"""Message ids for platforms that have none."""

from __future__ import annotations

import re
import secrets
import time

DISCORD_EPOCH_MILLISECONDS = 1_420_070_400_000
LARGEST = 2**63 - 1
# The people of console accounts have the end of what 63 bits hold: Discord's ids come here in 2084,
# and nobody types such a number.
FIRST_OF_ACCOUNTS = 2**63 - 2**40

_SNOWFLAKE = re.compile(r"[1-9][0-9]{0,18}")


def new_platform_id() -> int:
    """Return a snowflake as Discord makes them: milliseconds since 2015, then 22 bits of chance."""
    milliseconds = time.time_ns() // 1_000_000 - DISCORD_EPOCH_MILLISECONDS
    return (milliseconds << 22) | secrets.randbits(22)


def snowflake(text: str) -> int | None:
    """Return the id that a text writes the way Discord does, None for any other text.

    Another spelling of the same number, such as one with a leading zero, is refused: taken as the
    number, it would be a second row of another person.

    Args:
        text: 1 to 19 ASCII digits without a leading zero, and nothing around them.
    """
    number = int(text) if _SNOWFLAKE.fullmatch(text) else 0
    return number if 0 < number <= LARGEST else None
