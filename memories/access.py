"""The one door: who may recall what, where.

Every path to a memory (recall, commands, console pages of a person) asks `is_visible`, and every
hit is asked again on its way out. An engine that filters in its own language takes the same rule as
data from `visible_places`. In the order of `Place`:

- said in direct messages: there; in a server only by a way that its person opened;
- said in a private channel: in that channel; alone with its person by the way from servers;
- said in a public channel: in that server; elsewhere by the ways from servers and across them;
- imported from no known place: alone with its person;
- a shared fact (no owner): in its server; one that belongs to no server, everywhere;
- hidden: nowhere.

Which ways are open, each person's level of privacy says (profiles/privacy.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from memories.models import Place
from profiles.privacy import ALL_WAYS, MODERATE, Way, Ways

# What was said there, or comes from there, is at home where its person is alone.
PLACES_ALONE = (Place.DIRECT, Place.IMPORT)


class AccessRule(StrEnum):
    """Why a memory may be recalled or not, if no way decides."""

    HERE = "here"
    NOWHERE_ELSE = "nowhere_else"
    SOMEBODY_ELSES = "somebody_elses"
    HIDDEN = "hidden"
    MOODS_ONLY_ALONE = "moods_only_alone"

    @property
    def in_words(self) -> str:
        """Return what the console calls it."""
        return IN_WORDS[self]


IN_WORDS = {
    AccessRule.HERE: "said here",
    AccessRule.NOWHERE_ELSE: "stays where it was said",
    AccessRule.SOMEBODY_ELSES: "belongs to somebody else",
    AccessRule.HIDDEN: "hidden until it is approved",
    AccessRule.MOODS_ONLY_ALONE: "moods count only in direct messages",
}


def rule_in_words(name: str) -> str:
    """Return what the console calls a stored rule; one of another version by its own name."""
    known: dict[str, str] = {rule.value: rule.in_words for rule in (*AccessRule, *Way)}
    return known.get(name, name)


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks, and where the answer will be read.

    Args:
        person_id: whose memories are asked for.
        place: what kind of place the answer goes to; never `Place.IMPORT`.
        channel_id: channel of the answer; of an open thread, the channel that it belongs to.
        guild_id: server of the answer, None in direct messages.
        ways: which ways between places the person opened.
    """

    person_id: int
    place: Place
    channel_id: int
    guild_id: int | None = None
    ways: Ways = MODERATE

    @classmethod
    def direct(cls, person_id: int, ways: Ways = MODERATE) -> Scope:
        """Return the scope of a person alone with the companion, as far as it may recall."""
        return cls(person_id, Place.DIRECT, person_id, ways=ways)

    @classmethod
    def access(cls, person_id: int) -> Scope:
        """Return the scope of a person alone who looks at what is held of them: all of it."""
        return cls.direct(person_id, ALL_WAYS)

    @property
    def is_alone(self) -> bool:
        """Return whether only the person reads the answer."""
        return self.place == Place.DIRECT

    def opened(self, ways: Ways) -> Scope:
        """Return the same scope with these ways open."""
        return replace(self, ways=ways)

    @property
    def partition_keys(self) -> tuple[str, ...]:
        """Return the partitions that can hold anything visible here."""
        own = (f"person:{self.person_id}", "everyone")
        return own if self.guild_id is None else (*own, f"guild:{self.guild_id}")


class Placed(Protocol):
    """Anything that has an owner and a place: a memory row or an entry of an index."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def place(self) -> str: ...
    @property
    def guild_id(self) -> int | None: ...
    @property
    def channel_id(self) -> int | None: ...
    @property
    def hidden(self) -> bool: ...


def is_visible(memory: Placed, scope: Scope) -> bool:
    """Return whether a memory may be recalled in a scope."""
    rule = rule_of(memory, scope)
    return rule is AccessRule.HERE or rule in scope.ways


def rule_of(memory: Placed, scope: Scope) -> AccessRule | Way:
    """Return what decides whether a memory may be recalled in a scope; a way has to be open."""
    if memory.hidden:
        return AccessRule.HIDDEN
    if memory.person_id is None:
        shared = memory.guild_id is None or memory.guild_id == scope.guild_id
        return AccessRule.HERE if shared else AccessRule.NOWHERE_ELSE
    if memory.person_id != scope.person_id:
        return AccessRule.SOMEBODY_ELSES
    if scope.is_alone:
        return AccessRule.HERE if memory.place in PLACES_ALONE else Way.SERVER_TO_DIRECT
    if memory.place == Place.PUBLIC_CHANNEL:
        same = memory.guild_id is not None and memory.guild_id == scope.guild_id
        return AccessRule.HERE if same else Way.ACROSS_SERVERS
    if memory.place == Place.DIRECT:
        in_private = scope.place == Place.PRIVATE_CHANNEL
        return Way.DIRECT_TO_PRIVATE if in_private else Way.DIRECT_TO_PUBLIC
    same = memory.channel_id is not None and memory.channel_id == scope.channel_id
    in_its_channel = memory.place == Place.PRIVATE_CHANNEL and same
    return AccessRule.HERE if in_its_channel else AccessRule.NOWHERE_ELSE


# What fields of a memory must hold, None for empty; what is not named may hold anything.
Fields = dict[str, int | str | bool | None]


def visible_places(scope: Scope) -> list[Fields]:
    """Return `is_visible` as data: a memory is visible if one of these matches in all fields."""
    own: Fields = {"hidden": False, "person_id": scope.person_id}
    shared: Fields = {"hidden": False, "person_id": None}
    found: list[Fields] = [{**shared, "guild_id": None}]
    if scope.guild_id is not None:
        found.append({**shared, "guild_id": scope.guild_id})
    if scope.is_alone:
        if Way.SERVER_TO_DIRECT in scope.ways:
            return [*found, own]
        return [*found, *({**own, "place": place} for place in PLACES_ALONE)]
    said_in_private: Fields = {**own, "place": Place.PRIVATE_CHANNEL}
    found.append({**said_in_private, "channel_id": scope.channel_id})
    said_in_public: Fields = {**own, "place": Place.PUBLIC_CHANNEL}
    if Way.ACROSS_SERVERS in scope.ways:
        found.append(said_in_public)
    elif scope.guild_id is not None:
        found.append({**said_in_public, "guild_id": scope.guild_id})
    in_private = scope.place == Place.PRIVATE_CHANNEL
    if (Way.DIRECT_TO_PRIVATE if in_private else Way.DIRECT_TO_PUBLIC) in scope.ways:
        found.append({**own, "place": Place.DIRECT})
    return found


def own_places(scope: Scope) -> list[Fields]:
    """Return what of `visible_places` is the person's own, without shared facts."""
    return [fields for fields in visible_places(scope) if fields["person_id"] is not None]


def public_places(guild_id: int) -> list[Fields]:
    """Return what everyone may be told in a server's public channels, whoever said it there."""
    nobody = -1
    anybody = Scope(nobody, Place.PUBLIC_CHANNEL, channel_id=0, guild_id=guild_id, ways=frozenset())
    return [
        {name: value for name, value in fields.items() if value != nobody}
        for fields in visible_places(anybody)
        if fields.get("guild_id") == guild_id
    ]
