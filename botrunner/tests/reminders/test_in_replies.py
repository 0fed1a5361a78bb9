"""Reminders that come with the next reply, as in the web chat."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from botrunner import history
from botrunner.conversation import actions
from botrunner.conversation.respond import respond
from botrunner.reminders.actions import Destination, add
from botrunner.reminders.asking import Request
from botrunner.tests.fakes import ANN, FakeModel, FakeSurface, said
from memories.models import Message
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError

pytestmark = pytest.mark.django_db(transaction=True)

WEB = {"platform": Message.Platform.WEB, "channel_id": ANN}


@pytest.fixture(autouse=True)
def _fresh_process():
    history.reset()


async def reply_to(text: str) -> str:
    surface = FakeSurface()
    await respond(said(text, **WEB), surface, model=FakeModel())
    return surface.sent[0].text


async def told_to_remind() -> None:
    """Let a reminder of Ann's be due in the web chat."""
    await reply_to("Hello")
    request = Request("call mum", timezone.now() - timedelta(minutes=1))
    where = Destination(Message.Platform.WEB, ANN)
    await in_database(add, ANN, request, where, actor=Actor.person(ANN))


async def test_a_reminder_comes_with_one_reply():
    await told_to_remind()
    assert "call mum" in await reply_to("Good morning")
    assert "call mum" not in await reply_to("And now?")


async def test_a_reminder_comes_once_though_the_database_goes_away_after_the_reply(monkeypatch):
    await told_to_remind()
    store_reply = actions.store_reply

    def stored_but_not_heard_of(*args):
        store_reply(*args)
        raise DatabaseAwayError("The connection to PostgreSQL was lost.")

    with monkeypatch.context() as away:
        away.setattr(actions, "store_reply", stored_but_not_heard_of)
        with pytest.raises(DatabaseAwayError):
            await reply_to("Good morning")
    assert "call mum" not in await reply_to("And now?")


async def test_a_reminder_comes_again_if_the_reply_that_told_it_was_not_stored(monkeypatch):
    await told_to_remind()

    def not_stored(*args):
        raise DatabaseAwayError("The connection to PostgreSQL was lost.")

    with monkeypatch.context() as away:
        away.setattr(actions, "store_reply", not_stored)
        with pytest.raises(DatabaseAwayError):
            await reply_to("Good morning")
    assert "call mum" in await reply_to("And now?")
