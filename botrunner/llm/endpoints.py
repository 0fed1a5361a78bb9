"""Which server and model does which task."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from botrunner.llm.base import LanguageModel
from whisper.environment import environment

if TYPE_CHECKING:
    from botrunner.llm.openai_client import OpenAIClient

# A key of OpenAI is often set for a whole machine: no other server may see it.
OPENAI = "api.openai.com"

Task = Literal["chat", "facts", "emotion"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible server and the model to ask there.

    Args:
        url: where its API begins: "http://localhost:1234/v1".
        key: sent as a bearer token; empty if the server wants none.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)


def endpoint(task: Task) -> Endpoint | None:
    """Return who does a task; what is not set for it is as for the chat. None without a server."""
    own = {
        name: getattr(environment, f"llm_{task}_{name}", None)
        for name in ("api_url", "model_name", "api_key")
    }
    url = own["api_url"] or environment.llm_chat_api_url
    if not url:
        return None
    key = own["api_key"] or environment.llm_api_key
    if key is None and urlsplit(url).hostname == OPENAI:
        key = environment.openai_api_key
    return Endpoint(
        url=url,
        model=own["model_name"] or environment.llm_model_name,
        key=key.get_secret_value() if key else "",
    )


@cache
def client(where: Endpoint) -> OpenAIClient:
    """Return the one client of an endpoint: it keeps connections, and what the server can't do.

    The first call blocks for a second: in an event loop use `aclient`.
    """
    # The SDK takes a second to import: only who asks a server pays for it.
    from botrunner.llm.openai_client import OpenAIClient

    return OpenAIClient(where)


async def aclient(where: Endpoint) -> OpenAIClient:
    """Do what `client` does without blocking the event loop."""
    return await asyncio.to_thread(client, where)


def chat_model() -> LanguageModel:
    """Return who writes the replies: the chat's server, else the offline companion.

    The first call blocks for a second.
    """
    where = endpoint("chat")
    if where is not None:
        return client(where)
    from botrunner.offline import OfflineCompanion

    return OfflineCompanion()


def start_notice(*, how: bool = True) -> str:
    """Return what to tell a person at start: that no model is connected; empty if one is.

    Args:
        how: whether to say how one is connected, to those who may do that.
    """
    if endpoint("chat") is not None:
        return ""
    from botrunner import offline

    return offline.start_notice(how=how)
