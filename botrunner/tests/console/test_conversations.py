"""Tests of the console's pages of conversations and of the trace beside them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from botrunner.console.conversations.prompts import sections_of
from botrunner.console.conversations.reading import MOST_CHANNELS
from botrunner.console.screenshots import pictures
from botrunner.demo.world import SERVERS
from memories.actions import Said, store_message
from memories.models import Memory, Message, Place, ReplyTrace
from whisper.models import ActionEntry

CHANNELS = reverse("console:conversations")


def channel(channel_id):
    return reverse("console:conversation", args=[channel_id])


@pytest.fixture
def trace(admin):
    """Return the trace of a reply in a server to which something was recalled."""
    traces = ReplyTrace.objects.exclude(recalled=[]).filter(message__guild_id__isnull=False)
    return traces.select_related("reply").order_by("-created_at").first()


def test_channels_stand_under_their_servers_by_name(admin):
    servers = dict(admin.get(CHANNELS).context["servers"])
    assert {server.name for server in SERVERS} < set(servers)
    assert "evening-talk" in {one.name for one in servers["Harbour Lights"]}
    assert "Dario" in {one.name for one in servers["Direct messages"]}


def test_memories_that_were_all_left_out_of_the_prompt_did_come_to_mind(admin, trace):
    recalled = [{**one, "in_prompt": False} for one in trace.recalled]
    ReplyTrace.objects.filter(pk=trace.pk).update(recalled=recalled)
    address = channel(trace.reply.channel_id)
    page = admin.get(address, {"reply": trace.reply_id}).content.decode()
    assert "All that came to mind was left out of the prompt." in page
    assert "Nothing came to mind" not in page
    ReplyTrace.objects.filter(pk=trace.pk).update(recalled=[])
    page = admin.get(address, {"reply": trace.reply_id}).content.decode()
    assert "Nothing came to mind" in page


def test_the_pictured_conversation_has_memories_in_its_prompt_and_what_just_missed(admin):
    address = next(one.address for one in pictures() if one.name == "conversation")
    why = admin.get(address).context["why"]
    assert why.told
    assert why.missed


def test_a_channel_is_read_as_a_chat_and_earlier_messages_follow(admin, monkeypatch):
    monkeypatch.setattr("botrunner.console.conversations.reading.SIZE", 5)
    channel_id = SERVERS[0].channels[0].id
    first = admin.get(channel(channel_id)).context["channel"]
    sent = [line.message.sent_at for line in first.lines]
    assert sent == sorted(sent)
    assert len(sent) == 5
    earlier = admin.get(channel(channel_id), {"before": first.older}).context["channel"]
    assert earlier.lines[-1].message.sent_at <= sent[0]


def test_a_reply_shows_its_prompt_memories_and_timings(admin, trace):
    response = admin.get(channel(trace.reply.channel_id), {"reply": trace.reply_id})
    why = response.context["why"]
    assert why.trace == trace
    assert sum(section.tokens for section in why.sections) > 0
    assert round(sum(section.share for section in why.sections)) == 100
    assert len(why.told) + len(why.left_out) == len(trace.recalled)
    assert [step.name for step in why.steps][:2] == ["Received", "Waited for more"]


def test_a_reply_shows_what_it_cost_where_its_model_has_a_price(admin, trace):
    ReplyTrace.objects.update(model="maker/gpt-4o", tokens={"prompt": 3_000, "answer": 100})
    asked = channel(trace.reply.channel_id), {"reply": trace.reply_id}
    assert "$0.0085" in admin.get(*asked).content.decode()
    ReplyTrace.objects.update(model="a local one")
    page = admin.get(*asked).content.decode()
    assert "no price known" in page


def test_replies_before_and_after_one_are_a_step_away(admin, trace):
    where = channel(trace.reply.channel_id)
    lines = admin.get(where).context["channel"].lines
    replies = [line.message.pk for line in lines if line.trace]
    last = admin.get(where).context
    assert (last["previous"], last["following"]) == (replies[-2], None)
    one = admin.get(where, {"reply": replies[-2]})
    assert one.context["following"] == replies[-1]
    assert f"reply={replies[-1]}" in one.content.decode()
    assert admin.get(where, {"reply": 10**17}).context["previous"] is None


def test_what_just_missed_stands_beside_a_reply_as_long_as_it_is_kept(admin, trace):
    kept, gone = Memory.objects.all()[0], uuid4()
    missed = {"kind": kept.kind, "score": 0.1, "dense": None, "bm25": 1.0, "parts": {"date": 1.0}}
    trace.missed = [{"id": str(one), **missed} for one in (kept.pk, gone)]
    trace.save(update_fields=["missed"])
    response = admin.get(channel(trace.reply.channel_id), {"reply": trace.reply_id})
    assert [one.memory["text"] for one in response.context["why"].missed] == [kept.text]
    shown = admin.get(reverse("admin:memories_replytrace_change", args=[trace.pk]))
    assert "date +1.00" in shown.content.decode()


def test_a_reply_of_another_channel_is_not_shown(admin, trace):
    other = next(one.id for one in SERVERS[2].channels if one.id != trace.reply.channel_id)
    response = admin.get(channel(other), {"reply": trace.reply_id})
    assert response.context["why"] is None


@pytest.mark.parametrize("reply", ["x", "9" * 30, "-1", "²"])
def test_a_reply_that_makes_no_sense_is_the_latest(admin, trace, reply):
    assert admin.get(channel(trace.reply.channel_id), {"reply": reply}).status_code == 200


def test_a_channel_that_nobody_talked_in_is_not_found(admin):
    assert admin.get(channel(12345)).status_code == 404


def test_direct_messages_want_a_reason_for_their_person(admin, client, dario):
    session = client.session
    del session["reading_reasons"]
    session.save()
    message = Message.objects.filter(person_id=dario.person_id, place="direct")[0]
    asked = admin.get(channel(message.channel_id)).content.decode()
    assert "Why do you want to read this?" in asked
    assert message.text not in asked
    read = admin.post(channel(message.channel_id), {"reading_reason": "He asked me."}, follow=True)
    assert read.context["channel"].name == "Dario"
    entry = ActionEntry.objects.get(action="read.conversation", person_id=dario.person_id)
    assert entry.reason == "He asked me."


def test_what_is_said_is_text_and_never_markup(admin, trace):
    Message.objects.filter(pk=trace.reply_id).update(text="<script>alert(1)</script>")
    page = admin.get(channel(trace.reply.channel_id), {"reply": trace.reply_id}).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_the_sections_of_a_prompt_hold_all_of_it(trace):
    sections = sections_of(trace.prompt)
    assert [one.name.partition(" (")[0] for one in sections] == [
        "How it talks",
        "Who they are",
        "Recalled memories",
        "Recent messages",
        "Their message",
    ]
    together = "".join(one.text for one in sections)
    last = trace.prompt[-1]["content"]
    assert all(
        line in together for turn in (trace.prompt[0]["content"], last) for line in turn.split("\n")
    )


def test_a_prompt_of_another_kind_is_shown_by_turns():
    sections = sections_of([{"role": "user", "content": "hello"}])
    assert [(one.name, one.text) for one in sections] == [("user", "hello")]
    assert sections_of([]) == []


@pytest.mark.heavy
def test_of_very_many_channels_the_latest_are_listed(admin):
    now = timezone.now()
    for number in range(500):
        store_message(
            Said(
                platform=Message.Platform.DISCORD,
                platform_id=7_000_000 + number,
                person_id=101,
                author_name="Ann",
                text="Hello",
                sent_at=now + timedelta(seconds=number),
                channel_id=8_000_000 + number,
                guild_id=50,
                place=Place.PUBLIC_CHANNEL,
                keep=False,
            )
        )
    response = admin.get(reverse("console:conversations"))
    listed = [one.id for _, channels in response.context["servers"] for one in channels]
    assert len(listed) == MOST_CHANNELS
    assert 8_000_499 in listed
    assert len(response.content) < 150_000


def test_a_message_is_shown_among_those_around_it(admin, monkeypatch):
    monkeypatch.setattr("botrunner.console.conversations.reading.SIZE", 5)
    monkeypatch.setattr("botrunner.console.conversations.reading.FOLLOWING", 2)
    said = Message.objects.filter(channel_id=SERVERS[0].channels[0].id).order_by("sent_at", "pk")
    keys = list(said.values_list("pk", flat=True)[:20])
    response = admin.get(channel(SERVERS[0].channels[0].id), {"message": keys[10]})
    assert [line.message.pk for line in response.context["channel"].lines] == keys[8:13]
    page = response.content.decode()
    assert f'sought" id="m{keys[10]}"' in page
    # What is opened from there stays there.
    assert f"before={quote(response.context['mark'])}&amp;reply=" in page


def test_a_memory_leads_to_its_message(admin):
    memory = Memory.objects.filter(sources__isnull=False, person_id__isnull=False)[0]
    source = memory.sources.order_by("sent_at")[0]
    page = admin.get(reverse("console:memory", args=[memory.pk])).content.decode()
    assert f'href="{channel(source.channel_id)}?message={source.pk}"' in page


def test_a_channel_is_read_up_to_a_day(admin):
    where = SERVERS[0].channels[0].id
    said = Message.objects.filter(channel_id=where).order_by("sent_at")
    day = timezone.localtime(said[5].sent_at).date()
    lines = admin.get(channel(where), {"day": day.isoformat()}).context["channel"].lines
    assert timezone.localtime(lines[-1].message.sent_at).date() == day
    before = admin.get(channel(where), {"day": "2016-01-01"})
    assert "Nothing had been said here by then" in before.content.decode()
    assert before.context["channel"].lines


@pytest.mark.parametrize("day", ["2026-02-30", "0001-01-01", "9999-12-31", "x", "\x00"])
def test_a_day_that_makes_no_sense_gives_the_latest(admin, day):
    where = SERVERS[0].channels[0].id
    latest = admin.get(channel(where)).context["channel"].lines[-1].message
    assert admin.get(channel(where), {"day": day}).context["channel"].lines[-1].message == latest


@pytest.mark.parametrize("message", ["0", "x", "9" * 30, "٣"])
def test_a_message_that_is_gone_gives_the_latest(admin, message):
    where = SERVERS[0].channels[0].id
    latest = admin.get(channel(where)).context["channel"].lines[-1].message
    found = admin.get(channel(where), {"message": message}).context["channel"]
    assert found.lines[-1].message == latest
