"""Tasks of memories: the index in Elasticsearch, imports of other histories, changes of many."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from memories.actions import approve, pin, put_aside, unpin
from memories.models import Memory
from whisper.models import Task
from whisper.tasks.files import folder_of
from whisper.tasks.kinds import TaskError, TaskKind, register
from whisper.tasks.many import Action, Change, register_change
from whisper.tasks.own import ACT, MAINTAIN

# Where an upload lies in its folder.
UPLOAD = "upload"
CHANGE, DELETE = "memories.change_memory", "memories.delete_memory"


def _forgetting(selection: UUID) -> Action:
    """Return what forgets memories so that they come back together."""
    return partial(put_aside, batch=selection)


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
for _name, _title, _icon, _right, _begin in (
    ("approve_memories", "Approval of memories", "check", CHANGE, lambda selection: approve),
    ("pin_memories", "Pinning of memories", "keep", CHANGE, lambda selection: pin),
    ("unpin_memories", "Unpinning of memories", "keep_off", CHANGE, lambda selection: unpin),
    ("forget_memories", "Forgetting of memories", "delete", DELETE, _forgetting),
):
    register_change(Change(_name, _title, _icon, _right, Memory, "memories", _begin))
