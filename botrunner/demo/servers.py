"""The invented servers: names, personas, what everybody knows, and what came from an older bot."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from botrunner.conversation.persona import PERSONAS
from botrunner.demo import lines, wishes, world
from botrunner.demo.world import SOURCE, Person
from botrunner.models import Persona
from botrunner.personas.actions import change_persona, choose_persona, make_persona
from botrunner.personas.places import CHANNEL, SERVER, PersonaPlace
from memories.actions import (
    MemoryDraft,
    NamedPlace,
    name_places,
    remember,
)
from memories.models import Memory, Place
from whisper.action_log import command
from whisper.imports.actions import finish_run, start_run
from whisper.imports.report import ImportReport
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
    """Take over some memories of an older bot; one of them waits for an admin to look at it."""
    if ImportRun.objects.filter(source=SOURCE).exists():
        return
    wishes.fail_export(everyone[0])
    run, report = start_run("memories", SOURCE, {}), ImportReport()
    with transaction.atomic():
        for person, text in zip(everyone, lines.IMPORTED, strict=False):
            remember(_imported(person, text, end))
            report.count("long_term_memory", "imported")
        report.count("long_term_memory", "skipped", 2)
        finish_run(run, report)


def _imported(person: Person, text: str, end: datetime) -> MemoryDraft:
    return MemoryDraft(
        person_id=person.id,
        kind=Memory.Kind.SUMMARY,
        text=text,
        place=Place.IMPORT,
        said_at=end - world.YEAR - timedelta(days=30),
        origin=f"{SOURCE}:imported",
        hidden=person.number == 1,
    )
