"""What all apps share: work that follows from a change, erasures, copies and imports."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class OutboxEntry(models.Model):
    """One piece of work, written in the transaction that requires it and removed when done."""

    topic = models.CharField(max_length=64, help_text="Which handler does it.")
    payload = models.JSONField(default=dict, help_text="What the handler needs; ids are strings.")
    person_id = models.BigIntegerField(null=True, help_text="Whose data the payload concerns.")
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now, help_text="Not before this time.")
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, help_text="Why the latest attempt failed.")
    failed_at = models.DateTimeField(
        null=True, help_text="When it was set aside; nothing is done until an admin retries it."
    )
    claim = models.CharField(
        max_length=32, blank=True, default="", db_default="", help_text="Which worker has it."
    )

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["topic", "due_at"],
                condition=Q(failed_at=None, claim=""),
                name="outbox_topic_due",
            ),
            models.Index(
                fields=["topic", "id"],
                condition=Q(failed_at=None, claim=""),
                name="outbox_topic_order",
            ),
            models.Index(fields=["claim"], condition=~Q(claim=""), name="outbox_claimed"),
        ]
        verbose_name_plural = "outbox entries"

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class OutboxClaim(models.Model):
    """A batch of outbox entries that a worker has in hand."""

    token = models.CharField(max_length=32, unique=True)
    topic = models.CharField(max_length=64)
    beat = models.PositiveBigIntegerField(
        default=0, help_text="Raised while the worker lives; one that stands still is taken over."
    )

    def __str__(self) -> str:
        return f"{self.topic} {self.token}"


class ActionEntry(models.Model):
    """One action: who did what to whose data, when and why. It contains nothing anyone said."""

    class ActorKind(models.TextChoices):
        """What acted."""

        PERSON = "person", "the person themself"
        ADMIN = "admin", "an admin in the console"
        COMMAND = "command", "a command on this machine"
        COMPANION = "companion", "the companion"

    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=64, help_text="What was done, as memory.forget.")
    actor_kind = models.CharField(max_length=16, choices=ActorKind)
    actor_id = models.BigIntegerField(
        null=True, help_text="Id of the person, or number of the console account."
    )
    person_id = models.BigIntegerField(null=True, help_text="Whose data it concerned.")
    object_type = models.CharField(max_length=64, blank=True, help_text="Kind of the row changed.")
    object_id = models.CharField(max_length=64, blank=True)
    changes = models.JSONField(default=dict, help_text="The value of each field before and after.")
    reason = models.CharField(max_length=255, blank=True)
    count = models.PositiveIntegerField(default=1, help_text="How many rows it concerned.")

    class Meta:
        verbose_name_plural = "action entries"
        permissions: ClassVar[list[Any]] = [
            (
                "read_public",
                "Can read what people said in public channels, and what was made of it",
            ),
            ("read_private", "Can read what people said in private, and what was made of it"),
            ("act_for_person", "Can export and erase a person, as they do themselves"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["person_id", "-at"], name="action_person_time"),
            models.Index(fields=["object_type", "object_id", "-at"], name="action_object_time"),
            models.Index(fields=["-at"], name="action_time"),
            models.Index(fields=["actor_kind", "actor_id", "-at"], name="action_actor_time"),
            models.Index(fields=["action", "-at"], name="action_action_time"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"


class PeriodicJob(models.Model):
    """When a periodic job is due, and how its last run went."""

    name = models.CharField(max_length=64, unique=True)
    due_at = models.DateTimeField(null=True, help_text="Empty while it is not due.")
    requested_at = models.DateTimeField(null=True, help_text="When it was last asked for.")
    claimed_until = models.DateTimeField(
        null=True,
        help_text="A process is running the job; it is free again after this time "
        "without a sign of life.",
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True, help_text="What the last run did, or why it failed.")
    failures = models.PositiveIntegerField(default=0, help_text="Failed runs in a row.")

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """A process that runs, or did lately, and what it does."""

    name = models.CharField(max_length=128, unique=True, help_text="Host and process id.")
    duties = models.JSONField(default=list, help_text="What it does, such as `worker`.")
    seen_at = models.DateTimeField(help_text="When it last gave a sign of life.")
    shards = models.JSONField(
        default=dict,
        db_default={},
        help_text="Discord's shards that it connects, with how they are, and how many there are.",
    )
    started_at = models.DateTimeField(null=True, help_text="When it began.")
    version = models.CharField(
        max_length=32, blank=True, default="", db_default="", help_text="Of Whisper."
    )

    def __str__(self) -> str:
        return self.name


class DailyCount(models.Model):
    """How many there were on a day of what leaves no row behind."""

    day = models.DateField()
    name = models.CharField(max_length=32, help_text="What was counted, as cache.hit.")
    number = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["day", "name"], name="daily_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.day}: {self.number}"


class Task(models.Model):
    """Something that an admin has had done, and how far it is."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    # The kind whose row outlives its person, without their id.
    ERASE = "erase"

    kind = models.CharField(max_length=32, help_text="What is done.")
    person_id = models.BigIntegerField(
        null=True, help_text="Whose data it handles; empty once they are erased."
    )
    asked_by = models.BigIntegerField(help_text="Number of the admin's account.")
    reason = models.CharField(max_length=255)
    options = models.JSONField(default=dict, help_text="What the kind needs.")
    folder = models.CharField(max_length=32, blank=True, help_text="Where its files are.")
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(
        null=True, help_text="A process does it; without a sign of life by then it has ended."
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0, help_text="0 if it isn't known.")
    unit = models.CharField(max_length=40, blank=True, help_text="What is counted.")
    output = models.TextField(blank=True, help_text="What it said.")
    result = models.JSONField(default=dict)
    fault = models.CharField(max_length=500, blank=True, help_text="Why it failed.")

    class Meta:
        default_permissions = ("view",)
        permissions = (("maintain", "Can start backups, index work and imports"),)
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["state", "id"], name="task_state"),
            models.Index(fields=["person_id"], name="task_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Erasure(models.Model):
    """A person who was erased. If an older backup is restored, they are erased from it again."""

    person_id = models.BigIntegerField(unique=True)
    erased_at = models.DateTimeField(
        default=timezone.now,
        help_text="When; later than every earlier erasure of theirs, whatever the clock says.",
    )
    agreed_at = models.DateTimeField(
        null=True, help_text="When they first agreed to be remembered again, after this erasure."
    )
    agreed_marks = models.JSONField(
        null=True, help_text="How far each table had come then; what is newer stays."
    )
    times = models.PositiveIntegerField(
        default=1, db_default=1, help_text="How often they were erased."
    )

    def __str__(self) -> str:
        return f"{self.person_id} {self.erased_at:%Y-%m-%d}"


class AccountPerson(models.Model):
    """Which person an older console account is; a newer one's number tells it."""

    account_pk = models.BigIntegerField(unique=True, help_text="Number of the console account.")
    person_id = models.BigIntegerField(unique=True)

    class Meta:
        verbose_name_plural = "people of accounts"

    def __str__(self) -> str:
        return f"account {self.account_pk}: {self.person_id}"


class AccessToken(models.Model):
    """What another program shows to act for an account or a person; its text is not kept."""

    name = models.CharField(max_length=60, help_text="What it is for.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of its text.")
    beginning = models.CharField(max_length=16, help_text="How it begins, to tell it from others.")
    account = models.ForeignKey(
        "auth.User",
        on_delete=models.CASCADE,
        null=True,
        related_name="tokens",
        help_text="Whose rights it has, or who made it for themself.",
    )
    person_id = models.BigIntegerField(
        null=True, db_index=True, help_text="The one person that it acts for."
    )
    scopes = models.JSONField(default=list, help_text="What it may be used for.")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(person_id__isnull=False),
                name="token_acts_for_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.beginning}…)"

    @property
    def is_over(self) -> bool:
        """Return whether it holds no more."""
        return self.revoked_at is not None or self.expires_at <= timezone.now()


class CopyCheckpoint(models.Model):
    """How far one table of another database has been copied into this one."""

    source = models.CharField(max_length=64, help_text="Fingerprint of the source.")
    table = models.CharField(max_length=128)
    last_key = models.CharField(max_length=255, blank=True, help_text="Key of the last row.")
    rows = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["source", "table"], name="copy_checkpoint_once")
        ]

    def __str__(self) -> str:
        return f"{self.table}: {self.rows}"


class ImportRun(models.Model):
    """One run of an importer, with what it needs to continue and what it found."""

    kind = models.CharField(max_length=32, help_text="What is imported: profiles, memories …")
    source = models.CharField(max_length=255, help_text="Name of the file or folder.")
    options = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    rolled_back_at = models.DateTimeField(null=True)
    checkpoint = models.JSONField(default=dict, help_text="Where a resumed run continues.")
    report = models.JSONField(
        default=dict, help_text="Counts, and what was repaired or skipped and why."
    )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
