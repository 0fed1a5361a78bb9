"""Do in a test what waits to be done."""

from __future__ import annotations

import asyncio

from asgiref.sync import async_to_sync

from whisper.models import Task
from whisper.tasks import actions
from whisper.tasks.runner import do


def done_now() -> Task:
    """Do the task that waits, and return its row."""
    task = actions.claim()
    assert task is not None
    async_to_sync(do)(task, asyncio.Event())
    return Task.objects.get(pk=task.pk)
