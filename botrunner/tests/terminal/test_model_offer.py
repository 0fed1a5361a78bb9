"""Tests of offering a language model server that runs on this machine."""

from __future__ import annotations

import pytest

from botrunner.llm import chat_model, finding
from botrunner.llm.endpoints import Endpoint, endpoint
from botrunner.terminal.model_offer import hint, offer
from botrunner.tests.llm.listing import listening, lists
from whisper.analysers import use_defaults
from whisper.environment import Environment, environment

MODEL = "llama3.2:3b"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch, tmp_path):
    for name in ("llm_chat_api_url", "llm_facts_api_url", "llm_api_key", "llm_facts_api_key"):
        monkeypatch.setattr(environment, name, None)
    monkeypatch.setattr(environment, "llm_model_name", "local-model")
    monkeypatch.setattr(environment, "whisper_data_dir", tmp_path)
    monkeypatch.setitem(Environment.model_config, "env_file", str(tmp_path / ".env"))
    yield
    use_defaults()


@pytest.fixture
async def url(monkeypatch, unused_tcp_port):
    """Return the address of a server on this machine."""
    monkeypatch.setattr(finding, "PORTS", {unused_tcp_port: "Ollama"})
    async with listening(unused_tcp_port, lists(MODEL)):
        yield f"http://127.0.0.1:{unused_tcp_port}/v1"


class Says:
    """A person with one answer, who keeps what they were asked."""

    def __init__(self, answer: str | None) -> None:
        self.answer = answer
        self.questions: list[str] = []

    async def __call__(self, question: str) -> str | None:
        self.questions.append(question)
        return self.answer


@pytest.mark.parametrize("answer", ["", "y", "Yes "])
async def test_who_says_yes_talks_with_the_model_now_and_after_a_restart(url, answer, tmp_path):
    ask = Says(answer)
    told = await offer(ask)
    assert ask.questions == [
        f"Ollama is running on this machine with the model {MODEL}. Use it to write my replies? "
        "[Y/n] "
    ]
    assert told == f"From now on, Ollama writes my replies. This is saved in {tmp_path / '.env'}."
    assert endpoint("chat") == endpoint("facts") == Endpoint(url, MODEL)
    assert chat_model().name == MODEL
    kept = Environment(_env_file=tmp_path / ".env")
    assert (kept.llm_chat_api_url, kept.llm_model_name) == (url, MODEL)


async def test_who_says_no_is_not_asked_again(url):
    assert f"set LLM_CHAT_API_URL={url}" in await offer(Says("n"))
    again = Says("yes")
    assert f"set LLM_CHAT_API_URL={url}" in await offer(again)
    assert again.questions == []
    assert endpoint("chat") is None


async def test_who_leaves_has_not_said_no(url):
    assert await offer(Says(None)) == ""
    ask = Says("no")
    await offer(ask)
    assert ask.questions


async def test_in_a_pipe_it_only_says_so(url, tmp_path):
    assert await hint() == (
        f"Ollama is running on this machine with the model {MODEL}. "
        f"To use it, set LLM_CHAT_API_URL={url} and LLM_MODEL_NAME={MODEL}."
    )
    assert endpoint("chat") is None
    assert not (tmp_path / ".env").exists()


async def test_with_a_model_connected_nothing_is_offered(url, monkeypatch):
    monkeypatch.setattr(environment, "llm_chat_api_url", "http://chat/v1")
    ask = Says("y")
    assert await offer(ask) == await hint() == ""
    assert ask.questions == []


async def test_without_a_server_nothing_is_said(monkeypatch, unused_tcp_port):
    monkeypatch.setattr(finding, "PORTS", {unused_tcp_port: "Ollama"})
    assert await offer(Says("y")) == await hint() == ""


async def test_where_no_file_can_be_written_the_yes_holds_for_now(url, monkeypatch):
    monkeypatch.setitem(Environment.model_config, "env_file", "")
    assert "until I stop" in await offer(Says("y"))
    assert endpoint("chat") == Endpoint(url, MODEL)
