"""The rooms keep to their boundaries."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

# Each room may import those before it.
ROOMS = ("whisper", "profiles", "memories", "botrunner")
# Where the rooms are joined.
JOINTS = {"whisper/urls.py", "whisper/asgi.py", "whisper/settings.py"}
# Who changes rows besides the actions: the outbox and the list of erased people their own, the
# revisions and the index's entries that actions call for, the taking back of an import.
WRITERS = re.compile(
    r"(^|/)actions(/|\.py$)|/migrations/"
    r"|^whisper/(outbox|personal_data/erasures)\.py$|^memories/index/(revisions|changes)\.py$|/legacy/undoing\.py$"
)
WRITING = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITING |= {"update", "delete"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((settings.BASE_DIR / room).rglob("*.py")):
            if "tests" not in path.parts:
                name = path.relative_to(settings.BASE_DIR).as_posix()
                yield name, ast.parse(path.read_text())


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_imports_go_one_way():
    back = [
        f"{name} imports {room}"
        for name, tree in modules()
        if name not in JOINTS
        for room in imported(tree)
        if room in ROOMS and ROOMS.index(room) > ROOMS.index(Path(name).parts[0])
    ]
    assert back == []


def test_only_actions_change_rows():
    writing = [
        f"{name}:{call.lineno} {ast.unparse(call)[:60]}"
        for name, tree in modules()
        if not WRITERS.search(name)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and changes_rows(call)
    ]
    assert writing == []


def changes_rows(call: ast.Call) -> bool:
    """Tell by its look whether a call writes: `...objects.create(...)`, `row.save()`."""
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "save":
        # A row is saved without positional arguments; a file or a form takes one.
        return not call.args and ast.unparse(call.func.value) != "super()"
    return call.func.attr in WRITING and ".objects" in ast.unparse(call.func.value)
