"""Offer to use a language model server that runs on this machine."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from botrunner.llm.analysts import use_models
from botrunner.llm.endpoints import endpoint
from botrunner.llm.finding import LocalServer, find_local_server
from whisper.environment import environment
from whisper.environment import file as environment_file

logger = logging.getLogger(__name__)

YES = {"", "y", "yes"}
# Who declined is not asked at each start.
DECLINED = "declined_model_server"


async def hint() -> str:
    """Return how to use a server on this machine; empty without one, or with a model connected."""
    server = await _unused_server()
    return "" if server is None else f"{_found(server)} To use it, set {_settings_of(server)}."


async def offer(ask: Callable[[str], Awaitable[str | None]]) -> str:
    """Offer to use a server on this machine, and return what came of it; empty without one.

    Args:
        ask: puts a question to the person and returns what they typed; None if they left.
    """
    server = await _unused_server()
    if server is None:
        return ""
    if _declined().exists():
        return f"{_found(server)} To use it, set {_settings_of(server)}."
    answer = await ask(f"{_found(server)} Use it to write my replies? [Y/n] ")
    if answer is None:
        return ""
    if answer.strip().casefold() not in YES:
        _declined().touch()
        return f"All right. To use it later, set {_settings_of(server)}."
    return _use(server)


async def _unused_server() -> LocalServer | None:
    return await find_local_server() if endpoint("chat") is None else None


def _use(server: LocalServer) -> str:
    environment.llm_chat_api_url = server.url
    environment.llm_model_name = server.model
    use_models()
    try:
        path = environment_file.keep(
            {"LLM_CHAT_API_URL": server.url, "LLM_MODEL_NAME": server.model}
        )
    except OSError as error:
        return (
            f"{server.name} writes my replies until I stop, because .env can't be written "
            f"({error})."
        )
    return f"From now on, {server.name} writes my replies. This is saved in {path}."


def _found(server: LocalServer) -> str:
    # llama.cpp names the model's file with its path.
    model = server.model.rpartition("/")[2].removesuffix(".gguf") or server.model
    return f"{server.name} is running on this machine with the model {model}."


def _settings_of(server: LocalServer) -> str:
    return f"LLM_CHAT_API_URL={server.url} and LLM_MODEL_NAME={server.model}"


def _declined() -> Path:
    return environment.whisper_data_dir / DECLINED
