"""How quick the console's pages are when very much is held."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection
from django.db.models.expressions import DatabaseDefault
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.profiles.database import empty_databases
from bench.registry import Row, benchmark, percentile, tell
from memories.models import Memory, Message, Place
from profiles.models import Consent, Emotion, EmotionRecord, Profile, Relationship

PEOPLE, MEMORIES, MESSAGES, MOODS = 100_000, 2_000_000, 500_000, 300_000
CHANNELS, WORDS = 500, 5_000
BATCH = 5_000
# A statement of PostgreSQL takes 65,535 values.
AT_ONCE = 1_000
INSERTED = 100_000
REQUESTS = 40
REQUIRED_MILLISECONDS, REQUIRED_QUERIES = 300.0, 15


@benchmark("console")
def console(scale: float) -> Iterator[Row]:
    """Measure each page on a database that is made for it, in PostgreSQL if it is configured."""
    with TemporaryDirectory(prefix="whisper-") as folder, empty_databases(Path(folder)) as engines:
        name, enter = next(iter(engines.items()))
        with enter():
            tell(f"the database is made in {name}")
            fill(scale)
            yield from measure()


def fill(scale: float) -> None:
    """Write people, memories, messages and moods."""
    if connection.vendor == "postgresql":
        _fill_by_itself(scale)
    else:
        _fill_row_by_row(scale)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _counts(scale: float) -> tuple[int, int, int, int]:
    return (
        max(10, int(PEOPLE * scale)),
        max(10, int(MEMORIES * scale)),
        max(10, int(MESSAGES * scale)),
        max(10, int(MOODS * scale)),
    )


def _fill_row_by_row(scale: float) -> None:
    chance, now = random.Random(1), timezone.now()
    people, memories, messages, moods = _counts(scale)
    words = [f"word{number}" for number in range(WORDS)]

    def at() -> datetime:
        return now - timedelta(days=365) * chance.random()

    def text() -> str:
        return " ".join(chance.choices(words, k=10))

    _write(
        Profile(
            person_id=number,
            name=f"Ann {number}",
            relationship_level=chance.choice(Relationship.values),
            last_interaction=at(),
        )
        for number in range(1, people + 1)
    )
    _write(
        Consent(person_id=number, status=Consent.Status.GRANTED, source="bench")
        for number in range(1, people + 1)
    )
    keys = list(Profile.objects.values_list("pk", flat=True))
    _write(
        EmotionRecord(
            profile_id=chance.choice(keys),
            emotion=chance.choice(Emotion.values),
            intensity=chance.random(),
            confidence=0.9,
            model="bench",
            felt_at=at(),
        )
        for _ in range(moods)
    )
    _write(
        Message(
            platform=Message.Platform.DISCORD,
            platform_id=number,
            channel_id=1 + number % CHANNELS,
            guild_id=1,
            place=Place.PUBLIC_CHANNEL,
            person_id=chance.randint(1, people),
            author_name="Ann",
            text=text(),
            sent_at=at(),
        )
        for number in range(1, messages + 1)
    )
    _write(_memory(chance, people, text(), at()) for _ in range(memories))


def _memory(chance: random.Random, people: int, text: str, at: datetime) -> Memory:
    return Memory(
        id=UUID(int=chance.getrandbits(128)),
        person_id=chance.randint(1, people),
        kind=chance.choice([Memory.Kind.CONVERSATION, Memory.Kind.USER_FACT]),
        text=text,
        place=Place.PUBLIC_CHANNEL,
        guild_id=1,
        channel_id=chance.randint(1, CHANNELS),
        category="other",
        said_at=at,
        valid_from=at,
    )


def _write(rows: Iterator[Any]) -> None:
    while batch := list(islice(rows, BATCH)):
        type(batch[0]).objects.bulk_create(batch, batch_size=AT_ONCE)


def _fill_by_itself(scale: float) -> None:
    """Have PostgreSQL make the same rows, which takes a tenth of the time."""
    people, memories, messages, moods = _counts(scale)
    at = "now() - random() * interval '365 days'"
    person = f"1 + floor(random() * {people})::bigint"
    text = (  # A constant and a number.
        f"(SELECT string_agg('word' || floor(random() * {WORDS})::int, ' ')"  # noqa: S608
        " FROM generate_series(1, 10) WHERE n > 0)"
    )
    said = {"person_id": person, "text": text}
    now = timezone.now()
    _insert(
        Profile(relationship_level=Relationship.FRIEND),
        people,
        person_id="n",
        name="'Ann ' || n",
        relationship_level=_one_of(Relationship.values),
        last_interaction=at,
    )
    granted = Consent(person_id=0, status=Consent.Status.GRANTED, source="bench")
    _insert(granted, people, person_id="n")
    first = Profile.objects.order_by("pk").values_list("pk", flat=True)[0]
    _insert(
        EmotionRecord(profile_id=0, emotion="", intensity=0.5, confidence=0.9, model="bench"),
        moods,
        profile_id=f"{first - 1} + {person}",
        emotion=_one_of(Emotion.values),
        intensity="random()",
        felt_at=at,
    )
    _insert(
        Message(
            platform=Message.Platform.DISCORD,
            guild_id=1,
            place=Place.PUBLIC_CHANNEL,
            author_name="Ann",
        ),
        messages,
        platform_id="n",
        channel_id=f"1 + mod(n, {CHANNELS})",
        sent_at=at,
        **said,
    )
    _insert(
        _memory(random.Random(1), people, "", now),
        memories,
        id="gen_random_uuid()",
        kind=_one_of([Memory.Kind.CONVERSATION.value, Memory.Kind.USER_FACT.value]),
        channel_id=f"1 + floor(random() * {CHANNELS})::bigint",
        said_at=at,
        **said,
    )


def _one_of(values: Sequence[str]) -> str:
    listed = ", ".join(f"'{one}'" for one in values)
    return f"(ARRAY[{listed}])[1 + floor(random() * {len(values)})::int]"


def _insert(template: Any, count: int, **expressions: str) -> None:
    """Write rows that are like one, but for some columns; `n` is the number of a row."""
    quote = connection.ops.quote_name
    fields = [
        field
        for field in template._meta.concrete_fields
        if field.attname in expressions
        or not (
            isinstance(getattr(template, field.attname), DatabaseDefault)
            or (field.primary_key and template.pk is None)
        )
    ]
    given = [
        field.get_db_prep_save(getattr(template, field.attname), connection)
        for field in fields
        if field.attname not in expressions
    ]
    columns = ", ".join(quote(field.column) for field in fields)
    values = ", ".join(expressions.get(field.attname, "%s") for field in fields)
    table = quote(template._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for start in range(1, count + 1, INSERTED):
            end = min(start + INSERTED - 1, count)
            rows = f"generate_series({start}, {end}) AS n"
            sql = f"INSERT INTO {table} ({columns}) SELECT {values} FROM {rows}"  # noqa: S608
            cursor.execute(sql, given)


def measure() -> Iterator[Row]:
    """Measure the pages of the database that is there, as a superuser sees them."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.create_superuser("bench"))
    client.post(reverse("console:memories"), {"reading_reason": "To measure."})
    for name, method, address, given in _pages():
        yield _measured(client, name, method, address, given)


def _pages() -> list[tuple[str, str, str, dict[str, str]]]:
    person = Profile.objects.order_by("-last_interaction")[0].person_id
    channel = Message.objects.order_by("-sent_at")[0].channel_id
    people, memories = reverse("console:people"), reverse("console:memories")
    return [
        ("front page", "get", reverse("admin:index"), {}),
        ("people", "get", people, {}),
        ("people of a level", "get", people, {"level": "friend"}),
        ("people of a name", "post", people, {"sought": "Ann 77"}),
        ("a person by id", "get", people, {"q": str(person)}),
        ("person, overview", "get", reverse("console:person", args=[person]), {}),
        ("person, facts", "get", reverse("console:person_tab", args=[person, "facts"]), {}),
        ("conversations", "get", reverse("console:conversations"), {}),
        ("a channel", "get", reverse("console:conversation", args=[channel]), {}),
        ("memories, newest", "get", memories, {}),
        ("memories, words", "post", memories, {"text": "word77 word78", "mode": "words"}),
        ("memories, words and meaning", "post", memories, {"text": "word77 word78"}),
        ("memories, phrase", "post", memories, {"text": "word77 word78", "mode": "phrase"}),
        ("forgotten lately", "get", reverse("console:forgotten"), {}),
        ("action log", "get", reverse("console:audit"), {}),
        ("analytics", "get", reverse("console:analytics"), {}),
        ("list of memories", "get", reverse("admin:memories_memory_changelist"), {}),
        ("list of messages", "get", reverse("admin:memories_message_changelist"), {}),
        ("list of moods", "get", reverse("admin:profiles_emotionrecord_changelist"), {}),
    ]


def _measured(client: Client, name: str, method: str, address: str, given: dict[str, str]) -> Row:
    ask = client.get if method == "get" else client.post
    # What a process keeps, such as kinds of content, is there from the second request on.
    ask(address, given, follow=True)
    with CaptureQueriesContext(connection) as queries:
        response = ask(address, given, follow=True)
    # They are counted now: later requests begin the list again.
    asked = sum(one["sql"] not in ("BEGIN", "COMMIT") for one in queries)
    if response.status_code != 200:
        return Row(name, {"status": str(response.status_code)}, "status 200", False)
    milliseconds = []
    for _ in range(REQUESTS):
        begun = time.perf_counter()
        ask(address, given, follow=True)
        milliseconds.append((time.perf_counter() - begun) * 1000)
    slowest = percentile(milliseconds, 0.95)
    return Row(
        f"{name}, ms",
        {
            "p50": f"{percentile(milliseconds, 0.5):.0f}",
            "p95": f"{slowest:.0f}",
            "queries": str(asked),
            "KB": str(len(response.content) // 1024),
        },
        f"p95 below {REQUIRED_MILLISECONDS:.0f}, {REQUIRED_QUERIES} queries at most",
        slowest < REQUIRED_MILLISECONDS and asked <= REQUIRED_QUERIES,
    )
