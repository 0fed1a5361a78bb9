"""Whisper as a package: built, installed elsewhere, and run outside of a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from django.conf import settings

from whisper.tests.commands import own
from whisper.version import VERSION

ROOT = Path(settings.BASE_DIR)


def test_the_package_has_the_version_that_the_code_has():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the folder of a built wheel and source package."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "build", "--sdist", "--wheel", "--outdir", folder, ROOT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow
@pytest.mark.long
def test_packages_have_what_it_needs_and_no_tests(built):
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"manage.py", "whisper/settings/__init__.py", "botrunner/llm/prices.toml"} <= names
    assert any(name.startswith("whisper/templates/") for name in names)
    assert [name for name in names if "/tests/" in name or name.startswith("templates/")] == []
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as opened:
        assert f"whisper-{VERSION}/compose.yml" in opened.getnames()


@pytest.mark.slow
@pytest.mark.long
def test_an_installed_package_talks_outside_of_a_checkout(built, tmp_path):
    (wheel,) = built.glob("*.whl")
    target, home = tmp_path / "target", tmp_path / "home"
    home.mkdir()
    # Its dependencies are those of the environment that runs the tests.
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", target, wheel]
    subprocess.run(pip, check=True)
    talk = subprocess.run(
        [target / "bin" / "whisper", "run", "--terminal"],
        cwd=home,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(target)}
        | own(home / "data")
        | {"WHISPER_MODELS_DIR": os.environ["WHISPER_MODELS_DIR"]},
        input="My cat is called Miso.\nWhat is my cat called?\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert talk.returncode == 0, talk.stderr
    assert "Miso" in talk.stdout.splitlines()[-1]
    assert (home / "data" / "whisper.sqlite3").exists()
