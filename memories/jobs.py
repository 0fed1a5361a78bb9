"""Periodic work on messages and memories."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

from django.utils import timezone

from memories.actions import UNDONE_WITHIN, destroy_forgotten
from memories.actions.ageing import (
    delete_old_decisions,
    delete_old_messages,
    delete_old_traces,
    empty_old_imports,
)
from memories.actions.places import erase_removed
from memories.index.differences import compare_part, told
from memories.index.engines import engine
from memories.queries import removed_places, was_deleted_since
from memories.summaries.rolling import session_with_old_lines, sum_up_for_good
from whisper import retention
from whisper.action_log.actions import Tally
from whisper.amounts import amount
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.outbox import AwayError
from whisper.periodic import JobError, last_success, periodic
from whisper.personal_data.purging import purge
from whisper.retention import Limit

DELETED = "deleted messages"

retention.register(Limit("messages", "message_retention_days", delete_old_messages))
retention.register(Limit("traces of replies", "trace_retention_days", delete_old_traces))
retention.register(Limit("decisions about places", "trace_retention_days", delete_old_decisions))
retention.register(Limit("texts of imported rows", "import_retention_days", empty_old_imports))


@periodic(
    "removed places",
    "Erases what was said in channels and servers that are gone, after a while.",
    every=timedelta(hours=1),
    by_age=True,
)
async def erase_removed_places(stop: asyncio.Event) -> str:
    """Erase some at a time until nothing is due, or the process stops."""
    before = timezone.now() - timedelta(days=environment.removed_place_retention_days)
    tally = Tally("retention.erase_removed", "channels and servers that are gone")
    for place in await in_database(removed_places, before):
        await retention.delete_all(partial(erase_removed, place), tally, stop)
    return f"{tally.count} messages and memories erased"


@periodic(
    "forgotten memories",
    "Deletes for good what admins forgot more than a day ago.",
    every=timedelta(hours=1),
    after_start=timedelta(minutes=1),
    by_age=True,
)
async def destroy_old_forgotten(stop: asyncio.Event) -> str:
    """Delete some at a time until nothing is due, or the process stops."""
    tally = Tally("retention.destroy_forgotten", "memories forgotten more than a day ago")
    some = partial(destroy_forgotten, timezone.now() - UNDONE_WITHIN)
    await retention.delete_all(some, tally, stop)
    return f"{tally.count} deleted"


@periodic(
    "old lines",
    "Rolls lines of conversation older than ROLL_UP_DAYS into the summaries of their sessions.",
    every=timedelta(days=1),
    after_start=timedelta(minutes=30),
    by_age=True,
)
async def roll_up_old_lines(stop: asyncio.Event) -> str:
    """Roll up one session after the other until none is due, or the process stops."""
    sessions = lines = 0
    while not stop.is_set() and (due := await in_database(session_with_old_lines)):
        rolled = await sum_up_for_good(*due)
        if not rolled:
            # They were changed meanwhile: another time.
            break
        sessions, lines = sessions + 1, lines + rolled
    return f"{lines} lines of {sessions} sessions rolled up"


@periodic(
    DELETED,
    "Rewrites the files of all stores if messages were deleted since the last time.",
    every=timedelta(days=1),
    after_start=timedelta(minutes=10),
)
async def purge_deleted(stop: asyncio.Event) -> str:
    """Let what people deleted leave the stores' files as well."""
    since = await in_database(last_success, DELETED)
    if not await in_database(was_deleted_since, since):
        return "nothing was deleted"
    done, failed = await purge()
    if failed:
        raise JobError("; ".join(f"{store}: {why}" for store, why in failed.items()))
    return "; ".join(f"{store}: {what}" for store, what in done.items())


@periodic(
    "memory index",
    "Compares the memory index with the database and queues again what it lacks.",
    every=timedelta(days=1),
    after_start=timedelta(minutes=20),
)
async def compare_index(stop: asyncio.Event) -> str:
    """Compare up to 100,000 memories, another part each day, until the process stops.

    Raises:
        JobError: there were differences that need a command, or the engine can't be asked.
    """
    compare = engine().compare
    if compare is None:
        return "there is no copy to compare" if not engine().is_copy else "this copy isn't compared"
    try:
        found = await compare_part(compare, timezone.localdate(), stop)
    except AwayError as error:
        raise JobError(str(error)) from error
    if found.others:
        raise JobError(told(found), retry=timedelta(days=1))
    compared = f"{amount(found.looked_at, 'memory', 'memories')} compared"
    return f"{compared}. {told(found)}" if found.queued else f"{compared}, no difference"
