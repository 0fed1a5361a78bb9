"""Tests of which pages may open a socket."""

from __future__ import annotations

import pytest
from asgiref.testing import ApplicationCommunicator

from whisper.asgi import application
from whisper.environment import environment

pytestmark = pytest.mark.django_db(transaction=True)

HOST = "chat.example.org:8000"


async def opened(origin, host=HOST, path="/ws/chat/"):
    """Return what a page gets that opens a socket: it is accepted, or closed at once."""
    headers = [(b"host", host.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode("latin1")))
    scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b""}
    socket = ApplicationCommunicator(application, scope)
    await socket.send_input({"type": "websocket.connect"})
    return (await socket.receive_output(20))["type"]


@pytest.fixture(autouse=True)
def _hosts(settings):
    settings.ALLOWED_HOSTS = ["chat.example.org"]


async def test_a_page_of_ours_opens_a_socket():
    assert await opened("http://chat.example.org:8000") == "websocket.accept"
    assert await opened("HTTP://Chat.Example.org:8000") == "websocket.accept"


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_default_port_need_not_be_named(scheme):
    port = {"http": 80, "https": 443}[scheme]
    assert await opened(f"{scheme}://chat.example.org", "chat.example.org") == "websocket.accept"
    found = await opened(f"{scheme}://chat.example.org", f"chat.example.org:{port}")
    assert found == "websocket.accept"


@pytest.mark.parametrize(
    "origin",
    [
        "http://chat.example.org:9000",
        "http://chat.example.org",
        "http://evil.example.org:8000",
        "http://chat.example.org.evil.org:8000",
        "http://chat.example.org:8000@evil.org",
        "http://[",
        "ftp://chat.example.org:8000",
        "null",
        "",
        None,
    ],
)
async def test_a_page_of_another_address_opens_none(origin):
    assert await opened(origin) == "websocket.close"


async def test_behind_https_a_page_that_came_in_the_clear_opens_none(monkeypatch):
    monkeypatch.setattr(environment, "behind_https", True)
    assert await opened("http://chat.example.org", "chat.example.org") == "websocket.close"
    assert await opened("https://chat.example.org", "chat.example.org") == "websocket.accept"


async def test_an_address_that_is_not_ours_opens_none():
    assert await opened("http://evil.org", "evil.org") == "websocket.close"


async def test_a_trusted_origin_opens_one(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://chat.example.org"]
    assert await opened("https://chat.example.org", "127.0.0.1:8000") == "websocket.accept"


async def test_an_address_that_there_is_not_opens_none():
    assert await opened("http://chat.example.org:8000", path="/nowhere") == "websocket.close"
