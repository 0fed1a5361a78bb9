"""The client of any OpenAI-compatible server."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

import openai

from botrunner.llm.base import ChatMessage, ModelError, Picture, ReplyContext, Report, joined
from botrunner.llm.dialects.complaints import complaint_of
from botrunner.llm.dialects.lessons import Lessons, Parameters
from botrunner.llm.dialects.plain import plain
from botrunner.llm.dialects.reading import CUT, EmptyAnswerError, Reading
from botrunner.llm.dialects.visible import VisibleText
from botrunner.llm.dialects.wire import Body, json_in
from botrunner.llm.endpoints import Endpoint
from botrunner.llm.faults import Fault, fault_of
from botrunner.llm.sight import takes_images, with_pictures, with_unseen_note
from whisper.environment import environment

logger = logging.getLogger(__name__)

RETRIES = 3
# A list of models that takes longer is done without.
LIST_SECONDS = 5.0
FIRST_RETRY_SECONDS = 0.5
LOADING_SECONDS = 2.0
JSON_TOKENS = 1024

# A server that finds ever new faults is given up.
MOST_LESSONS = 8
CUT_NOTES = {
    "length": "(My answer was cut off here: it got too long.)",
    "content_filter": "(My answer was cut off here by the filter of the model's server.)",
}


class RefusedError(ModelError):
    """The server does not take this very request."""


class OpenAIClient:
    """Asks one model of one server, in the form that the server turned out to want.

    A whole request takes at most `LLM_REQUEST_TIMEOUT` seconds, its retries included.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._sdk: asyncio.Future[openai.AsyncOpenAI] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._takes_schema = True
        self._sees: bool | None = None
        self._lessons = Lessons()

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._endpoint.model

    @property
    def prompt_limit(self) -> int | None:
        """Return how many tokens a prompt may take, once the server has told; kept for the
        process.
        """
        return self._lessons.prompt_limit(environment.llm_max_tokens_chat)

    def reply(self, context: ReplyContext) -> AsyncIterator[str]:
        """Yield the reply piece by piece.

        Raises:
            ModelError: it did not answer, or stopped in the middle.
        """
        return self._reply(context)

    async def _reply(self, context: ReplyContext) -> AsyncIterator[str]:
        try:
            async for piece in self._written(context, context.pictures):
                yield piece
        except RefusedError:
            if not context.pictures:
                raise
            logger.warning("model: %s refused a request with images", self.name)
            async for piece in self._written(with_unseen_note(context), ()):
                yield piece

    async def _written(
        self, context: ReplyContext, pictures: Sequence[Picture]
    ) -> AsyncIterator[str]:
        names = {one.author_name for one in context.history if not one.from_companion}
        others = sorted({*names, context.person.name} - {""})
        pieces = self._stream(
            context.messages,
            partial(VisibleText, own_name=context.bot_name, others=others),
            context.report,
            pictures,
            max_tokens=environment.llm_max_tokens_chat,
            temperature=environment.llm_temperature,
        )
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece
        if context.report.cut:
            yield f"\n\n{CUT_NOTES[context.report.cut]}"

    async def complete(
        self, messages: Sequence[ChatMessage], *, max_tokens: int, **parameters: Any
    ) -> str:
        """Return a whole answer, the likeliest one rather than a lively one.

        Args:
            max_tokens: its greatest length.
            parameters: more of the API's own.

        Raises:
            ModelError: the answer is missing or incomplete.
        """
        text, cut = await self._complete(messages, max_tokens=max_tokens, **parameters)
        if cut:
            raise ModelError(CUT[cut])
        return text

    async def _complete(
        self, messages: Sequence[ChatMessage], **parameters: Any
    ) -> tuple[str, str]:
        """Return an answer, and why it is not whole."""
        report = Report()
        pieces = self._stream(messages, VisibleText, report, temperature=0, **parameters)
        return joined([piece async for piece in pieces]), report.cut

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
            schema: JSON schema; enforced if the server supports it.

        Raises:
            ModelError: there is no answer, or it isn't JSON.
        """
        wish = f"Answer with JSON alone, of this schema: {json.dumps(schema)}"
        prompt: list[ChatMessage] = [*messages]
        prompt[0] = {**prompt[0], "content": f"{prompt[0]['content']}\n\n{wish}"}
        if self._takes_schema:
            form = {"name": "answer", "strict": True, "schema": schema}
            response_format = {"type": "json_schema", "json_schema": form}
            try:
                answer, _ = await self._complete(
                    prompt, max_tokens=max_tokens, response_format=response_format
                )
                return json_in(answer)
            except RefusedError:
                pass
        answer, _ = await self._complete(prompt, max_tokens=max_tokens)
        # Had the request been refused for another reason, it would have been so again.
        self._takes_schema = False
        return json_in(answer)

    async def sees(self) -> bool:
        """Return whether the model takes images: as is set, or as its server's list says."""
        if environment.llm_supports_vision != "auto":
            return environment.llm_supports_vision == "true"
        if self._sees is None:
            try:
                async with asyncio.timeout(LIST_SECONDS):
                    sdk = await self._connection()
                    listed = await sdk.models.with_raw_response.list()
                self._sees = takes_images(json.loads(listed.text), self.name)
            except (openai.OpenAIError, TimeoutError, ValueError, RecursionError) as error:
                # It is asked again with the next image.
                logger.info("model: no list of models (%s)", type(error).__name__)
                return False
        return self._sees

    async def aclose(self) -> None:
        """Close connections."""
        sdk, self._sdk = self._sdk, None
        if sdk is not None and self._loop is asyncio.get_running_loop():
            await (await sdk).close()

    async def _stream(
        self,
        messages: Sequence[ChatMessage],
        visible: Callable[[], VisibleText],
        report: Report,
        pictures: Sequence[Picture] = (),
        **parameters: Any,
    ) -> AsyncGenerator[str]:
        """Yield an answer; temporary failures before its first piece are retried.

        What the server taught is kept once it has answered.
        """
        asked = {"messages": encodable(messages), "model": self.name, "stream": True, **parameters}
        course = _Course(self._lessons)
        begun = False
        while True:
            request = course.lessons.fit(asked)
            report.messages = plain(request["messages"])
            sent = {**request, "messages": with_pictures(request["messages"], pictures)}
            reading = Reading(
                visible(), tokens=asked["max_tokens"], patient=self._lessons.opens_unseen
            )
            attempt = self._attempt(sent, reading, report, course.deadline)
            try:
                async with aclosing(attempt) as pieces:
                    async for piece in pieces:
                        if not begun:
                            begun, self._lessons = True, course.lessons
                        yield piece
                return
            # ValueError: the server sent something that isn't JSON or UTF-8.
            except (openai.OpenAIError, EmptyAnswerError, TimeoutError, ValueError) as error:
                if begun:
                    raise _told(fault_of(error)) from None
                delay = course.delay_after(error, request)
            await asyncio.sleep(delay)

    async def _attempt(
        self, request: Parameters, reading: Reading, report: Report, deadline: float
    ) -> AsyncGenerator[str]:
        """Yield the visible text of one request.

        Raises:
            openai.OpenAIError, TimeoutError, ValueError: as the server or the clock has it.
            ModelError: the answer is empty or broke off.
        """
        streamed: Parameters = {"stream": True} if request.get("stream") else {}
        async with asyncio.timeout_at(deadline):
            sdk = await self._connection()
            response = await sdk.chat.completions.with_raw_response.create(
                # As a body of our own: looking through each message for names that the API writes
                # otherwise, of which there are none, takes the SDK milliseconds.
                extra_body=request,
                messages=(),
                model=request["model"],
                timeout=_timeouts(),
                **streamed,
            )
        body = Body(response.http_response)
        async with aclosing(body), aclosing(body.parts()) as parts:
            while (part := await _next_part(parts, deadline, begun=reading.begun)) is not None:
                for piece in reading.take(part):
                    yield piece
                if reading.over:
                    break
        for piece in reading.end(whole=body.whole):
            yield piece
        report.cut = reading.cut
        if reading.opened_unseen:
            self._lessons = replace(self._lessons, opens_unseen=True)

    async def _connection(self) -> openai.AsyncOpenAI:
        """Return the SDK's client; its connections belong to one event loop."""
        loop = asyncio.get_running_loop()
        if self._sdk is None or self._loop is not loop:
            self._loop = loop
            self._sdk = asyncio.ensure_future(asyncio.to_thread(_sdk, self._endpoint))
        return await asyncio.shield(self._sdk)


def _sdk(endpoint: Endpoint) -> openai.AsyncOpenAI:
    """Return a client of the SDK. It blocks: the certificates take a tenth of a second to load."""
    sdk = openai.AsyncOpenAI(
        base_url=endpoint.url,
        # The SDK wants one even for servers that don't.
        api_key=endpoint.key or "none",
        max_retries=0,
    )
    # The SDK imports this at its first use.
    _ = sdk.chat.completions.with_raw_response
    return sdk


class _Course:
    """The attempts at one answer: how they differ, and when to stop."""

    def __init__(self, lessons: Lessons) -> None:
        self.lessons = lessons
        self.deadline = asyncio.get_running_loop().time() + environment.llm_request_timeout
        self._learnt = 0
        self._retries = 0

    def delay_after(self, error: Exception, request: Parameters) -> float:
        """Return how many seconds to wait before the next attempt.

        Raises:
            ModelError: there should be none.
        """
        lessons = self.lessons.learn(complaint_of(error, request), request)
        if lessons != self.lessons and self._learnt < MOST_LESSONS:
            # An empty answer need not be a complaint: it is tried once.
            self._learnt = MOST_LESSONS if isinstance(error, ModelError) else self._learnt + 1
            self.lessons = lessons
            return 0.0
        if isinstance(error, ModelError):
            raise error
        fault = fault_of(error)
        delay = _delay(fault, self._retries)
        left = self.deadline - asyncio.get_running_loop().time()
        tired = self._retries >= RETRIES and not fault.loading
        if tired or not fault.retry or delay >= left:
            raise _told(fault) from None
        self._retries += 1
        return delay


def _told(fault: Fault) -> ModelError:
    """Return an error without the SDK's own, which quotes the server, which may quote a person."""
    kind = RefusedError if fault.refused else ModelError
    return kind(fault.reason, permanent=fault.permanent, away=fault.away)


def encodable(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Return messages without lone surrogates, which JSON in UTF-8 can't hold."""
    return [
        {
            "role": message["role"],
            "content": message["content"].encode("utf-8", "replace").decode("utf-8"),
        }
        for message in messages
    ]


async def _next_part(
    parts: AsyncIterator[dict[str, Any]], deadline: float, *, begun: bool
) -> dict[str, Any] | None:
    """Return the next part of an answer, None after the last.

    Raises:
        TimeoutError: it takes too long.
    """
    idle = asyncio.get_running_loop().time() + environment.llm_idle_timeout
    async with asyncio.timeout_at(min(deadline, idle) if begun else deadline):
        return await anext(parts, None)


def _timeouts() -> openai.Timeout:
    return openai.Timeout(
        environment.llm_request_timeout, connect=environment.llm_connection_timeout
    )


def _delay(fault: Fault, retries: int) -> float:
    """Return how many seconds to wait: what the server asks for, else ever longer, never alike."""
    if fault.retry_after is not None:
        return fault.retry_after
    if fault.loading:
        return LOADING_SECONDS
    return FIRST_RETRY_SECONDS * 2.0**retries * random.uniform(0.75, 1.25)
