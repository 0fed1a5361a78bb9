"""Sessions of the protocol's own client with the MCP server, over both of its transports."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from unittest.mock import patch

import httpx2
import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from botrunner.tests.api.conftest import ANN, BEN, SECRET
from botrunner.tests.web.test_closing import address_of_the_tests_database
from memories.models import Memory
from profiles.actions import decide_consent
from whisper.action_log import Actor
from whisper.asgi import application
from whisper.database.access import in_database
from whisper.models import AccessToken, ActionEntry
from whisper.tokens import TokenScope
from whisper.tokens.actions import revoke_token

pytestmark = pytest.mark.heavy

ADDRESS = "http://localhost/mcp"
READ = TokenScope.READ_MEMORIES
# The protocol's revision with a handshake, and the one without.
ERAS = ["legacy", "2026-07-28"]


@asynccontextmanager
async def over_http(text, mode="auto"):
    """Connect over HTTP with a token, to the application as a server runs it."""
    transport = httpx2.ASGITransport(application)
    headers = {"Authorization": f"Bearer {text}"}
    async with (
        httpx2.AsyncClient(transport=transport, headers=headers, timeout=60) as http,
        Client(streamable_http_client(ADDRESS, http_client=http), mode=mode) as client,
    ):
        yield client


@asynccontextmanager
async def over_stdio(text):
    """Start `manage.py mcp` with a token and connect to it."""
    server = StdioServerParameters(
        command=sys.executable,
        args=[str(django_settings.BASE_DIR / "manage.py"), "mcp"],
        env=dict(os.environ)
        | {
            "DJANGO_SETTINGS_MODULE": "whisper.settings",
            "WHISPER_ENV_FILE": "",
            "DATABASE_URL": address_of_the_tests_database(),
            "WHISPER_TOKEN": text,
        },
    )
    async with Client(server) as client:
        yield client


async def told(client, name, **arguments):
    """Call a tool; return what it tells and whether that is an error."""
    result = await client.call_tool(name, arguments)
    text = result.content[0].text
    return (json.loads(text) if not result.is_error else text), result.is_error


async def use_all_tools(client):
    """Use each tool for Ann, as an assistant would."""
    tools = await client.list_tools()
    assert {one.name for one in tools.tools} == {"recall", "remember", "facts", "profile"}
    found, _ = await told(client, "recall", query="Where is the diary hidden?")
    assert SECRET in [one["text"] for one in found["memories"]]
    assert "Ben" not in json.dumps(found)
    facts, _ = await told(client, "facts")
    assert [one["text"] for one in facts["facts"]] == ["Ann's cat is called Miso"]
    profile, _ = await told(client, "profile")
    assert profile["name"] == "Annabel"
    kept, failed = await told(client, "remember", text="I live in Ghent.")
    assert (kept, failed) == ({"kept": True}, False)
    facts, _ = await told(client, "facts")
    assert any("Ghent" in one["text"] for one in facts["facts"])


@pytest.mark.parametrize("mode", ERAS)
async def test_an_assistant_uses_all_tools_over_http(token, mode):
    async with over_http(await in_database(token), mode) as client:
        await use_all_tools(client)
    entries = await in_database(lambda: list(ActionEntry.objects.filter(actor_id=ANN)))
    assert {"read.recall", "read.facts", "read.profile"} <= {one.action for one in entries}
    assert all("assistant" in one.reason for one in entries if one.action.startswith("read."))


@pytest.mark.process
async def test_an_assistant_uses_all_tools_over_standard_input_and_output(token):
    async with over_stdio(await in_database(token)) as client:
        await use_all_tools(client)
        # Revoked while it is connected.
        made = await in_database(AccessToken.objects.get)
        await in_database(lambda: revoke_token(made.pk, actor=Actor.admin(1)))
        found, failed = await told(client, "facts")
        assert failed
        assert "token" in found


async def refused(text):
    """Return the status with which a token is refused over HTTP."""
    transport = httpx2.ASGITransport(application)
    async with httpx2.AsyncClient(transport=transport, timeout=60) as http:
        answer = await http.post(
            ADDRESS,
            headers={
                "Authorization": f"Bearer {text}",
                "Accept": "application/json, text/event-stream",
            },
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        )
        return answer.status_code, answer.json()["error"]["code"]


async def test_a_token_that_holds_no_more_is_refused_over_http(token):
    expired, revoked = await in_database(token), await in_database(token)

    def end():
        first, second = AccessToken.objects.order_by("pk")
        AccessToken.objects.filter(pk=first.pk).update(expires_at=timezone.now())
        revoke_token(second.pk, actor=Actor.admin(1))

    await in_database(end)
    for text in (expired, revoked, "whisper_made_up", ""):
        assert await refused(text) == (401, "token_invalid")


@pytest.mark.process
async def test_a_token_that_holds_no_more_ends_the_command(token):
    text = await in_database(lambda: token(valid=timedelta(days=1)))
    await in_database(lambda: AccessToken.objects.update(expires_at=timezone.now()))
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "manage.py",
        "mcp",
        cwd=django_settings.BASE_DIR,
        env=dict(os.environ)
        | {"DATABASE_URL": address_of_the_tests_database(), "WHISPER_TOKEN": text},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await server.communicate()
    assert (server.returncode, out) == (1, b"")
    assert b"token" in errors
    assert text.encode() not in errors


async def test_a_token_sees_and_uses_only_the_tools_of_its_scopes(token):
    async with over_http(await in_database(token, READ)) as client:
        tools = await client.list_tools()
        assert {one.name for one in tools.tools} == {"recall", "facts"}
        for name, arguments in (("remember", {"text": "I live in Ghent."}), ("profile", {})):
            found, failed = await told(client, name, **arguments)
            assert failed
            assert "lacks the scope" in found
    assert not await in_database(Memory.objects.filter(text__contains="Ghent").exists)


async def test_a_token_of_another_person_tells_of_them_alone(token):
    text = await in_database(lambda: token(person_id=BEN))
    async with over_http(text) as client:
        found, _ = await told(client, "recall", query="Where is the diary hidden?")
    assert [one["text"] for one in found["memories"]] == ["Ben hides his diary in the attic"]


async def test_a_token_of_an_account_acts_for_nobody(token, officer):
    text = await in_database(lambda: token(account=officer))
    async with over_http(text) as client:
        found, failed = await told(client, "recall", query="Where is the diary hidden?")
    assert failed
    assert "not for a person" in found


async def test_who_declined_is_neither_recalled_nor_remembered(token):
    text = await in_database(token)
    await in_database(lambda: decide_consent(ANN, granted=False, source="test"))
    async with over_http(text) as client:
        found, _ = await told(client, "recall", query="Where is the diary hidden?")
        assert found == {"memories": []}
        _, failed = await told(client, "remember", text="I live in Ghent.")
        assert failed


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("recall", {}),
        ("recall", {"query": "x" * 5_000}),
        ("recall", {"query": "x", "person_id": BEN}),
        ("facts", {"limit": 10**9}),
        ("remember", {"text": "Don't remember this: I am ill."}),
        ("erase", {}),
    ],
)
async def test_odd_calls_are_answered_with_why(token, name, arguments):
    async with over_http(await in_database(token)) as client:
        found, failed = await told(client, name, **arguments)
    assert failed
    assert "x" * 50 not in found


async def test_a_fault_tells_nothing_of_its_words(token):
    async def broken(*args, **how):
        raise RuntimeError(SECRET)

    with patch("botrunner.api.doing.recall", broken):
        async with over_http(await in_database(token)) as client:
            found, failed = await told(client, "recall", query="Where is the diary hidden?")
    assert (found, failed) == ("Something went wrong.", True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("get", {}, b"", 405),
        ("delete", {}, b"", 405),
        ("post", {"origin": "http://evil.example"}, b"{}", 403),
        ("post", {"host": "evil.example"}, b"{}", 400),
        ("post", {}, b"x" * (2 * 1024**2), 413),
    ],
)
def test_odd_requests_are_refused_in_the_one_shape(client, method, headers, body, status):
    answer = getattr(client, method)("/mcp", body, content_type="application/json", headers=headers)
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message", "details"}


async def test_a_broken_message_harms_nothing(token):
    text = await in_database(token)
    transport = httpx2.ASGITransport(application)
    headers = {"Authorization": f"Bearer {text}", "Accept": "application/json, text/event-stream"}
    async with httpx2.AsyncClient(transport=transport, headers=headers, timeout=60) as http:
        for body in (b"", b"{", b"[" * 10_000, b"null", b'{"jsonrpc": "2.0", "id": 1}'):
            with suppress(httpx2.HTTPError):
                answer = await http.post(
                    ADDRESS, content=body, headers={"Content-Type": "application/json"}
                )
                assert answer.status_code < 500
    async with over_http(text) as client:
        assert (await client.list_tools()).tools
