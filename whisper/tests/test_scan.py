"""What `make scan` finds."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from django.conf import settings

SCAN = settings.BASE_DIR / "bin" / "scan"
KEY = "AKIA" + "Q3EGRZ7XKJPLM2WA"
pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def scan():
    return runpy.run_path(str(SCAN))


def write(folder: Path, text: str) -> Path:
    file = folder / "planted.py"
    file.write_text(text)
    return file


def test_a_key_is_found_in_code_and_in_tests(scan, tmp_path):
    (tmp_path / "tests").mkdir()
    for folder in (tmp_path, tmp_path / "tests"):
        write(folder, f'key = "{KEY}"\n')
    found = scan["secrets_in"](["planted.py", "tests/planted.py"], tmp_path)
    assert {file for file, _, _ in found} == {"planted.py", "tests/planted.py"}


def test_unsafe_code_is_found_unless_a_line_says_why(scan, tmp_path):
    file = write(tmp_path, "import subprocess\nsubprocess.run('ls', shell=True)\n")
    assert any("B602" in line for line in scan["unsafe_code"]([str(file)], tmp_path))
    write(
        tmp_path, "import subprocess\nsubprocess.run('ls', shell=True)  # noqa: S602, S607 - ours\n"
    )
    assert scan["unsafe_code"]([str(file)], tmp_path) == []
