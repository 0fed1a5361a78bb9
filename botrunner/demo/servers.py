"""The invented servers: names, personas, what everybody knows, and what came from an older bot."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from botrunner.conversation.persona import PERSONAS
from botrunner.demo import lines, wishes, world
from botrunner.demo.world import SOURCE, Person
from botrunner.history.switch import HIT, MISS
from botrunner.models import Persona
from botrunner.personas.actions import change_persona, choose_persona, make_persona
from botrunner.personas.places import CHANNEL, SERVER, PersonaPlace
from memories.actions import (
    MemoryDraft,
    NamedPlace,
    name_places,
    remember,
)
from memories.models import Memory, Message, Place
from whisper import daily_counts
from whisper.action_log import command
from whisper.console import front
from whisper.imports.actions import finish_run, note_rollback, start_run
from whisper.imports.report import ImportReport, Note
from whisper.models import ImportRun


def name_them() -> None:
    """Name the servers and their channels."""
    servers = [NamedPlace(server.id, server.name) for server in world.SERVERS]
    channels = [
        NamedPlace(channel.id, channel.name, server.id)
        for server in world.SERVERS
        for channel in server.channels
    ]
    name_places([*servers, *channels])


def choose_personas() -> None:
    """Let a server and a channel have personas of their own, one of them changed since."""
    if Persona.objects.exists():
        return
    texts = {file.stem: file.read_text("utf-8") for file in PERSONAS.glob("*.md")}
    actor, server = command(), world.SERVERS[0]
    sage = make_persona("Sage", texts["sage"], actor=actor, reason="Shipped.")
    spark = make_persona("Spark", texts["spark"], actor=actor, reason="Shipped.")
    shorter = spark.versions.get().wording.replace("One joke is plenty", "At most one joke")
    change_persona(spark, shorter, seen=1, actor=actor, reason="Fewer jokes were asked for.")
    choose_persona(PersonaPlace(SERVER, server.id), spark, actor=actor)
    choose_persona(PersonaPlace(CHANNEL, server.channels[0].id), sage, actor=actor)


def share_facts(at: datetime) -> None:
    """Let servers know some facts, of which some wait for an admin."""
    texts = [
        *((text, False) for text in lines.SHARED),
        *((text, True) for text in lines.TO_APPROVE),
    ]
    for number, (text, hidden) in enumerate(texts):
        remember(
            MemoryDraft(
                person_id=None,
                kind=Memory.Kind.SHARED_FACT,
                text=text,
                place=Place.PUBLIC_CHANNEL,
                guild_id=world.SERVERS[number % len(world.SERVERS)].id,
                said_at=at,
                origin=f"{SOURCE}:{number}",
                category="other",
                hidden=hidden,
            )
        )


def import_for(everyone: list[Person], end: datetime) -> None:
    """Take over some memories of an older bot; those of nobody wait for an admin's look."""
    if ImportRun.objects.filter(source=SOURCE).exists():
        return
    wishes.fail_export(everyone[0])
    wishes.forget_by_hand(everyone[0])
    at = end - world.YEAR - timedelta(days=30)
    drafts = [
        _imported(person, text, at) for person, text in zip(everyone, lines.IMPORTED, strict=False)
    ]
    drafts += [_of_nobody(text, at, number) for number, text in enumerate(lines.QUARANTINED)]
    run, report = start_run("memories", SOURCE, {}), ImportReport()
    with transaction.atomic():
        for draft in drafts:
            remember(draft)
            report.count("long_term_memory", "imported")
        for key in ("3f", "a1"):
            report.count("long_term_memory", "skipped")
            report.note(Note("long_term_memory", key, "skipped", "has no text"))
        finish_run(run, report)
    _take_back_import()


def _take_back_import() -> None:
    """Leave a run whose profiles were taken away again, as after a file of another server."""
    run, report = start_run("profiles", "user_profiles.json", {}), ImportReport()
    report.count("profiles", "unchanged", 3)
    finish_run(run, report)
    note_rollback(run, reason="It was the file of another server.")


def _imported(person: Person, text: str, at: datetime) -> MemoryDraft:
    return MemoryDraft(
        person_id=person.id,
        kind=Memory.Kind.SUMMARY,
        text=text,
        place=Place.IMPORT,
        said_at=at,
        origin=f"{SOURCE}:imported",
    )


def _of_nobody(text: str, at: datetime, number: int) -> MemoryDraft:
    """Return what the older bot held for everybody; it may have been said in private."""
    return MemoryDraft(
        person_id=None,
        kind=Memory.Kind.SHARED_FACT,
        text=text,
        place=Place.IMPORT,
        said_at=at,
        origin=f"{SOURCE}:quarantined:{number}",
        category="other",
        hidden=True,
    )


def read_cache(end: datetime) -> None:
    """Count reads of the conversation cache for the last days, as a running bot does."""
    today = timezone.localdate(end)
    said = Message.objects.filter(sent_at__gte=end - timedelta(days=front.DAYS))
    days = Counter(timezone.localdate(at) for at in said.values_list("sent_at", flat=True))
    held = daily_counts.by_day(HIT, days=front.DAYS, now=today)
    if any(held[HIT]):
        return
    for day, count in sorted(days.items()):
        misses = count // 12
        daily_counts.actions.add({HIT: count - misses, MISS: misses}, day)
