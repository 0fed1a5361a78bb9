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
