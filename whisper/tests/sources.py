"""The modules of all apps as syntax trees, parsed once in each process that tests them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

import pytest
from django.conf import settings

# Each may import those before it. Benchmarks look at all; none of them knows of the benchmarks.
APPS = ("whisper", "profiles", "memories", "botrunner", "bench")
# Parsing takes seconds, so one process does it for all tests that need it.
reads_all_modules = pytest.mark.xdist_group("sources")


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Return path and tree of each module that isn't a test."""
    paths = [path for app in APPS for path in sorted((settings.BASE_DIR / app).rglob("*.py"))]
    return tuple(
        (path.relative_to(settings.BASE_DIR).as_posix(), ast.parse(path.read_text()))
        for path in paths
        if "tests" not in path.parts
    )


@cache
def imports() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return path and imported packages of each of them."""
    return tuple((name, frozenset(_imported(tree))) for name, tree in modules())


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
