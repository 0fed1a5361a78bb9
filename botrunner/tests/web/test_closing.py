"""Open sockets of the web chat close at once when their session ends, in whichever process."""

from __future__ import annotations

import asyncio
import os

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from botrunner import history
from botrunner.tests.web.test_chat import Socket, person_of
from botrunner.web import consumers
from botrunner.web.consumers import NOT_SIGNED_IN
from conftest import require_service
from whisper.database.access import in_database
from whisper.personal_data import registry
from whisper.settings.redis import channel_layers
from whisper.tests.commands import manage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_checks_in_time(monkeypatch):
    history.reset()
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 3600.0)


@pytest.fixture
def ann():
    return User.objects.create_user("ann", password="a long password")


async def is_closed(socket):
    closed = await socket.output()
    return (closed["type"], closed.get("code")) == ("websocket.close", NOT_SIGNED_IN)


def log_out(socket):
    socket.browser.logout()


def end_all_sessions(socket):
    Session.objects.all().delete()


def deactivate(socket):
    user = User.objects.get()
    user.is_active = False
    user.save()


def change_the_password(socket):
    user = User.objects.get()
    user.set_password("another long password")
    user.save()


def delete_the_account(socket):
    User.objects.all().delete()


@pytest.mark.parametrize(
    "end", [log_out, end_all_sessions, deactivate, change_the_password, delete_the_account]
)
async def test_a_socket_is_closed_at_once(ann, end):
    socket = Socket(ann)
    await socket.connect()
    await in_database(end, socket)
    assert await is_closed(socket)


async def test_a_socket_of_an_erased_person_is_closed_at_once(ann):
    socket = Socket(ann)
    await socket.connect()
    await registry.erase_person(person_of(ann))
    assert await is_closed(socket)


async def test_a_socket_that_is_still_signed_in_stays_open(ann):
    socket = Socket(ann)
    await socket.connect()
    await in_database(ann.save)
    await socket.send('{"type": "say", "text": 5}')
    assert (await socket.receive())["type"] == "refused"
    await socket.leave()


def address_of_the_tests_database():
    """Return it as another process reads it from its environment."""
    name = django_settings.DATABASES["default"]["NAME"]
    if django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


@pytest.mark.process
async def test_an_erasure_in_another_process_closes_the_socket(ann, settings):
    redis = require_service("redis")
    settings.CHANNEL_LAYERS = channel_layers(redis)
    socket = Socket(ann)
    await socket.connect()
    person = str(person_of(ann))
    variables = {"REDIS_URL": redis, "DATABASE_URL": address_of_the_tests_database()}
    # Once this is answered, the socket hears what other processes say.
    await socket.send("odd")
    await socket.receive()
    command = ("person", "erase", person, "--reason", "They asked.", "--yes")
    done = await asyncio.to_thread(manage, *command, **variables)
    assert done.returncode == 0, done.stderr
    assert await is_closed(socket)
