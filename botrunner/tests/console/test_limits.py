"""Tests of what each page of the console costs: queries to the database, and letters sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from botrunner.console.memories.forms import LONGEST_MEMORY
from botrunner.console.memories.views import DOES
from botrunner.console.people.views import TABS
from botrunner.console.urls import urlpatterns
from botrunner.personas.actions import make_persona
from memories.actions import put_aside
from memories.models import Memory, ReplyTrace
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
