"""How far what a person said may travel from where they said it: ways, and levels that open them.

Somebody alone who lists, corrects, exports or erases what is held about them sees all of it,
whatever the level: ways are about what comes to the companion's mind.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from profiles.models import Consent


class Way(StrEnum):
    """A way from one kind of place to another. Without a way, it stays where it was said."""

    SERVER_TO_DIRECT = "server_to_direct"
    ACROSS_SERVERS = "across_servers"
    DIRECT_TO_PRIVATE = "direct_to_private"
    DIRECT_TO_PUBLIC = "direct_to_public"

    @property
    def meaning(self) -> str:
        """Return what it means to a person that the way is open."""
        return MEANINGS[self]

    @property
    def in_words(self) -> str:
        """Return what the console calls it."""
        return IN_WORDS[self]


Ways = frozenset[Way]

MEANINGS = {
    Way.SERVER_TO_DIRECT: "what you say in a server may come up when we are alone",
    Way.ACROSS_SERVERS: "what you say in a public channel may come up in another server",
    Way.DIRECT_TO_PRIVATE: "what you tell me alone may come up in private channels of a server",
    Way.DIRECT_TO_PUBLIC: "what you tell me alone may come up in public channels",
}
IN_WORDS = {
    Way.SERVER_TO_DIRECT: "from a server to direct messages",
    Way.ACROSS_SERVERS: "from one server to another",
    Way.DIRECT_TO_PRIVATE: "from direct messages to private channels",
    Way.DIRECT_TO_PUBLIC: "from direct messages to public channels",
}
LEVEL_MEANINGS = {
    Consent.Level.STRICT: "what you say never comes up anywhere else",
    Consent.Level.MODERATE: "what you say in a server may come up when we are alone",
    Consent.Level.PERMISSIVE: (
        "what you say in public may come up in other servers, and what you tell me alone in "
        "private channels"
    ),
    Consent.Level.CUSTOM: "you choose what may come up where",
}
ALL_WAYS: Ways = frozenset(Way)
LEVELS: dict[str, Ways] = {
    Consent.Level.STRICT: frozenset(),
    Consent.Level.MODERATE: frozenset({Way.SERVER_TO_DIRECT}),
    Consent.Level.PERMISSIVE: frozenset(
        {Way.SERVER_TO_DIRECT, Way.ACROSS_SERVERS, Way.DIRECT_TO_PRIVATE}
    ),
}
MODERATE = LEVELS[Consent.Level.MODERATE]


def ways_of(consent: Consent | None) -> Ways:
    """Return the ways that are open for a person; of an unknown level none is."""
    if consent is None:
        return MODERATE
    if consent.level == Consent.Level.CUSTOM:
        # Only a plain “true” opens a way, whatever else stands in the rules.
        rules = consent.rules if isinstance(consent.rules, dict) else {}
        return frozenset(way for way in Way if rules.get(way) is True)
    return LEVELS.get(consent.level, frozenset())


def rules_of(ways: Iterable[Way]) -> dict[str, bool]:
    """Return open ways as level custom keeps them."""
    opened = set(ways)
    return {way.value: way in opened for way in Way}
