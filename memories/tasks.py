"""Tasks of memories: the index in Elasticsearch, imports of other histories, changes of many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from memories.actions import approve, pin, put_aside, unpin
from memories.actions.base import BATCH
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.models import Task
from whisper.tasks.actions import ask, tell
from whisper.tasks.files import folder_of, new_folder, save
from whisper.tasks.kinds import TaskError, TaskKind, kind_of, register
from whisper.tasks.own import ACT, MAINTAIN

# Where an upload lies in its folder, and the ids of memories that were chosen.
UPLOAD, CHOSEN = "upload", "chosen"
# So many memories are changed while a page waits; more are left to a task.
AT_ONCE = 1_000


def ask_for_many(kind: str, memory_ids: Iterable[UUID], *, actor: Actor, reason: str) -> Task:
    """Have many memories changed, and return the task.

    Args:
        kind: of tasks, such as `forget_memories`.
    """
    found = kind_of(kind)
    if found is None:
        raise ValueError(kind)
    folder = new_folder()
    save(folder, CHOSEN, ["\n".join(map(str, memory_ids)).encode()])
    return ask(found, actor=actor, reason=reason, folder=folder)


async def _change_many(action: Callable[..., int], task: Task) -> Mapping[str, Any]:
    """Change the memories that were chosen, some in each transaction."""
    try:
        ids = [UUID(line) for line in (folder_of(task.folder) / CHOSEN).read_text().split()]
    except (OSError, ValueError) as error:
        raise TaskError("The list of what was chosen is gone. Choose again.") from error
    if action is put_aside:
        # They come back together.
        action = partial(put_aside, batch=uuid4())
    change = partial(action, actor=Actor.admin(task.asked_by), reason=task.reason)
    changed = 0
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        changed += await in_database(change, batch)
        told, done = f"Changed: {changed:,}.", start + len(batch)
        far = partial(tell, task, done=done, total=len(ids), unit="memories", output=told)
        await in_database(far)
    return {"changed": changed}


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
