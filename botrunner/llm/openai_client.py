"""The client of any OpenAI-compatible server."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import openai

from botrunner.llm.base import ChatMessage, ModelError, ReplyContext
from botrunner.llm.endpoints import Endpoint
from botrunner.llm.faults import Fault, fault_of
from botrunner.llm.thoughts import VisibleText
from botrunner.llm.wire import encodable, ending_of, json_in, text_of
from whisper.environment import environment

RETRIES = 3
FIRST_RETRY_SECONDS = 0.5
JSON_TOKENS = 1024

# What newer models of OpenAI no longer take, and what they take in its place.
REPLACEMENTS = {"max_tokens": "max_completion_tokens", "temperature": None}
WHY_EMPTY = {
    "length": "the answer did not fit its limit of tokens",
    "content_filter": "the server withheld the answer",
}

Parameters = dict[str, Any]


class RefusedError(ModelError):
    """The server does not take this very request."""


class OpenAIClient:
    """Asks one model of one server; what the server turns out not to take is not sent again.

    A whole request takes at most `LLM_REQUEST_TIMEOUT` seconds, its retries included.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._sdk: openai.AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._takes_schema = True
        self._replaced: set[str] = set()

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._endpoint.model

    def reply(self, context: ReplyContext) -> AsyncIterator[str]:
        """Yield the reply piece by piece.

        Raises:
            ModelError: it did not answer, or stopped in the middle.
        """
        return self._stream(
            context.messages,
            max_tokens=environment.llm_max_tokens_chat,
            temperature=environment.llm_temperature,
        )

    async def complete(
        self, messages: Sequence[ChatMessage], *, max_tokens: int, **parameters: Any
    ) -> str:
        """Return a whole answer, the likeliest one rather than a lively one.

        Args:
            max_tokens: its greatest length.
            parameters: more of the API's own.

        Raises:
            ModelError: there is no whole answer.
        """
        pieces = self._stream(messages, max_tokens=max_tokens, temperature=0, **parameters)
        return "".join([piece async for piece in pieces])

    async def complete_json(
        self,
        messages: Sequence[ChatMessage],
        schema: Mapping[str, Any],
        *,
        max_tokens: int = JSON_TOKENS,
    ) -> dict[str, Any]:
        """Return an answer that is a JSON object; the caller checks whether it fits the schema.

        Args:
            messages: the prompt; the schema is added to it.
            schema: JSON schema; the server is held to it where it can be.

        Raises:
            ModelError: there is no answer, or it is no JSON.
        """
        wish = f"Answer with JSON alone, of this schema: {json.dumps(schema)}"
        prompt: list[ChatMessage] = [*messages]
        prompt[0] = {**prompt[0], "content": f"{prompt[0]['content']}\n\n{wish}"}
        if self._takes_schema:
            form = {"name": "answer", "strict": True, "schema": schema}
            response_format = {"type": "json_schema", "json_schema": form}
            try:
                return json_in(
                    await self.complete(
                        prompt, max_tokens=max_tokens, response_format=response_format
                    )
                )
            except RefusedError:
                pass
        answer = await self.complete(prompt, max_tokens=max_tokens)
        # Had the request been refused for another reason, it would have been so again.
        self._takes_schema = False
        return json_in(answer)

    async def aclose(self) -> None:
        """Close connections."""
        sdk, self._sdk = self._sdk, None
        if sdk is not None and self._loop is asyncio.get_running_loop():
            await sdk.close()

    async def _stream(
        self, messages: Sequence[ChatMessage], **parameters: Any
    ) -> AsyncIterator[str]:
        """Yield an answer; before its first piece what may pass by itself is tried again."""
        deadline = asyncio.get_running_loop().time() + environment.llm_request_timeout
        request = {"messages": encodable(messages), "model": self.name, **parameters}
        retries, begun = 0, False
        while True:
            try:
                async with aclosing(self._attempt(request, deadline)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
                return
            # ValueError: what the server sent is no JSON or no UTF-8.
            except (openai.OpenAIError, TimeoutError, ValueError) as error:
                if self._replaces(error):
                    continue
                fault = fault_of(error)
                delay = _delay(fault, retries)
                left = deadline - asyncio.get_running_loop().time()
                if begun or not fault.retry or retries >= RETRIES or delay >= left:
                    # The SDK's error is left out: it quotes the server, which may quote a person.
                    kind = RefusedError if fault.refused else ModelError
                    raise kind(fault.reason, permanent=fault.permanent) from None
            await asyncio.sleep(delay)
            retries += 1

    async def _attempt(self, request: Parameters, deadline: float) -> AsyncGenerator[str]:
        """Yield the visible text of one request.

        Raises:
            openai.OpenAIError, TimeoutError, ValueError: as the server or the clock has it.
            ModelError: the answer is empty or was cut.
        """
        now = asyncio.get_running_loop().time
        async with asyncio.timeout_at(deadline):
            stream = await self._connection().chat.completions.create(
                **self._replace(request), stream=True, timeout=_timeouts()
            )
        visible = VisibleText()
        begun, ending = False, None
        async with stream:
            chunks = aiter(stream)
            while True:
                idle = now() + environment.llm_idle_timeout if begun else deadline
                async with asyncio.timeout_at(min(deadline, idle)):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                text, ending = text_of(chunk), ending_of(chunk) or ending
                begun = begun or bool(text)
                if shown := visible.feed(text):
                    yield shown
        if begun and ending in {None, "error"}:
            raise ModelError("the answer was cut")
        if rest := visible.finish():
            yield rest
        if not visible.begun:
            raise ModelError(WHY_EMPTY.get(ending or "", "the answer is empty"))

    def _connection(self) -> openai.AsyncOpenAI:
        """Return the SDK's client; its connections belong to one event loop."""
        loop = asyncio.get_running_loop()
        if self._sdk is None or self._loop is not loop:
            self._loop = loop
            self._sdk = openai.AsyncOpenAI(
                base_url=self._endpoint.url,
                # The SDK wants one even for servers that don't.
                api_key=self._endpoint.key or "none",
                max_retries=0,
            )
        return self._sdk

    def _replaces(self, error: Exception) -> bool:
        """Note a parameter that the server does not take; tell whether that is news."""
        parameter = error.param if isinstance(error, openai.BadRequestError) else None
        if parameter not in REPLACEMENTS or parameter in self._replaced:
            return False
        self._replaced.add(parameter)
        return True

    def _replace(self, request: Parameters) -> Parameters:
        names = {name: REPLACEMENTS[name] if name in self._replaced else name for name in request}
        return {new: request[name] for name, new in names.items() if new}


def _timeouts() -> openai.Timeout:
    return openai.Timeout(
        environment.llm_request_timeout, connect=environment.llm_connection_timeout
    )


def _delay(fault: Fault, retries: int) -> float:
    """Return how many seconds to wait: what the server asks for, else ever longer, never alike."""
    if fault.retry_after is not None:
        return fault.retry_after
    return FIRST_RETRY_SECONDS * 2.0**retries * random.uniform(0.75, 1.25)
