"""The locks: complete, of the same versions, with hashes, and no place to download from."""

from __future__ import annotations

import re
import tomllib
from itertools import chain

import pytest
from django.conf import settings
from packaging.requirements import Requirement

LIGHT, DEV, FULL = "requirements-light.txt", "requirements-dev.txt", "requirements.txt"
PROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
BASE = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
WANTED = {
    LIGHT: [BASE, GROUPS["model"]],
    DEV: [
        BASE,
        *(GROUPS[name] for name in ("model", "dev", "train")),
        *(EXTRAS[name] for name in ("local-llm", "chroma", "tracing")),
    ],
    FULL: [BASE, GROUPS["model"], EXTRAS["full"], EXTRAS["tracing"]],
}


def requirements(lock: str) -> list[str]:
    """Return a lock's requirements, each with its hashes in one line."""
    return (settings.BASE_DIR / lock).read_text().replace("\\\n", " ").splitlines()


def name_of(requirement: str) -> str:
    name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> dict[str, set[str]]:
    """Return what is asked of each package: versions, each with its marker."""
    found: dict[str, set[str]] = {}
    for line in requirements(lock):
        pin = re.sub(r"\s+", " ", line.partition("--hash")[0]).strip()
        found.setdefault(name_of(line), set()).add(pin.partition(";")[0].partition("==")[2].strip())
    return found


@pytest.mark.parametrize("lock", WANTED)
def test_each_line_pins_one_version_by_its_hashes_and_names_no_address(lock):
    for line in requirements(lock):
        assert re.match(r"[\w.-]+==\S+ ( ?;[^;]+)? *(--hash=sha256:[0-9a-f]{64}\s*)+$", line), line
        assert "://" not in line


@pytest.mark.parametrize("lock", WANTED)
def test_each_requirement_of_the_project_is_locked_in_a_version_that_it_allows(lock):
    locked = pins(lock)
    for each in map(Requirement, chain(*WANTED[lock])):
        versions = locked.get(name_of(each.name), set())
        assert versions, f"{each} is not locked: make lock"
        assert set(each.specifier.filter(versions, prereleases=True)) == versions, each


@pytest.mark.parametrize("lock", [LIGHT, DEV])
def test_what_two_locks_hold_they_hold_in_the_same_versions(lock):
    full, other = pins(FULL), pins(lock)
    shared = set(full) & set(other)
    assert set(map(name_of, BASE)) <= shared
    assert {name: other[name] for name in shared} == {name: full[name] for name in shared}


def test_the_light_lock_is_part_of_the_others():
    assert set(pins(LIGHT)) <= set(pins(DEV)) & set(pins(FULL))


def test_the_light_lock_is_free_of_torch():
    heavy = ("torch", "nvidia", "triton", "cuda", "transformers", "sentence-transformers")
    assert [name for name in pins(LIGHT) if name.startswith(heavy)] == []
