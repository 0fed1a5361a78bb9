"""Evaluations: apps register them in their module `evaluations`, `manage.py evaluate` runs them.

Each one judges a file of labelled examples and returns figures. What an earlier run reached is kept
beside the file, in `baseline.json`, so that the next run can show what changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import CommandParser
from django.utils.module_loading import autodiscover_modules

BASELINE = "baseline.json"
# Standard deviations on each side of an interval that holds the true share 95 times in 100.
_DEVIATIONS = 1.96

Options = Mapping[str, Any]


class SetError(Exception):
    """A file isn't a set of the kind asked for; the text can be shown."""


class Share(NamedTuple):
    """How many of how many were right."""

    right: int
    of: int

    @property
    def percent(self) -> float:
        """Return the share, 0 to 100; 0 of nothing is 0."""
        return round(100 * self.right / self.of, 1) if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return Wilson's 95 % interval of the share, each end 0 to 100."""
        if not self.of:
            return 0.0, 100.0
        share, spread = self.right / self.of, _DEVIATIONS**2 / self.of
        middle = share + spread / 2
        reach = _DEVIATIONS * sqrt(share * (1 - share) / self.of + spread / (4 * self.of))
        ends = ((middle + side * reach) / (1 + spread) for side in (-1, 1))
        low, high = (round(100 * min(1.0, max(0.0, end)), 1) for end in ends)
        return low, high


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an evaluation found.

    Args:
        figures: what `--json` prints: shares in percent, by name; may be nested.
        table: the same for people.
    """

    figures: Mapping[str, Any]
    table: str


# Takes the file and the command's options.
Run = Callable[[Path, Options], Outcome]


class Evaluation(NamedTuple):
    """One kind of set and how to judge it."""

    run: Run
    help: str
    add_arguments: Callable[[CommandParser], None] | None


_evaluations: dict[str, Evaluation] = {}


def evaluation(
    kind: str, help: str, add_arguments: Callable[[CommandParser], None] | None = None
) -> Callable[[Run], Run]:
    """Register an evaluation under the kind of set that it reads.

    Args:
        help: what it measures, in a few words.
        add_arguments: adds options that only this kind has.
    """

    def register(run: Run) -> Run:
        _evaluations[kind] = Evaluation(run, help, add_arguments)
        return run

    return register


def evaluations() -> dict[str, Evaluation]:
    """Return all evaluations by kind."""
    autodiscover_modules("evaluations")
    return dict(sorted(_evaluations.items()))


@contextmanager
def reading(kind: str, path: Path) -> Iterator[None]:
    """Turn what goes wrong while a file is read into a `SetError` that names it."""
    try:
        yield
    except OSError as error:
        raise SetError(f"{error.filename or path} can't be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SetError(f"{path} is not a {kind} set: {error}") from error


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file with one JSON object per line.

    Raises:
        OSError, ValueError: it can't be read or has another form.
    """
    rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise ValueError("it must hold one JSON object per line")
    return rows


def outcome(shares: Mapping[str, Share], **more: Any) -> Outcome:
    """Return shares as an outcome, with their intervals.

    Args:
        more: further figures of the JSON object.
    """
    figures = {
        **{name: share.percent for name, share in shares.items()},
        "intervals": {name: list(share.interval) for name, share in shares.items()},
        "counts": {name: [share.right, share.of] for name, share in shares.items()},
        **more,
    }
    lines = [f"{'%':24}{'':>7}{'95 % interval':>17}{'of':>7}"]
    for name, share in shares.items():
        low, high = share.interval
        lines.append(f"{name:24}{share.percent:7.1f}{f'{low:.1f} – {high:.1f}':>17}{share.of:7}")
    return Outcome(figures, "\n".join(lines))


def baseline_of(kind: str, path: Path) -> dict[str, float]:
    """Return the figures that were kept for a set; none if none were."""
    try:
        kept = json.loads(_baseline(path).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return dict(kept.get(kind, {}).get(path.name, {}))


def keep_baseline(kind: str, path: Path, figures: Mapping[str, Any]) -> None:
    """Keep the figures of a set beside it, in place of earlier ones."""
    file = _baseline(path)
    kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
    kept.setdefault(kind, {})[path.name] = flat(figures)
    file.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", "utf-8")


def flat(figures: Mapping[str, Any], before: str = "") -> dict[str, float]:
    """Return nested figures by names such as `overall.recall@5`; lists are left out."""
    found: dict[str, float] = {}
    for name, value in figures.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{before}{name}.")
        elif isinstance(value, int | float):
            found[f"{before}{name}"] = float(value)
    return found


def _baseline(path: Path) -> Path:
    return path.with_name(BASELINE)
