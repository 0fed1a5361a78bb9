"""Tests of lists that name people and places."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from memories.actions import NamedPlace, name_places
from memories.models import Memory, Message, Place
from memories.tests.factories import ANN
from profiles.actions import decide_consent, meet
from whisper.tests.reading import give_reason

GENERAL, NAMELESS = 222222222222222222, 333333333333333333


@pytest.fixture
def lists(admin_client):
    """Return an admin's browser, with something said in a channel that has a name."""
    give_reason(admin_client)
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="Ann", at=timezone.now())
    name_places([NamedPlace(GENERAL, "general", 1)])
    for channel in (GENERAL, NAMELESS):
        said(channel, Place.PUBLIC_CHANNEL)
    said(None, Place.IMPORT)
    return admin_client


def said(channel, place):
    now = timezone.now()
    common = {"person_id": ANN, "channel_id": channel, "place": place, "text": "Hello"}
    times = {"said_at": now, "valid_from": now}
    Memory.objects.create(kind=Memory.Kind.CONVERSATION, **common, **times)
    if channel is not None:
        Message.objects.create(platform="discord", platform_id=channel, sent_at=now, **common)


@pytest.mark.parametrize("name", ["memory", "message"])
def test_lists_name_channels_and_lead_to_them(lists, name):
    page = lists.get(reverse(f"admin:memories_{name}_changelist")).content.decode()
    for channel, called in ((GENERAL, "#general"), (NAMELESS, f"channel {NAMELESS}")):
        address = reverse("console:conversation", args=[channel])
        assert f'<a href="{address}"><bdi>{called}</bdi></a>' in page
    assert ("an import" in page) == (name == "memory")
