"""Tasks of memories: the index in Elasticsearch, and imports of other histories."""

from __future__ import annotations

from collections.abc import Sequence

from whisper.models import Task
from whisper.tasks.files import folder_of
from whisper.tasks.kinds import TaskError, TaskKind, register
from whisper.tasks.own import ACT, MAINTAIN

# Where an upload lies in its folder.
UPLOAD = "upload"


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
