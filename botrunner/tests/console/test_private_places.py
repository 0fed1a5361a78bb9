"""Tests of who reads what was said where: public channels by one right, the rest by another."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from django.utils import timezone

from memories.actions import MemoryDraft, Said, remember, store_message
from memories.models import Memory, Message, Place, PlaceDecision, ReplyTrace
from profiles.actions import decide_consent, meet
from profiles.models import EmotionRecord, Profile
from whisper.accounts.reading import PUBLIC_PLACE
from whisper.action_log import Actor, log
from whisper.models import ActionEntry, Task
from whisper.tasks import files
from whisper.tests.reading import REASON

pytestmark = pytest.mark.django_db
ANN, SERVER, LOUNGE, STAFF, DIRECT = 101, 50, 500, 501, 502
PLACES = {LOUNGE: Place.PUBLIC_CHANNEL, STAFF: Place.PRIVATE_CHANNEL, DIRECT: Place.DIRECT}
OPEN, SECRET = "marigolds", "teapots"


def said(channel_id, text, number, *, by_us=False, **more):
    message, _ = store_message(
        Said(
            platform=Message.Platform.DISCORD,
            platform_id=9000 + number,
            person_id=ANN,
            author_name="Whisper" if by_us else "Ann",
            text=text,
            sent_at=timezone.now() - timedelta(minutes=60 - number),
            channel_id=channel_id,
            guild_id=None if channel_id == DIRECT else SERVER,
            place=PLACES[channel_id],
            keep=True,
            from_companion=by_us,
            **more,
        )
    )
    return message


def remembered(message, **more):
    return remember(
        MemoryDraft(
            person_id=ANN,
            kind=more.pop("kind", Memory.Kind.CONVERSATION),
            text=message.text,
            place=message.place,
            guild_id=message.guild_id,
            channel_id=message.channel_id,
            said_at=message.sent_at,
            sources=(message.pk,),
            **more,
        )
    )


class World:
    """What Ann said in each place, what is remembered of it, and replies that used it."""

    def __init__(self):
        decide_consent(ANN, granted=True, source="test")
        profile = meet(ANN, name="Ann", at=timezone.now())
        self.lines, self.facts, self.traces = {}, {}, {}
        for number, channel in enumerate(PLACES):
            word = OPEN if channel == LOUNGE else SECRET
            message = said(channel, f"I paint {word} on plate {channel}", 10 * number)
            reply = said(channel, f"You paint {word}", 10 * number + 1, by_us=True)
            self.lines[channel] = remembered(message)
            self.facts[channel] = remembered(
                message,
                kind=Memory.Kind.USER_FACT,
                category="work",
                origin=f"fact:{channel}",
            )
            EmotionRecord.objects.create(
                profile=profile,
                emotion="joy",
                intensity=0.9,
                confidence=0.9,
                triggers=[word],
                source_message_id=message.pk,
                model="test",
                felt_at=message.sent_at - timedelta(days=number),
            )
            self.traces[channel] = ReplyTrace.objects.create(
                message=message, reply=reply, person_id=ANN, model="test"
            )
        in_public, in_private = self.facts[LOUNGE], self.facts[DIRECT]
        Profile.objects.filter(pk=profile.pk).update(
            emotion_state={"summary": f"Good moods came with “{SECRET}”"}
        )
        # She lets what she says in direct messages come up in channels.
        ReplyTrace.objects.filter(pk=self.traces[LOUNGE].pk).update(
            prompt=[{"role": "system", "content": f"You know: {in_private.text}"}],
            recalled=[described(in_public), described(in_private)],
            missed=[described(self.lines[DIRECT])],
        )
        Memory.objects.filter(pk=in_public.pk).update(superseded_by=in_private)
        PlaceDecision.objects.create(
            person_id=ANN,
            memory_id=in_private.pk,
            from_place=Place.DIRECT,
            to_place=Place.PUBLIC_CHANNEL,
            allowed=True,
            reason="direct_to_public",
            level="open",
        )
        changed = {"text": (f"before {SECRET}", f"after {SECRET}")}
        changes = partial(log, actor=Actor.admin(1), reason="x", person_id=ANN, changes=changed)
        changes("profile.edit", on=profile)
        changes("memory.correct", on=in_private)
        self.profile = profile

    def pages(self):
        """Return the addresses of all pages that show Ann's words, with what is sent there."""
        person = [
            reverse("console:person_tab", args=[ANN, tab])
            for tab in ("overview", "facts", "memories", "conversations", "traces", "privacy")
        ]
        tables = ("message", "memory", "replytrace", "placedecision")
        lounge = self.traces[LOUNGE]
        return [
            *person,
            reverse("console:person_tab", args=[ANN, "log"]),
            reverse("console:edit_person", args=[ANN]),
            reverse("console:memories"),
            reverse("console:forgotten"),
            reverse("console:conversations"),
            f"{reverse('console:conversation', args=[LOUNGE])}?reply={lounge.reply_id}",
            *(reverse("console:conversation", args=[place]) for place in (STAFF, DIRECT)),
            *(reverse("console:memory", args=[one.pk]) for one in self.facts.values()),
            *(reverse("console:memory", args=[one.pk]) for one in self.lines.values()),
            *(reverse(f"admin:memories_{one}_changelist") for one in tables),
            reverse("admin:memories_replytrace_change", args=[lounge.pk]),
            reverse("admin:memories_memory_change", args=[self.facts[DIRECT].pk]),
            reverse("admin:memories_memory_history", args=[self.facts[DIRECT].pk]),
            reverse("admin:memories_memory_figures"),
            reverse("admin:profiles_emotionrecord_changelist"),
            reverse("admin:profiles_profile_change", args=[self.profile.pk]),
            reverse("admin:profiles_profile_history", args=[self.profile.pk]),
            f"{reverse('console:audit')}?values=1",
        ]


def described(memory):
    scores = {"score": 0.9, "dense": 0.9, "bm25": 0.1, "parts": {}}
    return {"id": str(memory.pk), "kind": memory.kind, "text": memory.text, **scores}


@pytest.fixture
def world(db):
    return World()


def enter(client, group="", *rights):
    """Sign in as a member of a group, or with rights, who has said why they read."""
    account = User.objects.create_user(f"admin {group}", password="a long password", is_staff=True)
    account.groups.set(Group.objects.filter(name=group))
    account.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(account)
    client.post(reverse("admin:memories_message_changelist"), {"reading_reason": REASON})
    client.post(reverse("console:memories"), {"reading_reason": REASON})
    return account


def shown(client, address, **sent):
    response = client.post(address, sent) if sent else client.get(address, follow=True)
    return " ".join(re.sub(r"<[^>]*>", "", response.content.decode()).split())


@pytest.mark.heavy
def test_what_was_said_in_private_is_on_no_page_of_a_moderator(client, world):
    enter(client, "Moderator")
    found = {address: shown(client, address) for address in world.pages()}
    assert [address for address, page in found.items() if SECRET in page] == []
    assert sum(OPEN in page for page in found.values()) >= 10


@pytest.mark.heavy
def test_a_superuser_reads_it_on_these_pages(client, world):
    account = enter(client)
    User.objects.filter(pk=account.pk).update(is_superuser=True)
    client.post(reverse("console:memories"), {"reading_reason": REASON})
    pages = [address for address in world.pages() if SECRET in shown(client, address)]
    quiet = {
        reverse("console:forgotten"),
        reverse("console:conversations"),
        reverse("console:edit_person", args=[ANN]),
        reverse("console:person_tab", args=[ANN, "conversations"]),
        # Its figures count words, which are few here; its list shows no words behind a mood.
        reverse("admin:memories_memory_figures"),
        reverse("admin:profiles_emotionrecord_changelist"),
        reverse("console:memory", args=[world.lines[LOUNGE].pk]),
    }
    assert set(world.pages()) - set(pages) <= quiet


@pytest.mark.parametrize(
    ("tab", "told"),
    [
        ("overview", "Hidden: 2 facts from direct messages or private channels."),
        ("overview", "Hidden: 4 messages from direct messages or private channels."),
        ("facts", "Hidden: 2 facts from direct messages or private channels."),
        ("memories", "Hidden: 4 memories from direct messages or private channels."),
        ("conversations", "Hidden: 4 messages from direct messages or private channels."),
        ("traces", "Hidden: 2 replies from direct messages or private channels."),
        ("privacy", "A memory that you may not read"),
    ],
)
def test_a_page_says_how_much_is_hidden(client, world, tab, told):
    enter(client, "Moderator")
    page = shown(client, reverse("console:person_tab", args=[ANN, tab]))
    assert told in page
    client.logout()
    enter(client, "Data officer")
    assert told not in shown(client, reverse("console:person_tab", args=[ANN, tab]))


def test_channels_are_listed_if_they_may_be_read(client, world):
    enter(client, "Moderator")
    page = shown(client, reverse("console:conversations"))
    assert "Hidden: 2 conversations from direct messages or private channels." in page
    assert ("#500" in page, "#501" in page, "Ann" in page) == (True, False, False)
    client.logout()
    enter(client, "Data officer")
    page = shown(client, reverse("console:conversations"))
    assert ("#501" in page, "Ann" in page, "Hidden" in page) == (True, True, False)


def test_what_may_not_be_read_leads_to_a_page_that_says_which_right_it_takes(client, world):
    enter(client, "Moderator")
    response = client.get(reverse("console:conversation", args=[DIRECT]))
    assert response.status_code == 403
    assert "Can read what people said in private" in response.content.decode()
    assert client.get(reverse("console:memory", args=[world.facts[STAFF].pk])).status_code == 403
    assert not ActionEntry.objects.filter(action="read.conversation").exists()


def test_what_an_officer_reads_of_direct_messages_is_logged_with_the_reason(client, world):
    account = enter(client, "Data officer")
    client.get(reverse("console:conversation", args=[DIRECT]))
    entry = ActionEntry.objects.get(action="read.conversation")
    assert (entry.actor_id, entry.person_id, entry.reason) == (account.pk, ANN, REASON)


def test_an_officer_reads_no_direct_message_before_a_reason_is_given(client, world):
    account = User.objects.create_user("officer", password="a long password", is_staff=True)
    account.groups.add(Group.objects.get(name="Data officer"))
    client.force_login(account)
    page = client.get(reverse("console:conversation", args=[DIRECT])).content.decode()
    assert ("reading_reason" in page, SECRET in page) == (True, False)


def test_a_message_that_was_said_while_a_channel_was_private_stays_hidden(client, world):
    said(LOUNGE, "We talked here before it was public", 40)
    Message.objects.filter(platform_id=9040).update(place=Place.PRIVATE_CHANNEL)
    said(LOUNGE, "Now it is public", 41)
    enter(client, "Moderator")
    page = shown(client, reverse("console:conversation", args=[LOUNGE]))
    assert ("Now it is public" in page, "before it was public" in page) == (True, False)


def test_a_prompt_and_the_memories_of_a_reply_are_shown_as_far_as_they_may_be_read(client, world):
    address = f"{reverse('console:conversation', args=[LOUNGE])}?reply="
    address += str(world.traces[LOUNGE].reply_id)
    enter(client, "Moderator")
    page = shown(client, address)
    assert "A prompt may quote direct messages." in page
    assert "Hidden: 1 memory from direct messages or private channels." in page
    client.logout()
    enter(client, "Data officer")
    assert f"You know: I paint {SECRET}" in shown(client, address)


def test_a_search_finds_what_may_be_read(client, world):
    enter(client, "Moderator")
    found = shown(client, reverse("console:memories"), text="paint", mode="words")
    assert ("plate 500" in found, SECRET in found) == (True, False)
    chosen = shown(client, reverse("console:memories"), text="", mode="words", place="direct")
    assert "Nothing was found" in chosen
    found = shown(client, reverse("console:find"), words="paint")
    assert ("plate 500" in found, SECRET in found) == (True, False)
    table = shown(client, reverse("admin:memories_memory_search"), text="paint", mode="words")
    assert ("plate 500" in table, SECRET in table) == (True, False)


def test_an_officer_finds_direct_messages(client, world):
    enter(client, "Data officer")
    for address in (reverse("console:memories"), reverse("admin:memories_memory_search")):
        assert SECRET in shown(client, address, text="paint", mode="words")
    assert SECRET in shown(client, reverse("console:find"), words="paint")


def test_nobody_forgets_memories_that_they_may_not_read(client, world):
    enter(client, "Moderator")
    private, public = world.lines[DIRECT], world.lines[LOUNGE]
    chosen = [str(private.pk), str(public.pk)]
    address = reverse("console:memories_chosen", args=["forget"])
    page = shown(client, address, chosen=chosen)
    assert (OPEN in page, SECRET in page) == (True, False)
    client.post(address, {"chosen": chosen, "reason": "Spam."})
    table = {"action": "forget_memories", ACTION_CHECKBOX_NAME: [str(private.pk)]}
    client.post(
        reverse("admin:memories_memory_changelist"), table | {"confirmed": "1", "reason": "x"}
    )
    assert Memory.objects.filter(pk=private.pk).exists()
    assert not Memory.objects.filter(pk=public.pk).exists()
    assert "1 memory" in shown(client, reverse("console:forgotten"))


def test_of_forgotten_memories_only_those_that_may_be_read_are_shown(client, world):
    User.objects.create_superuser("owner", password="a long password")
    client.force_login(User.objects.get(username="owner"))
    client.post(reverse("console:memories"), {"reading_reason": REASON})
    chosen = [str(world.lines[DIRECT].pk)]
    forget = reverse("console:memories_chosen", args=["forget"])
    client.post(forget, {"chosen": chosen, "reason": "Spam."})
    assert SECRET in shown(client, reverse("console:forgotten"))
    client.logout()
    enter(client, "Moderator")
    page = shown(client, reverse("console:forgotten"))
    assert ("1 that you may not read" in page, SECRET in page) == (True, False)


def test_the_playground_recalls_nobody_s_direct_messages_for_a_moderator(client, world):
    given = {"who": "Ann", "text": "What do I paint?", "prompt_only": "on"}
    enter(client, "Moderator")
    page = shown(client, reverse("console:playground"), **given)
    assert ("which your account may not read" in page, SECRET in page) == (True, False)
    private = world.traces[DIRECT].reply_id
    assert client.get(f"{reverse('console:playground')}?reply={private}").status_code == 403
    client.logout()
    enter(client, "Data officer")
    assert SECRET in shown(client, reverse("console:playground"), **given)


def test_who_may_act_for_a_person_exports_only_what_they_may_read(client, world):
    may = ("view_profile", "view_consent", "view_task", "act_for_person", "read_public")
    enter(client, "", *may)
    folder = files.new_folder()
    files.save(folder, "export.zip", [b"PK"])
    done = {"result": {"file": "export.zip"}, "folder": folder, "state": Task.State.DONE}
    task = Task.objects.create(kind="export", person_id=ANN, asked_by=0, reason="x", **done)
    fetch = reverse("console:fetch_task", args=[task.pk])
    export = reverse("console:export_person", args=[ANN])
    assert client.get(fetch).status_code == 403
    assert client.post(export, {"export-reason": "They asked."}).status_code == 403
    table = client.get(reverse("admin:profiles_consent_changelist")).content.decode()
    assert ("export_person" in table, "erase_people" in table) == (False, True)
    client.logout()
    User.objects.all().delete()
    enter(client, "", *may, "read_private")
    assert client.post(export, {"export-reason": "They asked."}).status_code == 302
    assert b"".join(client.get(fetch).streaming_content) == b"PK"


def test_the_page_of_rights_says_what_an_account_may_read(client, world):
    enter(client, "Moderator")
    page = shown(client, reverse("console:rights"))
    assert "Whoever owns this installation can give you a right" in page
    assert page.index("yes Public channels") < page.index("no Direct messages")
    client.logout()
    enter(client, "Data officer")
    assert "yes Direct messages" in shown(client, reverse("console:rights"))


def test_public_is_what_memories_call_so():
    assert Place.PUBLIC_CHANNEL.value == PUBLIC_PLACE
