"""The engines there are: each is a module or a folder here, and a name in the setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast, get_args

from whisper.environment import Environment, environment

if TYPE_CHECKING:
    from django.core.management.base import BaseCommand

    from memories.index.base import MemoryIndex
    from memories.index.differences import Compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What is known of an engine without making it: making one brings packages and connections.

    A fourth engine is a folder here that has one of these as `ENGINE`, and its name in the choices
    of `MEMORY_INDEX`.

    Args:
        title: its name in sentences.
        make: returns the engine.
        manage: does an action of `manage.py memory_index`, given its options; it raises
            CommandError for an action that the engine does not know.
        is_copy: whether it holds a copy outside this process, to which the outbox brings changes;
            then `make` returns a `CopiedIndex`.
        own_copy: lets this process use its own empty copy for a while.
        prepare: makes what a new installation lacks, for `manage.py prepare`, and prints what it
            made or what is left to do. It leaves alone what is there, and never fails.
        package: must be installed for it; "" for none beyond those that everybody has.
        compare: yields where each stretch of the copy after an id differs from the database, for
            the daily look; None if the engine can't. It raises AwayError.
        ready: registers what is to be done though another engine is used, such as purging files.
    """

    title: str
    make: Callable[[], MemoryIndex]
    manage: Callable[[BaseCommand, Mapping[str, Any]], None]
    is_copy: bool = False
    own_copy: Callable[[], AbstractContextManager[None]] = nullcontext
    prepare: Callable[[BaseCommand], None] = lambda command: None
    package: str = ""
    compare: Compare | None = None
    ready: Callable[[], None] = lambda: None


def engine_names() -> tuple[str, ...]:
    """Return what `MEMORY_INDEX` may be."""
    return get_args(Environment.model_fields["memory_index"].annotation)


def engine_named(name: str) -> Engine:
    """Return an engine by the name that `MEMORY_INDEX` has for it."""
    return cast(Engine, import_module(f"memories.index.{name}").ENGINE)


def engine() -> Engine:
    """Return the engine that `MEMORY_INDEX` names."""
    return engine_named(environment.memory_index)
