"""PostgreSQL finds what a message needs by indexes, among 100,000 messages and memories."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from botrunner.conversation import actions
from botrunner.conversation.base import Delivered
from botrunner.conversation.queries import open_replies
from botrunner.tests.fakes import said
from conftest import require_service
from memories import queries
from memories.access import Scope
from memories.actions import erase_person, remember
from memories.index.base import Query
from memories.index.local import LocalIndex
from memories.models import Memory, Message, Partition
from memories.tests.factories import draft
from profiles.actions import decide_consent, meet
from profiles.emotions import classify
from profiles.models import Consent, Profile
from whisper import outbox
from whisper.ids import new_platform_id
from whisper.models import OutboxEntry
from whisper.outbox import claims
from whisper.outbox.queries import due_topics

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.service]

ANN, OWNERS, ROWS = 500, 1000, 100_000


def multiply(model, count, **columns):
    """Add copies of the one row there is, numbered n; columns are given as SQL."""
    names = [field.column for field in model._meta.local_concrete_fields]
    if model._meta.pk.column == "id" and "id" not in columns:
        names.remove("id")
    table = model._meta.db_table
    chosen = ", ".join(columns.get(name, f'one."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        # To fill a table may take longer than anybody would wait for an answer.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            f"INSERT INTO {table} ({listed}) SELECT {chosen} "
            f"FROM {table} one, generate_series(1, {count}) n"
        )


@pytest.fixture
def much():
    """Fill the database."""
    require_service("postgres")
    if connection.vendor != "postgresql":
        pytest.skip("DATABASE_URL names no PostgreSQL")
    with connection.cursor() as cursor:
        # To fill a table may take longer than anybody would wait for an answer.
        cursor.execute("SET LOCAL statement_timeout = 0")
    now, other = timezone.now(), 10**9
    owner = f"n % {OWNERS}"
    ago = "one.{0} - n * interval '1 minute'"
    decide_consent(other, granted=True, source="test")
    multiply(Consent, OWNERS, person_id="n")
    meet(other, name="Ben", at=now)
    multiply(Profile, OWNERS, person_id="n")
    incoming = said("Hello", person_id=other, platform_id=1, local=False)
    actions.receive_all([incoming])
    spread = {"person_id": owner, "channel_id": owner, "answer": "'answered'"}
    multiply(Message, ROWS, platform_id="n + 1", sent_at=ago.format("sent_at"), **spread)
    remember(draft("I like sailing", other))
    place = {"person_id": owner, "channel_id": owner, "said_at": ago.format("said_at")}
    multiply(
        Memory, ROWS, id="gen_random_uuid()", origin="'n' || n", revision=f"n / {OWNERS}", **place
    )
    multiply(Partition, OWNERS, key="'person:' || n", revision="200", removed_at_revision="0")
    outbox.enqueue("test", {})
    multiply(OutboxEntry, ROWS // 10, due_at="one.due_at + n * interval '1 minute'")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def whole_tables_read(work):
    """Do the work and return those of its statements that read a table from end to end."""
    found: list[tuple[str, str]] = []

    def look(execute, sql, params, many, context):
        if (
            not many
            and not sql.startswith(MAY_READ_ALL)
            and sql.lstrip().startswith(("SELECT", "UPDATE", "DELETE"))
        ):
            with connection.connection.cursor() as cursor:
                plan = "\n".join(line for (line,) in cursor.execute(f"EXPLAIN {sql}", params))
            if any(f"Seq Scan on {table} " in plan for table in LARGE):
                found.append((sql, plan))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        work()
    return found


LARGE = [model._meta.db_table for model in (Memory, Message, OutboxEntry, Profile, Consent)]
# The outbox is seldom long: an index by owner would cost each message more than erasing gains.
MAY_READ_ALL = 'DELETE FROM "whisper_outboxentry" WHERE "whisper_outboxentry"."person_id"'
ANNS = Scope.direct(ANN)


def talk():
    """Receive a message and keep its answer."""
    incoming = said("Today I went sailing on the lake with my sister", person_id=ANN, channel_id=7)
    (received,) = actions.receive_all([incoming])
    answer = actions.SentReply(
        delivered=[Delivered(new_platform_id(), "Lovely!", timezone.now())],
        prompt=[],
        recalled=[],
        feeling=classify(incoming.text),
        milliseconds={},
        tokens={},
        model="test",
        error="",
        context="",
    )
    actions.store_reply([incoming], [received], answer)


def search():
    """Load Ann's memories, and then what is new among them."""
    index = LocalIndex()
    index.search(Query("sailing"), ANNS)
    remember(draft("I like rowing", ANN))
    index.search(Query("rowing"), ANNS)


HOT = {
    "a message and its answer": talk,
    "search, and what is new since": search,
    "a channel's latest messages": lambda: queries.recent_messages(ANN, limit=20),
    "what a channel changed": lambda: queries.changed_messages([ANN], since=None),
    "what is known of a person": lambda: queries.known_facts(ANNS, limit=12),
    "a person's memories": lambda: queries.memories_of(ANNS, limit=10),
    "messages without a reply": open_replies,
    "whether work is due": lambda: due_topics(["test"]),
    "work that is due": lambda: claims.claim("test"),
    "when a person last spoke": lambda: queries.last_session_end(
        ANN, ANN, before=timezone.now() - timedelta(hours=1)
    ),
    "erasing a person's memories": lambda: erase_person(ANN),
}


def test_what_people_wait_for_reads_no_table_from_end_to_end(much):
    read = {name: whole_tables_read(work) for name, work in HOT.items()}
    assert {name: found for name, found in read.items() if found} == {}
