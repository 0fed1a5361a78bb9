"""A copy in a process of its own, which is killed after a number of steps.

Each process is forked from a server that has imported everything and runs nothing: a fork of the
process of the tests, which has threads, might wait for ever for a lock that one of them held.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import django
from django.apps import apps

if not apps.ready:
    # In the server. pytest has done it in the process of the tests.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whisper.tests.settings")
    django.setup()

from django.core.management import call_command

from whisper.copying.digests import Digesting
from whisper.copying.locations import Location
from whisper.copying.transfer import Transfer

ROWS_A_TRANSACTION = 20
# What a copy does one after the other: looks, makes tables, empties, writes, compares.
STEPS: list[tuple[type, str]] = [
    (Location, "migrate"),
    (Transfer, "begin"),
    (Transfer, "_keep"),
    (Transfer, "_links"),
    (Digesting, "add"),
]

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


def copy_in_a_process(source: str, target: str, *, steps: int, delay: float) -> int | None:
    """Copy, or continue a copy, in a process that is killed.

    Args:
        source: the address to copy from.
        target: the address to copy to.
        steps: after how many steps the process is killed; after none with 0.
        delay: how many seconds after that step.

    Returns:
        The exit code of the process, negative if a signal ended it.
    """
    process = _processes.Process(target=_copy, args=(source, target, steps, delay))
    process.start()
    process.join()
    return process.exitcode


_done = [0]


def _copy(source: str, target: str, steps: int, delay: float) -> None:
    """Copy as the command does."""
    for owner, name in STEPS:
        _count_down(owner, name, steps, delay)
    size = f"--batch-size={ROWS_A_TRANSACTION}"
    call_command("copy_database", source, target, "--resume", size)


def _count_down(owner: type, name: str, steps: int, delay: float) -> None:
    """Let the process be killed shortly after a number of steps."""
    work: Callable[..., Any] = getattr(owner, name)

    def step(*args: Any, **options: Any) -> Any:
        _done[0] += 1
        if _done[0] == steps:
            threading.Thread(target=_end, args=(delay,), daemon=True).start()
        return work(*args, **options)

    setattr(owner, name, step)


def _end(delay: float) -> None:
    """Be where the process ends without another word."""
    time.sleep(delay)
    os.kill(os.getpid(), signal.SIGKILL)
