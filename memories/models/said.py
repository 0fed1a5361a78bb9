"""What was said, and how it was answered."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from memories.models.places import Place
from profiles.models import Emotion


class Message(models.Model):
    """Something said to or by the companion, stored once by its id before anything else happens.

    Of a person who has not agreed to be remembered only id, channel and time are here.
    """

    class Platform(models.TextChoices):
        """Where a message id comes from."""

        DISCORD = "discord"
        TERMINAL = "terminal"
        WEB = "web"
        BATCH = "batch"
        DEMO = "demo"

    class Reply(models.TextChoices):
        """What became of the reply that the companion owes.

        The values of the last two are those that the release before writes.
        """

        NONE = "none", "not addressed to the companion"
        PENDING = "pending"
        MAKING = "making", "being made"
        SENDING = "sending", "being sent"
        COMPLETE = "answered", "complete"
        GIVEN_UP = "failed", "given up"

    platform = models.CharField(max_length=16, choices=Platform)
    platform_id = models.BigIntegerField(help_text="The platform's id of the message.")
    channel_id = models.BigIntegerField()
    parent_id = models.BigIntegerField(
        null=True, help_text="For a public thread: its channel, whose readers can all read it."
    )
    guild_id = models.BigIntegerField(null=True, help_text="Server, if it was said in one.")
    place = models.CharField(max_length=16, choices=Place)
    author_name = models.CharField(max_length=100, blank=True)
    person_id = models.BigIntegerField(
        null=True,
        help_text="Its author, or the person the companion replies to; empty if nothing is kept.",
    )
    from_companion = models.BooleanField(default=False)
    from_bot = models.BooleanField(
        default=False, db_default=False, help_text="Written by the companion or another bot."
    )
    text = models.TextField(blank=True)
    attachments = models.JSONField(
        default=list, help_text="Name, type and address of each attachment."
    )
    mentions = models.JSONField(
        default=dict,
        db_default={},
        help_text="What the people are called whom it mentions, by their ids.",
    )
    reply_to = models.BigIntegerField(null=True, help_text="Id of the message it replies to.")
    sent_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    reply_state = models.CharField(
        max_length=16,
        choices=Reply,
        default=Reply.NONE,
        # The release before reads and writes the same column.
        db_column="answer",
        help_text="What became of the reply to it.",
    )
    reply_sent = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How many pieces of a long reply were sent."
    )
    reply_total = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How many pieces a long reply has."
    )
    reply_draft = models.TextField(
        blank=True, db_default="", help_text="The reply while it is being sent."
    )
    reply_fault = models.CharField(
        max_length=200, blank=True, db_default="", help_text="Why the reply was given up."
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["platform", "platform_id"], name="message_once"),
            models.CheckConstraint(
                condition=Q(platform_id__gte=0, channel_id__gte=0), name="message_ids_positive"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["channel_id", "-sent_at"], name="message_channel_time"),
            models.Index(fields=["person_id", "-sent_at"], name="message_person_time"),
            # Counting what people say by day reads nothing else.
            models.Index(fields=["-sent_at"], include=["from_companion"], name="message_time_by"),
            models.Index(
                fields=["sent_at"],
                condition=Q(reply_state__in=["pending", "making", "sending"]),
                name="message_reply_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.platform_id}"

    @property
    def audience_channel_id(self) -> int:
        """Return the channel whose readers could read it; memories of it belong there."""
        return self.channel_id if self.parent_id is None else self.parent_id


class ReplyTrace(models.Model):
    """Why a reply is what it is."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="trace")
    reply = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    person_id = models.BigIntegerField(help_text="The person it replied to.")
    prompt = models.JSONField(default=list, help_text="The exact messages sent to the model.")
    recalled = models.JSONField(
        default=list, help_text="Id, kind, text and scores of each memory recalled."
    )
    missed = models.JSONField(
        default=list,
        db_default=[],
        help_text="Id, kind and scores of the next best memories, which were not recalled.",
    )
    emotion = models.CharField(max_length=16, choices=Emotion, blank=True)
    milliseconds = models.JSONField(
        default=dict, help_text="Duration of each step in milliseconds."
    )
    tokens = models.JSONField(default=dict, help_text="Tokens of the prompt and the reply.")
    model = models.CharField(max_length=100, help_text="Who answered.")
    error = models.CharField(max_length=200, blank=True, help_text="Why the model didn't reply.")
    rating = models.SmallIntegerField(
        null=True,
        help_text="What its person thought of the reply: 1 or -1; empty if they did not say.",
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["person_id", "-created_at"], name="trace_person_time"),
            models.Index(fields=["-created_at"], name="trace_time"),
            models.Index(fields=["-created_at"], condition=Q(error__gt=""), name="trace_failed"),
            models.Index(
                fields=["-created_at"], condition=Q(rating__isnull=False), name="trace_rated"
            ),
        ]

    def __str__(self) -> str:
        return f"trace of {self.message_id}"
