"""The outbox: work that follows from a committed change."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class OutboxEntry(models.Model):
    """One piece of work, written in the transaction that calls for it and removed when done."""

    topic = models.CharField(max_length=64, help_text="Which handler does it.")
    payload = models.JSONField(default=dict, help_text="What the handler needs; ids are strings.")
    owner_id = models.BigIntegerField(null=True, help_text="Whose data the payload concerns.")
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now, help_text="Not before this time.")
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, help_text="Why the latest attempt failed.")
    failed_at = models.DateTimeField(
        null=True, help_text="Set when it can never succeed; it is kept to be looked at."
    )

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at", "id"], condition=Q(failed_at=None), name="outbox_due")
        ]
        verbose_name_plural = "outbox entries"

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"
