"""What comes back from a server, in whatever form it comes."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import openai

from botrunner.llm.base import ModelError

LONGEST_LINE = 1 << 24
# How long to wait for what follows the end of an answer: nothing, but the connection can be used
# again only once that has been read.
REST_SECONDS = 0.1
SSE_FIELDS = (b":", b"event:", b"id:", b"retry:")
DONE = b"data: [DONE]"

# What servers call an answer that was cut, and why; all else that they say ends it in order.
ENDINGS = {
    "length": re.compile("length|max_?tokens|token_limit|context_window", re.IGNORECASE),
    "content_filter": re.compile(
        "filter|safety|refus|sensitive|prohibited|blocklist|recitation|spii|moderat", re.IGNORECASE
    ),
    "error": re.compile("error|abort|cancel|timeout|fail", re.IGNORECASE),
}


class Body:
    """The parts of an answer as they arrive: events of a stream, lines of JSON, or one JSON text.

    Args:
        response: the HTTP response, not read yet.
    """

    def __init__(self, response: Any) -> None:
        self._response = response
        self._blocks = response.aiter_bytes()
        self._ended = False
        self.whole = False

    async def parts(self) -> AsyncGenerator[dict[str, Any]]:
        """Yield each JSON object; afterwards `whole` says whether the server declared the end.

        Raises:
            openai.APIError: the server reports an error, or the connection broke.
            ValueError: it isn't JSON.
        """
        loose: list[bytes] = []
        async for line in _lines(self._bytes()):
            if line.startswith(b"data:"):
                data = line.removeprefix(b"data:").strip()
                if data == b"[DONE]":
                    self.whole = self._ended = True
                    break
                if data:
                    yield self._checked(data)
            elif line.startswith(b"{") and line.endswith(b"}"):
                yield self._checked(line)
            elif line and not line.startswith(SSE_FIELDS):
                loose.append(line)
        if loose:
            yield self._checked(b"\n".join(loose).removesuffix(DONE))

    async def aclose(self) -> None:
        """Leave the connection to the next request if the answer has ended; else close it."""
        try:
            if self._ended:
                async with asyncio.timeout(REST_SECONDS):
                    async for _ in self._bytes():
                        pass
        except (TimeoutError, openai.APIError):
            pass
        finally:
            await self._response.aclose()

    def _checked(self, data: bytes) -> dict[str, Any]:
        found = json.loads(data)
        if not isinstance(found, dict):
            return {}
        error = found.get("error") or (found if found.get("object") == "error" else None)
        if error:
            body = error if isinstance(error, dict) else {"message": str(error)}
            message = str(body.get("message") or "")
            raise openai.APIError(message, request=self._response.request, body=body)
        # A complete message instead of a piece is the whole answer.
        self.whole = self.whole or isinstance(_choice(found).get("message"), dict)
        return found

    async def _bytes(self) -> AsyncIterator[bytes]:
        try:
            async for block in self._blocks:
                yield block
        except Exception as error:
            # The SDK's HTTP library is its own affair, and its errors come through here unwrapped.
            raise openai.APIConnectionError(request=self._response.request) from error


async def _lines(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield lines; only these ends count, as a text in JSON may hold others."""
    rest = b""
    async for block in blocks:
        *lines, rest = re.split(rb"[\r\n]", rest + block)
        for line in lines:
            yield line.strip()
        if len(rest) > LONGEST_LINE:
            raise ValueError("the line has no end")
    yield rest.strip()


def text_of(part: dict[str, Any]) -> str:
    """Return the text of a part, whatever a server put into it; thoughts are not of it."""
    choice = _choice(part)
    for holder in (choice.get("delta"), choice.get("message")):
        if isinstance(holder, dict):
            return _text(holder.get("content")) or _text(holder.get("refusal"))
    return _text(choice.get("text"))


def has_thoughts(part: dict[str, Any]) -> bool:
    """Return whether the server sends thoughts in a separate field."""
    choice = _choice(part)
    holder = choice.get("delta") or choice.get("message")
    fields = ("reasoning_content", "reasoning", "thinking")
    return isinstance(holder, dict) and any(holder.get(field) for field in fields)


def ending_of(part: dict[str, Any]) -> str | None:
    """Return why the answer ends with this part: a key of `ENDINGS` or "stop"; None if it doesn't.

    Some servers write "" or "null" instead of null.
    """
    reason = _choice(part).get("finish_reason")
    if not isinstance(reason, str) or reason in {"", "null", "None"}:
        return None
    return next((name for name, words in ENDINGS.items() if words.search(reason)), "stop")


def json_in(answer: str) -> dict[str, Any]:
    """Return the first JSON object in an answer, which may be fenced or surrounded by words."""
    try:
        found: dict[str, Any] = json.JSONDecoder().raw_decode(answer, answer.index("{"))[0]
    except (ValueError, RecursionError):
        raise ModelError("the answer isn't JSON") from None
    return found


def _text(content: object) -> str:
    """Return the text of a content: a string, or parts of which some are thoughts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    kinds = {"text", "output_text", "output"}
    texts = [
        part.get("text") for part in content if isinstance(part, dict) and _kind(part) in kinds
    ]
    return "".join(text for text in texts if isinstance(text, str))


def _kind(part: dict[str, Any]) -> str:
    return str(part.get("type", "text"))


def _choice(part: dict[str, Any]) -> dict[str, Any]:
    choices = part.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}
