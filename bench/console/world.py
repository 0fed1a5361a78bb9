"""A deployment in which very much is held, made by the database itself within minutes."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import numpy as np
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import JSONField, Model
from django.db.models.expressions import DatabaseDefault
from django.utils import timezone

from bench.console.dialects import chance_of, dialect, lately, one_of, words
from memories.embeddings import embedder
from memories.models import ForgottenMemory, Memory, Message, Place, PlaceName, ReplyTrace
from profiles.models import Consent, Emotion, EmotionRecord, Profile, Relationship
from whisper.models import ActionEntry, Task

PEOPLE, MEMORIES, MESSAGES, MOODS = 100_000, 2_000_000, 500_000, 300_000
TRACES, ENTRIES, FORGOTTEN = 100_000, 300_000, 10_000
SERVERS, CHANNELS_EACH, WORDS = 20, 25, 5_000
CHANNELS = SERVERS * CHANNELS_EACH
# Every so many memories one is a fact, and one has a vector.
FACTS_EACH, VECTORS_EACH, VECTORS = 4, 20, 16
INSERTED = 100_000
# The ids of channels begin there, so that none is a person's or a server's.
FIRST_CHANNEL, FIRST_SERVER = 10**9, 2 * 10**9


def fill(scale: float) -> None:
    """Write people, what they said, what is remembered, and what admins did.

    Args:
        scale: 1 for all of it, 0.1 for a tenth.
    """
    people = _scaled(PEOPLE, scale)
    _people(people, _scaled(MOODS, scale))
    _talk(people, _scaled(MESSAGES, scale), _scaled(TRACES, scale))
    _memories(people, _scaled(MEMORIES, scale), _scaled(MESSAGES, scale))
    _admins_work(people, _scaled(ENTRIES, scale), _scaled(FORGOTTEN, scale))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _scaled(count: int, scale: float) -> int:
    return max(10, int(count * scale))


def _people(people: int, moods: int) -> None:
    _insert(
        Profile(),
        people,
        person_id="n",
        name="'Ann ' || n",
        relationship_level=one_of(Relationship.values),
        last_interaction=lately(),
    )
    granted = Consent(person_id=0, status=Consent.Status.GRANTED, source="bench")
    _insert(granted, people, person_id="n")
    _insert(
        EmotionRecord(profile_id=0, emotion="", intensity=0.5, confidence=0.9, model="bench"),
        moods,
        profile_id=f"{_first(Profile)} + {chance_of(people)}",
        emotion=one_of(Emotion.values),
        intensity=dialect().uniform,
        felt_at=lately(),
    )


def _talk(people: int, messages: int, traces: int) -> None:
    """Write servers, channels, and talk in which every fourth message is a reply."""
    server = f"{FIRST_SERVER} + {_channel('n')} / {CHANNELS_EACH}"
    _insert(PlaceName(), SERVERS, place_id=f"{FIRST_SERVER} + n - 1", name="'Server ' || n")
    _insert(
        PlaceName(),
        CHANNELS,
        place_id=f"{FIRST_CHANNEL} + n - 1",
        guild_id=f"{FIRST_SERVER} + (n - 1) / {CHANNELS_EACH}",
        name="'channel-' || n",
    )
    _insert(
        Message(
            platform=Message.Platform.DISCORD,
            place=Place.PUBLIC_CHANNEL,
            author_name="Ann",
            reply_state=Message.Reply.COMPLETE,
        ),
        messages,
        platform_id="n",
        person_id=_person("n / 4", people),
        from_companion="(n % 4 = 0)",
        from_bot="(n % 4 = 0)",
        channel_id=f"{FIRST_CHANNEL} + {_channel('n')}",
        guild_id=server,
        text=words(10, WORDS),
        sent_at=lately(),
    )
    first = _first(Message)
    _insert(
        ReplyTrace(
            prompt=[{"role": "system", "content": "You are Whisper. " * 200}],
            recalled=[_recalled(place) for place in range(10)],
            milliseconds={"recall": 12.5, "prompt": 3.1, "model": 900.0},
            tokens={"prompt": 1200, "answer": 80},
            model="bench",
        ),
        min(traces, messages // 4),
        message_id=f"{first} + 4 * n - 2",
        reply_id=f"{first} + 4 * n - 1",
        person_id=_person("n", people),
        emotion=one_of(Emotion.values),
        created_at=lately(),
    )


def _memories(people: int, memories: int, messages: int) -> None:
    """Write memories, some of them facts and some with vectors; each comes from a message."""
    its = dialect()
    is_fact, has_vector = f"n % {FACTS_EACH} = 0", f"n % {VECTORS_EACH} = 0"
    vectors = np.random.default_rng(1).standard_normal((VECTORS, embedder().dimension))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    hexadecimal = [one.astype("<f4").tobytes().hex() for one in vectors]
    cases = " ".join(
        f"WHEN {place} THEN {its.bytes.format(one)}" for place, one in enumerate(hexadecimal)
    )
    vector = f"CASE n / {VECTORS_EACH} % {VECTORS} {cases} END"
    kinds = [Memory.Kind.USER_FACT.value, Memory.Kind.CONVERSATION.value]
    _insert(
        Memory(place=Place.PUBLIC_CHANNEL),
        memories,
        id=its.key.format("n"),
        person_id=_person("n", people),
        kind=f"CASE WHEN {is_fact} THEN '{kinds[0]}' ELSE '{kinds[1]}' END",
        text=words(10, WORDS),
        guild_id=f"{FIRST_SERVER} + {_channel('n')} / {CHANNELS_EACH}",
        channel_id=f"{FIRST_CHANNEL} + {_channel('n')}",
        category=f"CASE WHEN {is_fact} THEN 'like' ELSE '' END",
        entity=f"CASE WHEN {is_fact} THEN 'self' ELSE '' END",
        subject=f"CASE WHEN {is_fact} THEN 'self' ELSE '' END",
        predicate=f"CASE WHEN {is_fact} THEN 'like' ELSE '' END",
        value=f"CASE WHEN {is_fact} THEN 'word' || n ELSE '' END",
        emotion=one_of(["", *Emotion.values]),
        embedding=f"CASE WHEN {has_vector} THEN {vector} END",
        embedding_model=f"CASE WHEN {has_vector} THEN '{embedder().model}' ELSE '' END",
        embedding_dimension=f"CASE WHEN {has_vector} THEN {embedder().dimension} END",
        said_at=lately(),
        valid_from=lately(1),
        created_at=lately(),
    )
    _insert(
        Memory.sources.through(),
        min(memories, messages),
        memory_id=its.key.format("n"),
        message_id=f"{_first(Message)} + n - 1",
    )


def _admins_work(people: int, entries: int, forgotten: int) -> None:
    """Write the action log, memories that were forgotten lately, and jobs."""
    admin = User.objects.create_user("looks-after-people")
    _insert(
        ActionEntry(
            actor_kind=ActionEntry.ActorKind.ADMIN,
            actor_id=admin.pk,
            object_type="memories.memory",
            changes={"pinned": [False, True]},
            reason="They asked.",
        ),
        entries,
        action=one_of(["memory.pin", "memory.forget", "profile.edit", "memory.remember"]),
        person_id=_person("n", people),
        object_id="'' || n",
        at=lately(),
    )
    _insert(
        ForgottenMemory(
            kind=Memory.Kind.CONVERSATION,
            place=Place.PUBLIC_CHANNEL,
            created_at=timezone.now(),
            batch=uuid4(),
            forgotten_by=admin.pk,
        ),
        forgotten,
        id=dialect().key.format("n + 1000000000"),
        person_id=_person("n", people),
        text=words(10, WORDS),
        batch=dialect().key.format("n / 10"),
        forgotten_at=lately(1),
    )
    Task.objects.bulk_create(
        Task(kind="export", asked_by=admin.pk, state=Task.State.DONE) for _ in range(500)
    )


def _first(model: type[Model]) -> int:
    key: int = model._default_manager.order_by("pk").values_list("pk", flat=True)[0]
    return key


def _channel(number: str) -> str:
    """Return an expression for the number of a channel, the same for the same number."""
    return f"({number} * 7 % {CHANNELS})"


def _person(number: str, people: int) -> str:
    """Return an expression for the id of a person; ids that follow each other are far apart."""
    return f"1 + ({number}) * 7919 % {people}"


def _recalled(place: int) -> dict[str, object]:
    return {
        "id": str(uuid4()),
        "kind": "conversation",
        "score": 0.5 - place / 100,
        "dense": 0.4,
        "bm25": 3.2,
        "parts": {"dense": 0.3, "words": 0.1, "recency": 0.05},
        "text": f"word{place} word77 word78 and what else was said on that day",
        "in_prompt": True,
    }


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
        _stored(field, getattr(template, field.attname))
        for field in fields
        if field.attname not in expressions
    ]
    columns = ", ".join(quote(field.column) for field in fields)
    values = ", ".join(expressions.get(field.attname, "%s") for field in fields)
    table = quote(template._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
        for start in range(1, count + 1, INSERTED):
            rows = dialect().sequence.format(start, min(start + INSERTED - 1, count))
            # Constants of this file and numbers.
            sql = f"INSERT INTO {table} ({columns}) SELECT {values} FROM {rows}"  # noqa: S608
            cursor.execute(sql.replace(" % ", " %% "), given)


def _stored(field: Any, value: Any) -> Any:
    if isinstance(field, JSONField) and connection.vendor != "postgresql":
        return json.dumps(value)
    return field.get_db_prep_save(value, connection)
