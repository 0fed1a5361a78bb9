"""What jobs add to the console's front page: the data requests that aren't done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.urls import reverse

from profiles.models import Profile
from whisper.console import badges, front
from whisper.console.front import Notice
from whisper.models import Task
from whisper.tasks.own import ACT

SHOWN = 5
TITLES = {"export": "Export for", Task.ERASE: "Erasure of"}
DETAILS = {
    Task.State.WAITING: "It waits for its turn.",
    Task.State.RUNNING: "It is being done.",
    Task.State.DONE: "It is done.",
    Task.State.FAILED: "It failed: start it again.",
}


@front.notices(ACT)
def data_requests(now: datetime) -> Iterator[Notice]:
    """Yield the exports and erasures that somebody still waits for, the oldest first."""
    found = list(_named(unfinished()).order_by("pk")[: SHOWN + 1])
    for task in found[:SHOWN]:
        yield Notice(
            f"{TITLES[task.kind]} {task.who}",
            reverse("console:task", args=[task.pk]),
            DETAILS[Task.State(task.state)],
            at=task.asked_at,
        )
    if len(found) > SHOWN:
        yield Notice("More data requests wait", reverse("console:tasks"))


@badges.waiting(
    "console:tasks", "data request isn't done", "data requests aren't done", permission=ACT
)
def unfinished() -> QuerySet[Task]:
    """Return the exports and erasures that aren't done and were not asked for again."""
    again = Task.objects.filter(
        kind=OuterRef("kind"), person_id=OuterRef("person_id"), pk__gt=OuterRef("pk")
    )
    asked = Task.objects.filter(kind__in=TITLES)
    return asked.exclude(state=Task.State.DONE).exclude(Exists(again))


def _named(tasks: QuerySet[Task]) -> QuerySet[Any]:
    """Return tasks with what their people are called."""
    person = Profile.objects.filter(person_id=OuterRef("person_id"))
    name = Coalesce(NullIf("preferred_name", Value("")), NullIf("name", Value("")))
    return tasks.defer("output", "result").annotate(
        who=Coalesce(
            Subquery(person.values(called=name)[:1]),
            Cast("person_id", CharField()),
            Value("somebody"),
        )
    )
