"""The name of every key in Redis, and how long one call may take."""

from __future__ import annotations

from dataclasses import dataclass

# The longest that one call may keep a person waiting: one timeout fits into 300 ms, with
# all that happens around it on a busy machine.
TIMEOUT_SECONDS = 0.12


@dataclass(frozen=True, slots=True)
class Keys:
    """Names of all keys; a new layout of what a key holds gets a new version.

    Args:
        prefix: sets these keys apart from everything else in the same database.
    """

    prefix: str = "whisper"

    HISTORY_VERSION = 1

    def history(self, channel_id: int | str) -> str:
        """Return the key of a channel's recent messages."""
        return f"{self.prefix}:history:{self.HISTORY_VERSION}:{channel_id}"

    def any(self) -> str:
        """Return the pattern of all keys, of every version."""
        return f"{self.prefix}:*"

    def current(self) -> tuple[str, ...]:
        """Return what the keys of this version begin with."""
        turns = f"{self.prefix}:turn:1:"
        numbers = self.rate(""), self.pace(""), self.fence, self.probe
        return (f"{self.cache}:1:", self.history(""), self.claim(""), turns, *numbers)

    def claim(self, channel_id: int | str) -> str:
        """Return the key of the right to fill a cold channel."""
        return f"{self.prefix}:claim:1:{channel_id}"

    def turn(self, person_id: int, channel_id: int) -> str:
        """Return the key of the lock on one person's conversation in a channel."""
        return f"{self.prefix}:turn:1:{person_id}:{channel_id}"

    @property
    def fence(self) -> str:
        """Return the key of the number that rises with every lock."""
        return f"{self.prefix}:fence:1"

    @property
    def probe(self) -> str:
        """Return the key that is written to see whether Redis takes writes."""
        return f"{self.prefix}:probe:1"

    @property
    def cache(self) -> str:
        """Return the prefix of Django's cache."""
        return f"{self.prefix}:cache"

    def rate(self, subject: str) -> str:
        """Return the key of a count of how often something was done lately."""
        return f"{self.prefix}:rate:1:{subject}"

    def pace(self, subject: str) -> str:
        """Return the key of when something may be done next."""
        return f"{self.prefix}:pace:1:{subject}"

    @property
    def layer(self) -> str:
        """Return the prefix of the channel layer."""
        return f"{self.prefix}:layer"


KEYS = Keys()
