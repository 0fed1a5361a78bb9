"""`manage.py doctor` names what is wrong and what to do, a line each."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from django.core.management import CommandError, call_command
from pydantic import SecretStr

from botrunner import diagnoses
from memories.embeddings import EmbeddingError
from whisper import doctor
from whisper.environment import environment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Leave out what loads a model, but where a test is about it."""
    monkeypatch.setattr(doctor, "_examinations", dict(doctor._examinations))
    doctor._examinations.pop("embeddings")


@pytest.fixture
def server():
    """Serve what each path is given, and refuse whoever has no key."""

    class Served(BaseHTTPRequestHandler):
        answers: ClassVar[dict[str, object]] = {}
        key = "Bearer right"

        def do_GET(self):
            """Answer."""
            refused = self.headers.get("Authorization") != self.key
            self.send_response(401 if refused else 200 if self.path in self.answers else 404)
            self.end_headers()
            self.wfile.write(json.dumps(self.answers.get(self.path)).encode())

        def log_message(self, *args):
            """Be quiet."""

    with HTTPServer(("127.0.0.1", 0), Served) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", Served
        running.shutdown()


def examined(capsys, *arguments):
    """Return the lines by part, and the exit code."""
    code: int | str | None = 0
    try:
        call_command("doctor", *arguments)
    except SystemExit as ended:
        code = ended.code
    lines = capsys.readouterr().out.splitlines()
    return {line[8:22].strip(): line for line in lines}, code


def test_a_fresh_installation_has_no_fault(capsys):
    lines, code = examined(capsys)
    assert code == 0
    assert lines["database"].startswith("ok")
    assert "replies are made by rules" in lines["language model"]
    assert "runbot chats in the terminal" in lines["discord"]
    assert "start runworker" in lines["processes"]
    assert examined(capsys, "--strict")[1] == 1


def test_a_database_of_an_older_version_is_a_fault_with_its_remedy(capsys, monkeypatch):
    def unusable():
        raise CommandError("The database is not up to date: run `manage.py migrate` first.")

    monkeypatch.setattr(doctor, "require_usable_database", unusable)
    lines, code = examined(capsys)
    assert (lines["database"][:5], code) == ("fault", 1)
    assert "manage.py migrate" in lines["database"]


def test_a_part_that_can_not_be_looked_at_keeps_no_other_from_it(capsys, monkeypatch):
    def broken():
        raise ValueError("a secret")

    monkeypatch.setitem(doctor._examinations, "settings", broken)
    lines, code = examined(capsys)
    assert code == 1
    assert "ValueError" in lines["settings"]
    assert "secret" not in lines["settings"]
    assert lines["database"].startswith("ok")


def test_a_model_that_cannot_embed_is_a_fault(capsys, monkeypatch):
    def away():
        raise EmbeddingError("no weights")

    monkeypatch.setattr("memories.diagnoses.embedder", away)
    from memories.diagnoses import _embeddings

    monkeypatch.setitem(doctor._examinations, "embeddings", _embeddings)
    assert "fault" in examined(capsys)[0]["embeddings"]


def test_redis_that_is_away_is_a_fault(capsys, settings):
    settings.REDIS_ADDRESS = "redis://:geheim@127.0.0.1:9/0"
    line = examined(capsys)[0]["redis"]
    assert line.startswith("fault")
    assert "Connection refused" in line
    assert "geheim" not in line


@pytest.mark.parametrize(
    ("key", "models", "words"),
    [
        ("right", ["local-model"], "answers, with local-model"),
        ("right", ["other"], "set LLM_MODEL_NAME to one of other"),
        ("wrong", ["local-model"], "correct LLM_API_KEY"),
        ("right", None, "does LLM_CHAT_API_URL end in /v1?"),
    ],
)
def test_a_model_server(capsys, monkeypatch, server, key, models, words):
    address, served = server
    if models is not None:
        served.answers["/v1/models"] = {"data": [{"id": name} for name in models]}
    monkeypatch.setattr(environment, "llm_chat_api_url", f"{address}/v1")
    monkeypatch.setattr(environment, "llm_api_key", SecretStr(key))
    assert words in examined(capsys)[0]["language model"]


def test_a_model_server_that_is_away(capsys, monkeypatch):
    monkeypatch.setattr(environment, "llm_chat_api_url", "http://127.0.0.1:9/v1")
    assert "start it, or correct LLM_CHAT_API_URL" in examined(capsys)[0]["language model"]


@pytest.mark.parametrize(
    ("token", "flags", "servers", "words"),
    [
        ("right", 1 << 19, [{}], "logged in as whisper, in 1 servers"),
        ("right", 0, [{}], "the Message Content intent is off"),
        ("right", 1 << 19, [], "it is in no server"),
        ("wrong", 0, [], "Discord rejects the token"),
    ],
)
def test_discord(capsys, monkeypatch, server, token, flags, servers, words):
    address, served = server
    served.key = "Bot right"
    served.answers |= {
        "/users/@me": {"username": "whisper"},
        "/applications/@me": {"flags": flags},
        "/users/@me/guilds": servers,
    }
    monkeypatch.setattr(environment, "discord_api_url", address)
    monkeypatch.setattr(environment, "discord_bot_token", SecretStr(token))
    found = " ".join(one.text for one in diagnoses._discord())
    assert words in found
