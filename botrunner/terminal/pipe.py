"""Each line of input is a message, each line of output a reply."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
from collections.abc import AsyncIterator
from typing import BinaryIO

from botrunner.conversation.actions import describe
from botrunner.conversation.base import Reply
from botrunner.conversation.local import LocalSurface, respond_if_possible
from botrunner.llm import start_notice
from botrunner.terminal.model_offer import hint
from botrunner.terminal.user import TerminalUser
from whisper import outbox
from whisper.database.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)

LONGEST_LINE = 1 << 20


async def chat_in_pipe(user: TerminalUser, stop: asyncio.Event, *, as_json: bool) -> None:
    """Answer line by line until the end of input or until `stop` is set."""
    if notice := start_notice():
        sys.stderr.write(notice + "\n")
    if found := await hint():
        sys.stderr.write(found + "\n")
    async for line in _lines(_apart(sys.stdin.buffer), stop):
        reply = await respond_if_possible(user.says(line), LocalSurface())
        if reply is not None:
            sys.stdout.write((_as_json(reply) if as_json else " ".join(reply.text.split())) + "\n")
            sys.stdout.flush()
        # The next line may ask for what this one told.
        await _work_off()
    # Also without a line: the database may be an older one, with people who were erased since.
    await _work_off()


async def _work_off() -> None:
    """Do the work that is due, so that nothing is left when the process ends."""
    try:
        while await outbox.drain():
            pass
    except DatabaseUnavailableError as error:
        logger.error("terminal: what follows from a message has to wait: %s", error)


def _as_json(reply: Reply) -> str:
    return json.dumps(
        {
            "reply": reply.text,
            "recalled": [describe(memory) for memory in reply.recalled],
            "emotion": reply.emotion,
            "milliseconds": reply.milliseconds,
            "trace": None if reply.trace is None else str(reply.trace),
        },
        ensure_ascii=False,
    )


def _apart(source: BinaryIO) -> BinaryIO:
    """Return the same input with a separate buffer.

    The thread that waits for a line holds the buffer's lock. If it were the interpreter's own
    buffer, which is closed at the end, the process would crash while the pipe is still open.
    """
    return open(source.fileno(), "rb", closefd=False)


async def _lines(source: BinaryIO, stop: asyncio.Event) -> AsyncIterator[str]:
    """Yield lines as they come. A thread reads them, because a file can't be awaited."""
    loop = asyncio.get_running_loop()
    # One line ahead at most: what was not taken when we stop is still the sender's.
    queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=1)

    def read() -> None:
        try:
            while raw := source.readline(LONGEST_LINE):
                line = raw.decode("utf-8", "replace").rstrip("\r\n")
                asyncio.run_coroutine_threadsafe(queue.put(line), loop).result()
            asyncio.run_coroutine_threadsafe(queue.put(None), loop).result()
        except (RuntimeError, asyncio.CancelledError):
            return  # The loop has ended.

    threading.Thread(target=read, name="stdin", daemon=True).start()
    stopped = asyncio.ensure_future(stop.wait())
    try:
        while True:
            following = asyncio.ensure_future(queue.get())
            await asyncio.wait({following, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if stopped.done() or not following.done():
                following.cancel()
                return
            line = following.result()
            if line is None:
                return
            yield line
    finally:
        stopped.cancel()
