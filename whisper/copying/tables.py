"""The database's tables, read from Django's models, so that no app is named here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.apps import apps
from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations

from whisper.copying.errors import CopyError

ColumnType = Literal[
    "integer", "float", "boolean", "text", "json", "date", "time", "uuid", "binary"
]

# Checkpoints belong to the target. Sessions aren't copied: everyone logs in again, and a backup
# can't revive a session that was ended.
LEFT_BEHIND = frozenset({"whisper.copycheckpoint", "sessions.session"})

_KINDS: dict[str, ColumnType] = {
    "BinaryField": "binary",
    "BooleanField": "boolean",
    "CharField": "text",
    "DateField": "date",
    "DateTimeField": "time",
    "FloatField": "float",
    "JSONField": "json",
    "SlugField": "text",
    "TextField": "text",
    "UUIDField": "uuid",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        kind: what it holds, whatever the engine calls it.
        null: whether it may be empty.
        least: smallest number, of a whole number.
        most: largest number, or greatest length of a text in characters; None if unlimited.
    """

    name: str
    kind: ColumnType
    null: bool = False
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Args:
        key: name of its primary key, always one column.
        columns: in the order of the model.
        references: which column names a row of which table.
        numbered: whether the database gives out the keys, counting up.
    """

    name: str
    key: str
    columns: tuple[Column, ...]
    references: tuple[tuple[str, str], ...] = ()
    numbered: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def key_column(self) -> Column:
        """Return the column of the key."""
        return self.columns[self.names.index(self.key)]

    def only(self, names: Sequence[str]) -> Table:
        """Return the table with these columns alone, in this order."""
        chosen = tuple(self.columns[self.names.index(name)] for name in names)
        return Table(self.name, self.key, chosen)

    def as_json(self) -> dict[str, Any]:
        """Return what a manifest keeps of it, so that a later version can read its rows."""
        return {
            "name": self.name,
            "key": self.key,
            "columns": [
                [column.name, column.kind, column.null, column.least, column.most]
                for column in self.columns
            ],
            "references": [list(reference) for reference in self.references],
            "numbered": self.numbered,
        }

    @classmethod
    def from_json(cls, known: Any) -> Table:
        """Return a table as a manifest keeps it.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        columns = tuple(Column(*column) for column in known["columns"])
        if not columns or any(column.kind not in get_args(ColumnType) for column in columns):
            raise ValueError(f"columns of {known['name']}")
        references = tuple((str(column), str(table)) for column, table in known["references"])
        table = cls(known["name"], known["key"], columns, references, known["numbered"])
        table.key_column  # noqa: B018
        return table


def tables(known: Apps = apps) -> list[Table]:
    """Return all tables, each after those that it refers to if possible.

    Args:
        known: the models; by default those of this version.
    """
    return in_order([_table(model) for model in _managed(known) if not _left_behind(model)])


def tables_left_behind() -> list[str]:
    """Return the names of the tables that aren't copied."""
    return [model._meta.db_table for model in _managed() if _left_behind(model)]


def in_order(unordered: Sequence[Table]) -> list[Table]:
    """Return tables so that each stands after those that it must refer to."""
    left = {table.name: table for table in sorted(unordered, key=lambda table: table.name)}
    ordered: list[Table] = []
    while left:
        free = [table for table in left.values() if not _needs(table) & (set(left) - {table.name})]
        # In a ring of references one goes first, and is linked afterwards.
        ordered += [left.pop(table.name) for table in free or [next(iter(left.values()))]]
    return ordered


def late_columns(ordered: Sequence[Table], table: Table) -> tuple[str, ...]:
    """Return the columns of a table that refer to rows which are written after its own.

    Raises:
        CopyError: such a column can't be empty until then.
    """
    written = {other.name for other in ordered[: ordered.index(table)]}
    late = tuple(column for column, name in table.references if name not in written)
    for column in table.columns:
        if column.name in late and not column.null:
            raise CopyError(f"{table.name}.{column.name} refers to a row that comes later.")
    return late


def _needs(table: Table) -> set[str]:
    return {name for _, name in table.references}


def _managed(known: Apps = apps) -> list[type[models.Model]]:
    found = known.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def _left_behind(model: type[models.Model]) -> bool:
    return model._meta.label_lower in LEFT_BEHIND


def _table(model: type[models.Model]) -> Table:
    meta = model._meta
    references = tuple(
        (field.column, field.target_field.model._meta.db_table)
        for field in meta.local_concrete_fields
        if isinstance(field, models.ForeignKey)
    )
    return Table(
        meta.db_table,
        str(meta.pk.column),
        tuple(_column(field) for field in meta.local_concrete_fields),
        references,
        isinstance(meta.pk, models.AutoField),
    )


def _column(field: models.Field[Any, Any]) -> Column:
    holder: Any = field
    while isinstance(holder, models.ForeignKey):
        holder = holder.target_field
    name, null = field.column, field.null
    internal = holder.get_internal_type()
    if internal in BaseDatabaseOperations.integer_field_ranges:
        least, most = BaseDatabaseOperations.integer_field_ranges[internal]
        return Column(name, "integer", null, least, most)
    if internal not in _KINDS:
        raise CopyError(f"{field.model._meta.label}.{field.name}: {internal} can't be copied yet.")
    return Column(name, _KINDS[internal], null, most=holder.max_length)
