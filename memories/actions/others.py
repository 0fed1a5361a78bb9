"""What others hold of a person who was erased: mentions and ids become "someone".

Others' own words about them stay: they are theirs. docs/privacy.md says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast

from memories.actions.base import BATCH, number
from memories.actions.memories import change_text
from memories.index import changes, revisions
from memories.models import ForgottenMemory, ImportedRow, Memory, Message, ReplyTrace
from whisper.models import ActionEntry, ImportRun
from whisper.names import among_words

SOMEONE = "someone"
# Tables whose rows only say it: nothing is made of them. Of each the columns where an id can stand.
_COLUMNS: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Message, ("text", "mentions")),
    (ReplyTrace, ("prompt", "recalled")),
    (ForgottenMemory, ("text", "context", "columns")),
    (ImportedRow, ("document", "metadata")),
    (ImportRun, ("report", "options", "checkpoint")),
    (ActionEntry, ("reason", "changes")),
)
# Of these the people are known who said it: those who mentioned the person wrote the name as well.
_SAID = (Message, ReplyTrace, Memory, ForgottenMemory)


def leave_id_out(person_id: int) -> int:
    """Put "someone" in place of a person's id wherever others' rows name it; return how many did.

    Mentions hold the name that the person had then: it goes as well, from all that was made of what
    those who mentioned them said. Call it once the person's own rows are gone. It can be repeated.
    """
    traces = _traces_of(person_id)
    without = _without(person_id, traces.names)
    # The mentions tell the names: they go last, so that an interrupted erasure finds them again.
    count = _in_memories(traces, without)
    for model, columns in _COLUMNS[::-1]:
        with transaction.atomic():
            count += _in_table(model, columns, traces, without)
    return count


@dataclass(frozen=True, slots=True)
class _Traces:
    """How others' rows name a person.

    Args:
        names: what they were called in mentions.
        mentioned_by: the people who mentioned them.
    """

    person_id: int
    names: frozenset[str] = frozenset()
    mentioned_by: frozenset[int] = frozenset()


def _traces_of(person_id: int) -> _Traces:
    key = str(person_id)
    # Messages from before names were kept hold a list of ids.
    found = [
        (one.person_id, one.mentions[key])
        for one in _naming(Message, ("mentions",), _Traces(person_id))
        if isinstance(one.mentions, dict) and key in one.mentions
    ]
    names = frozenset(name for _, name in found if name)
    return _Traces(person_id, names, frozenset(who for who, _ in found if who is not None))


def _without(person_id: int, names: Collection[str]) -> Callable[[Any], Any]:
    # The longest first: one name may begin another.
    shown = sorted({*names, *map(among_words, names)}, key=len, reverse=True)
    called = "".join(rf"|@{re.escape(name)}(?!\w)" for name in shown)
    pattern = re.compile(rf"<@!?{person_id}>|(?<!\d){person_id}(?!\d){called}")

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
    model: type[Model], columns: tuple[str, ...], traces: _Traces, without: Callable[[Any], Any]
) -> int:
    rows = [
        row
        for row in _naming(model, columns, traces).select_for_update()
        if _leave_out(row, columns, without)
    ]
    model._default_manager.bulk_update(rows, columns, batch_size=BATCH)
    return len(rows)


def _leave_out(row: Model, columns: tuple[str, ...], without: Callable[[Any], Any]) -> bool:
    """Change columns of a row, which is not saved; return whether any of them named the id."""
    before = [getattr(row, column) for column in columns]
    after = [
        _fewer_mentions(value, without) if column == "mentions" else without(value)
        for column, value in zip(columns, before, strict=True)
    ]
    for column, value in zip(columns, after, strict=True):
        setattr(row, column, value)
    return before != after


def _fewer_mentions(mentions: Any, without: Callable[[Any], Any]) -> Any:
    """Return mentions without the person's, whose name would stay beside the id otherwise."""
    if not isinstance(mentions, dict):
        return without(mentions)
    return {key: name for key, name in mentions.items() if without(key) == key}


def _naming(model: type[Model], columns: tuple[str, ...], traces: _Traces) -> Any:
    """Return the rows that name a person in one of their columns, JSON or text."""
    texts = {f"{name}_as_text": Cast(name, TextField()) for name in columns}
    wanted = Q()
    for name in texts:
        wanted |= Q(**{f"{name}__contains": str(traces.person_id)})
        if model in _SAID:
            by = Q(person_id__in=traces.mentioned_by)
            for called in traces.names:
                wanted |= by & Q(**{f"{name}__contains": f"@{called}"})
                wanted |= by & Q(**{f"{name}__contains": f"@{among_words(called)}"})
    named = model._default_manager.annotate(**texts).filter(wanted)
    return model._default_manager.filter(pk__in=list(named.values_list("pk", flat=True)))


def _in_memories(traces: _Traces, without: Callable[[Any], Any]) -> int:
    columns = ("text", "context", "speaker", "value", "qualifier")
    with transaction.atomic():
        rows = _naming(Memory, columns, traces).defer("embedding")
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
