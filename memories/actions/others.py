"""What others hold of a person who was erased: mentions and ids become "someone".

Others' own words about them stay: they are theirs. docs/privacy.md says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast

from memories.actions.base import BATCH, number
from memories.actions.memories import change_text
from memories.index import changes, revisions
from memories.models import ImportedRow, Memory, Message, ReplyTrace
from whisper.models import ActionEntry, ImportRun

SOMEONE = "someone"
# Tables whose rows only say it: nothing is made of them. Of each the columns where an id can stand.
_COLUMNS: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Message, ("text", "mentions")),
    (ReplyTrace, ("prompt", "recalled")),
    (ImportedRow, ("document", "metadata")),
    (ImportRun, ("report", "options", "checkpoint")),
    (ActionEntry, ("reason", "changes")),
)


def leave_id_out(person_id: int) -> int:
    """Put "someone" in place of a person's id wherever others' rows name it; return how many did.

    Call it once their own rows are gone. It can be repeated.
    """
    without = _without(person_id)
    count = _in_memories(person_id, without)
    for model, columns in _COLUMNS:
        with transaction.atomic():
            count += _in_table(model, columns, person_id, without)
    return count


def _without(person_id: int) -> Callable[[Any], Any]:
    pattern = re.compile(rf"<@!?{person_id}>|(?<!\d){person_id}(?!\d)")

    def without(value: Any) -> Any:
        """Return text or JSON without the id; from a list of ids it goes altogether."""
        if isinstance(value, str):
            return pattern.sub(SOMEONE, value)
        if isinstance(value, list):
            return [without(one) for one in value if one not in (person_id, str(person_id))]
        if isinstance(value, dict):
            return {without(key): without(one) for key, one in value.items()}
        return SOMEONE if value == person_id and not isinstance(value, bool) else value

    return without


def _in_table(
    model: type[Model], columns: tuple[str, ...], person_id: int, without: Callable[[Any], Any]
) -> int:
    rows = [
        row
        for row in _naming(model, columns, person_id).select_for_update()
        if _leave_out(row, columns, without)
    ]
    model._default_manager.bulk_update(rows, columns, batch_size=BATCH)
    return len(rows)


def _leave_out(row: Model, columns: tuple[str, ...], without: Callable[[Any], Any]) -> bool:
    """Change columns of a row, which is not saved; return whether any of them named the id."""
    before = [getattr(row, column) for column in columns]
    after = [without(value) for value in before]
    for column, value in zip(columns, after, strict=True):
        setattr(row, column, value)
    return before != after


def _naming(model: type[Model], columns: tuple[str, ...], person_id: int) -> Any:
    """Return the rows that name an id in one of their columns, JSON or text."""
    texts = {f"{name}_as_text": Cast(name, TextField()) for name in columns}
    wanted = Q()
    for name in texts:
        wanted |= Q(**{f"{name}__contains": str(person_id)})
    named = model._default_manager.annotate(**texts).filter(wanted)
    return model._default_manager.filter(pk__in=list(named.values_list("pk", flat=True)))


def _in_memories(person_id: int, without: Callable[[Any], Any]) -> int:
    columns = ("text", "context", "speaker", "value", "qualifier")
    with transaction.atomic():
        rows = _naming(Memory, columns, person_id).defer("embedding")
        revisions.lock(memory.partition_key for memory in rows)
        told = dict(rows.values_list("pk", "text"))
        memories = [
            memory for memory in rows.order_by("revision") if _leave_out(memory, columns, without)
        ]
        number(memories)
        Memory.objects.bulk_update(memories, [*columns[1:], "revision"], batch_size=BATCH)
        changes.changed(memories)
        for memory in memories:
            if memory.text != told[memory.pk]:
                change_text(memory, memory.text)
    return len(memories)
