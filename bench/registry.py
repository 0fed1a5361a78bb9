"""The list of benchmarks, and what they share."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Literal

from django.core.management.base import OutputWrapper

from whisper.progress import Advance, progress


class NotMeasuredError(Exception):
    """A benchmark can't run here; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured.

    Args:
        what: what was measured, with its unit.
        values: the figures, each by the name of its column.
        required: what they have to be, in words.
        met: whether they are; None if nothing is required.
    """

    what: str
    values: Mapping[str, str] = field(default_factory=dict)
    required: str = ""
    met: bool | None = None


# Takes the share of the full numbers to run, above 0 and up to 1. One that takes minutes yields its
# rows: each is printed as soon as it is measured. It may raise `NotMeasuredError`.
Benchmark = Callable[[float], Iterable[Row]]

MODULES = (
    "backup",
    "cache.compare",
    "console",
    "conversation",
    "memories.growth",
    "memories.imports",
    "memories.large",
    "memories.recall",
    "memories.search",
    "memories.sizes",
    "overload",
    "profiles.database",
    "profiles.emotions",
    "rooms",
    "servers",
    "soak",
)
# They take up to an hour, so they run only if they are named.
LONG = {"large_backup", "soak"}
_benchmarks: dict[str, Benchmark] = {}


def benchmark(name: str) -> Callable[[Benchmark], Benchmark]:
    """Register a benchmark under a name."""

    def register(run: Benchmark) -> Benchmark:
        _benchmarks[name] = run
        return run

    return register


def benchmarks() -> dict[str, Benchmark]:
    """Return all benchmarks by name."""
    for module in MODULES:
        import_module(f"bench.{module}")
    return dict(sorted(_benchmarks.items()))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of the values doesn't exceed.

    Args:
        share: 0 to 1.
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def resident_megabytes(pid: int | Literal["self"] = "self") -> float:
    """Return how much memory a process holds, in megabytes."""
    status = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
    return int(status[1]) / 1024 if status else 0.0


def own_megabytes(pid: int) -> float:
    """Return how much memory a process holds of its own, without the files that it has mapped."""
    status = re.search(r"RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
    return int(status[1]) / 1024 if status else 0.0


def processor_seconds(pid: int) -> float:
    """Return how much processor time a process has taken, with all its threads."""
    # Its name, which may hold blanks, stands in parentheses before them.
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tell(line: str) -> None:
    """Tell how far a benchmark is, beside its figures."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def telling(what: str, total: int) -> Iterator[Advance]:
    """Tell how far a step of a benchmark is; yield what counts."""
    with progress(what, OutputWrapper(sys.stderr), total=total) as advance:
        yield advance
