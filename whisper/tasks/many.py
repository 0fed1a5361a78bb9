"""Jobs that change all rows that a list of the console has, however many those are.

A job keeps what was selected, not which rows that is: it finds them by `whisper.console.selection`
when it begins, with the rights that the account has by then, and goes through them by their keys.
How far it is stands in its row, and is written together with what it changes. So it continues where
it stood when the database is back, or in another process if its own has ended.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Model, QuerySet

from whisper.action_log import Actor
from whisper.console.selection import Selection, SelectionError, rows_selected
from whisper.database.access import in_database
from whisper.database.errors import DatabaseBusyError, DatabaseUnavailableError
from whisper.models import Task
from whisper.tasks.actions import ask, hold, tell
from whisper.tasks.files import folder_of, new_folder, save
from whisper.tasks.kinds import TaskError, TaskKind, kind_of, register

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Rows that are changed in one transaction.
BATCH = 500
# How many rows are changed while a page waits; more are left to a job.
AT_ONCE = 1_000
# The file in a job's folder that says what was selected.
SELECTION = "selection"
GONE = "The list of what was selected is gone. Select again."
NOT_ALLOWED = "The account that started this job may no longer do that."
TAKEN = "Another process continues with it."
# How long a job waits before it asks a database again that did not answer.
RETRY_SECONDS = 5.0
# How often it asks one in a row that only had no time.
MOST_TRIES = 10

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
        begin: returns the action for one selection, which has an id.
        most: how many rows are changed at once.
    """

    name: str
    title: str
    icon: str
    permission: str
    model: type[Model]
    rows: str
    begin: Callable[[UUID], Action]
    most: int = BATCH


_changes: dict[str, Change] = {}


def register_change(change: Change) -> None:
    """Add something that can be done with many rows, and the kind of jobs that do it."""
    _changes[change.name] = change
    work = partial(_change_all, change)
    named = (change.name, change.title, change.icon, change.permission)
    register(TaskKind(*named, work=work, continues=True))


def change_now(name: str, rows: QuerySet[Any], *, actor: Actor, reason: str) -> int:
    """Change a few rows, and return how many were changed.

    Args:
        name: of the change.
    """
    change = _changes[name]
    action = change.begin(uuid4())
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
    job = await _patiently(_Job, change, task)
    while await _patiently(job.step):
        pass
    return {"changed": job.changed}


async def _patiently(work: Callable[..., T], *args: Any) -> T:
    """Do database work, which may be tried twice, once the database is there.

    Raises:
        DatabaseBusyError: it had no time for it again and again.
    """
    busy = 0
    while True:
        try:
            return await in_database(work, *args)
        except DatabaseUnavailableError as error:
            busy = busy + 1 if isinstance(error, DatabaseBusyError) else 0
            if busy == MOST_TRIES:
                raise
            logger.warning("tasks: a job waits for the database (%s)", error)
        await asyncio.sleep(RETRY_SECONDS)


class _Job:
    """A job on its way through the rows; it needs the database."""

    def __init__(self, change: Change, task: Task) -> None:
        self.changed = 0
        self._change, self._task = change, task
        self._rows = _rows(change, task)
        self._total = task.total or self._rows.count()
        # The same each time that the job continues.
        action = change.begin(uuid5(NAMESPACE_OID, task.folder))
        self._act = partial(action, actor=Actor.admin(task.asked_by), reason=task.reason)

    def step(self) -> bool:
        """Change the next rows, once however often it is tried; return whether there were any.

        Raises:
            TaskError: the account may no longer do it, or another process has the job.
        """
        with transaction.atomic():
            stands = hold(self._task)
            if stands is None:
                raise TaskError(TAKEN)
            changed, after = stands.result.get("changed", 0), stands.result.get("after")
            keys = next(_batches(self._rows, self._change.most, after), [])
            if keys:
                _account(self._change, self._task)
                changed, after = changed + self._act(keys), str(keys[-1])
            seen = stands.done + len(keys)
            tell(
                self._task,
                done=seen,
                total=max(self._total, seen),
                unit=self._change.rows,
                output=f"Changed: {changed:,}.",
                result={"changed": changed, "after": after},
            )
        self.changed = changed
        return bool(keys)


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


def _batches(rows: QuerySet[Any], most: int, after: Any = None) -> Iterator[list[Any]]:
    """Yield the keys of rows, in order: a change may take rows out, but none of those to come.

    Args:
        after: the key of the last row before the first one; None to begin with the first.
    """
    ordered, size = rows.order_by("pk").values_list("pk", flat=True), min(most, BATCH)
    while keys := list((ordered if after is None else ordered.filter(pk__gt=after))[:size]):
        yield keys
        after = keys[-1]
