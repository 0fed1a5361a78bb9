"""What the administrator should know about the memories' record."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from django.core.checks import Error, Tags, Warning, register
from django.db import DatabaseError

from memories.embeddings import configured_model
from memories.index.engines import engine
from memories.models import Memory
from whisper.checks import AT_START
from whisper.environment import environment


@register(Tags.database)
def vectors_fit_the_model(databases: Sequence[str] | None = None, **_: Any) -> list[Warning]:
    """Tell when stored vectors are of another model than the configured one."""
    if not databases or "default" not in databases:
        return []
    model = configured_model()
    try:
        others = Memory.objects.exclude(embedding_model__in=["", model]).exists()
    except DatabaseError:
        return []  # The tables are not made yet; `migrate` looks before it makes them.
    if not others:
        return []
    return [
        Warning(
            f"Some memories have vectors of an embedding model other than {model}. They can only "
            "be found by words.",
            hint="Run `manage.py reembed`, or go back to the previous embedding model.",
            id="memories.W001",
        )
    ]


@register(AT_START)
def the_index_is_installed(**_: Any) -> list[Error]:
    """Tell when the engine that searches memories is not installed."""
    package = engine().package
    if not package or find_spec(package) is not None:
        return []
    return [
        Error(
            f"MEMORY_INDEX is {environment.memory_index}, but {package} is not installed.",
            hint="Run `bin/setup dev`, which installs it, or unset MEMORY_INDEX.",
            id="memories.E001",
        )
    ]
