"""What tests of figures count: a made-up record with memories of all kinds and places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from asgiref.sync import async_to_sync

from memories.access import Scope
from memories.actions import remember_all
from memories.analytics import View, analytics
from memories.models import Memory, Place
from memories.tests.factories import ANN, BEN, CHANNEL, CLEO, GUILD, draft
from profiles.actions import decide_consent
from profiles.models import Emotion

# Both changes of the clock in Berlin lie in the last year of that.
NOW = datetime(2025, 11, 20, 9, 30, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
OTHERS = list(range(201, 208))
CROWD = [ANN, BEN, CLEO, *OTHERS]
WORDS = ["miso", "garden", "office", "piano", "rome", "kite", "lake", "winter", "bread", "train"]
CATEGORIES = ["", "pet", "work", "food"]


def figures(view, *, now=NOW):
    """Return the report on a view."""
    return async_to_sync(analytics)(view, now=now)


def of_ann():
    """Return Ann's view on all of hers."""
    return View.person(Scope.access(ANN))


def agree(*people):
    """Let people agree."""
    for person in people:
        decide_consent(person, granted=True, source="test")


def in_public(text, owner=ANN, **values):
    """Return something said in a public channel yesterday."""
    where = {"place": Place.PUBLIC_CHANNEL, "guild_id": GUILD, "channel_id": CHANNEL}
    return draft(text, owner, **({"said_at": YESTERDAY} | where | values))


def fill(count, seed=7):
    """Remember many things; all of them came in some other month than this one."""
    chance = Random(seed)
    stored = remember_all([_made_up(chance) for _ in range(count)])
    for months in range(12):
        part = [memory.pk for memory in stored[months::12]]
        at = NOW - timedelta(days=31 * months)
        Memory.objects.filter(pk__in=part).update(created_at=at)
    return stored


def _made_up(chance):
    owner = chance.choice([*CROWD, None])
    text = " ".join(chance.choices(WORDS, weights=range(1, 11), k=4))
    # Some are said after now: clocks differ.
    hours = chance.choice([-2, 3, 40, 600, 5600, 9500]) * chance.random() * 2
    known = {"said_at": NOW - timedelta(hours=hours), "hidden": chance.random() < 0.1}
    if owner is None:
        return in_public(text, None, **known | {"guild_id": chance.choice([GUILD, 901, None])})
    place = chance.choice(list(Place))
    in_server = place in (Place.PUBLIC_CHANNEL, Place.PRIVATE_CHANNEL)
    return draft(
        text,
        owner,
        place=place,
        guild_id=chance.choice([GUILD, GUILD, 901]) if in_server else None,
        channel_id=CHANNEL if in_server else owner,
        kind=chance.choice([Memory.Kind.CONVERSATION, Memory.Kind.USER_FACT]),
        category=chance.choice(CATEGORIES),
        slot=chance.choice(["", "", "pet", "city"]),
        emotion=chance.choice(["", *Emotion.values]),
        speaker="Rome Player",
        **known,
    )
