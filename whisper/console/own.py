"""What the parts that all apps share add to the front page: work that failed, and jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Max
from django.urls import reverse

from whisper.console import front
from whisper.console.front import Notice
from whisper.models import OutboxEntry, PeriodicJob

front.leads_to("outbox", "admin:whisper_outboxentry_changelist")
front.leads_to("backups", "admin:whisper_periodicjob_changelist")


@front.notices("whisper.view_outboxentry")
def set_aside(now: datetime) -> Iterator[Notice]:
    """Yield one notice for each topic with work that was given up."""
    rows = OutboxEntry.objects.filter(failed_at__isnull=False).values("topic")
    for row in rows.annotate(count=Count("pk"), at=Max("failed_at")).order_by("topic"):
        yield Notice(
            f"{row['count']} × “{row['topic']}” was given up",
            reverse("admin:whisper_outboxentry_changelist"),
            "Retry it once its cause is gone.",
            at=row["at"],
            fault=True,
        )


@front.notices("whisper.view_periodicjob")
def failed_jobs(now: datetime) -> Iterator[Notice]:
    """Yield the periodic jobs whose last run failed."""
    for job in PeriodicJob.objects.filter(failures__gt=0).order_by("name"):
        yield Notice(
            f"The job “{job.name}” failed {job.failures} times in a row",
            reverse("admin:whisper_periodicjob_changelist"),
            job.result,
            at=job.finished_at,
            fault=True,
        )
