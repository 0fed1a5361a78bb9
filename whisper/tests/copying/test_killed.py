"""A copy that is killed at any moment goes on, and ends as if it had not been."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from whisper.copying.digests import Digesting
from whisper.copying.locations import Location, named
from whisper.copying.transfer import Transfer
from whisper.database.access import close_database_threads
from whisper.database.postgresql.pools import close_pool
from whisper.tests.database_copies import fill, held, make

pytestmark = pytest.mark.slow

ROWS_A_TRANSACTION = 20
MESSAGES = 1_500
# Of all three people, most in one transaction each.
TRANSACTIONS = 3 * MESSAGES // ROWS_A_TRANSACTION
# A transaction takes less: the end comes before, within or after one.
LONGEST_DELAY = 0.005
# What a copy does one after the other: looks, makes tables, empties, writes, compares.
STEPS: list[tuple[type, str]] = [
    (Location, "migrate"),
    (Transfer, "begin"),
    (Transfer, "_keep"),
    (Transfer, "_links"),
    (Digesting, "add"),
]


def copy_in_a_process(source: str, target: str, *, steps: int, delay: float) -> int:
    """Copy, or go on, in a process that is killed so many steps later; return how it ended."""
    # The process would end the connections that it shares with this one.
    close_database_threads()
    connections.close_all()
    close_pool()
    pid = os.fork()
    if pid == 0:
        try:
            for owner, name in STEPS:
                count_down(owner, name, steps, delay)
            size = f"--batch-size={ROWS_A_TRANSACTION}"
            call_command("copy_database", source, target, "--resume", size)
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitpid(pid, 0)[1]


_done = [0]


def count_down(owner: type, name: str, steps: int, delay: float) -> None:
    """Let the process be killed shortly after so many steps."""
    work: Callable[..., Any] = getattr(owner, name)

    def step(*args: Any, **options: Any) -> Any:
        _done[0] += 1
        if _done[0] == steps:
            threading.Thread(target=end, args=(delay,), daemon=True).start()
        return work(*args, **options)

    setattr(owner, name, step)


def end(delay: float) -> None:
    """Be where the process ends without another word."""
    time.sleep(delay)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    "kills", [4, pytest.param(20, marks=[pytest.mark.long, pytest.mark.timeout(300)])]
)
@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("sqlite", "sqlite"),
        pytest.param("sqlite", "postgresql", marks=pytest.mark.service),
        pytest.param("postgresql", "sqlite", marks=pytest.mark.service),
    ],
)
def test_a_copy_that_was_killed_ends_the_same(new_url, here, there, kills):
    source, target = new_url(here), new_url(there)
    fill(make(source), MESSAGES)
    chance = random.Random()

    # Together at most as many steps as there are transactions: the copy is never done before.
    ends = [
        copy_in_a_process(
            source,
            target,
            steps=chance.randint(1, TRANSACTIONS // kills),
            delay=chance.uniform(0, LONGEST_DELAY),
        )
        for _ in range(kills)
    ]

    assert ends == [signal.SIGKILL] * kills
    assert copy_in_a_process(source, target, steps=0, delay=0) == 0
    assert held(named(target)) == held(named(source))


def test_a_copy_that_is_killed_while_it_compares_only_compares_again(new_url, capfd):
    source, target = new_url("sqlite"), new_url("sqlite")
    fill(make(source), messages=20)
    written = 200 // ROWS_A_TRANSACTION
    assert copy_in_a_process(source, target, steps=written + 40, delay=0) == signal.SIGKILL
    call_command("copy_database", source, target, "--resume")
    assert "rows written" not in capfd.readouterr().out
    assert held(named(target)) == held(named(source))
