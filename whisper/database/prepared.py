"""Queries that the ORM composes once: composing one takes five times as long as SQLite's answer.

    _consent = prepared(lambda person_id: Consent.objects.filter(person_id=person_id))
    consent = _consent.first(4711)
    _consents = prepared(lambda *people: Consent.objects.filter(person_id__in=people))
    consents = _consents(4711, 4712)

What is asked for each message is asked this way; all else by querysets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from inspect import Parameter, signature
from threading import Lock
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from whisper.database.fetching import fetch_all

T = TypeVar("T")

# Of many values; some builds of SQLite take no more than 999 of them.
STEP = 64

Value = int | str | datetime
# From a row of the database to what the queryset would have yielded.
Make = Callable[[Sequence[Any]], Any]


class _Argument(Expression):
    """Stands in a query where each call puts its value."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        return "%s", [self]


@dataclass(frozen=True, slots=True)
class _Composed:
    """A query in the words of one kind of database.

    Args:
        parameters: values, and arguments in place of those that come with each call.
        converters: of columns by their number, each what makes Python's value of the database's.
    """

    sql: str
    parameters: Sequence[Any]
    locks: bool
    converters: Mapping[int, tuple[Sequence[Callable[..., Any]], Any]]
    make: Make

    def rows(self, values: Sequence[Value]) -> list[Any]:
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked within a transaction alone.")
        given = [
            _adapted(values[one.number]) if isinstance(one, _Argument) else one
            for one in self.parameters
        ]
        found = fetch_all(self.sql, given)
        return [self.make(self._converted(row)) for row in found]

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        if not self.converters:
            return row
        converted = list(row)
        for column, (converters, expression) in self.converters.items():
            for convert in converters:
                converted[column] = convert(converted[column], expression, connection)
        return converted


class Prepared(Generic[T]):
    """A query that is composed at its first call, and then only given its values."""

    def __init__(self, build: Callable[..., QuerySet[Any, T]]) -> None:
        self._build = build
        kinds = [one.kind for one in signature(build).parameters.values()]
        self._takes_many = Parameter.VAR_POSITIONAL in kinds
        self._fixed = len(kinds) - self._takes_many
        self._composed: dict[tuple[str, int], _Composed] = {}
        self._lock = Lock()

    def __call__(self, *values: Value) -> list[T]:
        """Return what the queryset would yield; nothing for none of any number of values."""
        if self._takes_many:
            count = len(values) - self._fixed
            if not count:
                return []
            # What is asked for twice is found once.
            values += values[-1:] * (_rounded(count) - count)
        key = connection.vendor, len(values)
        composed = self._composed.get(key)
        if composed is None:
            with self._lock:
                composed = self._composed[key] = self._compose(len(values))
        return composed.rows(values)

    def first(self, *values: Value) -> T | None:
        """Return the first of what the queryset would yield, None without any."""
        return next(iter(self(*values)), None)

    def _compose(self, values: int) -> _Composed:
        queryset = self._build(*(_Argument(number) for number in range(values)))
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        return _Composed(
            sql=sql,
            parameters=list(parameters),
            locks=queryset.query.select_for_update and connection.features.has_select_for_update,
            converters=dict(compiler.get_converters([one for one, _, _ in compiler.select])),
            make=_maker(queryset, compiler),
        )


def _rounded(count: int) -> int:
    """Return the next of a few numbers of values, so that few lengths are composed."""
    return 1 << (count - 1).bit_length() if count <= STEP else -(-count // STEP) * STEP


def prepared(build: Callable[..., QuerySet[Any, T]]) -> Prepared[T]:
    """Return a query to be asked often.

    Args:
        build: returns the queryset of models, or of values in a list. It is called once, or once
            per length if it takes any number of values, with something that stands for each of
            them, which may be compared and no more.
    """
    return Prepared(build)


def _maker(queryset: QuerySet[Any, Any], compiler: SQLCompiler) -> Make:
    kind = queryset._iterable_class
    if issubclass(kind, FlatValuesListIterable):
        return lambda row: row[0]
    if not issubclass(kind, ModelIterable):
        return tuple
    model: type[Model] = queryset.model
    names = _names(compiler.select)
    alias = queryset.db
    return lambda row: model.from_db(alias, names, row)


def _names(select: Iterable[tuple[Any, ...]]) -> list[str]:
    return [column.target.attname for column, _, _ in select]


def _adapted(value: Value) -> Any:
    """Return a value as the database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
