"""Tests of the list of replies."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from memories.models import Message, Place, ReplyTrace
from memories.tests.factories import ANN
from whisper.tests.reading import give_reason

ADDRESS = reverse("admin:memories_replytrace_changelist")


def replied(number, **values):
    common = {"platform": Message.Platform.TERMINAL, "channel_id": 7, "place": Place.DIRECT}
    common |= {"person_id": ANN, "sent_at": timezone.now()}
    question = Message.objects.create(platform_id=number, text=f"question {number}", **common)
    reply = Message.objects.create(
        platform_id=1_000 + number, text="x", from_companion=True, **common
    )
    return ReplyTrace.objects.create(
        message=question, reply=reply, person_id=ANN, model="m", **values
    )


@pytest.fixture
def replies(admin_client):
    """Return a client of the list, with a reply of each outcome."""
    give_reason(admin_client)
    replied(1, milliseconds={"model": 1234.0}, tokens={"prompt": 1_200, "answer": 34})
    replied(2, error="it timed out")
    replied(3, rating=-1)
    replied(4, rating=1)
    return admin_client


@pytest.mark.parametrize(
    ("outcome", "shown"), [("failed", {2}), ("bad", {3}), ("good", {4}), ("odd", {1, 2, 3, 4})]
)
def test_replies_are_narrowed_by_their_outcome(replies, outcome, shown):
    found = replies.get(ADDRESS, {"outcome": outcome}).context["cl"].result_list
    assert {trace.message.platform_id for trace in found} == shown


def test_a_reply_tells_what_it_took_and_leads_to_its_conversation(replies):
    page = replies.get(ADDRESS).content.decode()
    assert "1.2 s" in page
    assert "1,234" in page
    trace = ReplyTrace.objects.get(message__platform_id=1)
    address = reverse("console:conversation", args=[7]) + f"?reply={trace.reply_id}"
    assert address in page
    assert replies.get(address).status_code == 200
