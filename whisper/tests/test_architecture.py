"""The apps keep to their boundaries."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from memories.index.engines import engine_names
from whisper.tests.sources import APPS, imports, modules, reads_all_modules

pytestmark = [reads_all_modules, pytest.mark.heavy]

# Where the apps are joined.
JOINTS = {"whisper/urls.py", "whisper/asgi.py", "whisper/settings/__init__.py"}
# Who changes rows besides the actions: the outbox, the periodic jobs and the list of erased people
# change their own; the revisions and the index's entries change when an action asks for it; taking
# back an import removes what it added; benchmarks write to databases that they make and remove.
WRITERS = re.compile(
    r"(^|/)actions(/|\.py$)|/migrations/"
    r"|^whisper/(outbox/claims|processes/heartbeats|periodic|personal_data/erasures)\.py$|^memories/index/(revisions|changes)\.py$"
    r"|/legacy/undoing\.py$|^bench/"
    # What actions write with.
    r"|^whisper/database/(inserting|prepared|raw_sql)\.py$"
)
WRITING = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITING |= {"update", "delete"}
# The same by statements that are composed once.
COMPOSED = {"execute", "insert", "insert_all", "prepared_delete", "prepared_update"}


def test_imports_go_one_way():
    back = [
        f"{name} imports {app}"
        for name, packages in imports()
        if name not in JOINTS
        for app in packages
        if app in APPS and APPS.index(app) > APPS.index(Path(name).parts[0])
    ]
    assert back == []


# What speaks to a service from outside is imported in one place alone.
ONLY_IN = {
    "discord": ("botrunner/discord_bot/",),
    "chromadb": ("memories/index/chroma/", "memories/legacy/chroma_client.py"),
    "elasticsearch": ("memories/index/elasticsearch/",),
    "elastic_transport": ("memories/index/elasticsearch/",),
    "openai": ("botrunner/llm/", "memories/embeddings/api.py"),
    "onnxruntime": ("memories/embeddings/",),
    "sentence_transformers": ("memories/embeddings/",),
}


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_service_is_imported_in_one_place(package):
    elsewhere = [
        name
        for name, packages in imports()
        if package in packages and not name.startswith((*ONLY_IN[package], "bench/"))
    ]
    assert elsewhere == []


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
    """Tell by the form of a call whether it writes: `….objects.create(…)`, `insert(…)`."""
    if isinstance(call.func, ast.Name):
        return call.func.id in COMPOSED
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "save":
        # A row is saved without positional arguments; a file or a form takes one.
        return not call.args and ast.unparse(call.func.value) != "super()"
    return call.func.attr in WRITING and ".objects" in ast.unparse(call.func.value)


# One engine may fall back on another; who makes the data of a test or a measurement may name one.
KNOWS_ENGINES = ("memories/index/", "bench/")
ENGINE_FOLDERS = tuple(f"memories.index.{name}" for name in engine_names())


def names_an_engine(tree: ast.AST) -> Iterator[str]:
    """Yield where a module depends on which engine searches memories."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(ENGINE_FOLDERS):
            yield f"imports {node.module}"
        if isinstance(node, ast.Compare) and any(
            isinstance(one, ast.Constant) and one.value in engine_names()
            for one in (node.left, *node.comparators)
        ):
            yield f"compares {ast.unparse(node)}"
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
            kind = ast.unparse(node.args[1])
            if kind.endswith("Index"):
                yield f"asks {ast.unparse(node)}"


def test_nothing_outside_the_engines_knows_which_one_is_used():
    found = [
        f"{name} {what}"
        for name, tree in modules()
        if not name.startswith(KNOWS_ENGINES)
        for what in names_an_engine(tree)
    ]
    assert found == []


def test_naming_an_engine_is_noticed():
    careless = """
from memories.index.elasticsearch.client import connected
if environment.memory_index == "chroma" or isinstance(index, LocalIndex): pass
"""
    assert len(list(names_an_engine(ast.parse(careless)))) == 3


def test_an_entry_is_built_by_keyword():
    by_position = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Entry" and node.args
    ]
    assert by_position == []


def test_what_the_worker_does_stands_in_files_of_one_name():
    elsewhere = [
        name
        for name, tree in modules()
        if Path(name).name != "handlers.py" and "outbox.handles(" in ast.unparse(tree)
    ]
    assert elsewhere == []
