"""Tests of what each page of the console costs: queries to the database, and letters sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from botrunner.console.conversations.reading import SIZE as PER_PAGE
from botrunner.console.memories.forms import LONGEST_MEMORY
from botrunner.console.memories.views import DOES
from botrunner.console.people.timeline import SIZE, facts_of
from botrunner.console.people.views import TABS
from botrunner.console.urls import urlpatterns
from botrunner.personas.actions import make_persona
from botrunner.web.consumers import LONGEST_TEXT
from memories.actions import MemoryDraft, Said, put_aside, remember_all, store_message
from memories.models import Memory, Message, Place, ReplyTrace
from profiles.models import Profile
from whisper.action_log import Actor
from whisper.admin import BaseAdmin
from whisper.models import Task
from whisper.tests.console_pages import console_pages

pytestmark = pytest.mark.heavy

MOST_QUERIES, MOST_BYTES = 15, 150_000
# Addresses that show no page of their own: what a form sends to, files, and styles.
NO_PAGES = {
    "certificate",
    "find",
    "mood_colours",
    "fetch_task",
    "import_tried",
    "start_again",
    "start_task",
    "upload",
    "roll_back",
    "fetch_backup",
    "export_person",
    "erase_person",
    "add_fact",
    "memories_chosen",
    "undo_forgetting",
    "analytics_file",
    "persona_file",
    "remove_persona",
    "restore_persona",
    "revoke_token",
    # It asks for the password first.
    "tokens",
}
PLAIN = (
    "analytics",
    "audit",
    "conversations",
    "forgotten",
    "health",
    "live",
    "memories",
    "new_persona",
    "people",
    "personas",
    "playground",
    "rights",
    "settings",
    "tasks",
)
PAGES = ["admin:index", *(f"console:{name}" for name in PLAIN)]


def reply_of(person):
    return ReplyTrace.objects.filter(person_id=person.person_id).exclude(reply=None).first()


def tab_of(tab, person):
    return reverse("console:person_tab", args=[person.person_id, tab])


def a_persona():
    return make_persona("Pirate", "You are a pirate.", actor=Actor.admin(3))


# Of each page about a single thing the address, given a person of the demo.
ABOUT: dict[str, Callable[[Profile], str]] = {
    "person": lambda dario: reverse("console:person", args=[dario.person_id]),
    "edit_person": lambda dario: reverse("console:edit_person", args=[dario.person_id]),
    "conversation": lambda dario: (
        reverse("console:conversation", args=[reply_of(dario).reply.channel_id])
        + f"?reply={reply_of(dario).reply_id}"
    ),
    "memory": lambda dario: reverse(
        "console:memory",
        args=[Memory.objects.filter(person_id=dario.person_id).order_by("-said_at")[0].pk],
    ),
    "task": lambda dario: reverse(
        "console:task", args=[Task.objects.create(kind=Task.ERASE, asked_by=1).pk]
    ),
    "persona": lambda dario: reverse("console:persona", args=[a_persona().pk]),
    **{f"person_tab {tab}": partial(tab_of, tab) for tab in TABS},
}


def is_within_limits(client, address, **sent):
    ask = partial(client.post, address, sent) if sent else partial(client.get, address)
    ask()  # Caches of content types and sessions are filled.
    with CaptureQueriesContext(connection) as queries:
        response = ask()
    assert response.status_code == 200
    assert len(response.content) < MOST_BYTES
    assert len(queries) <= MOST_QUERIES, "\n".join(one["sql"][:300] for one in queries)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_asks_few_queries_and_is_small(admin, name):
    is_within_limits(admin, reverse(name))


@pytest.mark.parametrize("name", ABOUT)
def test_each_page_of_a_single_thing_asks_few_queries_and_is_small(admin, dario, name):
    is_within_limits(admin, ABOUT[name](dario))


def test_memories_of_the_greatest_length_are_saved_and_leave_every_page_small(admin, dario):
    facts = Memory.objects.filter(person_id=dario.person_id, kind=Memory.Kind.USER_FACT)
    chosen = list(facts.filter(valid_to=None).order_by("-said_at")[:3])
    text = ("word " * LONGEST_MEMORY)[: LONGEST_MEMORY - 1] + "s"
    for memory in chosen:
        given = {"text": text, "revision": memory.revision, "reason": "They said so."}
        saved = admin.post(reverse("console:memory", args=[memory.pk]), given)
        assert saved.status_code == 302
    assert facts.filter(text=text).count() == len(chosen) == 3
    ids = [str(one.pk) for one in chosen]
    is_within_limits(admin, reverse("console:memory", args=[ids[0]]))
    is_within_limits(admin, reverse("console:memories"), who="Dario")
    is_within_limits(admin, reverse("console:memories"), text="word", who="Dario", mode="words")
    for tab in TABS:
        is_within_limits(admin, tab_of(tab, dario))
    for does in DOES:
        is_within_limits(admin, reverse("console:memories_chosen", args=[does]), chosen=ids)
    put_aside([one.pk for one in chosen], actor=Actor.admin(3), reason="They asked.")
    is_within_limits(admin, reverse("console:forgotten"))


def test_the_facts_of_who_told_much_are_paged(admin, dario):
    remember_all(a_fact(dario, number) for number in range(300))
    is_within_limits(admin, tab_of("overview", dario))
    is_within_limits(admin, tab_of("facts", dario))
    seen: list[Memory] = []
    after = ""
    while seen == [] or after:
        page = admin.get(tab_of("facts", dario), {"after": after}).context["timeline"]
        assert len(page.rows) <= SIZE
        seen += page.rows
        after = page.next
    assert len({one.pk for one in seen}) == len(seen) == facts_of(dario.person_id).count() >= 300


def a_fact(person, number):
    told = f"Their plant number {number} is a fern. " + "It's been well for years. " * 20
    return MemoryDraft(
        person.person_id,
        Memory.Kind.USER_FACT,
        told,
        Place.DIRECT,
        timezone.now() - timedelta(hours=number),
        category="pet",
    )


def test_a_page_of_the_longest_messages_is_small_and_each_can_be_read_whole(admin, dario):
    reply = reply_of(dario).reply
    said = Message.objects.filter(channel_id=reply.channel_id)
    text = "It's a long story. " * (LONGEST_TEXT // 19)
    for number in range(PER_PAGE):
        message = Said(
            platform=reply.platform,
            platform_id=10**17 + number,
            person_id=dario.person_id,
            author_name="Dario",
            channel_id=reply.channel_id,
            place=reply.place,
            guild_id=reply.guild_id,
            sent_at=reply.sent_at - timedelta(seconds=number + 1),
            text=text,
            keep=True,
        )
        store_message(message)
    address = reverse("console:conversation", args=[reply.channel_id])
    is_within_limits(admin, f"{address}?message={reply.pk}&reply={reply.pk}")
    long = said.filter(text=text)[0]
    page = unescape(admin.get(address, {"message": reply.pk}).content.decode())
    assert text.strip() not in page
    assert f"Show all {len(long.text):,} characters" in page
    whole = unescape(admin.get(address, {"message": long.pk}).content.decode())
    assert whole.count(text.strip()) == 1


def test_each_list_of_a_table_asks_few_queries_and_is_small(admin):
    filled = 0
    for page in console_pages():
        is_within_limits(
            admin, reverse(f"admin:{page.opts.label_lower.replace('.', '_')}_changelist")
        )
        filled += page.model._default_manager.count() > BaseAdmin.list_per_page
    # Those of messages, memories and moods among them.
    assert filled > 3


def test_no_page_is_left_out():
    checked = {*PLAIN, *(name.split()[0] for name in ABOUT)}
    assert {one.name for one in urlpatterns} == checked | NO_PAGES
