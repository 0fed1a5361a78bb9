"""Statements that the ORM composes once: composing one takes five times as long as running it.

    _consent = prepared(lambda person_id: Consent.objects.filter(person_id=person_id))
    consent = _consent.first(4711)
    _consents = prepared(lambda *people: Consent.objects.filter(person_id__in=people))
    consents = _consents(4711, 4712)
    _rename = prepared_update(lambda pk, name: (Profile.objects.filter(pk=pk), {"name": name}))
    changed = _rename(3, "Ann")

Use them for what is asked or changed for each message, and querysets for everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from inspect import Parameter, signature
from threading import Lock
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable
from django.db.models.sql import DeleteQuery, Query, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from whisper.database.raw_sql import execute, fetch_all

T = TypeVar("T")
C = TypeVar("C")

# Many values are padded to a multiple of this. Some builds of SQLite accept no more than 999.
STEP = 64

Value = int | str | datetime | date | UUID
# From a row of the database to what the queryset would have yielded.
Make = Callable[[Sequence[Any]], Any]
# A queryset, and the new values of an update.
Change = QuerySet[Any, Any] | tuple[QuerySet[Any, Any], Mapping[str, Any]]


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
class _Statement:
    """A statement in the words of one kind of database.

    Args:
        parameters: values, and arguments in place of those that come with each call.
    """

    sql: str
    parameters: Sequence[Any]

    def given(self, values: Sequence[Value]) -> list[Any]:
        """Return all parameters of a call."""
        return [
            _adapted(values[one.number]) if isinstance(one, _Argument) else one
            for one in self.parameters
        ]


@dataclass(frozen=True, slots=True)
class _Query:
    """A query, and what makes of its rows what the queryset would yield.

    Args:
        converters: of columns by their number, each what makes Python's value of the database's.
    """

    statement: _Statement
    locks: bool
    converters: Mapping[int, tuple[Sequence[Callable[..., Any]], Any]]
    make: Make

    def rows(self, values: Sequence[Value]) -> list[Any]:
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("Rows can be locked only within a transaction.")
        found = fetch_all(self.statement.sql, self.statement.given(values))
        return [self.make(self._converted(row)) for row in found]

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        if not self.converters:
            return row
        converted = list(row)
        for column, (converters, expression) in self.converters.items():
            for convert in converters:
                converted[column] = convert(converted[column], expression, connection)
        return converted


class _Composed(Generic[C]):
    """What is composed once for each number of values, and each kind of database."""

    def __init__(
        self, build: Callable[..., Any], compose: Callable[[Any], C], *, fixed: int, many: bool
    ) -> None:
        self._build, self._compose = build, compose
        self._fixed, self._takes_many = fixed, many
        self._known: dict[tuple[str, int], C] = {}
        self._lock = Lock()

    def of(self, values: tuple[Value, ...]) -> tuple[C, tuple[Value, ...]] | None:
        """Return what was composed for this number of values, and the values to give it.

        None if it takes any number of values and gets none.
        """
        if self._takes_many:
            count = len(values) - self._fixed
            if not count:
                return None
            # The padding changes nothing: a row that is named twice is found once.
            values += values[-1:] * (_rounded(count) - count)
        key = connection.vendor, len(values)
        known = self._known.get(key)
        if known is None:
            with self._lock:
                arguments = (_Argument(number) for number in range(len(values)))
                known = self._known[key] = self._compose(self._build(*arguments))
        return known, values


def _composed(build: Callable[..., Any], compose: Callable[[Any], C]) -> _Composed[C]:
    kinds = [one.kind for one in signature(build).parameters.values()]
    many = Parameter.VAR_POSITIONAL in kinds
    return _Composed(build, compose, fixed=len(kinds) - many, many=many)


class Prepared(Generic[T]):
    """A query that is composed at its first call, and then only given its values."""

    def __init__(self, build: Callable[..., QuerySet[Any, T]]) -> None:
        self._queries = _composed(build, _query)

    def __call__(self, *values: Value) -> list[T]:
        """Return what the queryset would yield; nothing if it gets none of any number of values."""
        found = self._queries.of(values)
        return [] if found is None else found[0].rows(found[1])

    def first(self, *values: Value) -> T | None:
        """Return the first of what the queryset would yield, None without any."""
        return next(iter(self(*values)), None)


class PreparedChange:
    """A change of rows that is composed at its first call, and then only given its values."""

    def __init__(self, build: Callable[..., Change], compose: Callable[[Any], _Statement]) -> None:
        self._statements = _composed(build, compose)

    def __call__(self, *values: Value) -> int:
        """Change the rows, and return how many were changed."""
        found = self._statements.of(values)
        return 0 if found is None else execute(found[0].sql, found[0].given(found[1]))


def _query(queryset: QuerySet[Any, Any]) -> _Query:
    compiler = queryset.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    return _Query(
        _Statement(sql, list(parameters)),
        locks=queryset.query.select_for_update and connection.features.has_select_for_update,
        converters=dict(compiler.get_converters([one for one, _, _ in compiler.select])),
        make=_maker(queryset, compiler),
    )


def _update(change: tuple[QuerySet[Any, Any], Mapping[str, Any]]) -> _Statement:
    queryset, values = change
    query = cast(UpdateQuery, queryset.query.chain(UpdateQuery))
    query.add_update_values(dict(values))
    return _statement(query)


def _delete(queryset: QuerySet[Any, Any]) -> _Statement:
    return _statement(queryset.query.chain(DeleteQuery))


def _statement(query: Query) -> _Statement:
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    return _Statement(sql, list(parameters))


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


def prepared_update(
    build: Callable[..., tuple[QuerySet[Any, Any], Mapping[str, Any]]],
) -> PreparedChange:
    """Return an update to be made often.

    Args:
        build: returns the queryset, and the values by their fields. The rest is as for `prepared`;
            what stands for a value may be a new value, too.
    """
    return PreparedChange(build, _update)


def prepared_delete(build: Callable[..., QuerySet[Any, Any]]) -> PreparedChange:
    """Return a deletion to be made often, of rows that nothing refers to.

    Args:
        build: as for `prepared`.
    """
    return PreparedChange(build, _delete)


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
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
