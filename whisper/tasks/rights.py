"""Who sees which jobs: all of the kinds that they may start, or only their own."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet

from whisper.models import Task
from whisper.tasks.kinds import TaskKind, kind_of, kinds

Account = AbstractBaseUser | AnonymousUser
# Without it an account sees no more than the jobs that it started.
SEE_ALL = "whisper.view_task"


def allowed_kinds(account: Account) -> list[TaskKind]:
    """Return the kinds that an account may start."""
    return [kind for kind in kinds() if _has(account, kind.permission)]


def may_see_all(account: Account) -> bool:
    """Return whether an account sees what others started, too."""
    return _has(account, SEE_ALL)


def may_see_jobs(account: Account) -> bool:
    """Return whether an account has a list of jobs, if only of its own."""
    return may_see_all(account) or bool(allowed_kinds(account))


def jobs_for(account: Account) -> QuerySet[Task]:
    """Return the jobs that an account may see."""
    found = Task.objects.filter(kind__in=[kind.name for kind in allowed_kinds(account)])
    return found if may_see_all(account) else found.filter(asked_by=account.pk or 0)


def may_see(account: Account, task: Task) -> bool:
    """Return whether an account may see a job, and fetch what it made."""
    kind = kind_of(task.kind)
    if kind is None or not _has(account, kind.permission):
        return False
    return may_see_all(account) or task.asked_by == account.pk


def _has(account: Account, permission: str) -> bool:
    return bool(account.has_perm(permission))  # type: ignore[union-attr]
