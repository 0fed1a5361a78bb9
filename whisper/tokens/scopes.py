"""What a token may be used for."""

from __future__ import annotations

from django.db import models


class TokenScope(models.TextChoices):
    """A part of what a token's account or person may do."""

    READ_MEMORIES = "memories.read", "search and recall memories, and read facts"
    WRITE_MEMORIES = "memories.write", "remember something for the person"
    READ_PROFILE = "profile.read", "read profiles"
    EXPORT = "export", "export all that is held about a person"
    ERASE = "erase", "erase a person"
    HEALTH = "health", "read how Whisper is"
