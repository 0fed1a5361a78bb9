"""Tasks of memories: the index in Elasticsearch, imports of other histories, changes of many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.core.signing import BadSignature
from django.db.models import QuerySet

from memories.actions import approve, pin, put_aside, unpin
from memories.actions.base import BATCH
from memories.models import Memory
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.database.kept_queries import query_of_text, text_of_query
from whisper.models import Task
from whisper.tasks.actions import ask, tell
from whisper.tasks.files import drop, folder_of, new_folder, save
from whisper.tasks.kinds import TaskError, TaskKind, kind_of, register
from whisper.tasks.own import ACT, MAINTAIN

# Where an upload lies in its folder, and which memories were chosen.
UPLOAD, CHOSEN = "upload", "chosen"
# How many memories are changed while a page waits; more are left to a task.
AT_ONCE = 1_000


def ask_for_many(kind: str, memories: QuerySet[Memory], *, actor: Actor, reason: str) -> Task:
    """Have many memories changed, and return the task.

    The task looks up which they are: no page should wait for two million ids.

    Args:
        kind: of tasks, such as `forget_memories`.
        memories: unsliced. Those that are made later aren't changed.
    """
    found = kind_of(kind)
    if found is None:
        raise ValueError(kind)
    folder = new_folder()
    save(folder, CHOSEN, [text_of_query(memories).encode()])
    return ask(found, actor=actor, reason=reason, folder=folder)


async def _change_many(action: Callable[..., int], task: Task) -> Mapping[str, Any]:
    """Change the memories that were chosen, some in each transaction."""
    try:
        chosen = query_of_text(Memory, (folder_of(task.folder) / CHOSEN).read_text())
    except (OSError, ValueError, BadSignature) as error:
        raise TaskError("The list of what was chosen is gone. Choose again.") from error
    if action is put_aside:
        # They come back together.
        action = partial(put_aside, batch=uuid4())
    change = partial(action, actor=Actor.admin(task.asked_by), reason=task.reason)
    chosen = chosen.filter(created_at__lte=task.asked_at)
    total = await in_database(chosen.count)
    changed = seen = 0
    batch = await in_database(_following, chosen, None)
    await in_database(_tell, task, changed, seen, total)
    while batch:
        changed += await in_database(change, batch)
        seen += len(batch)
        await in_database(_tell, task, changed, seen, total)
        batch = await in_database(_following, chosen, batch[-1])
    # It holds the words that were searched for, which may be something that somebody said.
    drop(task.folder)
    return {"changed": changed}


def _tell(task: Task, changed: int, seen: int, total: int) -> None:
    output = f"Changed: {changed:,}."
    tell(task, done=seen, total=max(total, seen), unit="memories", output=output)


def _following(chosen: QuerySet[Memory], last: UUID | None) -> list[UUID]:
    """Return the ids of the next batch: what was changed may no longer be among those chosen."""
    rows = chosen.order_by("pk") if last is None else chosen.filter(pk__gt=last).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _index(action: str) -> TaskKind:
    titles = {"status": "Index: state", "rebuild": "Index: rebuild", "verify": "Index: verify"}
    return TaskKind(
        f"index_{action}",
        titles[action],
        "manage_search",
        MAINTAIN,
        arguments=lambda task: ["memory_index", action],
    )


def _chatgpt(task: Task) -> Sequence[str]:
    if task.person_id is None:
        raise TaskError("The person was erased meanwhile.")
    facts = ["--facts"] if task.options.get("facts") else []
    return ["import_chatgpt", _path(task), "--user-id", str(task.person_id), *facts, *_how(task)]


def _profiles(task: Task) -> Sequence[str]:
    return ["import_legacy", "profiles", _path(task), *_how(task)]


def _memories(task: Task) -> Sequence[str]:
    return ["import_legacy", "memories", _path(task), *_how(task)]


def _rollback(task: Task) -> Sequence[str]:
    return ["import_legacy", "rollback", str(int(task.options["run"]))]


def _path(task: Task) -> str:
    if not task.folder:
        raise TaskError("The uploaded file is gone: files are kept for a day.")
    return str(folder_of(task.folder) / str(task.options["file"]))


def _how(task: Task) -> list[str]:
    chosen = {"dry_run": "--dry-run", "consent_given": "--consent-given"}
    return [flag for name, flag in chosen.items() if task.options.get(name)]


for _action in ("status", "verify", "rebuild"):
    register(_index(_action))
register(TaskKind("import_chatgpt", "ChatGPT import", "forum", ACT, arguments=_chatgpt))
register(TaskKind("import_profiles", "Import of profiles", "group", MAINTAIN, arguments=_profiles))
register(
    TaskKind("import_memories", "Import of memories", "neurology", MAINTAIN, arguments=_memories)
)
register(TaskKind("rollback", "Rollback of an import", "undo", MAINTAIN, arguments=_rollback))
for _name, _title, _icon, _right, _change in (
    ("approve_memories", "Approval of memories", "check", "memories.change_memory", approve),
    ("pin_memories", "Pinning of memories", "keep", "memories.change_memory", pin),
    ("unpin_memories", "Unpinning of memories", "keep_off", "memories.change_memory", unpin),
    ("forget_memories", "Forgetting of memories", "delete", "memories.delete_memory", put_aside),
):
    register(TaskKind(_name, _title, _icon, _right, work=partial(_change_many, _change)))
