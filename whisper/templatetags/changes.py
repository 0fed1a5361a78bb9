"""Template filter for what an entry of the action log changed, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field

from whisper.models import ActionEntry

register = template.Library()

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Change:
    """A field that was changed, with its values before and after."""

    name: str
    before: Any
    after: Any


@register.filter
def changes_in_words(entry: ActionEntry) -> list[Change]:
    """Return the changes of an entry; a value that has a name in forms has it here, too."""
    return [_change(entry, name, pair) for name, pair in entry.changes.items()]


def _change(entry: ActionEntry, name: str, pair: Any) -> Change:
    field = _field(entry.object_type, name)
    label = str(field.verbose_name) if field else name.replace("_", " ").replace(".", ": ")
    before, after = (_worded(field, value) for value in pair)
    return Change(label, before, after)


def _worded(field: Field[Any, Any] | None, value: Any) -> Any:
    if value is None:
        return NOTHING
    names = dict(field.flatchoices) if field else {}
    return str(names[value]).lower() if isinstance(value, str) and value in names else value


def _field(label: str, name: str) -> Field[Any, Any] | None:
    """Return a field of a model; None if this version has none of that name."""
    try:
        field = apps.get_model(label)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return field if isinstance(field, Field) else None
