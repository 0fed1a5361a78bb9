"""Tests of the page Live and its socket."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from botrunner.console.live.consumers import NOT_ALLOWED, LiveConsumer
from botrunner.conversation.actions import store_all
from botrunner.conversation.base import Incoming
from memories.models import Message, Place
from profiles.actions import decide_consent
from whisper import live
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.live import Event, LiveKind
from whisper.live.faults import FaultHandler
from whisper.live.publishing import MOST_WAITING, send_waiting
from whisper.models import ActionEntry
from whisper.personal_data import registry
from whisper.tests.reading import give_reason

pytestmark = pytest.mark.django_db(transaction=True)
ANN, CLEO, CHANNEL, SERVER = 101, 103, 500, 50
SECRET = "I collect blue teapots"


@pytest.fixture
async def hub():
    await send_waiting()
    found = await live.hub()
    yield found
    await found.close()


@pytest.fixture
def owner():
    return User.objects.create_superuser("owner", password="a long password")


@pytest.fixture
def moderator():
    account = User.objects.create_user("moderator", password="a long password", is_staff=True)
    rights = ("view_profile", "view_message", "read_public")
    account.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return account


@pytest.fixture
def viewer():
    account = User.objects.create_user("viewer", password="a long password", is_staff=True)
    account.user_permissions.add(Permission.objects.get(codename="view_profile"))
    return account


class Page:
    """An open page, as the server's side of the ASGI protocol sees it."""

    def __init__(self, account) -> None:
        self.account = account
        self.browser = Client()

    async def connect(self, *, reason=True):
        if self.account is not None:
            await in_database(self.browser.force_login, self.account)
        if reason:
            await in_database(give_reason, self.browser)
        session = await in_database(lambda: self.browser.session)
        scope = {"type": "websocket", "path": "/ws/live/", "headers": [], "session": session}
        self.asgi = ApplicationCommunicator(LiveConsumer.as_asgi(), scope)
        await self.asgi.send_input({"type": "websocket.connect"})
        return await self.asgi.receive_output(20)

    async def hello(self, after=""):
        await self.say(json.dumps({"type": "hello", "after": after}))
        return await self.next("welcome")

    async def say(self, text):
        await self.asgi.send_input({"type": "websocket.receive", "text": text})

    async def next(self, kind):
        while True:
            output = await self.asgi.receive_output(20)
            if output["type"] == "websocket.close":
                return output
            message = json.loads(output["text"])
            if message["type"] == kind:
                return message

    async def leave(self):
        await self.asgi.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.asgi.wait(20)


def said(number, person=ANN, text=SECRET, place=Place.PUBLIC_CHANNEL):
    direct = place == Place.DIRECT
    return Incoming(
        platform=Message.Platform.DISCORD,
        platform_id=number,
        person_id=person,
        person_name="Ann" if person == ANN else "Cleo",
        text=text,
        sent_at=timezone.now(),
        channel_id=CHANNEL + direct,
        guild_id=None if direct else SERVER,
        place=place,
    )


async def store(*messages):
    await in_database(lambda: decide_consent(ANN, granted=True, source="test"))
    await in_database(lambda: decide_consent(CLEO, granted=False, source="test"))
    await in_database(store_all, messages)
    await send_waiting()


async def test_a_message_appears_with_its_name_and_words(hub, owner):
    page = Page(owner)
    await page.connect()
    assert (await page.hello())["reads"] is True
    await store(said(1))
    (event,) = (await page.next("events"))["events"]
    assert (event["who"], event["text"], event["kind"]) == ("Ann", SECRET, "message")
    assert event["server"] == str(SERVER)
    await page.leave()


async def test_of_direct_messages_and_who_declined_only_the_length_appears(hub, owner):
    page = Page(owner)
    await page.connect()
    await page.hello()
    await store(said(1, place=Place.DIRECT), said(2, CLEO))
    direct, declined = (await page.next("events"))["events"]
    assert (direct["hidden"], direct["length"]) == ("private", len(SECRET))
    assert (declined["hidden"], declined["who"]) == ("not kept", "Somebody who isn't remembered")
    assert SECRET not in json.dumps([direct, declined])
    await page.leave()


def _values(packed):
    """Yield what stands in a structure of lists and dictionaries."""
    if isinstance(packed, dict):
        packed = packed.values()
    elif not isinstance(packed, list | tuple):
        yield packed
        return
    for one in packed:
        yield from _values(one)


async def test_no_word_name_or_id_passes_through_the_channel_layer(hub, owner):
    await store(said(1), said(2, CLEO))
    events = hub.read(hub.position - 2, 10).events
    held = json.dumps([event.packed() for event in events])
    assert SECRET not in held
    assert "Ann" not in held
    # Within a time, such as 1764404255.1001, the digits of an id mean nothing.
    values = {str(value) for event in events for value in _values(event.packed())}
    # A row's own key may be the same number.
    keys = {str(key) async for key in Message.objects.values_list("pk", flat=True)}
    assert (values - keys).isdisjoint(map(str, (ANN, CLEO, CHANNEL)))


async def test_who_may_not_read_gets_counts_alone(hub, viewer):
    page = Page(viewer)
    await page.connect(reason=False)
    assert (await page.hello())["reads"] is False
    await store(said(1))
    counts = await page.next("counts")
    assert all(set(kinds) <= set(LiveKind) for _, kinds in counts["seconds"])
    assert SECRET not in json.dumps(counts)
    await page.leave()


async def test_who_may_read_public_channels_alone_gets_counts_of_all(hub, moderator):
    page = Page(moderator)
    await page.connect()
    assert (await page.hello())["reads"] is False
    await store(said(1), said(2, place=Place.DIRECT))
    kinds = []
    while "counts" not in kinds:
        output = await page.asgi.receive_output(20)
        assert SECRET not in output["text"]
        kinds.append(json.loads(output["text"])["type"])
    assert kinds == ["counts"]
    await page.leave()


async def test_without_a_reason_there_are_counts_alone(hub, owner):
    page = Page(owner)
    await page.connect(reason=False)
    assert (await page.hello())["reads"] is False
    await page.leave()


@pytest.mark.parametrize("staff", [False, True])
async def test_others_are_turned_away(hub, staff):
    create = User.objects.create_user
    account = await in_database(lambda: create("other", password="a long password", is_staff=staff))
    page = Page(account)
    assert (await page.connect(reason=False))["type"] == "websocket.accept"
    assert (await page.asgi.receive_output(20))["code"] == NOT_ALLOWED


async def test_a_page_that_reconnects_gets_what_it_missed(hub, owner):
    events = [Event(LiveKind.CACHE, "hit") for _ in range(5)]
    hub.take(events)
    page = Page(owner)
    await page.connect()
    assert (await page.hello(events[1].id))["gap"] is False
    shown = (await page.next("events"))["events"]
    assert [one["id"] for one in shown] == [one.id for one in events[2:]]
    await page.leave()


async def test_a_page_that_was_away_for_too_long_is_told_so(hub, owner):
    page = Page(owner)
    await page.connect()
    assert (await page.hello("gone"))["gap"] is True
    await page.leave()


async def test_a_flood_keeps_the_latest_and_says_how_many_were_left_out(hub, owner):
    page = Page(owner)
    await page.connect()
    await page.hello()
    events = [Event(LiveKind.CACHE, "hit") for _ in range(5_000)]
    hub.take(events)
    shown = await page.next("events")
    assert shown["missed"] + len(shown["events"]) == 5_000
    assert shown["events"][-1]["id"] == events[-1].id
    await page.leave()


def test_events_that_nobody_sends_don_t_pile_up():
    for _ in range(MOST_WAITING + 100):
        live.publish(Event(LiveKind.CACHE, "hit"))
    assert len(live.publishing._queue._waiting) == MOST_WAITING


@pytest.mark.parametrize(
    "frame", ["", "{", "[]", '{"type": "hello", "after": 5}', "[" * 100_000, '{"type": 1}']
)
async def test_odd_frames_harm_nothing(hub, owner, frame):
    page = Page(owner)
    await page.connect()
    await page.say(frame)
    await page.say(json.dumps({"type": "hello", "after": ""}))
    assert (await page.next("welcome"))["reads"] is True
    await page.leave()


async def test_it_is_logged_whose_events_were_read(hub, owner):
    page = Page(owner)
    await page.connect()
    await page.hello()
    await store(said(1), said(2))
    await page.next("events")
    await page.leave()
    entry = await in_database(ActionEntry.objects.get, action="read.live")
    assert (entry.person_id, entry.count) == (ANN, 2)
    assert entry.reason


async def test_what_was_erased_is_not_shown_again(hub, owner):
    await store(said(1))
    await registry.erase_person(ANN)
    page = Page(owner)
    await page.connect()
    await page.hello("long ago")
    assert SECRET not in json.dumps(await page.next("events"))
    await page.leave()


async def test_a_group_that_loses_its_right_is_disconnected(hub, monkeypatch):
    monkeypatch.setattr("botrunner.console.live.consumers.CHECK_SECONDS", 0.01)
    viewers = await in_database(Group.objects.create, name="Some")
    right = await in_database(Permission.objects.get, codename="view_profile")
    await in_database(viewers.permissions.add, right)
    account = await in_database(
        lambda: User.objects.create_user("one", password="a long password", is_staff=True)
    )
    await in_database(account.groups.add, viewers)
    page = Page(account)
    await page.connect(reason=False)
    await page.hello()
    await in_database(viewers.permissions.clear)
    assert (await page.next("never"))["code"] == NOT_ALLOWED


def log_out(page):
    page.browser.logout()


def deactivate(page):
    page.account.is_active = False
    page.account.save()


def take_the_group(page):
    page.account.groups.clear()


@pytest.mark.parametrize("end", [log_out, deactivate, take_the_group])
async def test_a_page_whose_right_ends_is_closed_at_once(hub, monkeypatch, end):
    monkeypatch.setattr("botrunner.console.live.consumers.CHECK_SECONDS", 3600.0)
    account = await in_database(
        User.objects.create_user, "viewer", password="a long password", is_staff=True
    )
    await in_database(lambda: account.groups.add(Group.objects.get(name="Viewer")))
    page = Page(account)
    await page.connect(reason=False)
    await page.hello()
    await in_database(end, page)
    closed = await page.next("nothing")
    assert (closed["type"], closed["code"]) == ("websocket.close", NOT_ALLOWED)


async def test_who_has_yet_to_set_up_a_second_factor_is_turned_away(hub, owner, monkeypatch):
    monkeypatch.setattr(environment, "require_second_factor", True)
    page = Page(owner)
    await page.connect(reason=False)
    closed = await page.asgi.receive_output(20)
    assert (closed["type"], closed["code"]) == ("websocket.close", NOT_ALLOWED)


async def test_a_running_process_sends_what_any_thread_publishes(hub):
    stop = asyncio.Event()
    running = asyncio.create_task(live.run(stop))
    before = hub.position
    await asyncio.to_thread(live.publish, Event(LiveKind.FALLBACK, "Continuing without redis"))
    await asyncio.wait_for(hub.wait(before), 20)
    stop.set()
    await running
    assert hub.read(before, 1).events[0].detail == "Continuing without redis"


async def test_an_error_of_the_log_appears_without_its_values(hub):
    record = logging.LogRecord(
        "whisper.x", logging.ERROR, "x.py", 1, "reply to %s failed", (ANN,), None
    )
    FaultHandler().emit(record)
    before = hub.position
    await send_waiting()
    await asyncio.wait_for(hub.wait(before), 20)
    assert hub.read(before, 1).events[0].detail == "reply to … failed"


def test_the_page_asks_readers_for_a_reason_and_shows_others_counts(
    client, owner, moderator, viewer
):
    address = reverse("console:live")
    client.force_login(owner)
    assert "reading_reason" in client.get(address).content.decode()
    give_reason(client)
    assert 'data-live="reads"' in client.get(address).content.decode()
    for account in (moderator, viewer):
        client.force_login(account)
        assert 'data-live="counts"' in client.get(address).content.decode()
