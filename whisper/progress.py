"""How far a long command is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management.base import OutputWrapper
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

Advance = Callable[[int], None]

# In a log a line now and then is enough.
SECONDS_A_LINE = 5.0


@contextmanager
def progress(what: str, out: OutputWrapper, *, total: int | None = None) -> Iterator[Advance]:
    """Show how many are done, how fast and how long it will take; yield what counts them.

    On a terminal it is a bar, elsewhere a line now and then.

    Args:
        what: what is counted, in the plural.
        total: how many there are, None if that is not known.
    """
    if out.isatty():
        with _bar(what, total) as advance:
            yield advance
    else:
        yield _Lines(what, out, total)


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[Advance]:
    started = time.monotonic()
    of = f"/{total}" if total is not None else ""
    columns = (TextColumn(f"{{task.completed:.0f}}{of} {what}"), BarColumn())
    rate = TextColumn("{task.fields[rate]:.0f}/s")
    with Progress(*columns, rate, TimeRemainingColumn(), console=Console()) as bar:
        task = bar.add_task(what, total=total, rate=0.0)
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            bar.update(task, advance=count, rate=_rate(done, started))

        yield advance


class _Lines:
    def __init__(self, what: str, out: OutputWrapper, total: int | None) -> None:
        self.what, self.out, self.total = what, out, total
        self.done = 0
        self.started = self.told = time.monotonic()

    def __call__(self, count: int) -> None:
        self.done += count
        now = time.monotonic()
        if now - self.told < SECONDS_A_LINE:
            return
        self.told = now
        rate = _rate(self.done, self.started)
        line = f"{self.done} {self.what}, {rate:.0f}/s"
        if self.total is not None and rate:
            left = max(0, self.total - self.done) / rate
            line = f"{self.done}/{self.total} {self.what}, {rate:.0f}/s, {left:.0f} s left"
        self.out.write(line)
        self.out.flush()


def _rate(done: int, started: float) -> float:
    return done / max(time.monotonic() - started, 1e-3)
