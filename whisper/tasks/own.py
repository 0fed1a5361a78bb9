"""The kinds of tasks that all apps share: export, erase, back up, decide about the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whisper import outbox
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.models import OutboxEntry, Task
from whisper.personal_data.actions import Certificate, erase_for, export_for, report_on
from whisper.tasks import actions, files
from whisper.tasks.kinds import TaskError, TaskKind, register
from whisper.tasks.many import Change, register_change

ACT = "whisper.act_for_person"
MAINTAIN = "whisper.maintain"
DECIDE = "whisper.change_outboxentry"
RETRY, DROP = "retry_work", "drop_work"
STEPS = 3


async def _export(task: Task) -> Mapping[str, Any]:
    person_id = _person(task)
    await in_database(lambda: actions.tell(task, done=1, total=2, unit="steps"))
    archive = await export_for(person_id, actor=Actor.admin(task.asked_by), reason=task.reason)
    if not await in_database(Task.objects.filter(pk=task.pk).exists):
        raise TaskError("The person was erased meanwhile.")
    files.save(task.folder, f"export-{person_id}.zip", [archive])
    return {"file": f"export-{person_id}.zip", "bytes": len(archive)}


async def _erase(task: Task) -> Mapping[str, Any]:
    person_id = _person(task)
    held = await report_on(person_id)
    await in_database(lambda: actions.tell(task, done=1, total=STEPS, unit="steps"))
    certificate = await erase_for(person_id, actor=Actor.admin(task.asked_by), reason=task.reason)
    return result_of(held, certificate)


def result_of(held: Mapping[str, int], certificate: Certificate) -> dict[str, Any]:
    """Return what the page of an erasure shows: what was held of the person, and the certificate.

    Args:
        held: how many rows of each kind there were.
    """
    return {
        "at": certificate.at.isoformat(),
        "held": sum(held.values()),
        "removed": {name: count for name, count in certificate.removed.items() if count},
        "left": dict(certificate.left),
    }


def _person(task: Task) -> int:
    if task.person_id is None:
        raise TaskError("The person was erased already.")
    return task.person_id


for _name, _title, _icon, _begin in (
    (RETRY, "Retry of work", "replay", lambda selection: outbox.retry),
    (DROP, "Dropping of work", "delete_sweep", lambda selection: outbox.drop),
):
    register_change(Change(_name, _title, _icon, DECIDE, OutboxEntry, "entries", _begin))
register(TaskKind("export", "Export", "download", ACT, work=_export, makes_file=True))
register(TaskKind(Task.ERASE, "Erasure", "delete_forever", ACT, work=_erase))
register(TaskKind("backup", "Backup", "backup", MAINTAIN, arguments=lambda task: ["backup"]))
