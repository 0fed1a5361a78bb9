"""What the databases call the same: expressions over `n`, the number of a row that is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database words expressions, each with `{}` for what it is of.

    Args:
        uniform: a number from 0 to 1, 1 excluded, another one in each row.
        whole: a number without its fraction.
        days_ago: the time so many days ago.
        key: a UUID of a number.
        sequence: a table `made` whose column `n` runs between two numbers.
        bytes: some bytes, given as hexadecimal digits.
    """

    uniform: str
    whole: str
    days_ago: str
    key: str
    sequence: str
    bytes: str


_SQLITE = Dialect(
    uniform="((random() & 1048575) / 1048576.0)",
    whole="CAST({} AS INTEGER)",
    days_ago="datetime('now', '-' || CAST({} * 86400 AS INTEGER) || ' seconds')",
    key="printf('%%032x', {})",
    sequence=(
        "(WITH RECURSIVE made(n) AS (SELECT {} UNION ALL SELECT n + 1 FROM made WHERE n < {})"
        " SELECT n FROM made) AS made"
    ),
    bytes="x'{}'",
)
_POSTGRESQL = Dialect(
    uniform="random()",
    whole="floor({})::bigint",
    days_ago="now() - ({}) * interval '1 day'",
    key="lpad(to_hex({}), 32, '0')::uuid",
    sequence="generate_series({}::bigint, {}::bigint) AS made(n)",
    bytes=r"'\x{}'::bytea",
)


def dialect() -> Dialect:
    """Return the expressions of the database in use."""
    return _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE


def chance_of(count: int) -> str:
    """Return an expression for a number from 0 to a count, the count excluded."""
    its = dialect()
    return its.whole.format(f"{its.uniform} * {count}")


def one_of(values: Sequence[object], number: str = "") -> str:
    """Return an expression for one of some values.

    Args:
        number: an expression that chooses, a number from 0; chance if it is empty.
    """
    cases = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values))
    return f"CASE {number or chance_of(len(values))} {cases} END"


def lately(days: int = 365) -> str:
    """Return an expression for a time within the last days."""
    its = dialect()
    return its.days_ago.format(f"{its.uniform} * {days}")


def words(count: int, among: int) -> str:
    """Return an expression for some made-up words of so many that there are."""
    return " || ' ' || ".join(f"'word' || {chance_of(among)}" for _ in range(count))
