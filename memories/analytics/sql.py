"""Figures counted from the database, with either database alike."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db import OperationalError, connection, transaction
from django.db.models import BigIntegerField, ExpressionWrapper, Func, IntegerField, Q, QuerySet

from memories.analytics.base import EVERYWHERE, Figures, Question
from memories.analytics.people import counted
from memories.analytics.significance import significant
from memories.analytics.tallies import Tallies
from memories.index.base import UnansweredError
from memories.wording.words import counted_terms

# A hundred thousand memories take two.
SECONDS = 10.0
ROWS = 2_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
LONG_AGO = 100_000_000


class QuarterHour(Func):
    """A time as quarters of an hour since 1970; in every zone hours begin at one of them.

    Which hour and day that is, is then asked of one table of zones with both databases: Python's.
    """

    output_field = BigIntegerField()
    template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / 900) AS BIGINT)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Count seconds as SQLite does."""
        # Of four % two are left here, and one where parameters are filled in. Division rounds
        # towards zero, so that it begins before the year 1.
        seconds = "CAST(STRFTIME('%%%%s', %(expressions)s) AS INTEGER)"
        template = f"(({seconds} + {900 * LONG_AGO}) / 900 - {LONG_AGO})"
        return self.as_sql(compiler, connection, template=template, **context)


def figures(question: Question) -> Figures:
    """Count from the database.

    Raises:
        UnansweredError: there are too many memories to count them in time.
    """
    count = _Count(question)
    with _limited():
        count.here()
        everywhere, total_everywhere = count.everywhere()
    found = count.figures
    here = count.words.found(least=question.view.least_memories)
    found.words = list(significant(here, count.compared, everywhere, total_everywhere))
    return found


class _Count:
    """One count: what was found so far, and how much time is left."""

    def __init__(self, question: Question) -> None:
        least_people = question.view.least_people
        self.question = question
        self.figures = Figures()
        self.words: Tallies[str] = Tallies(least_people)
        self.compared = 0
        self._categories: Tallies[str] = Tallies(least_people)
        self._moods: Tallies[tuple[str, str]] = Tallies(least_people)
        self._times = _LocalTimes(question.zone)
        self._first_day = question.first_day
        self._deadline = time.monotonic() + SECONDS

    def here(self) -> None:
        """Count the memories of the view."""
        asked = self.question
        rows = counted(asked.view.places, asked.now)
        if asked.until is not None:
            rows = rows.filter(said_at__lt=asked.until)
        since = asked.words_since
        compared = Q(pk__isnull=False) if since is None else Q(said_at__gte=since)
        fields = rows.values_list(
            "person_id",
            "kind",
            "category",
            "emotion",
            QuarterHour("said_at"),
            QuarterHour("created_at"),
            # As a number: converting SQLite's to a bool costs a tenth of all the time.
            ExpressionWrapper(compared, IntegerField()),
            "text",
        )
        for row in self._in_time(fields):
            if asked.counts(row[0]):
                self._add(*row)
        self.figures.categories = self._categories.found()
        self.figures.moods = self._moods.found()

    def everywhere(self) -> tuple[Counter[str], int]:
        """Return in how many memories each word stands anywhere, and how many there are."""
        words: Counter[str] = Counter()
        total = 0
        if not self.compared:
            return words, total
        texts = counted(EVERYWHERE, self.question.now).values_list("text", flat=True)
        for text in self._in_time(texts):
            words.update(counted_terms(text))
            total += 1
        return words, total

    def _add(
        self,
        person_id: int | None,
        kind: str,
        category: str,
        emotion: str,
        said: int,
        created: int,
        is_compared: int,
        text: str,
    ) -> None:
        found = self.figures
        day, hour, month = self._times[said]
        found.total += 1
        found.kinds[kind] += 1
        found.growth[self._times[created][2]] += 1
        if day >= self._first_day:
            found.days[day] += 1
            found.hours[hour] += 1
        if category:
            self._categories.add([category], person_id)
        if emotion:
            self._moods.add([(month, emotion)], person_id)
        if is_compared:
            self.compared += 1
            self.words.add(counted_terms(text), person_id)

    def _in_time(self, rows: QuerySet[Any, Any]) -> Iterator[Any]:
        # Closed before the transaction, which its cursor is part of.
        chunks = cast(Generator[Any, None, None], rows.iterator(chunk_size=ROWS))
        with closing(chunks) as found:
            for number, row in enumerate(found):
                if number % ROWS == 0 and time.monotonic() > self._deadline:
                    raise UnansweredError("there are too many memories for the database to count")
                yield row


class _LocalTimes(dict[int, tuple[date, int, str]]):
    """Day, hour and month of a quarter of an hour in a zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, quarter: int) -> tuple[date, int, str]:
        at = EPOCH + quarter * QUARTER
        # There is no year 0 or 10,000 for a zone to reach into.
        with suppress(OverflowError):
            at = at.astimezone(self._zone)
        self[quarter] = at.date(), at.hour, at.date().isoformat()[:7]
        return self[quarter]


@contextmanager
def _limited() -> Iterator[None]:
    """Let no statement take longer than a count may."""
    if connection.vendor != "postgresql":
        # SQLite hands out each row as it finds it: the clock is looked at between them.
        yield
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Later than the clock, which ends a count between two of its statements.
            limit = f"{(SECONDS + 1) * 1000:.0f}"
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [limit])
            yield
    except OperationalError as error:
        if "statement timeout" in str(error):
            raise UnansweredError("the database didn't respond in time") from error
        raise
