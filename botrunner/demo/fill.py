"""Put the invented world into the database, through the same actions as a conversation."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from asgiref.sync import async_to_sync
from django.db import transaction

from botrunner.conversation.persona import PERSONAS
from botrunner.demo import lines, replies, world
from botrunner.demo.replies import Told
from botrunner.demo.story import Line, year_of
from botrunner.demo.world import Person, Standing
from botrunner.models import Persona
from botrunner.personas.actions import change_persona, choose_persona, make_persona
from botrunner.personas.places import CHANNEL, SERVER, PersonaPlace
from memories.actions import (
    MemoryDraft,
    NamedPlace,
    Said,
    complete_replies,
    name_places,
    note_removal,
    remember,
    remember_all,
    store_message,
)
from memories.facts.dates import When
from memories.facts.ledger import Ledger
from memories.facts.queries import known_facts
from memories.facts.statements import Statement
from memories.facts.storing import Source, keep
from memories.models import Memory, Message, Place
from memories.wording.memorable import worth_remembering
from profiles.actions import (
    ask_consent,
    choose_level,
    decide_consent,
    meet,
    notice_consent,
    record_emotion,
    rename,
)
from profiles.actions.editing import Edit, edit_profile
from profiles.models import Consent, Emotion, Relationship
from profiles.privacy import Way
from profiles.queries import consent_of
from profiles.relationship.actions import (
    keep_personality,
    set_level,
    settle,
    show_trust,
    wish_distance,
)
from whisper.action_log import command
from whisper.environment import environment
from whisper.imports.actions import finish_run, start_run
from whisper.imports.report import ImportReport
from whisper.models import ImportRun, Task
from whisper.personal_data import erasures
from whisper.personal_data.actions import erase_for, report_on
from whisper.tasks.actions import GONE, ask, fail, finish
from whisper.tasks.kinds import TaskKind, kind_of
from whisper.tasks.own import result_of

SOURCE = "demo"
REPLY_DELAY = timedelta(seconds=4)
# The relationship is looked at after so many lines.
LINES_A_STAGE = 12
EXPIRED_SINCE = timedelta(days=20)
KEPT = (Standing.AGREED, Standing.NOTICED, Standing.EXPIRED, Standing.ERASED)


def fill(*, people: int, messages: int, end: datetime, seed: int) -> Iterator[str]:
    """Write a year that ends at `end`, person by person; yields each name when it is done.

    Args:
        people: how many, 1 or more.
        messages: how many in all, replies included.
    """
    chance = random.Random(seed)
    _name_places()
    _choose_personas()
    _share_facts(end - world.YEAR)
    everyone = world.people(people, chance)
    counts = _shares(everyone, messages)
    for person, count in zip(everyone, counts, strict=True):
        if not _was_here(person):
            with transaction.atomic():
                _live(person, count, end, chance)
            _afterwards(person)
        yield person.name
    _import(everyone, end)
    note_removal(channel_id=world.OLD_CHANNEL.id, removed_at=end - timedelta(days=3))


def _was_here(person: Person) -> bool:
    return consent_of(person.id) is not None or erasures.erased_at(person.id) is not None


def _shares(everyone: list[Person], messages: int) -> list[int]:
    """Return how many lines each person says, about `messages` with the replies to them."""
    talks = [person.talks * (1.2 - person.joined) for person in everyone]
    # Of ten lines some seven are answered.
    return [max(1, round(messages / 1.75 * talk / sum(talks))) for talk in talks]


def _live(person: Person, count: int, end: datetime, chance: random.Random) -> None:
    """Write a person's year."""
    if person.standing == Standing.ASKED:
        ask_consent(person.id, source=SOURCE)
    if person.standing == Standing.DECLINED:
        decide_consent(person.id, granted=False, source=SOURCE)
    if person.standing not in KEPT:
        return
    if person.standing == Standing.NOTICED:
        notice_consent(person.id, source=SOURCE)
    else:
        decide_consent(person.id, granted=True, source=SOURCE)
    _choose_level(person)
    told, ids, lived = Told(person), person.message_ids, 0
    for stage in _stages(year_of(person, count, end, chance)):
        _write(stage, ids, told, chance)
        settle(person.id, personal=True, now=stage[-1].at)
        lived += len(stage)
    settle(person.id, personal=True, now=end)
    _look_after(person, lived, end, chance)


def _stages(year: Iterator[Line]) -> Iterator[list[Line]]:
    while stage := list(islice(year, LINES_A_STAGE)):
        yield stage


def _choose_level(person: Person) -> None:
    if person.level != Consent.Level.MODERATE:
        ways = [Way.ACROSS_SERVERS] if person.level == Consent.Level.CUSTOM else []
        choose_level(person.id, person.level, ways=ways, source=SOURCE)


def _look_after(person: Person, lived: int, end: datetime, chance: random.Random) -> None:
    """Do what people ask for, and admins decide, now and then."""
    if person.role % 3 == 0:
        show_trust(person.id, ["told a secret", "asked for advice"], said_at=end)
        settle(person.id, personal=True, now=end)
    if person.role % 7 == 1:
        rename(
            person.id,
            preferred_name=f"{person.name[:3]}y",
            actor=command(),
            reason="They asked for it in the channel.",
        )
    if person.role == 6:
        wish_distance(person.id, True, at=end - timedelta(days=2))
    if person.role == 8:
        set_level(
            person.id,
            Relationship.FRIEND,
            reason="They know each other from the older bot.",
            now=end - timedelta(days=9),
            actor=command(),
        )
    if person.role % 4 == world.HARD_TIMES:
        _plan(person, end, chance)
        _prefer(person)
    if lived > 40:
        keep_personality(person.id, _personality(chance))


def _plan(person: Person, end: datetime, chance: random.Random) -> None:
    """Let a person have something coming up."""
    statements = []
    for value, most_days in lines.PLANS:
        day = (end + timedelta(days=chance.randint(2, most_days))).date()
        plan = value.format(**person.life)
        statements.append(Statement("self", "plan", plan, when=When(day, day)))
    source = Source(
        person_id=person.id,
        place=Place.DIRECT,
        said_at=end - timedelta(hours=5),
        speaker=person.name,
        origin=f"{SOURCE}:plan",
    )
    keep(source, Ledger([], source.said_at).apply(statements))


def _prefer(person: Person) -> None:
    fields = {"preference.pronouns": "they, them", "preference.reply_length": "short"}
    reason = "They asked for it in a direct message."
    edit_profile(person.id, Edit(fields, {}), actor=command(), reason=reason)


def _personality(chance: random.Random) -> dict[str, object]:
    traits = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
    found: dict[str, object] = {name: round(chance.gauss(0.5, 0.08), 2) for name in traits}
    return found | {"communication": chance.choice(["brief and casual", "detailed and formal"])}


def _afterwards(person: Person) -> None:
    """Change what a person said to being remembered, once their year is written."""
    if person.standing == Standing.EXPIRED:
        decide_consent(person.id, granted=True, source=SOURCE, valid=-EXPIRED_SINCE)
    if person.standing == Standing.ERASED:
        _erase(person)


def _erase(person: Person) -> None:
    """Erase a person as a job, whose certificate can be seen."""
    reason, actor = "They asked for it in a direct message.", command()
    task = ask(_kind(Task.ERASE), actor=actor, reason=reason, person_id=person.id, begun=True)
    held = async_to_sync(report_on)(person.id)
    certificate = async_to_sync(erase_for)(person.id, actor=actor, reason=reason)
    finish(task, result_of(held, certificate))


def _fail_export(person: Person) -> None:
    """Let an export of somebody's data have failed, for an admin to start it again."""
    reason = "They asked for their data in a direct message."
    task = ask(_kind("export"), actor=command(), reason=reason, person_id=person.id, begun=True)
    fail(task, GONE)


def _kind(name: str) -> TaskKind:
    kind = kind_of(name)
    assert kind is not None  # noqa: S101 - each is registered at the start
    return kind


def _write(stage: list[Line], ids: Iterator[int], told: Told, chance: random.Random) -> None:
    """Write some lines with the replies, and what is made of them."""
    written = [_exchange(line, next(ids), next(ids), chance) for line in stage]
    drafts = [
        _draft(line, message)
        for line, (message, _) in zip(stage, written, strict=True)
        if worth_remembering(line.text)
    ]
    told.memories += remember_all(drafts)
    for line, (message, reply) in zip(stage, written, strict=True):
        told.note(_state(line, message))
        if reply is not None:
            replies.trace(line, message, reply, told, chance)
        told.heard(line, message)


def _exchange(
    line: Line, number: int, reply_number: int, chance: random.Random
) -> tuple[Message, Message | None]:
    """Store a message and the reply to it; None for no reply."""
    message, _ = store_message(_said(line, number, line.text, line.at))
    meet(line.person.id, name=line.person.name, at=line.at)
    _feel(line, message, chance)
    if not line.reply:
        return message, None
    said = _said(line, reply_number, line.reply, line.at + REPLY_DELAY, answers=number)
    reply, _ = store_message(said)
    complete_replies([message.pk])
    return message, reply


def _feel(line: Line, message: Message, chance: random.Random) -> None:
    sure = round(chance.uniform(0.55, 0.95), 2)
    record_emotion(
        line.person.id,
        emotion=line.emotion,
        scores={line.emotion: sure},
        intensity=_intensity(line, chance),
        confidence=sure,
        valence=line.emotion.traits.valence,
        triggers=[line.trigger] if line.trigger else [],
        source_message_id=message.pk,
        model=SOURCE,
        felt_at=line.at,
    )


def _intensity(line: Line, chance: random.Random) -> float:
    if line.emotion == Emotion.NEUTRAL:
        return 0.2
    # On most days nobody is in distress.
    mild = line.emotion.traits.weight and line.person.role != world.HARD_TIMES
    return round(chance.uniform(0.25, 0.52) if mild else chance.uniform(0.5, 0.95), 2)


def _state(line: Line, message: Message) -> list[Memory]:
    """Keep the fact that a line states; it replaces an older one of its kind."""
    fact = line.fact
    if fact is None:
        return []
    statement = Statement(
        subject=fact.subject,
        predicate=fact.predicate,
        value=fact.value,
        name=fact.name,
        thing=fact.kind,
    )
    known = known_facts(line.person.id, where=message)
    return keep(Source.of(message), Ledger(known, line.at).apply([statement]))


def _draft(line: Line, message: Message) -> MemoryDraft:
    return MemoryDraft(
        person_id=line.person.id,
        kind=Memory.Kind.CONVERSATION,
        text=line.text,
        speaker=line.person.name,
        place=line.place,
        guild_id=line.guild_id,
        channel_id=line.channel_id,
        said_at=line.at,
        origin=f"message:{message.pk}",
        emotion=line.emotion,
        sources=(message.pk,),
    )


def _said(line: Line, number: int, text: str, at: datetime, *, answers: int | None = None) -> Said:
    companion = answers is not None
    return Said(
        platform=Message.Platform.DEMO,
        platform_id=number,
        person_id=line.person.id,
        author_name=environment.bot_name if companion else line.person.name,
        text=text,
        sent_at=at,
        channel_id=line.channel_id,
        guild_id=line.guild_id,
        place=line.place,
        keep=True,
        reply_to=answers,
        from_companion=companion,
        expects_reply=not companion and bool(line.reply),
    )


def _name_places() -> None:
    servers = [NamedPlace(server.id, server.name) for server in world.SERVERS]
    channels = [
        NamedPlace(channel.id, channel.name, server.id)
        for server in world.SERVERS
        for channel in server.channels
    ]
    name_places([*servers, *channels])


def _choose_personas() -> None:
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


def _share_facts(at: datetime) -> None:
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


def _import(everyone: list[Person], end: datetime) -> None:
    """Take over some memories of an older bot; one of them waits for an admin to look at it."""
    if ImportRun.objects.filter(source=SOURCE).exists():
        return
    _fail_export(everyone[0])
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
