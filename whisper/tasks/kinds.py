"""The kinds of tasks: who may start one, and what does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whisper.models import Task

# Coroutines that do a task in this process, and return what its page shows of the result.
Work = Callable[[Task], Awaitable[Mapping[str, Any]]]
# Of a task, the arguments of manage.py that do it in a process of its own.
Arguments = Callable[[Task], Sequence[str]]


class TaskError(Exception):
    """A task can't be done; the text says why, without quoting anyone."""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of tasks; it has either `work` or `arguments`.

    Args:
        name: names it in the database and in addresses.
        title: what its page is called.
        icon: name of a Material symbol.
        permission: of those who may start one and see how it goes.
        work: what must be done where the companion runs, as its memory is concerned too.
        arguments: what is done by a process of its own, so that replies aren't delayed.
        makes_file: whether it leaves a file to be fetched in a folder of its own.
        continues: whether `work` continues where it stood when it is begun again; its files are
            deleted as soon as it is over.
    """

    name: str
    title: str
    icon: str
    permission: str
    work: Work | None = None
    arguments: Arguments | None = None
    makes_file: bool = False
    continues: bool = False


_kinds: dict[str, TaskKind] = {}


def register(kind: TaskKind) -> None:
    """Add a kind."""
    _kinds[kind.name] = kind


def kind_of(name: str) -> TaskKind | None:
    """Return a kind by its name; None if there is none, as after an update."""
    return _kinds.get(name)


def kinds() -> list[TaskKind]:
    """Return all kinds."""
    return list(_kinds.values())
