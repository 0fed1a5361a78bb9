"""What people of the invented world ask for, and admins decide about them."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync

from botrunner.demo import lines, world
from botrunner.demo.world import SOURCE, Person, Standing
from memories.actions.forgetting import put_aside
from memories.facts.dates import When
from memories.facts.ledger import Ledger
from memories.facts.statements import Statement
from memories.facts.storing import Source, keep
from memories.models import Memory, Place
from profiles.actions import (
    choose_level,
    decide_consent,
    rename,
)
from profiles.actions.editing import Edit, edit_profile
from profiles.models import Consent, Relationship
from profiles.privacy import Way
from profiles.relationship.actions import (
    keep_personality,
    set_level,
    settle,
    show_trust,
    wish_distance,
)
from whisper.action_log import command
from whisper.models import Task
from whisper.personal_data.actions import erase_for, report_on
from whisper.tasks.actions import GONE, ask, fail, finish
from whisper.tasks.kinds import TaskKind, kind_of
from whisper.tasks.own import result_of

EXPIRED_SINCE = timedelta(days=20)
NICKNAMES = {
    "Ben": "Benny",
    "Inês": "Nê",
    "Pia": "Pip",
    "Wanda": "Wanny",
    "Dmytro": "Dima",
    "Vasco": "Vas",
    "Elif": "Eli",
}
# A year of much talk makes friends of all, but for those who say little.
LEVELS_BY_HAND = {
    8: (Relationship.FRIEND, "They know each other from the older bot."),
    20: (Relationship.ACQUAINTANCE, "They asked for less closeness in the channel."),
}


def choose_their_level(person: Person) -> None:
    """Choose what of a person may come up where, unless it is the default."""
    if person.level != Consent.Level.MODERATE:
        ways = [Way.ACROSS_SERVERS] if person.level == Consent.Level.CUSTOM else []
        choose_level(person.id, person.level, ways=ways, source=SOURCE)


def look_after(person: Person, lived: int, end: datetime, chance: random.Random) -> None:
    """Do what people ask for, and admins decide, now and then."""
    if person.role % 3 == 0:
        show_trust(person.id, ["told a secret", "asked for advice"], said_at=end)
        settle(person.id, personal=True, now=end)
    if person.role % 7 == 1:
        rename(
            person.id,
            preferred_name=NICKNAMES.get(person.name, person.name[:3]),
            actor=command(),
            reason="They asked for it in the channel.",
        )
    if person.role == 6:
        wish_distance(person.id, True, at=end - timedelta(days=2))
    if person.role in LEVELS_BY_HAND:
        level, why = LEVELS_BY_HAND[person.role]
        at = end - timedelta(days=9)
        set_level(person.id, level, reason=why, now=at, actor=command())
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


def afterwards(person: Person) -> None:
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


def fail_export(person: Person) -> None:
    """Let an export of somebody's data have failed, for an admin to start it again."""
    reason = "They asked for their data in a direct message."
    task = ask(_kind("export"), actor=command(), reason=reason, person_id=person.id, begun=True)
    fail(task, GONE)


def forget_by_hand(person: Person) -> None:
    """Forget some of what a person said, for an admin to bring it back."""
    said = Memory.objects.filter(person_id=person.id, kind=Memory.Kind.CONVERSATION)
    said = said.exclude(place=Place.DIRECT).order_by("said_at")
    reasons = ("They asked for it in the channel.", "It quoted somebody who isn't remembered.")
    for reason, chosen in zip(reasons, (said[:1], said[1:4]), strict=True):
        put_aside([memory.pk for memory in chosen], actor=command(), reason=reason)


def _kind(name: str) -> TaskKind:
    kind = kind_of(name)
    assert kind is not None  # noqa: S101 - each is registered at the start
    return kind
