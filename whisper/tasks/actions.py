"""What changes rows of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from whisper.action_log import Actor, log
from whisper.models import Task
from whisper.tasks import files
from whisper.tasks.kinds import TaskKind, kinds

# A process that gives no sign of life for this long has ended.
LEASE = timedelta(minutes=1)
# How long rows are kept.
REMEMBERED = timedelta(days=30)
LONGEST_OUTPUT = 20_000
# In the options of a task, the file that it works on; in the result of a failed one, the task that
# does it again.
UPLOADED, AGAIN = "file", "again"
_WAITING = {"state": Task.State.WAITING, "claimed_until": None}
GONE = "The process that was running it ended. Start the job again."


def ask(
    kind: TaskKind,
    *,
    actor: Actor,
    reason: str,
    person_id: int | None = None,
    options: Mapping[str, Any] | None = None,
    folder: str = "",
    begun: bool = False,
) -> Task:
    """Have a task done, and return its row.

    Args:
        begun: whether who asks does it themself, so that no other process takes it up.
        person_id: whose data it handles; None for nobody's in particular.
        options: what the kind needs; nothing of people.
        folder: of the files that it works on; without one, a kind that makes a file gets a new one.
    """
    if kind.makes_file and not folder:
        folder = files.new_folder()
    now = timezone.now()
    running = {"state": Task.State.RUNNING, "started_at": now, "claimed_until": now + LEASE}
    with transaction.atomic():
        task = Task.objects.create(
            **(running if begun else {}),
            kind=kind.name,
            person_id=person_id,
            asked_by=actor.id or 0,
            reason=reason,
            options=dict(options or {}),
            folder=folder,
        )
        log("task.ask", actor=actor, reason=reason, on=task)
    return task


def ask_again(kind: TaskKind, task: Task, *, actor: Actor, reason: str = "") -> Task | None:
    """Have a failed task done again, for the same reason if no other is given; return the new row.

    None if it can't be done again, or that has been asked already.
    """
    with transaction.atomic():
        failed = Task.objects.select_for_update().filter(pk=task.pk).first()
        if failed is None or not can_be_done_again(kind, failed):
            return None
        again = ask(
            kind,
            actor=actor,
            reason=reason or failed.reason,
            person_id=failed.person_id,
            options=failed.options,
            folder=failed.folder if UPLOADED in failed.options else "",
        )
        Task.objects.filter(pk=failed.pk).update(result={**failed.result, AGAIN: again.pk})
    return again


def claim(now: datetime | None = None) -> Task | None:
    """Claim the task that has waited longest, for one of several processes; None if none waits."""
    at = now or timezone.now()
    for task in Task.objects.filter(state=Task.State.WAITING).order_by("pk")[:5]:
        begun = {"state": Task.State.RUNNING, "started_at": at, "claimed_until": at + LEASE}
        if Task.objects.filter(pk=task.pk, state=Task.State.WAITING).update(**begun):
            return Task.objects.get(pk=task.pk)
    return None


def renew(task: Task) -> None:
    """Keep a claim."""
    _claimed(task).update(claimed_until=timezone.now() + LEASE)


def hold(task: Task) -> Task | None:
    """Return a claimed task as its row is now, locked until the transaction ends.

    None if it isn't claimed by this claim any more.
    """
    return _claimed(task).select_for_update().first()


def tell(
    task: Task,
    *,
    done: int = 0,
    total: int = 0,
    unit: str = "",
    output: str = "",
    result: Mapping[str, Any] | None = None,
) -> None:
    """Note how far a claimed task is.

    Args:
        total: 0 if it isn't known.
        unit: what is counted, in the plural.
        output: all that it has said; of more than fits, the end.
        result: what it needs to continue from there.
    """
    _claimed(task).update(
        done=done,
        total=total,
        unit=unit[:40],
        output=output[-LONGEST_OUTPUT:],
        result=dict(result or {}),
    )


def finish(task: Task, result: Mapping[str, Any]) -> bool:
    """Note that a claimed task is done; return False if it is claimed no more."""
    return _end(task, state=Task.State.DONE, result=dict(result))


def fail(task: Task, fault: str) -> bool:
    """Note that a claimed task failed, and why; return False if it is claimed no more."""
    return _end(task, state=Task.State.FAILED, fault=fault[:500])


def give_back(task: Task) -> bool:
    """Let another process continue with a claimed task; return False, as it isn't over."""
    _claimed(task).update(**_WAITING)
    return False


def settle_those_left() -> int:
    """Let tasks whose process has ended be continued, or note that they failed; return how many."""
    left = Task.objects.filter(state=Task.State.RUNNING, claimed_until__lt=timezone.now())
    continuing = left.filter(kind__in=[kind.name for kind in kinds() if kind.continues])
    continued = continuing.update(**_WAITING)
    failed = left.update(state=Task.State.FAILED, fault=GONE, finished_at=timezone.now())
    return continued + failed


def forget_person(person_id: int, before: datetime | None = None) -> dict[str, int]:
    """Remove what tasks hold of a person, files included; the task that erases them stays.

    It keeps who asked and why, but not about whom: the list of erasures has the id.

    Args:
        before: only tasks that were asked for by then.
    """
    rows = Task.objects.filter(person_id=person_id)
    if before is not None:
        rows = rows.filter(asked_at__lte=before)
    erasing = Q(kind=Task.ERASE, state=Task.State.RUNNING)
    for folder in rows.exclude(folder="").values_list("folder", flat=True):
        files.drop(folder)
    removed, _ = rows.exclude(erasing).delete()
    rows.filter(erasing).update(person_id=None)
    return {"jobs": removed}


def drop_old(now: datetime | None = None) -> int:
    """Delete files after a day and rows after a month; return how many folders and rows went."""
    at, emptied = now or timezone.now(), 0
    over = Task.objects.exclude(state__in=[Task.State.WAITING, Task.State.RUNNING])
    for task in over.filter(finished_at__lt=at - files.KEPT).exclude(folder=""):
        files.drop(task.folder)
        emptied += Task.objects.filter(pk=task.pk).update(folder="")
    removed, _ = over.filter(finished_at__lt=at - REMEMBERED).delete()
    return emptied + removed


def can_be_done_again(kind: TaskKind, task: Task) -> bool:
    """Return whether a task failed, what it needs is still there, and nobody asked for it again.

    What `continues` was selected in a list, and its files are gone: it is selected again there.
    """
    if task.state != Task.State.FAILED or kind.continues or AGAIN in task.result:
        return False
    return UPLOADED not in task.options or files.is_there(task.folder)


def _claimed(task: Task) -> QuerySet[Task]:
    """Return the row of a task, unless its claim has been lost."""
    return Task.objects.filter(pk=task.pk, state=Task.State.RUNNING, started_at=task.started_at)


def _end(task: Task, **fields: Any) -> bool:
    return bool(_claimed(task).update(finished_at=timezone.now(), claimed_until=None, **fields))
