"""Where things are said: the kinds of places, their names, and what was decided between them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone


class Place(models.TextChoices):
    """What kind of place something was said in; it decides where it may be recalled."""

    DIRECT = "direct", "direct messages"
    PRIVATE_CHANNEL = "private_channel", "a channel that not everyone can read"
    PUBLIC_CHANNEL = "public_channel", "a channel that everyone in the server can read"
    IMPORT = "import", "imported"


class PlaceName(models.Model):
    """What a server or a channel is called, as Discord last said."""

    place_id = models.BigIntegerField(unique=True, help_text="Id of the server or channel.")
    guild_id = models.BigIntegerField(
        null=True, help_text="The server of a channel; empty for a server."
    )
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class RemovedPlace(models.Model):
    """A channel that is gone, or a server that the companion was removed from.

    What is held from there is erased after `REMOVED_PLACE_RETENTION_DAYS`.
    """

    channel_id = models.BigIntegerField(null=True, help_text="Empty for a whole server.")
    guild_id = models.BigIntegerField(null=True, help_text="Empty for a channel.")
    removed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["channel_id"], name="removed_channel_once"),
            models.UniqueConstraint(fields=["guild_id"], name="removed_guild_once"),
        ]

    def __str__(self) -> str:
        return f"channel {self.channel_id}" if self.channel_id else f"server {self.guild_id}"


class PlaceDecision(models.Model):
    """Whether something said in one place might be used in another, and why. Bounded a person."""

    person_id = models.BigIntegerField(help_text="The person the memory belongs to.")
    memory_id = models.UUIDField(null=True)
    from_place = models.CharField(max_length=16, choices=Place)
    from_guild_id = models.BigIntegerField(null=True)
    from_channel_id = models.BigIntegerField(null=True)
    to_place = models.CharField(max_length=16, choices=Place)
    to_guild_id = models.BigIntegerField(null=True)
    to_channel_id = models.BigIntegerField(null=True)
    allowed = models.BooleanField()
    reason = models.CharField(max_length=100, help_text="The rule that decided.")
    level = models.CharField(max_length=16, help_text="The person's level at the time.")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["person_id", "-decided_at"], name="decision_person_time"),
            models.Index(fields=["-decided_at"], name="decision_time"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.from_place} → {self.to_place}"
