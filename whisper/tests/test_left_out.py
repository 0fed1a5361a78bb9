"""Tests that a selection leaves out are not made, and no others."""

from __future__ import annotations

import re
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from whisper.tests.left_out import marks_of_all, refused_marks


@pytest.mark.parametrize(
    ("source", "marks"),
    [
        ("import pytest\n", set()),
        ("pytestmark = pytest.mark.heavy\n\nX = [\n1\n]\n", {"heavy"}),
        ("pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True)]\nX = [\n1\n]\n",
         {"heavy", "django_db"}),
        ("pytestmark = [\n    pytest.mark.slow,\n    pytest.mark.timeout(9),\n]\nX = 1\n",
         {"slow", "timeout"}),
        # A mark of a parameter is one of some tests alone.
        ("pytestmark = pytest.mark.parametrize('n', [pytest.param(1, marks=pytest.mark.long)])\n",
         {"parametrize"}),
        ("pytestmark = [reads_all_modules, pytest.mark.heavy]\n", {"heavy"}),
        ("    pytestmark = pytest.mark.heavy\n", set()),
        ("pytestmark = [pytest.mark.heavy\n", set()),
        ("pytestmark = ", set()),
    ],
)  # fmt: skip
def test_the_marks_of_a_module_are_read_from_its_source(source, marks):
    assert marks_of_all(source) == marks


def config(selection: str, *args: str) -> Any:
    return SimpleNamespace(option=SimpleNamespace(markexpr=selection), args=args)


@pytest.mark.parametrize(
    ("selection", "refused"),
    [
        ("not slow", {"slow"}),
        ("not slow and not long", {"slow", "long"}),
        ("", set()),
        ("slow or long", set()),
        ("database and not slow", set()),
        ("not slow or not long", set()),
        ("not (slow and long)", set()),
    ],
)
def test_only_a_selection_that_refuses_and_no_more_is_known_before(selection, refused):
    assert refused_marks(config(selection, "whisper/tests")) == refused


def test_a_test_that_is_named_is_made():
    assert refused_marks(config("not slow", "whisper/tests/test_names.py::test_x")) == set()


@pytest.mark.process
def test_a_plain_pytest_leaves_out_what_takes_long(tmp_path):
    marked = (f"@pytest.mark.{mark}\ndef test_{mark}(): ...\n" for mark in ("slow", "long"))
    source = "".join(["import pytest\n", *marked, "def test_quick(): ...\n"])
    (tmp_path / "test_some.py").write_text(source)
    options = ["-c", "pyproject.toml", "-p", "no:cacheprovider", "--collect-only"]
    told = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.findall(r"::(\w+)", told.stdout) == ["test_quick"]
