"""The same value is the same wherever it comes from."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from whisper.copying.tables import Column, ColumnType, Table
from whisper.copying.values import Notes, canonical, lines, normal_json, row_of_line

TABLE = Table(
    "t",
    "id",
    (
        Column("id", "integer", least=-(2**63), most=2**63 - 1),
        Column("text", "text", null=True),
        Column("ratio", "float", null=True),
        Column("data", "binary", null=True),
        Column("sure", "boolean", null=True),
    ),
)


def read(kind: ColumnType, value: object, most: int | None = None) -> tuple[object, Notes]:
    """Return a value of a column in the one form, and what was noted."""
    notes = Notes()
    table = Table("t", "id", (Column("id", "integer"), Column("it", kind, True, 0, most)))
    return canonical([(7, value)], table, notes)[0][1], notes


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ('{"b": 1, "a": [1.0, 2]}', '{"a":[1,2.0],"b":1}'),
        ("1e23", "1" + "0" * 23),
        ("-0.0", "0"),
        ('"\\u00e9 \\ud83d\\ude00"', '"é 😀"'),
        ('{"a": 1, "a": 2}', '{"a": 2}'),
        ("0.1000", "0.1"),
    ],
)
def test_one_json_value_written_in_two_ways_is_the_same(here, there):
    assert normal_json(here) == normal_json(there)


@pytest.mark.parametrize(
    ("here", "there"),
    [("1", "true"), ("[]", "{}"), ("9007199254740993", "9007199254740992"), ('"1"', "1")],
)
def test_two_json_values_are_two(here, there):
    assert normal_json(here) != normal_json(there)


@pytest.mark.heavy
@given(
    some.recursive(
        some.none()
        | some.booleans()
        | some.integers(-(2**63), 2**63)
        | some.text()
        | some.floats(-1e15, 1e15),
        lambda parts: some.lists(parts) | some.dictionaries(some.text(), parts),
        max_leaves=8,
    )
)
def test_what_is_normal_already_stays_so(value):
    once = normal_json(json.dumps(value))
    assert normal_json(once) == once
    assert json.loads(once) == json.loads(json.dumps(value))


@given(
    some.tuples(
        some.integers(-(2**63), 2**63 - 1),
        some.none() | some.text(some.characters(exclude_categories=["Cs"])),
        some.none() | some.floats(allow_nan=False),
        some.none() | some.binary(),
        some.none() | some.booleans(),
    )
)
def test_a_row_comes_back_from_its_line(row):
    line = lines([row], TABLE)
    assert line.count(b"\n") == 1
    assert row_of_line(line, TABLE) == row


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        datetime(2026, 1, 2, 5, 4, 5, tzinfo=timezone(timedelta(hours=2))),
        "2026-01-02 03:04:05",
        "2026-01-02T03:04:05Z",
        "2026-01-02 03:04:05.000000+00",
        "2026-01-02 05:04:05+02:00",
    ],
)
def test_a_time_is_in_utc_as_django_writes_it(moment):
    assert read("time", moment)[0] == "2026-01-02 03:04:05"


@pytest.mark.parametrize("day", [date(2026, 1, 2), "2026-01-02", "20260102"])
def test_a_date_is_as_django_writes_it(day):
    assert read("date", day)[0] == "2026-01-02"


@pytest.mark.parametrize("value", [UUID(int=5), str(UUID(int=5)), UUID(int=5).hex.upper()])
def test_a_uuid_is_its_digits(value):
    assert read("uuid", value)[0] == "0" * 31 + "5"


@pytest.mark.parametrize(
    ("kind", "value", "most", "words"),
    [
        ("integer", 2**31, 2**31 - 1, "out of range"),
        ("integer", -1, 2**31 - 1, "out of range"),
        ("integer", "three", None, "instead of a whole number"),
        ("float", math.nan, None, "NaN"),
        ("float", "much", None, "instead of a number"),
        ("text", "x" * 11, 10, "has 11 characters, 10 are allowed"),
        ("text", b"x", None, "holds bytes instead of text"),
        ("boolean", 2, None, "neither true nor false"),
        ("json", '{"a": NaN', None, "is not valid JSON"),
        ("date", "today", None, "is not a date"),
        ("date", datetime(2026, 1, 2, tzinfo=UTC), None, "is not a date"),
        ("time", "soon", None, "is not a time"),
        ("uuid", "none", None, "is not a UUID"),
        ("binary", "text", None, "instead of bytes"),
    ],
)
def test_what_no_engine_should_hold_is_refused_with_its_row(kind, value, most, words):
    _, notes = read(kind, value, most)
    assert notes.refused_count == 1
    assert notes.refused[0].startswith("t row 7: it ")
    assert words in notes.refused[0]


def test_nan_in_json_becomes_null():
    value, notes = read("json", '{"a": NaN, "b": [Infinity, "NaN"]}')
    assert json.loads(str(value)) == {"a": None, "b": [None, "NaN"]}
    assert sum(notes.repaired.values()) == 1
