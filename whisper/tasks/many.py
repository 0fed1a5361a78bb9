"""Jobs that change all rows that a list of the console has, however many those are.

A job keeps what was selected, not which rows that is: it finds them by `whisper.console.selection`
when it begins, with the rights that the account has by then, and goes through them by their keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.db.models import Model, QuerySet

from whisper.action_log import Actor
from whisper.console.selection import Selection, SelectionError, rows_selected
from whisper.database.access import in_database
from whisper.models import Task
from whisper.tasks.actions import ask, tell
from whisper.tasks.files import drop, folder_of, new_folder, save
from whisper.tasks.kinds import TaskError, TaskKind, kind_of, register

# Rows that are changed in one transaction.
BATCH = 500
# How many rows are changed while a page waits; more are left to a job.
AT_ONCE = 1_000
# The file in a job's folder that says what was selected.
SELECTION = "selection"
GONE = "The list of what was selected is gone. Select again."
NOT_ALLOWED = "The account that started this job may no longer do that."

# Takes keys of rows, `actor` and `reason`, and returns how many rows it changed.
Action = Callable[..., int]


@dataclass(frozen=True, slots=True)
class Change:
    """What can be done with many rows.

    Args:
        name: of the kind of jobs that do it.
        title: what the page of such a job is called.
        icon: name of a Material symbol.
        permission: of those who may do it.
        model: of the rows, which have `created_at`.
        rows: what they are called, in the plural.
        begin: returns the action for one selection.
        most: how many rows are changed at once.
    """

    name: str
    title: str
    icon: str
    permission: str
    model: type[Model]
    rows: str
    begin: Callable[[], Action]
    most: int = BATCH


_changes: dict[str, Change] = {}


def register_change(change: Change) -> None:
    """Add something that can be done with many rows, and the kind of jobs that do it."""
    _changes[change.name] = change
    work = partial(_change_all, change)
    register(TaskKind(change.name, change.title, change.icon, change.permission, work=work))


def change_now(name: str, rows: QuerySet[Any], *, actor: Actor, reason: str) -> int:
    """Change a few rows, and return how many were changed.

    Args:
        name: of the change.
    """
    change = _changes[name]
    action = change.begin()
    return sum(action(keys, actor=actor, reason=reason) for keys in _batches(rows, change.most))


def ask_for_all(name: str, selection: Selection, *, actor: Actor, reason: str) -> Task:
    """Have all rows of a selection changed, and return the job that does it.

    Rows that are made later aren't among them.

    Args:
        name: of the change.
    """
    kind = kind_of(name)
    if kind is None:
        raise ValueError(name)
    folder = new_folder()
    save(folder, SELECTION, [_signer(folder).sign_object(dict(selection)).encode()])
    return ask(kind, actor=actor, reason=reason, folder=folder)


async def _change_all(change: Change, task: Task) -> Mapping[str, Any]:
    try:
        job = await in_database(_Job, change, task)
        while await in_database(job.step):
            pass
    finally:
        # The words that were searched for may be somebody's.
        drop(task.folder)
    return {"changed": job.changed}


class _Job:
    """A job on its way through the rows; it needs the database."""

    def __init__(self, change: Change, task: Task) -> None:
        self.changed = self._seen = 0
        self._change, self._task = change, task
        rows = _rows(change, task)
        self._total = rows.count()
        self._batches = _batches(rows, change.most)
        self._act = partial(change.begin(), actor=Actor.admin(task.asked_by), reason=task.reason)
        self._tell()

    def step(self) -> bool:
        """Change the next rows; return whether there were any.

        Raises:
            TaskError: the account may no longer do it.
        """
        keys = next(self._batches, [])
        if keys:
            _account(self._change, self._task)
            self.changed += self._act(keys)
            self._seen += len(keys)
            self._tell()
        return bool(keys)

    def _tell(self) -> None:
        total, told = max(self._total, self._seen), f"Changed: {self.changed:,}."
        tell(self._task, done=self._seen, total=total, unit=self._change.rows, output=told)


def _rows(change: Change, task: Task) -> QuerySet[Any]:
    """Return the rows that were selected, without those that were made since."""
    account = _account(change, task)
    try:
        rows = rows_selected(change.model, account, _selection(task.folder))
    except PermissionDenied as error:
        raise TaskError(NOT_ALLOWED) from error
    except (OSError, ValueError, BadSignature, SelectionError) as error:
        raise TaskError(GONE) from error
    return rows.filter(created_at__lte=task.asked_at)


def _account(change: Change, task: Task) -> User:
    """Return the account that asked for a job, if it still may do that."""
    account = User.objects.filter(pk=task.asked_by, is_active=True, is_staff=True).first()
    if account is None or not account.has_perm(change.permission):
        raise TaskError(NOT_ALLOWED)
    return account


def _selection(folder: str) -> Selection:
    held: Selection = _signer(folder).unsign_object((folder_of(folder) / SELECTION).read_text())
    return held


def _signer(folder: str) -> Signer:
    """Return what signs the selection of one job, so that no other file is taken for it."""
    return Signer(salt=f"whisper.tasks.selection.{folder}")


def _batches(rows: QuerySet[Any], most: int) -> Iterator[list[Any]]:
    """Yield the keys of rows, in order: a change may take rows out, but none of those to come."""
    ordered, size = rows.order_by("pk").values_list("pk", flat=True), min(most, BATCH)
    keys = list(ordered[:size])
    while keys:
        yield keys
        keys = list(ordered.filter(pk__gt=keys[-1])[:size])
