"""A copy that is killed at any moment goes on, and ends as if it had not been."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

from whisper.copying.checkpoints import unfinished
from whisper.copying.places import Place, named
from whisper.tests.carrying import fill, held, make

# Small enough that a copy is killed within it, and not only before and after.
ROWS_A_TRANSACTION = "20"
# Of which a copy takes about a second.
MESSAGES = 1_500


def start(source: str, target: str) -> subprocess.Popen[bytes]:
    """Begin a copy, or go on with it, in a process of its own."""
    command = [sys.executable, "manage.py", "copy_database", source, target, "--resume"]
    return subprocess.Popen(
        [*command, "--batch-size", ROWS_A_TRANSACTION],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "whisper.settings"},
        stdout=subprocess.DEVNULL,
    )


def kill_on_the_way(source: str, target: Place, url: str, chance: random.Random) -> bool:
    """Kill a copy at a random moment; return whether it was in the middle."""
    process = start(source, url)
    # From before its first look at the databases to after its last.
    time.sleep(chance.uniform(0.6, 3.0))
    process.send_signal(signal.SIGKILL)
    process.wait()
    if not target.exists:
        return False
    with target.open(readonly=True) as opened:
        return unfinished(opened)


@pytest.mark.parametrize(
    "kills", [3, pytest.param(20, marks=[pytest.mark.slow, pytest.mark.timeout(300)])]
)
@pytest.mark.parametrize(
    ("here", "there"),
    [
        pytest.param("sqlite", "postgresql", marks=pytest.mark.service),
        pytest.param("postgresql", "sqlite", marks=pytest.mark.service),
    ],
)
def test_a_copy_that_was_killed_ends_the_same(new_url, here, there, kills):
    source, url = new_url(here), new_url(there)
    fill(make(source), MESSAGES)
    target, chance = named(url), random.Random(kills)

    hit = sum(kill_on_the_way(source, target, url, chance) for _ in range(kills))

    assert start(source, url).wait(timeout=60) == 0
    assert held(target) == held(named(source))
    assert hit or kills < 20
