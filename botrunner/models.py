"""What admins set: for Discord servers, and who the companion is."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from memories.models import Message


class Server(models.Model):
    """The settings of one Discord server."""

    class Room(models.TextChoices):
        """Whose words of a channel's talk a reply given there may be made from."""

        OFF = "off", "only those of the person who is answered"
        AGREED = "agreed", "those of people who agreed to be remembered"
        CHANNEL = "channel", "everybody's but those of people who declined"

    guild_id = models.BigIntegerField(unique=True, help_text="Discord's id of the server.")
    room = models.CharField(
        max_length=16,
        choices=Room,
        default=Room.AGREED,
        help_text="Whose words the companion reads in a channel when it replies there.",
    )
    welcomed_at = models.DateTimeField(
        null=True, help_text="When the companion introduced itself there; empty if it didn't."
    )
    replies_a_day = models.PositiveIntegerField(
        null=True, help_text="Most replies there on one day (UTC); empty without a limit."
    )
    tokens_a_day = models.PositiveIntegerField(
        null=True,
        help_text="No reply begins there once a day's took so many; empty without a limit.",
    )
    retention_days = models.PositiveIntegerField(
        null=True, help_text="Days after which what was said there is erased; empty for never."
    )
    language = models.CharField(
        max_length=8,
        blank=True,
        default="",
        db_default="",
        help_text="Code of the language that its people write in; empty if none was chosen.",
    )

    def __str__(self) -> str:
        return f"server {self.guild_id}"


class TalkSetting(models.Model):
    """Whether the companion talks in a channel, or anywhere on a server, and what it answers."""

    class Mode(models.TextChoices):
        """What the companion answers in a channel; each includes the one before."""

        MENTIONS = "mentions", "what mentions it or replies to it"
        THREADS = "threads", "also what is said in a thread that it was called into"
        FREE = "free", "also what is said to it without a mention, and open questions"

    place_id = models.BigIntegerField(unique=True, help_text="Id of the channel or server.")
    guild_id = models.BigIntegerField(help_text="The server.")
    silent = models.BooleanField(default=True)
    since = models.DateTimeField(help_text="When that was set.")
    mode = models.CharField(
        max_length=8,
        choices=Mode,
        default=Mode.MENTIONS,
        db_default=Mode.MENTIONS,
        help_text="What the companion answers in a channel.",
    )
    budget = models.PositiveSmallIntegerField(
        default=6,
        db_default=6,
        help_text="Most replies an hour to messages that did not mention it.",
    )

    def __str__(self) -> str:
        return f"{'silent' if self.silent else 'talking'} in {self.place_id}"


class ServerDay(models.Model):
    """How much the companion replied on a server on one day (UTC)."""

    guild_id = models.BigIntegerField(help_text="The server.")
    day = models.DateField()
    replies = models.PositiveIntegerField(default=0, db_default=0)
    tokens = models.PositiveBigIntegerField(
        default=0, db_default=0, help_text="What the language model read and wrote for them."
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["guild_id", "day"], name="server_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} on server {self.guild_id}"


class Block(models.Model):
    """A person whom the companion doesn't answer on a server, as its admins want it."""

    guild_id = models.BigIntegerField(help_text="The server.")
    person_id = models.BigIntegerField()
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(
        null=True, help_text="When it ended; what was said before stays unanswered."
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["guild_id", "person_id"], name="block_once")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["person_id"], name="block_person")]

    def __str__(self) -> str:
        return f"block {self.pk}"


class FreshStart(models.Model):
    """A person's wish that replies to them in a channel leave out what was said before."""

    person_id = models.BigIntegerField()
    channel_id = models.BigIntegerField(help_text="The channel, or direct messages.")
    since = models.DateTimeField(help_text="What was said until then is left out.")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["person_id", "channel_id"], name="fresh_start_once")
        ]

    def __str__(self) -> str:
        return f"fresh start {self.pk}"


class Persona(models.Model):
    """Who the companion can be: a text that begins its prompts, in versions."""

    name = models.CharField(max_length=60, unique=True, help_text="What admins call it.")
    age_restricted = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Only for channels that Discord shows to adults alone.",
    )

    def __str__(self) -> str:
        return self.name


class PersonaVersion(models.Model):
    """The text of a persona from one change to the next; the latest is the one in use."""

    persona = models.ForeignKey(Persona, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    wording = models.TextField(help_text="Its text; {bot_name} stands for the companion's name.")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.BigIntegerField(null=True, help_text="The admin's account.")
    reason = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["persona", "number"], name="persona_version_once")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.persona_id}"


class PersonaChoice(models.Model):
    """Which persona the companion is in a place; the narrowest place counts."""

    place = models.CharField(
        max_length=32, unique=True, help_text="everywhere, server:ID or channel:ID."
    )
    persona = models.ForeignKey(Persona, on_delete=models.CASCADE, related_name="choices")

    def __str__(self) -> str:
        return self.place


class OwnPersona(models.Model):
    """Which persona a person chose for their direct messages."""

    person_id = models.BigIntegerField(unique=True)
    persona = models.ForeignKey(Persona, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"persona of a person, {self.pk}"


class Reminder(models.Model):
    """Something that a person wants to be reminded of."""

    class Kind(models.TextChoices):
        """What the person hears."""

        REMINDER = "reminder"
        FOLLOW_UP = "follow_up", "question how it went"

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed", "could not be delivered"

    kind = models.CharField(
        max_length=12, choices=Kind, default=Kind.REMINDER, db_default=Kind.REMINDER
    )
    person_id = models.BigIntegerField()
    message = models.OneToOneField(
        Message,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="The message that asked for it; empty if a command did.",
    )
    text = models.CharField(max_length=200, blank=True, help_text="What it is of.")
    due_at = models.DateTimeField()
    platform = models.CharField(max_length=16, choices=Message.Platform)
    channel_id = models.BigIntegerField(help_text="Where it was asked for, and is delivered.")
    guild_id = models.BigIntegerField(null=True, help_text="Server, if it was asked for in one.")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["state", "due_at"], name="reminder_due"),
            models.Index(fields=["person_id", "due_at"], name="reminder_person"),
        ]

    def __str__(self) -> str:
        return f"reminder {self.pk}"


class FollowUps(models.Model):
    """How a person wants to be asked, without having spoken first, how something went."""

    class Where(models.TextChoices):
        """Where they are asked."""

        DIRECT = "direct", "in direct messages"
        SAME = "same", "where you said so"

    person_id = models.BigIntegerField(unique=True)
    where = models.CharField(max_length=8, choices=Where, default=Where.DIRECT)
    per_week = models.PositiveSmallIntegerField(help_text="How often at most.")
    quiet_from = models.PositiveSmallIntegerField(
        help_text="Hour of their day from which on they aren't asked."
    )
    quiet_until = models.PositiveSmallIntegerField(
        help_text="Hour from which on they are asked again."
    )
    asked = models.JSONField(default=list, help_text="When they were asked in the last week.")
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"follow-ups of a person, {self.pk}"
