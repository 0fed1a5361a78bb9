"""How often a message asks the database, which is what it costs where that is far away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from botrunner import history
from botrunner.conversation import actions
from botrunner.conversation.respond import respond, respond_to_turn
from botrunner.conversation.withdrawing import Deletion, follow_deletions
from botrunner.tests.fakes import FakeModel, FakeSurface, said
from memories.actions import EMBED, FACTS, FEEL, SUMMARY
from memories.models import Message
from whisper import outbox
from whisper.database.access import in_database
from whisper.outbox.queries import due_topics
from whisper.tests.statements import executed

pytestmark = pytest.mark.django_db(transaction=True)

MOST_BEFORE_THE_MODEL = 18
MOST_OF_ALL = 53
MOST_OF_A_DELETION = 60
# Of five messages more: what a transaction of each would cost is among it.
MOST_MORE_OF_A_TURN = 5


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
    return executed(monkeypatch)


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


@pytest.mark.heavy
async def test_a_turn_of_several_messages_reads_once_what_is_known_of_their_author(statements):
    history.reset()
    await respond(said("Hello, I am Ann and I like sailing"), FakeSurface(), model=FakeModel())
    counts = []
    for messages in (1, 6):
        turn = [said(f"Sailing on the lake, day {number}") for number in range(messages)]
        await in_database(actions.store_all, turn)
        turn = [replace(one, again=True) for one in turn]
        statements.clear()
        await respond_to_turn(turn, FakeSurface(), model=FakeModel())
        counts.append(len(statements))
    assert counts[1] - counts[0] <= MOST_MORE_OF_A_TURN


async def test_due_topics_are_found_with_one_statement(statements):
    for topic in (FACTS, EMBED):
        await in_database(outbox.enqueue, topic, {})
    statements.clear()
    asked = [EMBED, SUMMARY, FEEL, FACTS]
    assert await in_database(due_topics, asked) == [EMBED, FACTS]
    assert len(statements) == 1
