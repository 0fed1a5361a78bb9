"""What the engines hold, in one form: the same value is the same bytes wherever it comes from.

Rows travel as tuples of numbers, booleans, bytes and text. A time is text as Django writes it to
SQLite (UTC), a UUID 32 hexadecimal digits, JSON its text. A page of rows is worked on column by
column, which costs a tenth of looking at each value.
"""

from __future__ import annotations

import json
import math
import re
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any
from uuid import UUID

from whisper.copying.tables import Column, Table

Row = tuple[Any, ...]
Values = Sequence[Any]

REFUSED_SHOWN = 20
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# What may be unstorable in JSON: escapes of NUL and surrogates, and numbers that are none.
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|NaN|Infinity|[\0\ud800-\udfff]")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{6})?")


@dataclass(slots=True)
class Notes:
    """What was found in values while they were read.

    Args:
        repaired: how many values were changed to be storable everywhere, by place and reason.
        refused: values that the other engine can't take, each with its row; the first of them.
        refused_count: how many there are.
    """

    repaired: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    refused_count: int = 0

    def lines(self) -> list[str]:
        """Return one line each, for people to read."""
        lines = [f"{count} x {what}" for what, count in sorted(self.repaired.items())]
        more = self.refused_count - len(self.refused)
        return [*lines, *self.refused, *([f"... and {more} more"] if more else [])]


@dataclass(frozen=True, slots=True)
class _Origin:
    table: str
    column: Column
    keys: Values
    notes: Notes

    def repaired(self, why: str) -> None:
        self.notes.repaired[f"{self.table}.{self.column.name}: {why}"] += 1

    def refused(self, index: int, why: str) -> None:
        self.notes.refused_count += 1
        if len(self.notes.refused) < REFUSED_SHOWN:
            row = f"{self.table} row {self.keys[index]}"
            self.notes.refused.append(f"{row}: {self.column.name} {why}")


def canonical(rows: Sequence[Row], table: Table, notes: Notes) -> list[Row]:
    """Return rows as any engine gives them in the one form.

    What another engine can't hold is repaired if nothing readable is lost by it, else refused.
    Both are noted; a refused value passes unchanged, for a hash of what is there.
    """
    if not rows:
        return []
    columns = list(zip(*rows, strict=True))
    keys = columns[table.names.index(table.key)]
    done = [
        _READERS[column.kind](values, _Origin(table.name, column, keys, notes))
        for column, values in zip(table.columns, columns, strict=True)
    ]
    return list(zip(*done, strict=True))


def lines(rows: Sequence[Row], table: Table) -> bytes:
    """Return rows in the one form as lines of JSON: what is hashed, and what a dump holds."""
    if not rows:
        return b""
    columns = [
        _WRITERS[column.kind](values) if column.kind in _WRITERS else values
        for column, values in zip(table.columns, zip(*rows, strict=True), strict=True)
    ]
    encoded = "\n".join(_ENCODER.encode(row) for row in zip(*columns, strict=True))
    return (encoded + "\n").encode("utf-8", "backslashreplace")


def row_of_line(line: bytes, table: Table) -> Row:
    """Return the row that a line holds.

    Raises:
        ValueError: it isn't a row of this table.
    """
    values = json.loads(line)
    if not isinstance(values, list) or len(values) != len(table.columns):
        raise ValueError(f"a line of {table.name} has other columns")
    return tuple(
        b64decode(value, validate=True) if column.kind == "binary" and value is not None else value
        for column, value in zip(table.columns, values, strict=True)
    )


def key_of_text(text: str, table: Table) -> Any:
    """Return a key that was kept as text."""
    return int(text) if table.key_column.kind == "integer" else text


def _types(values: Values) -> set[type]:
    return set(map(type, values)) - {NoneType}


def _integers(values: Values, origin: _Origin) -> Values:
    least, most = origin.column.least, origin.column.most
    if _types(values) <= {int}:
        numbers = [value for value in values if value is not None]
        if not numbers or (
            (least is None or least <= min(numbers)) and (most is None or max(numbers) <= most)
        ):
            return values
    for index, value in enumerate(values):
        if value is None:
            continue
        if type(value) is not int:
            origin.refused(index, f"holds {type(value).__name__} instead of a whole number")
        elif (least is not None and value < least) or (most is not None and value > most):
            origin.refused(index, f"is out of range: {value} is not within {least} to {most}")
    return values


def _floats(values: Values, origin: _Origin) -> Values:
    if not _types(values) <= {int, float}:
        for index, value in enumerate(values):
            if not isinstance(value, int | float | None):
                origin.refused(index, f"holds {type(value).__name__} instead of a number")
        return values
    for index, value in enumerate(values):
        if value is not None and math.isnan(value):
            origin.refused(index, "is not a number (NaN), which SQLite can't hold")
    return [value if value is None else float(value) for value in values]


def _booleans(values: Values, origin: _Origin) -> Values:
    if _types(values) <= {bool}:
        return values
    for index, value in enumerate(values):
        if value not in (None, 0, 1):
            origin.refused(index, "is neither true nor false")
    return [bool(value) if value in (0, 1) else value for value in values]


def _texts(values: Values, origin: _Origin) -> Values:
    if not _types(values) <= {str}:
        for index, value in enumerate(values):
            if not isinstance(value, str | None):
                origin.refused(index, f"holds {type(value).__name__} instead of text")
        return values
    most = origin.column.most
    if most is not None:
        for index, value in enumerate(values):
            if value is not None and len(value) > most:
                origin.refused(index, f"has {len(value)} characters, {most} are allowed")
    return [
        value if value is None or _storable(value) else _mended(value, origin) for value in values
    ]


def _storable(text: str) -> bool:
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _mended(text: str, origin: _Origin) -> str:
    origin.repaired("NUL or broken characters, replaced by U+FFFD")
    return _UNSTORABLE.sub(REPLACEMENT, text)


def _json(values: Values, origin: _Origin) -> Values:
    return [
        value
        if value is None or (type(value) is str and not _SUSPECT.search(value))
        else _mended_json(value, index, origin)
        for index, value in enumerate(values)
    ]


def _mended_json(text: Any, index: int, origin: _Origin) -> Any:
    try:
        found = json.loads(text, parse_constant=_NoNumber)
    except (TypeError, ValueError, RecursionError):
        origin.refused(index, "is not valid JSON")
        return text
    mended = _without_unstorable(found)
    if mended == found:
        return text
    origin.repaired("NUL, broken characters or NaN in JSON, replaced by U+FFFD or null")
    return json.dumps(mended)


class _NoNumber:
    """Stands for NaN and the infinities, which JSON lacks; it is equal to nothing."""

    def __init__(self, _: str) -> None:
        """Take the word."""

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]


def _without_unstorable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub(REPLACEMENT, value)
    if isinstance(value, list):
        return [_without_unstorable(part) for part in value]
    if isinstance(value, dict):
        return {_without_unstorable(key): _without_unstorable(part) for key, part in value.items()}
    return None if isinstance(value, _NoNumber) else value


def _dates(values: Values, origin: _Origin) -> Values:
    return [
        value if value is None else _date(value, index, origin)
        for index, value in enumerate(values)
    ]


def _date(value: Any, index: int, origin: _Origin) -> Any:
    try:
        # A moment is a date as well, of which the hour would be lost.
        if type(value) is date:
            return value.isoformat()
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        origin.refused(index, "is not a date")
        return value


def _times(values: Values, origin: _Origin) -> Values:
    return [
        value
        if value is None or (type(value) is str and _TIME.fullmatch(value))
        else _time(value, index, origin)
        for index, value in enumerate(values)
    ]


def _time(value: Any, index: int, origin: _Origin) -> Any:
    """Return a time as Django writes it to SQLite: UTC, without its zone."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError):
        origin.refused(index, "is not a time")
        return value
    return str(moment)


def _uuids(values: Values, origin: _Origin) -> Values:
    if _types(values) <= {UUID}:
        return [value if value is None else value.hex for value in values]
    return [
        value if value is None else _uuid(value, index, origin)
        for index, value in enumerate(values)
    ]


def _uuid(value: Any, index: int, origin: _Origin) -> Any:
    try:
        return UUID(value).hex
    except (AttributeError, TypeError, ValueError):
        origin.refused(index, "is not a UUID")
        return value


def _binaries(values: Values, origin: _Origin) -> Values:
    for index, value in enumerate(values):
        if not isinstance(value, bytes | None):
            origin.refused(index, f"holds {type(value).__name__} instead of bytes")
    return values


def _normal_json(values: Values) -> Values:
    return [value if value is None else normal_json(value) for value in values]


def normal_json(text: str) -> str:
    """Return the one text of a JSON value: engines differ in order, white space and numbers."""
    if text in {"[]", "{}"}:
        return text
    try:
        found = json.loads(text, parse_float=_number)
    except (TypeError, ValueError, RecursionError):
        return text
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _number(text: str) -> int | float:
    """Return a number; 1e23 and its 24 digits, as PostgreSQL writes it, are the same one."""
    value = float(text)
    if math.isinf(value) or value.is_integer():
        exact = Decimal(text)
        # Beyond this, writing out the digits would take forever.
        return int(exact) if exact.adjusted() < 400 else value
    return value


def _base64(values: Values) -> Values:
    return [b64encode(value).decode() if isinstance(value, bytes) else value for value in values]


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=repr)
_READERS: dict[str, Callable[[Values, _Origin], Values]] = {
    "integer": _integers,
    "float": _floats,
    "boolean": _booleans,
    "text": _texts,
    "json": _json,
    "date": _dates,
    "time": _times,
    "uuid": _uuids,
    "binary": _binaries,
}
_WRITERS: dict[str, Callable[[Values], Values]] = {"json": _normal_json, "binary": _base64}
