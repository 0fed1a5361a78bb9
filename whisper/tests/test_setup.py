"""The setup script, with interpreters that only pretend."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

OLD = "case $2 in *version_info*) exit 1 ;; esac"
WITHOUT_VENV = "case $2 in *ensurepip*) exit 1 ;; esac"


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def setup(tmp_path):
    """Return a function that runs bin/setup with a given interpreter, and without uv."""
    program(tmp_path / "bin" / "uv", "exit 1")
    environment = os.environ | {
        "PATH": f"{tmp_path}/bin:{os.environ['PATH']}",
        "VENV": str(tmp_path / "venv"),
    }

    def run(
        *arguments: str, python: str = "exit 0", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        interpreter = program(tmp_path / "python", python)
        return subprocess.run(
            [settings.BASE_DIR / "bin" / "setup", *arguments],
            env=environment | {"PYTHON": str(interpreter)} | variables,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    return run


@pytest.mark.parametrize(
    ("python", "advice"),
    [
        (OLD, "Python 3.11 or newer is needed: apt-get install python3 python3-venv"),
        (WITHOUT_VENV, "Python's venv is missing: apt-get install python3-venv"),
    ],
)
def test_what_the_machine_lacks_is_told_in_one_line(setup, python, advice):
    run = setup("light", python=python)
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == f"setup: {advice}"
    assert run.stdout == ""


def test_what_was_installed_is_not_installed_again(setup, tmp_path):
    program(tmp_path / "venv" / "bin" / "python", "exit 0")
    shutil.copy(settings.BASE_DIR / "requirements-light.txt", tmp_path / "venv")
    run = setup("light")
    assert (run.returncode, run.stderr) == (0, "")


def test_a_changed_lock_is_installed_with_its_hashes_and_nothing_beside_it(setup, tmp_path):
    program(tmp_path / "venv" / "bin" / "python", f'echo "$@" >>{tmp_path}/calls')
    assert setup("light").returncode == 0
    last = (tmp_path / "calls").read_text().splitlines()[-1]
    assert "--no-deps --require-hashes -r requirements-light.txt" in last


def test_a_failed_installation_fails_and_is_tried_again(setup, tmp_path):
    program(tmp_path / "venv" / "bin" / "python", 'case "$*" in *requirements*) exit 1 ;; esac')
    assert setup("light").returncode != 0
    assert setup("light").returncode != 0


@pytest.fixture
def for_processor(setup, tmp_path):
    """Install the full packages without CUDA; return the files that pip was given."""
    program(tmp_path / "venv" / "bin" / "python", f'echo "$@" >>{tmp_path}/calls')

    def install(**environment: str) -> tuple[str, str]:
        run = setup("full", **environment)
        assert run.returncode == 0, run.stderr
        installs = [
            call for call in (tmp_path / "calls").read_text().splitlines() if " install " in call
        ]
        locked, torch = (call.split()[-1] for call in installs[-2:])
        assert f"--no-deps --require-hashes -r {locked}" in installs[-2]
        return Path(locked).read_text(), Path(torch).read_text()

    return install


def test_for_the_processor_all_but_torch_and_cuda_comes_from_the_lock(for_processor):
    whole = (settings.BASE_DIR / "requirements.txt").read_text()
    locked, _ = for_processor()
    left_out = set(pins(whole)) - set(pins(locked))
    assert {one.partition("-")[0] for one in left_out} == {"torch", "triton", "nvidia", "cuda"}
    assert set(locked.splitlines()) <= set(whole.splitlines())


def pins(lock: str) -> list[str]:
    return [line.partition("==")[0] for line in lock.splitlines() if not line.startswith(" ")]


def test_for_the_processor_torch_has_the_locks_version_and_the_hash_that_is_given(for_processor):
    whole = (settings.BASE_DIR / "requirements.txt").read_text()
    _, torch = for_processor()
    index, asked = torch.splitlines()
    assert index == "--index-url https://download.pytorch.org/whl/cpu"
    assert asked.endswith("+cpu")
    assert f"\n{asked.removesuffix('+cpu')} " in whole


def test_for_the_processor_a_known_hash_is_required(for_processor):
    _, torch = for_processor(TORCH_SHA256="ab" * 32)
    assert torch.splitlines()[1].endswith("+cpu --hash=sha256:" + "ab" * 32)


def test_torch_is_exchanged_each_time_that_the_processor_is_chosen_or_left(setup, tmp_path):
    program(tmp_path / "venv" / "bin" / "python", f'echo "$@" >>{tmp_path}/calls')
    for want in ("cuda", "full", "cuda", "full"):
        assert setup(want).returncode == 0
    calls = (tmp_path / "calls").read_text().splitlines()
    steps = ("-r requirements.txt", "torch.txt", "uninstall -q -y torch")
    done = [step for call in calls for step in steps if call.endswith(step)]
    lock, for_processor, without_torch = steps
    assert done == [lock, for_processor, without_torch, lock, for_processor]


def test_an_image_is_built_with_the_packages_of_the_same_name():
    assert '\nRUN bin/setup "$PACKAGES"\n' in (settings.BASE_DIR / "Dockerfile").read_text()


def test_an_unknown_environment_is_refused(setup):
    assert setup("heavy").returncode == 2
