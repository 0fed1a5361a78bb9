"""Ask a language model to analyse something, unless it is away.

Nobody waits for an analysis, and without the model rules do it. So after one call that got no
answer, the model isn't asked again until it answers a probe: a short request, repeated in the
background. Otherwise each message would wait for its own timeout.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from botrunner.llm.base import ChatMessage, ModelError
from botrunner.llm.endpoints import Endpoint, aclient
from whisper.circuit_breaker import CircuitBreaker

if TYPE_CHECKING:
    from botrunner.llm.openai_client import OpenAIClient

PROBE_SECONDS = 30.0
PROBE: list[ChatMessage] = [{"role": "user", "content": "Say: yes"}]

T = TypeVar("T")


async def ask(where: Endpoint, question: Callable[[OpenAIClient], Awaitable[T]]) -> T:
    """Return what a model answers.

    Raises:
        ModelError: it is away, or its answer is of no use.
    """
    breaker = _breaker(where)
    if not breaker.allows():
        raise ModelError(breaker.last_error, away=True)
    try:
        answer = await question(await aclient(where))
    except ModelError as error:
        if error.away:
            breaker.failed(error)
        raise
    breaker.succeeded()
    return answer


@cache
def _breaker(where: Endpoint) -> CircuitBreaker:
    # Without a name, password or query: they may be secret.
    host = urlsplit(where.url).netloc.rpartition("@")[2]
    return CircuitBreaker(
        f"analysing model at {host}",
        partial(_probe, where),
        faults=(ModelError,),
        reason=str,
        failures_to_open=1,
        probe_seconds=PROBE_SECONDS,
    )


def _probe(where: Endpoint) -> None:
    """Ask for a word; whatever the model answers, it is back."""
    asyncio.run(_probed(where))


async def _probed(where: Endpoint) -> None:
    # The SDK takes a second to import: only who asks a server pays for it.
    from botrunner.llm.openai_client import OpenAIClient

    # Connections belong to one event loop, so this one has a client of its own.
    client = OpenAIClient(where)
    try:
        await client.complete(PROBE, max_tokens=1)
    except ModelError as error:
        if error.away:
            raise
    finally:
        await client.aclose()
