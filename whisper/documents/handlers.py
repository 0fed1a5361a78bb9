"""The page of what follows from changes: the topics of the outbox and who does them."""

from __future__ import annotations

import inspect

from whisper import outbox

INTRODUCTION = """\
# Follow-up work

This page is made by `manage.py document`.

Work that follows from a change is written to the outbox in the transaction that makes the change,
and the worker does it at least once. Each topic has one handler, in the `handlers.py` of its app or
subject.

Topics are worked off side by side: if a service is away, only the topics that need it wait, and
nothing counts as failed. A worker renews its claim on a batch while it works, so that other workers
leave it alone; what a killed worker had in hand is taken over at once by a process on the same data
folder, and a minute later by others. While as many replies are being made in Discord as may be at
once, the process that makes them leaves vectors, facts, moods, relationships and summaries for
later, for two minutes at most. Work that fails for another reason is tried again after 1 s, 2 s, 4
s and so on up to 10 minutes. After 20 attempts, or at once if it can never succeed, it is set aside
with the reason. `/health`, the metrics `whisper_outbox_waiting`, `whisper_outbox_set_aside`,
`whisper_outbox_late_seconds`, `whisper_outbox_entries_total{topic,outcome}` and
`whisper_outbox_batch_seconds`, the console and `manage.py outbox list` show it; `manage.py outbox
retry` has it tried again and `drop` gives it up.

| topic | what is done | where |
|---|---|---|
"""


def handlers_page() -> str:
    """Return the page of all topics."""
    rows = []
    for topic, handler in sorted(outbox.handlers().items()):
        does = (inspect.getdoc(handler) or "").partition("\n")[0]
        where = handler.__module__.replace(".", "/") + ".py"
        rows.append(f"| `{topic}` | {does} | [{where}](../{where}) |")
    return INTRODUCTION + "\n".join(rows) + "\n"
