"""What was decided about telling something in another place than the one where it was said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from memories.access import AccessRule, Scope, is_visible, rule_of
from memories.index.base import Entry
from memories.models import Place, PlaceDecision


@dataclass(frozen=True, slots=True)
class Weighed:
    """Memories that a reply used or would have used.

    Args:
        told: those in its prompt.
        held_back: those that came to mind, but may not be told there.
    """

    told: Iterable[Entry]
    held_back: Iterable[Entry]


def decisions_on(weighed: Weighed, scope: Scope, level: str) -> list[PlaceDecision]:
    """Return one decision for each memory of the person that was said elsewhere, not yet stored."""
    entries = {entry.id: entry for entry in (*weighed.told, *weighed.held_back)}
    return [
        _decision(entry, scope, level)
        for entry in entries.values()
        if entry.person_id is not None and rule_of(entry, scope) is not AccessRule.HERE
    ]


def on_moods(scope: Scope, level: str) -> PlaceDecision:
    """Return the decision that how a person felt lately does not count where others read."""
    return PlaceDecision(
        person_id=scope.person_id,
        from_place=Place.DIRECT,
        to_place=scope.place,
        to_guild_id=scope.guild_id,
        to_channel_id=scope.channel_id,
        allowed=False,
        reason=AccessRule.MOODS_ONLY_ALONE.value,
        level=level,
    )


def _decision(entry: Entry, scope: Scope, level: str) -> PlaceDecision:
    return PlaceDecision(
        person_id=scope.person_id,
        memory_id=entry.id,
        from_place=entry.place,
        from_guild_id=entry.guild_id,
        from_channel_id=entry.channel_id,
        to_place=scope.place,
        to_guild_id=scope.guild_id,
        to_channel_id=scope.channel_id,
        allowed=is_visible(entry, scope),
        reason=rule_of(entry, scope).value,
        level=level,
    )
