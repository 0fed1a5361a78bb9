"""Tests of the web chat: its socket and its pages."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from botrunner import history
from botrunner.web.consumers import NOT_SIGNED_IN, ChatConsumer
from memories.actions import MemoryDraft, remember
from memories.models import Memory, Message, Place
from profiles.privacy import Way
from profiles.queries import may_remember, open_ways
from whisper.database.access import in_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_process():
    history.reset()


@pytest.fixture
def ann():
    return User.objects.create_user("ann", password="a long password", first_name="Ann")


class Socket:
    """An open page, as the server's side of the ASGI protocol sees it."""

    def __init__(self, user) -> None:
        self._user = user
        self.browser = Client()

    async def connect(self) -> Any:
        if self._user is not None:
            await in_database(self.browser.force_login, self._user)
        session = await in_database(lambda: self.browser.session)
        scope = {"type": "websocket", "path": "/ws/chat/", "headers": [], "session": session}
        self._asgi = ApplicationCommunicator(ChatConsumer.as_asgi(), scope)
        await self._asgi.send_input({"type": "websocket.connect"})
        return await self.output()

    async def send(self, text: str | None, data: bytes | None = None) -> None:
        await self._asgi.send_input({"type": "websocket.receive", "text": text, "bytes": data})

    async def output(self) -> Any:
        return await self._asgi.receive_output(20)

    async def receive(self) -> Any:
        return json.loads((await self.output())["text"])

    async def leave(self) -> None:
        await self._asgi.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._asgi.wait(20)


async def answer(socket, text):
    """Send a text and return the finished reply, after its pieces."""
    await socket.send(json.dumps({"text": text}))
    while True:
        message = await socket.receive()
        if message["type"] != "piece":
            return message


async def test_a_message_is_answered_piece_by_piece_and_then_whole(ann):
    socket = Socket(ann)
    await socket.connect()
    await socket.send(json.dumps({"text": "Hello there"}))
    first = await socket.receive()
    assert first["type"] == "piece"
    message = first
    pieces = ""
    while message["type"] == "piece":
        pieces += message["text"]
        message = await socket.receive()
    assert message == {"type": "reply", "text": pieces.strip()}
    await socket.leave()


async def test_what_was_told_is_kept_as_the_account_s_own(ann):
    socket = Socket(ann)
    await socket.connect()
    await answer(socket, "My parrot is called Kiwi")
    await socket.leave()
    said = await in_database(lambda: Message.objects.get(from_companion=False))
    assert (said.person_id, said.place, said.text) == (
        ann.pk,
        Place.DIRECT,
        "My parrot is called Kiwi",
    )


async def test_who_is_not_signed_in_is_turned_away():
    answered = await Socket(None).connect()
    assert (answered["type"], answered["code"]) == ("websocket.close", NOT_SIGNED_IN)


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"text": 5}',
        '{"text": "' + "x" * 200_001 + '"}',
        "[" * 100_000,
        '{"text": ' * 100_000,
        '{"text": ' + "9" * 5000 + "}",
    ],
    ids=range(9),
)
async def test_an_odd_frame_is_refused_and_the_talk_goes_on(ann, odd):
    socket = Socket(ann)
    await socket.connect()
    await socket.send(odd)
    assert (await socket.receive())["type"] == "error"
    assert (await answer(socket, "Hello"))["type"] == "reply"
    await socket.leave()


async def test_a_binary_frame_is_refused_and_the_talk_goes_on(ann):
    socket = Socket(ann)
    await socket.connect()
    await socket.send(None, b"\x00\xff")
    assert (await socket.receive())["type"] == "error"
    assert (await answer(socket, "Hello"))["type"] == "reply"
    await socket.leave()


def log_out(socket):
    socket.browser.logout()


def end_all_sessions(socket):
    Session.objects.all().delete()


def let_it_expire(socket):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def deactivate(socket):
    User.objects.update(is_active=False)


def change_the_password(socket):
    user = User.objects.get()
    user.set_password("another long password")
    user.save()


def delete_the_account(socket):
    User.objects.all().delete()


@pytest.mark.parametrize(
    "end",
    [
        log_out,
        end_all_sessions,
        let_it_expire,
        deactivate,
        change_the_password,
        delete_the_account,
    ],
)
async def test_an_open_socket_of_who_is_not_signed_in_any_more_takes_no_message(ann, end):
    socket = Socket(ann)
    await socket.connect()
    await in_database(end, socket)
    await socket.send(json.dumps({"text": "My parrot is called Kiwi"}))
    closed = await socket.output()
    assert (closed["type"], closed["code"]) == ("websocket.close", NOT_SIGNED_IN)
    assert not await Message.objects.aexists()


@pytest.mark.parametrize("page", ["chat", "export", "forget_me"])
def test_the_pages_are_for_who_is_signed_in(client, page):
    response = client.get(reverse(page))
    assert response.status_code == 302
    assert reverse("admin:login") in response["Location"]


def test_the_chat_shows_what_was_said_as_text(client, ann):
    client.force_login(ann)
    Message.objects.create(
        platform="web",
        platform_id=1,
        channel_id=ann.pk,
        person_id=ann.pk,
        place=Place.DIRECT,
        text="<script>alert(1)</script>",
        sent_at="2026-01-01T00:00:00Z",
    )
    page = client.get(reverse("chat")).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_another_person_s_words_are_not_shown(client, ann):
    client.force_login(ann)
    Message.objects.create(
        platform="web",
        platform_id=1,
        channel_id=ann.pk + 1,
        place=Place.DIRECT,
        text="Ben's secret",
        sent_at="2026-01-01T00:00:00Z",
    )
    assert "secret" not in client.get(reverse("chat")).content.decode()


def test_remembering_is_switched_off_and_on_by_the_person(client, ann):
    client.force_login(ann)
    client.post(reverse("set_remembering"), {"granted": "no"})
    assert not may_remember(ann.pk)
    client.post(reverse("set_remembering"), {"granted": "yes"})
    assert may_remember(ann.pk)


def test_remembering_is_not_changed_by_a_link(client, ann):
    client.force_login(ann)
    assert client.get(reverse("set_remembering")).status_code == 405


def keep(person_id, text):
    return remember(
        MemoryDraft(person_id, Memory.Kind.CONVERSATION, text, Place.DIRECT, timezone.now())
    )


def test_the_export_holds_one_s_own_memories_and_nobody_else_s(client, ann):
    keep(ann.pk, "I sail on Sundays")
    keep(ann.pk + 1, "Ben's secret")
    client.force_login(ann)
    archive = zipfile.ZipFile(BytesIO(client.get(reverse("export")).content))
    everything = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "I sail on Sundays" in everything
    assert "secret" not in everything
    tables = [name for name in archive.namelist() if name.endswith(".json")]
    assert all(isinstance(json.loads(archive.read(name)), list) for name in tables)


def test_forgetting_asks_first_and_then_erases_only_one_s_own(client, ann):
    keep(ann.pk, "I sail on Sundays")
    keep(ann.pk + 1, "Ben's words")
    client.force_login(ann)
    client.get(reverse("forget_me"))
    assert Memory.objects.count() == 2
    after = client.post(reverse("forget_me"), follow=True)
    assert after.redirect_chain[-1][0].startswith(reverse("admin:login"))
    assert "Erased: 1 memories" in after.content.decode()
    assert [memory.text for memory in Memory.objects.all()] == ["Ben's words"]
    assert not may_remember(ann.pk)


def test_a_person_chooses_where_what_they_say_may_come_up(client, ann):
    client.force_login(ann)
    page = reverse("privacy")
    client.post(page, {"level": "custom", "way": ["across_servers", "nonsense"]})
    assert open_ways(ann.pk) == {Way.ACROSS_SERVERS}
    assert 'value="custom" checked' in client.get(page).content.decode()
    assert client.post(page, {"level": "lenient"}).status_code == 400
    client.post(page, {"level": "strict"})
    assert open_ways(ann.pk) == frozenset()
