"""People in the console."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from profiles.actions import rename
from profiles.models import Consent, EmotionRecord, Profile
from whisper.admin import ReadOnlyAdmin, RecordAdmin


@admin.register(Profile)
class ProfileAdmin(RecordAdmin):
    """Who people are."""

    list_display = (
        "__str__",
        "discord_id",
        "relationship_level",
        "current_emotion",
        "interaction_count",
        "last_interaction",
    )
    list_filter = ("relationship_level", "current_emotion")
    id_fields = ("discord_id",)
    search_fields = ("name", "preferred_name")
    search_help_text = "Name, or the exact Discord id."
    ordering = ("-last_interaction",)
    fields = (
        "discord_id",
        "name",
        "preferred_name",
        "relationship_level",
        "current_emotion",
        "interaction_count",
        "first_interaction",
        "last_interaction",
        "preferences",
        "emotion_state",
    )
    readonly_fields = tuple(field for field in fields if field != "preferred_name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: a profile begins when its person agrees."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Profile | None = None) -> bool:
        """Refuse: erasing a person covers more than this row."""
        return False

    def save_model(self, request: HttpRequest, obj: Profile, form: Any, change: bool) -> None:
        """Keep what they are called."""
        rename(obj.discord_id, preferred_name=obj.preferred_name)


@admin.register(EmotionRecord)
class EmotionRecordAdmin(ReadOnlyAdmin):
    """How messages felt."""

    list_display = ("profile", "emotion", "intensity", "confidence", "felt_at", "model")
    list_select_related = ("profile",)
    list_filter = ("emotion",)
    id_fields = ("profile__discord_id",)
    search_fields = ("profile__name", "profile__preferred_name")
    search_help_text = "Name, or the exact Discord id."
    ordering = ("-felt_at",)


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """What people said to being remembered."""

    list_display = (
        "discord_id",
        "standing",
        "level",
        "source",
        "asked_at",
        "decided_at",
        "valid_until",
    )
    list_filter = ("status", "level")
    id_fields = ("discord_id",)
    search_fields = ("source",)
    search_help_text = "The exact Discord id."
