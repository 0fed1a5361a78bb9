"""How often a message asks the database, which is what it costs where that is far away."""

from __future__ import annotations

import pytest
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from botrunner import history
from botrunner.conversation.respond import respond
from botrunner.conversation.withdrawing import Deletion, follow_deletions
from botrunner.tests.fakes import FakeModel, FakeSurface, said
from memories.models import Message
from whisper.database.access import in_database

pytestmark = pytest.mark.django_db(transaction=True)

MOST_BEFORE_THE_MODEL = 18
MOST_OF_ALL = 53
MOST_OF_A_DELETION = 60


class CountingModel(FakeModel):
    """Notes how many statements there were when it was asked."""

    def __init__(self, statements) -> None:
        super().__init__()
        self._statements = statements
        self.before = 0

    async def reply(self, context):
        self.before = len(self._statements)
        async for piece in super().reply(context):
            yield piece


@pytest.fixture
def statements(monkeypatch):
    """Return the statements executed, in any thread."""
    found: list[str] = []
    execute = CursorWrapper.execute

    def noted(self, sql, params=None):
        found.append(sql)
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", noted)
    return found


@pytest.mark.heavy
async def test_a_message_asks_the_database_a_bounded_number_of_times(statements):
    history.reset()
    surface, model = FakeSurface(), CountingModel(statements)
    await respond(said("Hello, I am Ann and I like sailing"), surface, model=FakeModel())
    statements.clear()
    await respond(said("Today I went sailing on the lake with my sister"), surface, model=model)
    assert 0 < model.before <= MOST_BEFORE_THE_MODEL
    assert len(statements) <= MOST_OF_ALL


@pytest.mark.heavy
async def test_deletions_of_messages_that_were_never_stored_cost_next_to_nothing(statements):
    history.reset()
    stored = said("My cat is called Miso.")
    await respond(stored, FakeSurface(), model=FakeModel())
    gone = [Deletion(5, 10**17 + number, timezone.now()) for number in range(2_000)]
    gone.append(Deletion(stored.channel_id, stored.platform_id, timezone.now()))
    before = len(statements)
    await follow_deletions(stored.platform, gone)
    assert len(statements) - before <= MOST_OF_A_DELETION
    assert not await in_database(Message.objects.filter(text__contains="Miso").exists)
