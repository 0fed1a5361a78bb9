"""Tests of the two rights to read what people said: who has them, and what they let through."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import connection

from memories.models import Message, Place
from whisper.accounts import reading
from whisper.accounts.reading import Reading

PUBLIC, PRIVATE = "read_public", "read_private"
NOTHING, LOUNGE, ALL = Reading(False, False), Reading(True, False), Reading(True, True)


def rights_of(owner):
    held = owner.permissions if isinstance(owner, Group) else owner.user_permissions
    return set(held.filter(codename__startswith="read_").values_list("codename", flat=True))


def give(owner, *codenames):
    held = owner.permissions if isinstance(owner, Group) else owner.user_permissions
    held.set(Permission.objects.filter(codename__in=codenames))
    return owner


def migrate():
    split = import_module("whisper.migrations.0023_reading_of_public_channels")
    split.split_right(apps, connection.schema_editor())


def test_in_a_new_installation_moderators_read_public_channels_alone(db):
    assert {group.name: rights_of(group) for group in Group.objects.all()} == {
        "Viewer": set(),
        "Moderator": {PUBLIC},
        "Data officer": {PUBLIC, PRIVATE},
        "Operator": set(),
    }


def test_with_accounts_nobody_loses_or_gains_what_they_may_read(db):
    moderators = give(Group.objects.get(name="Moderator"), PRIVATE, "view_memory")
    own = give(Group.objects.create(name="Friends"), PRIVATE)
    looks = give(Group.objects.create(name="Lookers"), "view_memory", "view_message")
    ann = give(User.objects.create_user("ann"), PRIVATE)
    ben = give(User.objects.create_user("ben"), "view_message")
    for _ in range(2):
        migrate()
    assert rights_of(moderators) == rights_of(own) == rights_of(ann) == {PUBLIC, PRIVATE}
    assert rights_of(looks) == rights_of(ben) == set()


def test_moderators_whose_right_was_taken_away_get_none(db):
    moderators = give(Group.objects.get(name="Moderator"), "view_memory")
    User.objects.create_user("ann")
    migrate()
    assert rights_of(moderators) == set()


@pytest.mark.parametrize(
    ("codenames", "expected"),
    [((), NOTHING), ((PUBLIC,), LOUNGE), ((PRIVATE,), ALL), ((PUBLIC, PRIVATE), ALL)],
)
def test_the_right_to_the_private_includes_the_public(db, codenames, expected):
    give(User.objects.create_user("ann"), *codenames)
    assert Reading.of(User.objects.get(username="ann")) == expected


def test_a_superuser_may_read_everything(db):
    assert Reading.of(User.objects.create_superuser("owner")) == ALL


@pytest.mark.parametrize("place", [*Place.values, "a place of a later version", None])
def test_only_public_channels_are_read_by_the_right_to_those(place):
    assert ALL.may_read(place)
    assert LOUNGE.may_read(place) is (place == Place.PUBLIC_CHANNEL)
    assert not NOTHING.may_read(place)


def test_rows_are_left_out_and_counted_by_the_same_rule(db, monkeypatch):
    for number, place in enumerate([*Place.values, Place.DIRECT]):
        Message.objects.create(
            platform=Message.Platform.DISCORD,
            platform_id=number,
            channel_id=1,
            place=place,
            sent_at="2026-03-01T12:00:00Z",
        )
    rows = Message.objects.order_by("pk")
    assert [one.place for one in LOUNGE.only(rows)] == [Place.PUBLIC_CHANNEL]
    assert (ALL.only(rows).count(), NOTHING.only(rows).count()) == (5, 0)
    counted = [one.hidden(rows, "message", "messages") for one in (ALL, LOUNGE, NOTHING)]
    assert counted == ["", "4 messages", "5 messages"]
    monkeypatch.setattr(reading, "MOST_HIDDEN", 3)
    assert LOUNGE.hidden(rows, "message", "messages") == "more than 3 messages"
