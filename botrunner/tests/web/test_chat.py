"""Tests of the web chat: its socket and its pages."""

from __future__ import annotations

import asyncio
import json
import zipfile
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any
from unittest.mock import AsyncMock

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from botrunner import history
from botrunner.conversation.actions import store_all
from botrunner.tests.fakes import FakeModel
from botrunner.web import consumers, replies
from botrunner.web.consumers import NOT_SIGNED_IN, ChatConsumer
from botrunner.web.markdown import as_html
from memories.actions import MemoryDraft, remember
from memories.models import Memory, Message, Place
from profiles.actions import decide_consent
from profiles.privacy import Way
from profiles.queries import may_remember, open_ways
from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError
from whisper.ids import FIRST_OF_ACCOUNTS
from whisper.tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_process():
    history.reset()


@pytest.fixture
def model(monkeypatch):
    """A model that answers when its gate is opened."""
    model = FakeModel("I'm here.", gate=asyncio.Event())
    monkeypatch.setattr("botrunner.conversation.respond.chat_model", lambda: model)
    return model


@pytest.fixture(autouse=True)
async def _nothing_is_left_in_hand():
    yield
    await replies.finish(20)


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


def person_of(account):
    return FIRST_OF_ACCOUNTS + account.pk


def say(text, number="7"):
    return json.dumps({"type": "say", "id": number, "text": text})


def hello(after="0", waiting=()):
    return json.dumps({"type": "hello", "after": after, "waiting": list(waiting)})


async def until_settled(socket, number="7"):
    """Return what a tab gets until a message is answered or failed."""
    got = []
    while True:
        got.append(await socket.receive())
        last = got[-1]
        if last["type"] == "state" and (last["id"], last["state"]) != (number, "received"):
            return got


def reply_in(got):
    """Return the reply among what a tab got."""
    (reply,) = [one for one in got if one["type"] == "message" and one["who"] == "companion"]
    return reply


async def answer(socket, text, number="7"):
    """Send a text and return the finished reply, after its pieces."""
    await socket.send(say(text, number))
    return reply_in(await until_settled(socket, number))


async def test_a_message_is_received_answered_piece_by_piece_and_then_whole(ann):
    socket = Socket(ann)
    await socket.connect()
    await socket.send(say("Hello there"))
    own, *pieces, reply, state = await until_settled(socket)
    assert (own["type"], own["id"], own["state"]) == ("message", "7", "received")
    assert pieces
    beginnings = [piece["html"].removesuffix("</p>\n").strip() for piece in pieces]
    assert all(reply["html"].startswith(beginning) for beginning in beginnings)
    assert {one["to"] for one in (*pieces, reply)} == {"7"}
    assert (state["id"], state["state"]) == ("7", "answered")
    await socket.leave()


async def test_all_tabs_show_what_is_said_in_one_of_them(ann):
    one, other = Socket(ann), Socket(ann)
    await one.connect()
    await other.connect()
    await one.send(say("Hello there"))
    assert (await until_settled(one))[-2:] == (await until_settled(other))[-2:]
    await one.leave()
    await other.leave()


async def test_nobody_else_sees_it(ann):
    ben = await in_database(User.objects.create_user, "ben", password="a long password")
    one, other = Socket(ann), Socket(ben)
    await one.connect()
    await other.connect()
    await answer(one, "Hello there")
    await other.send("odd")
    assert (await other.receive())["type"] == "refused"
    await one.leave()
    await other.leave()


@pytest.mark.heavy
async def test_quick_messages_are_stored_at_once_and_each_is_answered(ann):
    socket = Socket(ann)
    await socket.connect()
    await socket.send(say("My parrot is called Kiwi", "1"))
    await socket.send(say("My dog is called Rex", "2"))
    got = await until_settled(socket, "1") + await until_settled(socket, "2")
    replies = [one for one in got if one["type"] == "message" and one["who"] == "companion"]
    assert [one["to"] for one in replies] == ["1", "2"]
    await socket.leave()


async def test_a_reply_goes_on_though_the_socket_is_dropped_and_is_replayed(ann, model):
    socket = Socket(ann)
    await socket.connect()
    await socket.send(say("Hello there"))
    assert (await socket.receive())["state"] == "received"
    await socket.leave()
    model.gate.set()
    await until(lambda: Message.objects.filter(reply_state="answered").aexists())
    again = Socket(ann)
    await again.connect()
    await again.send(hello())
    own, reply = await again.receive(), await again.receive()
    assert (own["id"], own["state"]) == ("7", "answered")
    assert (reply["to"], reply["html"]) == ("7", "<p>I'm here.</p>\n")
    await again.leave()


async def test_only_what_was_missed_is_replayed(ann):
    socket = Socket(ann)
    await socket.connect()
    await answer(socket, "Hello there", "1")
    await answer(socket, "How are you?", "2")
    await socket.leave()
    seen = await in_database(lambda: Message.objects.get(platform_id=2).pk)
    again = Socket(ann)
    await again.connect()
    await again.send(hello(str(seen)))
    assert (await again.receive())["to"] == "2"
    await again.leave()


async def test_what_is_sent_again_after_a_dropped_socket_is_one_message(ann):
    socket = Socket(ann)
    await socket.connect()
    await answer(socket, "Hello there")
    await socket.send(say("Hello there"))
    got = [await socket.receive() for _ in range(3)]
    assert [one["type"] for one in got] == ["message", "message", "state"]
    assert await Message.objects.acount() == 2
    await socket.leave()


async def test_the_id_of_another_person_s_message_gets_nothing_of_it(ann):
    ben = await in_database(User.objects.create_user, "ben", password="a long password")
    one, other = Socket(ann), Socket(ben)
    await one.connect()
    await answer(one, "My parrot is called Kiwi")
    await other.connect()
    await other.send(say("Hello"))
    assert (await other.receive())["type"] == "refused"
    assert (await answer(other, "Hello", "8"))["to"] == "8"
    await one.leave()
    await other.leave()


async def test_what_a_process_that_ended_left_unanswered_is_answered(ann, model):
    model.gate.set()
    incoming = replies.said(7, person_of(ann), "Ann", "Hello there", timezone.now())
    await in_database(store_all, [incoming])  # The process ends here.
    socket = Socket(ann)
    await socket.connect()
    assert await replies.take_up() == 1
    assert reply_in(await until_settled(socket))["html"] == "<p>I'm here.</p>\n"
    assert await replies.take_up() == 0
    await socket.leave()


async def test_a_tab_that_comes_back_has_its_own_taken_up(ann, model):
    model.gate.set()
    incoming = replies.said(7, person_of(ann), "Ann", "Hello there", timezone.now())
    await in_database(store_all, [incoming])
    socket = Socket(ann)
    await socket.connect()
    await socket.send(hello())
    assert reply_in(await until_settled(socket))["html"] == "<p>I'm here.</p>\n"
    await socket.leave()


async def test_of_who_declined_nothing_is_kept_that_could_be_answered_later(ann):
    await in_database(decide_consent, person_of(ann), granted=False, source="web")
    incoming = replies.said(7, person_of(ann), "Ann", "My secret", timezone.now())
    await in_database(store_all, [incoming])
    socket = Socket(ann)
    await socket.connect()
    await replies.take_up()
    assert (await socket.receive())["state"] == "failed"
    await socket.leave()


async def test_a_tab_hears_what_failed_while_it_had_no_connection(ann):
    await in_database(decide_consent, person_of(ann), granted=False, source="web")
    incoming = replies.said(7, person_of(ann), "Ann", "My secret", timezone.now())
    await in_database(store_all, [incoming])
    seen = await in_database(lambda: Message.objects.get(platform_id=7).pk)
    await replies.take_up()
    socket = Socket(ann)
    await socket.connect()
    await socket.send(hello(str(seen), waiting=["8", "odd", "7"]))
    heard = await socket.receive()
    assert (heard["type"], heard["id"], heard["state"]) == ("state", "7", "failed")
    await socket.leave()


async def test_a_message_that_could_not_be_stored_is_said_to_have_failed(ann, monkeypatch):
    socket = Socket(ann)
    await socket.connect()

    async def away(incoming):
        raise DatabaseAwayError("PostgreSQL can't be reached.")

    monkeypatch.setattr(replies, "take", away)
    await socket.send(say("Hello"))
    refused = await socket.receive()
    assert (refused["type"], refused["id"]) == ("refused", "7")
    assert "say it again" in refused["text"]
    await socket.leave()


async def test_a_reply_that_fails_leaves_the_others_alone(ann, monkeypatch):
    failed = AsyncMock(side_effect=RuntimeError)
    socket = Socket(ann)
    await socket.connect()
    with monkeypatch.context() as broken:
        broken.setattr(replies, "respond_if_possible", failed)
        await socket.send(say("Hello", "1"))
        assert (await until_settled(socket, "1"))[-1]["state"] == "failed"
    assert (await answer(socket, "Hello", "2"))["to"] == "2"
    await socket.leave()


async def test_a_socket_of_who_logged_out_elsewhere_is_closed_though_nothing_is_sent(
    ann, monkeypatch
):
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 0.01)
    socket = Socket(ann)
    await socket.connect()
    await in_database(end_all_sessions, socket)
    closed = await socket.output()
    assert (closed["type"], closed["code"]) == ("websocket.close", NOT_SIGNED_IN)


async def test_a_reply_that_comes_after_a_logout_is_not_shown(ann, model):
    socket = Socket(ann)
    await socket.connect()
    await socket.send(say("Hello there"))
    assert (await socket.receive())["state"] == "received"
    await in_database(end_all_sessions, socket)
    model.gate.set()
    closed = await socket.output()
    assert (closed["type"], closed["code"]) == ("websocket.close", NOT_SIGNED_IN)


async def test_what_was_told_is_kept_as_the_account_s_own(ann):
    socket = Socket(ann)
    await socket.connect()
    await answer(socket, "My parrot is called Kiwi")
    await socket.leave()
    said = await in_database(lambda: Message.objects.get(from_companion=False))
    assert (said.person_id, said.place, said.text) == (
        person_of(ann),
        Place.DIRECT,
        "My parrot is called Kiwi",
    )


async def test_who_is_not_signed_in_is_turned_away():
    socket = Socket(None)
    # A browser tells the page why only if the socket was accepted first.
    assert (await socket.connect())["type"] == "websocket.accept"
    closed = await socket.output()
    assert (closed["type"], closed["code"]) == ("websocket.close", NOT_SIGNED_IN)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "odd",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"type": "say", "id": "7", "text": 5}',
        '{"type": "say", "id": 7, "text": "Hello"}',
        '{"type": "say", "id": "-7", "text": "Hello"}',
        '{"type": "say", "id": "99999999999999999999", "text": "Hello"}',
        '{"type": "say", "text": "Hello"}',
        '{"type": "say", "id": "7", "text": "' + "x" * 20_001 + '"}',
        "[" * 100_000,
        '{"text": ' * 100_000,
        '{"text": ' + "9" * 5000 + "}",
    ],
    ids=range(13),
)
async def test_an_odd_frame_is_refused_and_the_talk_goes_on(ann, odd):
    socket = Socket(ann)
    await socket.connect()
    await socket.send(odd)
    assert (await socket.receive())["type"] == "refused"
    assert (await answer(socket, "Hello", "8"))["to"] == "8"
    await socket.leave()


async def test_a_binary_frame_is_refused_and_the_talk_goes_on(ann):
    socket = Socket(ann)
    await socket.connect()
    await socket.send(None, b"\x00\xff")
    assert (await socket.receive())["type"] == "refused"
    assert (await answer(socket, "Hello", "8"))["to"] == "8"
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
    await socket.send(say("My parrot is called Kiwi"))
    closed = await socket.output()
    assert (closed["type"], closed["code"]) == ("websocket.close", NOT_SIGNED_IN)
    assert not await Message.objects.aexists()


@pytest.mark.parametrize("page", ["chat", "export", "forget_me"])
def test_the_pages_are_for_who_is_signed_in(client, page):
    response = client.get(reverse(page))
    assert response.status_code == 302
    assert reverse("admin:login") in response["Location"]


@pytest.mark.parametrize("page", ["chat", "privacy", "export", "forget_me"])
def test_no_browser_or_proxy_keeps_a_page_of_somebody_s_words(client, ann, page):
    client.force_login(ann)
    assert "no-store" in client.get(reverse(page))["Cache-Control"]


def test_the_chat_shows_what_was_said_as_text(client, ann):
    client.force_login(ann)
    Message.objects.create(
        platform="web",
        platform_id=1,
        channel_id=person_of(ann),
        person_id=person_of(ann),
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
        channel_id=person_of(ann) + 1,
        place=Place.DIRECT,
        text="Ben's secret",
        sent_at="2026-01-01T00:00:00Z",
    )
    assert "secret" not in client.get(reverse("chat")).content.decode()


def test_remembering_is_switched_off_and_on_by_the_person(client, ann):
    client.force_login(ann)
    client.post(reverse("set_remembering"), {"granted": "no"})
    assert not may_remember(person_of(ann))
    client.post(reverse("set_remembering"), {"granted": "yes"})
    assert may_remember(person_of(ann))


def test_remembering_is_not_changed_by_a_link(client, ann):
    client.force_login(ann)
    assert client.get(reverse("set_remembering")).status_code == 405


def keep(person_id, text):
    return remember(
        MemoryDraft(person_id, Memory.Kind.CONVERSATION, text, Place.DIRECT, timezone.now())
    )


def test_the_export_holds_one_s_own_memories_and_nobody_else_s(client, ann):
    keep(person_of(ann), "I sail on Sundays")
    keep(person_of(ann) + 1, "Ben's secret")
    client.force_login(ann)
    archive = zipfile.ZipFile(BytesIO(client.get(reverse("export")).content))
    everything = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "I sail on Sundays" in everything
    assert "secret" not in everything
    tables = [name for name in archive.namelist() if name.endswith(".json")]
    assert all(isinstance(json.loads(archive.read(name)), list) for name in tables)


def test_forgetting_asks_first_and_then_erases_only_one_s_own(client, ann):
    keep(person_of(ann), "I sail on Sundays")
    keep(person_of(ann) + 1, "Ben's words")
    client.force_login(ann)
    client.get(reverse("forget_me"))
    assert Memory.objects.count() == 2
    after = client.post(reverse("forget_me"), follow=True)
    assert after.redirect_chain[-1][0].startswith(reverse("admin:login"))
    assert "Erased: 1 memory" in after.content.decode()
    assert [memory.text for memory in Memory.objects.all()] == ["Ben's words"]
    assert not may_remember(person_of(ann))


def test_a_person_chooses_where_what_they_say_may_come_up(client, ann):
    client.force_login(ann)
    page = reverse("privacy")
    client.post(page, {"level": "custom", "way": ["across_servers", "nonsense"]})
    assert open_ways(person_of(ann)) == {Way.ACROSS_SERVERS}
    assert 'value="custom" checked' in client.get(page).content.decode()
    assert client.post(page, {"level": "lenient"}).status_code == 400
    client.post(page, {"level": "strict"})
    assert open_ways(person_of(ann)) == frozenset()


HOW = {"wanted": "yes", "per_week": "3", "quiet_from": "0", "quiet_until": "9"}


def test_a_person_chooses_whether_and_how_they_are_asked_how_something_went(client, ann):
    decide_consent(person_of(ann), granted=True, source="test")
    client.force_login(ann)
    page = reverse("privacy")
    shown = client.get(page).content.decode()
    assert "Turn on follow-ups" in shown
    assert 'name="quiet_from" min="0" max="23" required value="22"' in shown
    client.post(reverse("set_follow_ups"), HOW)
    shown = client.get(page).content.decode()
    assert "at most 3 times a week, not between 0:00 and 9:00" in shown
    assert 'name="quiet_from" min="0" max="23" required value="0"' in shown
    client.post(reverse("set_follow_ups"), {"wanted": "no"})
    assert "Turn on follow-ups" in client.get(page).content.decode()


def test_nobody_is_asked_who_is_not_remembered(client, ann):
    decide_consent(person_of(ann), granted=False, source="test")
    client.force_login(ann)
    after = client.post(reverse("set_follow_ups"), HOW, follow=True).content.decode()
    assert "To ask you, I have to remember what you tell me." in after
    assert "Turn on follow-ups" in after


@pytest.mark.parametrize(
    "wrong", [{"per_week": "0"}, {"per_week": "often"}, {"quiet_from": "24"}, {"quiet_until": ""}]
)
def test_impossible_times_are_refused(client, ann, wrong):
    client.force_login(ann)
    assert client.post(reverse("set_follow_ups"), HOW | wrong).status_code == 400


async def test_a_tab_hears_how_many_memories_a_reply_was_made_with_and_can_see_them(ann, model):
    await in_database(decide_consent, person_of(ann), granted=True, source="test")
    told = MemoryDraft(
        person_id=person_of(ann),
        kind=Memory.Kind.CONVERSATION,
        text="My cat is called Miso",
        place=Place.DIRECT,
        said_at=timezone.now() - timedelta(days=9),
        channel_id=person_of(ann),
    )
    memory = await in_database(remember, told)
    model.gate.set()
    socket = Socket(ann)
    await socket.connect()
    await socket.send(say("What is my cat called?"))
    state = (await until_settled(socket))[-1]
    assert state["recalled"] == 1
    page = await in_database(socket.browser.get, reverse("recalled", args=[7]))
    assert "My cat is called Miso" in page.content.decode()
    await in_database(socket.browser.post, reverse("forget_memory", args=[memory.pk]))
    assert not await in_database(Memory.objects.filter(pk=memory.pk).exists)
    page = await in_database(socket.browser.get, reverse("recalled", args=[7]))
    assert "no longer kept" in page.content.decode()
    await socket.leave()


def kept_for(account, text="I have a cat", **values):
    common: dict[str, Any] = {
        "kind": Memory.Kind.USER_FACT,
        "place": Place.DIRECT,
        "said_at": timezone.now(),
    }
    return remember(MemoryDraft(person_id=person_of(account), text=text, **common | values))


def test_nobody_sees_or_forgets_what_is_somebody_else_s(client, ann):
    memory = kept_for(ann)
    ben = User.objects.create_user("ben", password="a long password")
    client.force_login(ben)
    assert "I have a cat" not in client.get(reverse("known")).content.decode()
    client.post(reverse("forget_memory", args=[memory.pk]))
    assert Memory.objects.filter(pk=memory.pk).exists()


@pytest.mark.parametrize("question", [1, 2**63, int("9" * 300)])
def test_what_was_recalled_for_no_reply_of_theirs_is_not_found(client, ann, question):
    client.force_login(ann)
    assert client.get(f"/recalled/{question}/").status_code == 404


def test_what_is_known_is_listed_by_theme_and_forgotten(client, ann):
    memory = kept_for(ann, "<b>Miso</b> is my cat", category="pet")
    client.force_login(ann)
    page = client.get(reverse("known")).content.decode()
    assert "&lt;b&gt;Miso&lt;/b&gt; is my cat" in page
    assert "Pet" in page
    shown = client.post(reverse("forget_memory", args=[memory.pk]), follow=True)
    assert "Forgotten." in shown.content.decode()
    assert not Memory.objects.exists()


def test_what_is_known_is_said_to_the_person(client, ann):
    kept_for(ann, "They live in Ghent.", category="home")
    client.force_login(ann)
    assert "You live in Ghent." in client.get(reverse("known")).content.decode()


async def test_an_earlier_day_shows_what_was_said_then(ann, model):
    model.gate.set()
    socket = Socket(ann)
    await socket.connect()
    await answer(socket, "Hello of today")
    await in_database(Message.objects.update, sent_at=timezone.now() - timedelta(days=3))
    day = timezone.localdate() - timedelta(days=3)
    page = await in_database(socket.browser.get, "/")
    assert f"?day={day:%Y-%m-%d}" in page.content.decode()
    page = await in_database(socket.browser.get, "/", {"day": f"{day}"})
    assert "Hello of today" in page.content.decode()
    other = await in_database(socket.browser.get, "/", {"day": "2020-01-01"})
    assert "We didn't talk on that day" in other.content.decode().replace("&#x27;", "'")
    await socket.leave()


@pytest.mark.parametrize("day", ["x", "2026-99-99", "9" * 5_000, "\x00"])
def test_a_day_that_is_none_shows_the_latest(client, ann, day):
    client.force_login(ann)
    assert client.get("/", {"day": day}).context["day"] is None


async def test_a_reply_in_markdown_is_shown_formatted_and_loads_nothing(ann, model):
    model.pieces = (
        "# Plans\n**Friday**: `exam`\n- tea\n- [map](https://example.org)\n\n",
        "<img src=x onerror=alert(1)> ![seen](https://example.org/seen.png) ",
        "[go](javascript:alert(1))",
    )
    model.gate.set()
    socket = Socket(ann)
    await socket.connect()
    shown = (await answer(socket, "What is up?"))["html"]
    assert "<p><strong>Plans</strong></p>" in shown
    assert "<strong>Friday</strong>: <code>exam</code>" in shown
    assert "<li>tea</li>" in shown
    assert 'target="_blank" rel="noopener noreferrer nofollow">map</a>' in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown
    client = Client()
    await in_database(client.force_login, ann)
    page = await in_database(client.get, reverse("chat"))
    assert shown in page.content.decode()
    await socket.leave()


async def test_what_a_person_types_is_no_markdown(ann):
    socket = Socket(ann)
    await socket.connect()
    await socket.send(say("**stars** <b>tags</b>"))
    own, *_ = await until_settled(socket)
    assert own["text"] == "**stars** <b>tags</b>"
    assert "html" not in own
    await socket.leave()


@pytest.mark.parametrize("text", ["[" * 8_000, "*a" * 4_000, "![a](" * 2_000, "word " * 4_000])
def test_a_reply_that_would_take_long_to_format_is_shown_as_it_is(text):
    shown = as_html(text)
    assert text.strip() in unescape(shown)
    assert "<a" not in shown


def test_a_table_has_no_style_which_the_page_would_refuse():
    shown = as_html("| a | b |\n|:-:|---|\n| 1 | 2 |")
    assert "<td>1</td>" in shown
    assert "style" not in shown
