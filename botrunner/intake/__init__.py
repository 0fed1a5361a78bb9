"""The one way in for everything that happens on a platform, durable before anything else is done.

`Intake.take` writes an event to the spool, an append-only file in the data folder, and then hands
it to the handler of its kind: messages, edits, deletions of messages, and removals of channels and
servers all pass through the same queue, in the order of their arrival. So an edit or a deletion
meets its message wherever that is:

- A message that still waits in the queue is withdrawn: its words are dropped and it is never
  stored.
- A message in the database was stored by an earlier event of the same queue, so the handler of the
  edit or deletion finds its row. `was_deleted` tells the code that is about to reply to it.

An app adds a handler with `handles(kind)`. A handler gets up to `BATCH` consecutive events of one
kind, must be idempotent (an event of a killed process comes again) and quick (the queue waits for
it: long work belongs in the outbox). It raises `DatabaseUnavailableError` or `NotNowError` to get
the same events again; after any other error the events are tried one by one, and one that still
fails is set aside.

The spool holds ids and times, never words. The words of an event are `Event.content`, in memory
alone, of at most `MOST_HELD` events; those of more, and after a restart of all, are read from the
platform again, where an edit is already part of them and what was deleted is gone. Where reading
fails for an unknown reason, the event leaves the queue and is read again later, less and less
often. In the end it is set aside: `health` says so, and the next process tries again. A reader of
the platform's history, which looks for what was missed, calls `take` like the gateway does.
"""

from __future__ import annotations

from botrunner.intake.events import Event, EventKind
from botrunner.intake.queue import BATCH, Intake, NotNowError, handles

__all__ = ["BATCH", "Event", "EventKind", "Intake", "NotNowError", "handles"]
