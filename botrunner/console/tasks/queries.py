"""What the pages of jobs show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from profiles.models import Profile
from whisper.action_log.queries import name_of_account, names_of_accounts
from whisper.backups.errors import BackupError
from whisper.backups.folder import backup_folder, backups
from whisper.backups.manifest import Manifest
from whisper.console.paging import Slice, newest_first
from whisper.models import Erasure, ImportRun, Task
from whisper.tasks.actions import can_be_done_again
from whisper.tasks.kinds import kind_of
from whisper.tasks.rights import jobs_for, may_see

SIZE = 25
OLD = "A job of another version"
STEPS = {
    Task.State.WAITING: 1,
    Task.State.RUNNING: 2,
    Task.State.DONE: 3,
    Task.State.FAILED: 3,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A job as its page and the list show it.

    Args:
        who: what its person is called; empty for none.
        by: the name of the account that asked.
        share: how much is done, 0 to 100; None if that isn't known.
        again: whether it failed and can be started again.
    """

    task: Task
    title: str
    icon: str
    who: str
    by: str
    share: float | None
    again: bool

    @property
    def is_over(self) -> bool:
        """Return whether it has ended."""
        return self.task.state in (Task.State.DONE, Task.State.FAILED)

    @property
    def step(self) -> int:
        """Return at which step of three it is."""
        return STEPS[Task.State(self.task.state)]

    @property
    def is_trial(self) -> bool:
        """Return whether it wrote nothing and its file can be imported now."""
        tried = bool(self.task.options.get("dry_run")) and self.task.state == Task.State.DONE
        return tried and bool(self.task.folder)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What an erasure removed, and what a second look found."""

    person_id: int | None
    at: datetime
    removed: Sequence[tuple[str, int]]
    left: Sequence[tuple[str, int]]


def listed(request: HttpRequest, after: str) -> tuple[list[Shown], str]:
    """Return a page of the jobs that an account may see, latest first, and where the next is."""
    rows = jobs_for(request.user).defer("output")
    page: Slice = newest_first(rows, "asked_at", after, SIZE)
    return shown(list(page.rows)), page.next


def task_of(request: HttpRequest, pk: int) -> Task | None:
    """Return a job that an account may see."""
    task = Task.objects.filter(pk=pk).first()
    return task if task is not None and may_see(request.user, task) else None


def shown(tasks: Sequence[Task]) -> list[Shown]:
    """Return jobs with the names of people and accounts."""
    ids = {one.person_id for one in tasks if one.person_id is not None}
    people = {row.person_id: str(row) for row in Profile.objects.filter(person_id__in=ids)}
    accounts = names_of_accounts(one.asked_by for one in tasks)
    return [_shown(one, people, accounts) for one in tasks]


def _shown(task: Task, people: dict[int, str], accounts: dict[int, str]) -> Shown:
    kind = kind_of(task.kind)
    return Shown(
        task,
        kind.title if kind else OLD,
        kind.icon if kind else "help",
        people.get(task.person_id or 0, "" if task.person_id is None else str(task.person_id)),
        name_of_account(task.asked_by or None, accounts),
        100 * task.done / task.total if task.total else None,
        kind is not None and can_be_done_again(kind, task),
    )


def certificate_of(task: Task) -> Certificate | None:
    """Return the certificate of a finished erasure; the list of erasures knows whose it is."""
    if task.kind != Task.ERASE or task.state != Task.State.DONE:
        return None
    at = datetime.fromisoformat(task.result["at"])
    erasure = Erasure.objects.filter(erased_at=at).first()
    return Certificate(
        erasure.person_id if erasure else None,
        at,
        list(task.result["removed"].items()),
        list(task.result["left"].items()),
    )


def run_of(task: Task) -> ImportRun | None:
    """Return the run of an import that was done and can be taken back."""
    number: Any = task.result.get("run")
    found = ImportRun.objects.filter(pk=number).first() if number else None
    return found if found is not None and found.rolled_back_at is None else None


def backups_made() -> list[Manifest]:
    """Return the backups, the newest first; none if their folder can't be read."""
    try:
        return backups(backup_folder())[:20]
    except BackupError:
        return []
