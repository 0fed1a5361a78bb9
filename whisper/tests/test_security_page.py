"""Each defence that docs/security.md names has the test that it names."""

from __future__ import annotations

import ast
import re

import pytest
from django.conf import settings

PAGE = (settings.BASE_DIR / "docs" / "security.md").read_text()
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
# A later table is of a lost password.
THREATS = PAGE.partition("\n## Lost password")[0]
ROWS = [line for line in THREATS.splitlines() if line.startswith("| ") and "---" not in line]


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED.findall(PAGE))))
def test_the_test_that_is_named_exists(file, name):
    tree = ast.parse((settings.BASE_DIR / file).read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, functions)}


def test_each_threat_names_a_test():
    assert len(ROWS) > 20
    assert [row for row in ROWS[1:] if not NAMED.search(row)] == []


def test_each_of_the_ten_risks_is_there():
    assert {f"LLM{number:02}" for number in range(1, 11)} <= set(re.findall(r"LLM\d\d", PAGE))
