"""What of a person goes when an erasure of theirs is repeated.

Who agreed again since keeps what came after that. What came before is told by the numbers that rows
had reached at the yes, not by their times: a clock may have been ahead or put back meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import AutoField, Max, Model, Q

from whisper.personal_data import registry

# Of a table its greatest number; where keys aren't numbers, those of the person's rows.
Marks = Mapping[str, int | list[str]]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a repeated erasure reaches; without arguments it takes everything.

    Args:
        until: it takes rows up to this time, where no marks are known.
        marks: what the database held when the person agreed again, by label of the model.
    """

    until: datetime | None = None
    marks: Marks | None = None

    @property
    def is_everything(self) -> bool:
        """Return whether nothing of the person stays."""
        return self.until is None and self.marks is None

    def of(self, model: type[Model], field: str) -> Q:
        """Return the condition that a row of a model goes.

        Args:
            field: holds the row's time.
        """
        if self.marks is not None:
            mark = self.marks.get(model._meta.label, 0)
            return Q(pk__in=mark) if isinstance(mark, list) else Q(pk__lte=mark)
        return Q() if self.until is None else Q(**{f"{field}__lte": self.until})


EVERYTHING = Extent()


def marks_now(person_id: int) -> dict[str, int | list[str]]:
    """Return how far the tables that hold anything of people have come."""
    labels = {label for holder in registry.holders() for label in holder.holds}
    models = [one for one in apps.get_models() if one._meta.label in labels]
    return {model._meta.label: _mark(model, person_id) for model in models}


def _mark(model: type[Model], person_id: int) -> int | list[str]:
    rows: Any = model._default_manager
    if isinstance(model._meta.pk, AutoField):
        return rows.aggregate(mark=Max("pk"))["mark"] or 0
    if not any(field.name == "person_id" for field in model._meta.concrete_fields):
        return []
    return [str(pk) for pk in rows.filter(person_id=person_id).values_list("pk", flat=True)]
