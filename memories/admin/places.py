"""What was told where, and the places that are gone, in the console."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from memories.access import AccessRule, rule_in_words
from memories.admin.records import shortened
from memories.models import PlaceDecision, RemovedPlace
from memories.queries import names_of_places, place_in_words, texts_of
from profiles.admin.names import PeopleByName
from profiles.models import Consent
from profiles.privacy import Way
from whisper.admin import ReadOnlyAdmin
from whisper.console.lists import ValuesFilter
from whisper.console.reading import PrivateRows


class ReasonFilter(ValuesFilter):
    """Decisions by the rule that made them."""

    title, parameter_name, field = "rule", "reason", "reason"
    values = (*AccessRule, *Way)

    def called(self, value: str) -> str:
        """Return the rule in words."""
        return capfirst(rule_in_words(value))


class LevelFilter(ValuesFilter):
    """Decisions by the level of privacy."""

    title, parameter_name, field = "level", "level", "level"
    values = tuple(Consent.Level.values)


@admin.register(PlaceDecision)
class PlaceDecisionAdmin(PeopleByName, PrivateRows, ReadOnlyAdmin):
    """What was told in another place or held back, and why."""

    said_in_field = "from_place"

    list_display = (
        "decided_at",
        "person",
        "memory",
        "said_in",
        "asked_for_in",
        "allowed",
        "rule",
        "level",
    )
    list_filter = ("allowed", ReasonFilter, LevelFilter, "from_place", "to_place")
    id_fields = ("person_id", "from_guild_id", "from_channel_id", "to_guild_id", "to_channel_id")
    search_fields = ("reason",)
    search_help_text = "A number is the id of a person, server or channel."
    newest = "decided_at"
    fields = list_display

    def name_rows(self, rows: Sequence[Any]) -> None:
        """Add what memories say, and the names of people and channels."""
        super().name_rows(rows)
        texts = texts_of(row.memory_id for row in rows)
        ids = (one for row in rows for one in (row.from_channel_id, row.to_channel_id))
        names = names_of_places(ids)
        for row in rows:
            row.memory_text = texts.get(row.memory_id, "")
            row.place_names = names

    @admin.display(description="memory")
    def memory(self, decision: Any) -> SafeString | str:
        """Return the beginning of what the memory says, with a link to its page."""
        if decision.memory_id is None:
            return "moods"
        if not decision.memory_text:
            return "gone"
        address = reverse("console:memory", args=[decision.memory_id])
        text = shortened(decision.memory_text)
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, text)

    @admin.display(description="said in", ordering="from_place")
    def said_in(self, decision: Any) -> str:
        """Return the place where it was said."""
        names = decision.place_names
        return place_in_words(decision.from_place, decision.from_channel_id, names)

    @admin.display(description="asked for in", ordering="to_place")
    def asked_for_in(self, decision: Any) -> str:
        """Return the place where it would be told."""
        names = decision.place_names
        return place_in_words(decision.to_place, decision.to_channel_id, names)

    @admin.display(description="rule", ordering="reason")
    def rule(self, decision: Any) -> str:
        """Return what decided."""
        return capfirst(rule_in_words(decision.reason))


@admin.register(RemovedPlace)
class RemovedPlaceAdmin(ReadOnlyAdmin):
    """Channels and servers that are gone, from where everything will be erased."""

    list_display = ("channel_id", "guild_id", "removed_at")
    id_fields = ("channel_id", "guild_id")
    search_fields = ("channel_id", "guild_id")
    search_help_text = "A number is the id of a channel or server."
    ordering = ("-removed_at",)
