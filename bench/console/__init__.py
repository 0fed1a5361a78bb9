"""How quick the console's pages are when very much is held."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.console.pages import Asked, all_pages, following, send
from bench.console.world import fill
from bench.profiles.database import empty_databases
from bench.registry import Row, benchmark, percentile, tell

REQUESTS = 40
REQUIRED_MILLISECONDS, REQUIRED_QUERIES, REQUIRED_BYTES = 300.0, 15, 150_000
REQUIRED = (
    f"p95 below {REQUIRED_MILLISECONDS:.0f}, {REQUIRED_QUERIES} queries at most, "
    f"below {REQUIRED_BYTES // 1000} KB"
)


@benchmark("console")
def console(scale: float) -> Iterator[Row]:
    """Measure each page on a database that is made for it, in PostgreSQL if it is configured."""
    with TemporaryDirectory(prefix="whisper-") as folder, empty_databases(Path(folder)) as engines:
        name, enter = next(iter(engines.items()))
        with enter():
            tell(f"the database is made in {name}")
            fill(scale)
            yield from measure()


def measure() -> Iterator[Row]:
    """Measure the pages of the database that is there, as a superuser sees them."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.create_superuser("bench"))
    client.post(reverse("console:memories"), {"reading_reason": "To measure."})
    every: list[float] = []
    for first in all_pages():
        for asked in (first, *following(client, first)):
            yield _measured(client, asked, every)
    yield Row(
        "all pages, ms",
        {"p50": f"{percentile(every, 0.5):.0f}", "p95": f"{percentile(every, 0.95):.0f}"},
        f"p95 below {REQUIRED_MILLISECONDS:.0f}",
        percentile(every, 0.95) < REQUIRED_MILLISECONDS,
    )


def _measured(client: Client, asked: Asked, every: list[float]) -> Row:
    """Return what a page takes; the times of its requests are added to those of every page."""
    # What a process keeps, such as kinds of content, is there from the second request on.
    send(client, asked)
    with CaptureQueriesContext(connection) as captured:
        response = send(client, asked)
    # They are counted now: later requests begin the list again.
    queries = sum(one["sql"] not in ("BEGIN", "COMMIT") for one in captured)
    if response.status_code != 200:
        return Row(asked.name, {"status": str(response.status_code)}, "status 200", False)
    milliseconds = []
    for _ in range(REQUESTS):
        begun = time.perf_counter()
        send(client, asked)
        milliseconds.append((time.perf_counter() - begun) * 1000)
    every += milliseconds
    slowest, size = percentile(milliseconds, 0.95), len(response.content)
    return Row(
        f"{asked.name}, ms",
        {
            "p50": f"{percentile(milliseconds, 0.5):.0f}",
            "p95": f"{slowest:.0f}",
            "queries": str(queries),
            "KB": str(size // 1000),
        },
        REQUIRED,
        slowest < REQUIRED_MILLISECONDS and queries <= REQUIRED_QUERIES and size < REQUIRED_BYTES,
    )
