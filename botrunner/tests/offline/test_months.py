"""What is known of people over some months: the database and the assistant are asked each day."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from botrunner import history
from botrunner.conversation.local import LocalSurface, respond_if_possible
from botrunner.terminal.commands import COMMANDS
from botrunner.terminal.user import TerminalUser
from botrunner.tests.offline.months import PEOPLE, Day
from memories.actions import delete_message
from memories.facts.queries import known_facts
from memories.models import Message
from whisper import outbox
from whisper.database.access import in_database
from whisper.personal_data import registry

BEGINS = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("UTC"))


class Months:
    """People and a clock of their own."""

    def __init__(self) -> None:
        self.now = BEGINS
        history.reset()

    async def say(self, user: TerminalUser, text: str) -> str:
        self.now += timedelta(minutes=1)
        reply = await respond_if_possible(user.says(text), LocalSurface())
        assert reply is not None
        await self.settle()
        return reply.text

    async def settle(self) -> None:
        while await outbox.drain():
            pass

    async def live(self, user: TerminalUser, day: Day) -> None:
        """Go through a day: what is said, taken back, known and asked."""
        self.now = BEGINS + timedelta(days=day.day)
        if day.agrees_again:
            await COMMANDS["/privacy"][1](user, "on")
        for text in day.says:
            await self.say(user, text)
        if day.takes_back:
            await in_database(take_back, user.person_id, day.takes_back, self.now)
            await self.settle()
        if day.erases:
            await registry.erase_person(user.person_id)
        self.now += timedelta(hours=10)
        known = " ".join(one.text() for one in await in_database(known_facts, user.person_id))
        for word in day.holds:
            assert word in known, (user.person_name, day.day, known)
        for word in day.over:
            assert word not in known, (user.person_name, day.day, known)
        for question, answer in day.asks.items():
            reply = await self.say(user, question)
            assert answer in reply, (user.person_name, day.day, question, reply)


def take_back(person_id: int, text: str, at: datetime) -> None:
    message = Message.objects.get(person_id=person_id, text=text)
    delete_message(message.platform, message.platform_id, deleted_at=at)


@pytest.fixture
def months(monkeypatch):
    months = Months()
    monkeypatch.setattr(timezone, "now", lambda: months.now)
    return months


async def live_together(months, names) -> None:
    users = {name: TerminalUser(7000 + n, "", 7000 + n) for n, name in enumerate(names)}
    days = [(day, users[name]) for name in names for day in PEOPLE[name]]
    for day, user in sorted(days, key=lambda one: (one[0].day, one[1].person_id)):
        await months.live(user, day)


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
async def test_what_is_known_of_somebody_follows_what_they_say(months):
    await live_together(months, ["Nora"])


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
async def test_what_is_known_of_five_people_over_months_is_theirs_and_true(months):
    await live_together(months, [*PEOPLE])
