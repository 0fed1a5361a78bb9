"""What is remembered of what was said, and where it came from."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from memories.models.places import Place
from memories.models.said import Message
from profiles.models import FRACTION, Emotion


class Partition(models.Model):
    """A counter of changes to memories that are searched together: those of a person, of a server,
    or of everyone.

    Each change of a memory raises it in the same transaction, so that a process knows when its copy
    is old.
    """

    key = models.CharField(
        max_length=32, primary_key=True, help_text="person:ID, guild:ID or everyone."
    )
    revision = models.BigIntegerField(default=0)
    removed_at_revision = models.BigIntegerField(
        default=0, help_text="Revision of the latest removal; older copies are reloaded."
    )

    def __str__(self) -> str:
        return f"{self.key} @{self.revision}"


class Memory(models.Model):
    """One thing worth recalling: a line of conversation, a fact, or a summary."""

    class Kind(models.TextChoices):
        """What it is."""

        CONVERSATION = "conversation"
        USER_FACT = "user_fact", "fact about a person"
        SHARED_FACT = "shared_fact", "fact of a server or of everyone"
        SUMMARY = "summary", "summary of a session"

    class Ending(models.TextChoices):
        """Why a fact holds no more."""

        OVER = "over", "it was true until then"
        REPLACED = "replaced", "another value took its place"
        CORRECTED = "corrected", "it was never true"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.BigIntegerField(
        null=True,
        help_text="The person it belongs to; empty if it belongs to a server or to everyone.",
    )
    kind = models.CharField(max_length=16, choices=Kind)
    text = models.TextField(help_text="What is remembered.")
    context = models.TextField(blank=True, help_text="The turn before it, which gives it context.")
    speaker = models.CharField(max_length=100, blank=True, help_text="Who said it.")
    sources = models.ManyToManyField(Message, related_name="memories", blank=True)
    origin = models.CharField(
        max_length=128,
        blank=True,
        help_text="What it was made from; each origin creates it only once.",
    )
    place = models.CharField(max_length=16, choices=Place)
    guild_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    said_at = models.DateTimeField(help_text="When it was said.")
    category = models.CharField(max_length=32, blank=True, help_text="For facts: name, pet, work …")
    slot = models.CharField(
        max_length=100,
        blank=True,
        help_text="What a fact is about; a newer one replaces it.",
    )
    entity = models.CharField(
        max_length=64,
        blank=True,
        db_default="",
        help_text="Of a fact: whose it is, such as self, person.brother, pet.dog.2.",
    )
    subject = models.CharField(
        max_length=64, blank=True, db_default="", help_text="Of a fact: self, sister, dog …"
    )
    predicate = models.CharField(
        max_length=32, blank=True, db_default="", help_text="Of a fact: name, home, job …"
    )
    value = models.CharField(
        max_length=200, blank=True, db_default="", help_text="Of a fact, in the person's words."
    )
    qualifier = models.CharField(
        max_length=64,
        blank=True,
        db_default="",
        help_text="Of a favourite, what of; of a taste, its verb.",
    )
    happens_at = models.DateTimeField(null=True, blank=True, help_text="Of a plan: when it begins.")
    happens_until = models.DateTimeField(
        null=True, blank=True, help_text="Of a plan: when its last day is over."
    )
    ending = models.CharField(
        max_length=16,
        choices=Ending,
        blank=True,
        db_default="",
        help_text="Why a fact holds no more.",
    )
    ended_by = models.ForeignKey(
        Message,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="ended_facts",
        help_text="The message that said so.",
    )
    emotion = models.CharField(max_length=16, choices=Emotion, blank=True)
    confidence = models.FloatField(default=1.0, validators=FRACTION)
    importance = models.FloatField(default=0.5, validators=FRACTION)
    valid_from = models.DateTimeField(help_text="True since.")
    valid_to = models.DateTimeField(
        null=True, blank=True, help_text="When it stopped being true; empty while it is."
    )
    hidden = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Not recalled until an admin approves it.",
    )
    pinned = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Comes first wherever a text is about it; a pinned fact is in every prompt.",
    )
    recall_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Number of replies that used it."
    )
    recalled_at = models.DateTimeField(null=True, help_text="When it was last used.")
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="supersedes"
    )
    embedding = models.BinaryField(null=True, help_text="Unit vector, float32 little-endian.")
    embedding_model = models.CharField(max_length=100, blank=True)
    embedding_dimension = models.PositiveIntegerField(null=True)
    revision = models.BigIntegerField(
        default=0, help_text="Revision of its partition at its last change."
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "memories"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["person_id", "origin"],
                condition=~Q(origin=""),
                name="memory_once_an_origin",
            ),
            models.CheckConstraint(
                condition=Q(kind="shared_fact", person_id__isnull=True)
                | (~Q(kind="shared_fact") & Q(person_id__isnull=False)),
                name="memory_only_shared_facts_lack_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="memory_confidence_range"
            ),
            models.CheckConstraint(
                condition=Q(importance__gte=0, importance__lte=1), name="memory_importance_range"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="memory_valid_order",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["person_id", "revision"], name="memory_owner_revision"),
            models.Index(fields=["person_id", "kind", "-said_at"], name="memory_owner_kind_time"),
            models.Index(fields=["-said_at"], name="memory_time"),
            models.Index(
                fields=["person_id", "channel_id", "said_at"], name="memory_person_channel_time"
            ),
            models.Index(fields=["-said_at"], condition=Q(hidden=True), name="memory_hidden"),
            models.Index(
                fields=["guild_id"], condition=Q(person_id=None), name="memory_shared_guild"
            ),
            models.Index(
                fields=["person_id"], condition=Q(pinned=True), name="memory_owner_pinned"
            ),
            models.Index(
                fields=["person_id", "slot"],
                condition=~Q(slot="") & Q(valid_to=None),
                name="memory_owner_slot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def partition_key(self) -> str:
        """Return the key of the partition that it is searched in."""
        if self.person_id is not None:
            return f"person:{self.person_id}"
        return "everyone" if self.guild_id is None else f"guild:{self.guild_id}"


class ForgottenMemory(models.Model):
    """A memory that an admin forgot, kept aside for a day in case that was a mistake.

    Nothing recalls or searches it; its person's export holds it, marked as forgotten. What they
    take back or erase goes from here as well, and doesn't come back.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    person_id = models.BigIntegerField(null=True, help_text="The person it belonged to.")
    kind = models.CharField(max_length=16, choices=Memory.Kind)
    text = models.TextField()
    context = models.TextField(blank=True)
    place = models.CharField(max_length=16, choices=Place)
    guild_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    columns = models.JSONField(default=dict, help_text="Its other columns, as text.")
    links = models.JSONField(
        default=dict, help_text="Facts that it had replaced, and rows that it was imported from."
    )
    sources = models.ManyToManyField(Message, related_name="forgotten_memories", blank=True)
    created_at = models.DateTimeField(help_text="When the memory was made.")
    batch = models.UUIDField(help_text="What was forgotten at once has the same.")
    forgotten_at = models.DateTimeField(default=timezone.now)
    forgotten_by = models.BigIntegerField(null=True, help_text="The admin's account.")
    reason = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name_plural = "forgotten memories"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["-forgotten_at"], name="forgotten_time"),
            models.Index(fields=["batch"], name="forgotten_batch"),
            models.Index(fields=["person_id"], name="forgotten_owner"),
        ]

    def __str__(self) -> str:
        return f"forgotten {self.kind} {self.pk}"


class ImportedRow(models.Model):
    """One row of an older store and what became of it: the same row is never taken twice."""

    run = models.ForeignKey(
        "whisper.ImportRun", on_delete=models.CASCADE, related_name="imported_rows"
    )
    store = models.CharField(max_length=64, help_text="Collection or file that it came from.")
    key = models.CharField(max_length=255, help_text="Its id there.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of its content, to detect changes.")
    memory = models.ForeignKey(
        Memory, null=True, on_delete=models.SET_NULL, related_name="imported_rows"
    )
    person_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=32, help_text="imported, repaired, duplicate, skipped.")
    reason = models.CharField(max_length=200, blank=True)
    document = models.TextField(blank=True, help_text="Its original text.")
    metadata = models.JSONField(default=dict, help_text="Its original fields.")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["store", "key"], name="imported_row_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["person_id"], name="imported_row_person")
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.key}"
