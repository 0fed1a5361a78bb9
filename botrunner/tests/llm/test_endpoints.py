"""Tests of choosing the server of a task."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from botrunner.llm.endpoints import Endpoint, chat_model, endpoint
from whisper.environment import Environment, environment

CHAT = Endpoint("http://chat/v1", "talker", "chat-key")


@pytest.fixture(autouse=True)
def _chat_server(monkeypatch):
    for name, value in {
        "llm_chat_api_url": CHAT.url,
        "llm_model_name": CHAT.model,
        "llm_api_key": SecretStr(CHAT.key),
    }.items():
        monkeypatch.setattr(environment, name, value)
    for task in ("facts", "emotion"):
        for name in ("api_url", "model_name", "api_key"):
            monkeypatch.setattr(environment, f"llm_{task}_{name}", None)


@pytest.mark.parametrize("task", ["chat", "facts", "emotion"])
def test_every_task_is_done_where_the_chat_is(task):
    assert endpoint(task) == CHAT


def test_a_task_can_have_its_own_server_model_and_key(monkeypatch):
    monkeypatch.setattr(environment, "llm_facts_api_url", "http://facts/v1")
    monkeypatch.setattr(environment, "llm_facts_model_name", "careful")
    monkeypatch.setattr(environment, "llm_facts_api_key", SecretStr("facts-key"))
    assert endpoint("facts") == Endpoint("http://facts/v1", "careful", "facts-key")
    assert endpoint("chat") == endpoint("emotion") == CHAT


def test_a_key_without_a_server_connects_nowhere(monkeypatch):
    monkeypatch.setattr(environment, "llm_chat_api_url", None)
    assert endpoint("chat") is None


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://api.openai.com/v1", "of OpenAI"),
        ("https://API.openai.com:443/v1", "of OpenAI"),
        ("http://localhost:1234/v1", ""),
        ("https://api.openai.com.example.org/v1", ""),
        ("https://api.openai.com@example.org/v1", ""),
    ],
)
def test_a_key_of_openai_is_sent_to_openai_alone(monkeypatch, url, key):
    monkeypatch.setattr(environment, "llm_chat_api_url", url)
    monkeypatch.setattr(environment, "llm_api_key", None)
    monkeypatch.setattr(environment, "openai_api_key", SecretStr("of OpenAI"))
    assert endpoint("chat") == endpoint("facts") == Endpoint(url, CHAT.model, key)


def test_a_key_is_not_shown():
    assert "chat-key" not in repr(CHAT)


def test_replies_come_from_the_chats_server_over_one_client():
    assert chat_model().name == "talker"
    assert chat_model() is chat_model()


@pytest.mark.parametrize("url", ["localhost:1234/v1", "ftp://host/v1", "http://", "chat"])
def test_an_address_that_is_none_is_refused_at_the_start(url):
    with pytest.raises(ValidationError, match="must be a URL"):
        Environment(llm_chat_api_url=url)
