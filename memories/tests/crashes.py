"""Kill workers between commit and index, again and again, and look that nothing is lost.

A process of its own: `python -m memories.tests.crashes KILLS LANE` prints one JSON object. It
forks, so it must start no thread before. Several may go on at once on one index, each with a lane
and a record of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from whisper.tests.waiting import wait_until

os.environ["DJANGO_SETTINGS_MODULE"] = "whisper.tests.settings"


def in_a_fork(work: Callable[[], None]) -> int:
    """Run something in a process of its own and return its id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    finally:
        os._exit(0)


def kill(process: int) -> None:
    """End a process at once, wherever it is."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def work_for_ever() -> None:
    """Drain the outbox as the worker does."""
    from whisper import outbox

    asyncio.run(outbox.run(asyncio.Event(), idle_seconds=0.05))


def remember_and_work(word: str) -> None:
    """Commit a memory, then start on what follows from it."""
    from memories.tests.factories import said

    said(word)
    work_for_ever()


def found(word: str) -> bool:
    """Wait until a memory is found by its word; tell whether it ever was."""
    from elasticsearch import Elasticsearch

    from memories.index.elasticsearch import names
    from memories.index.elasticsearch.client import options

    with Elasticsearch(**options()) as client:

        def look() -> bool:
            query = {"match": {"text": word}}
            hits = client.search(index=names.read_alias(), query=query, size=1)["hits"]["hits"]
            return bool(hits)

        with suppress(TimeoutError):
            wait_until(look)
            return True
    return False


def main(kills: int, lane: int) -> None:
    """Kill that many workers; tell how many memories were committed, how many of them found."""
    import django

    django.setup()
    from memories.actions import EMBED
    from whisper.environment import environment
    from whisper.outbox import topics

    # The settings of tests take nothing but addresses from the process.
    environment.memory_index = "elasticsearch"
    environment.elasticsearch_index_prefix = os.environ["CRASHES_PREFIX"]

    async def nothing(payloads: object) -> None:
        """Leave vectors out: words are enough to be found."""

    topics.HANDLERS[EMBED] = nothing
    chance = random.Random(lane)
    outcomes = []
    for word in (f"lane{lane}memory{number}" for number in range(kills)):
        worker = in_a_fork(partial(remember_and_work, word))
        time.sleep(chance.uniform(0.0, 0.3))
        kill(worker)
        if not committed(word):
            continue
        worker = in_a_fork(work_for_ever)
        outcomes.append(found(word))
        kill(worker)
    sys.stdout.write(
        json.dumps({"kills": kills, "committed": len(outcomes), "found": sum(outcomes)})
    )


def committed(word: str) -> bool:
    """Return whether a memory is in the database, using the fork's connection."""
    from memories.models import Memory

    def look() -> None:
        os._exit(0 if Memory.objects.filter(text=word).exists() else 1)

    return os.waitpid(in_a_fork(look), 0)[1] == 0


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
