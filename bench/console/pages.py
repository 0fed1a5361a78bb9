"""Which addresses of the console are asked: each of its pages, as admins come to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from botrunner.console.people.views import TABS
from botrunner.personas.actions import make_persona
from memories.models import Memory, Message, ReplyTrace
from profiles.models import Profile
from whisper.action_log import command
from whisper.console.lists import MOST_COUNTED
from whisper.models import Task

SOUGHT = "word77 word78"
# The link to the page that follows.
_OLDER = re.compile(r'<a[^>]*href="\?(?P<query>[^"]*)"[^>]*\bdata-later\b')


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Args:
        name: what the page is called in the results.
        address: without its query.
        given: the query, or the form that is sent.
        sent: whether it is a form.
    """

    name: str
    address: str
    given: dict[str, str] = field(default_factory=dict)
    sent: bool = False


# By the name of an address: the ways in which its page is asked for.
PLAIN: dict[str, list[dict[str, str]]] = {
    "analytics": [{}],
    "audit": [{}, {"action": "memory.pin"}],
    "conversations": [{}],
    "forgotten": [{}],
    "health": [{}],
    "live": [{}],
    "memories": [{}, {"kind": Memory.Kind.USER_FACT}],
    "new_persona": [{}],
    "people": [{}, {"level": "friend"}],
    "personas": [{}],
    "playground": [{}],
    "rights": [{}],
    "settings": [{}],
    "tasks": [{}],
}
FORMS: dict[str, list[dict[str, str]]] = {
    "people": [{"sought": "Ann 77"}],
    "memories": [
        {"text": SOUGHT, "mode": "words"},
        {"text": SOUGHT},
        {"text": SOUGHT, "mode": "phrase"},
        {"text": "wrod77", "mode": "typo"},
    ],
}


def _person() -> Profile:
    return Profile.objects.order_by("-last_interaction")[0]


def _conversations() -> Iterator[Asked]:
    traces = ReplyTrace.objects.exclude(reply=None).order_by("-pk")
    reply, channel = traces.values_list("reply_id", "reply__channel_id")[0]
    address = reverse("console:conversation", args=[channel])
    yield Asked("conversation, a reply's trace", address, {"reply": str(reply)})
    newest = Message.objects.order_by("-sent_at").values_list("channel_id", flat=True)[0]
    yield Asked("conversation", reverse("console:conversation", args=[newest]))


def _memory() -> Iterator[Asked]:
    memory = Memory.objects.exclude(embedding=None).order_by("-said_at")[0]
    yield Asked("memory", reverse("console:memory", args=[memory.pk]))


def _people() -> Iterator[Asked]:
    person = _person().person_id
    yield Asked("person", reverse("console:person", args=[person]))
    yield Asked("people, by id", reverse("console:people"), {"q": str(person)})


def _tabs() -> Iterator[Asked]:
    person = _person().person_id
    for tab in TABS:
        yield Asked(f"person, {tab}", reverse("console:person_tab", args=[person, tab]))


def _edited() -> Iterator[Asked]:
    yield Asked("edit_person", reverse("console:edit_person", args=[_person().person_id]))


def _task() -> Iterator[Asked]:
    yield Asked("task", reverse("console:task", args=[Task.objects.latest("pk").pk]))


def _persona() -> Iterator[Asked]:
    persona = make_persona("Pirate", "You are a pirate.", actor=command())
    yield Asked("persona", reverse("console:persona", args=[persona.pk]))


# Of pages about a single thing.
ABOUT: dict[str, Callable[[], Iterator[Asked]]] = {
    "conversation": _conversations,
    "memory": _memory,
    "person": _people,
    "person_tab": _tabs,
    "edit_person": _edited,
    "task": _task,
    "persona": _persona,
}


def all_pages() -> Iterator[Asked]:
    """Yield what is asked for, without the pages that follow."""
    yield Asked("front page", reverse("admin:index"))
    for name, ways in PLAIN.items():
        for given in ways:
            yield Asked(_called(name, given), reverse(f"console:{name}"), given)
    for name, ways in FORMS.items():
        for given in ways:
            yield Asked(_called(name, given), reverse(f"console:{name}"), given, sent=True)
    for make in ABOUT.values():
        yield from make()
    for page in admin.site._registry.values():
        yield from _lists(page.model, page.list_per_page)


def _called(name: str, given: dict[str, str]) -> str:
    return ", ".join([name, *(f"{key} {value}" for key, value in given.items())])


def _lists(model: type[Model], size: int) -> Iterator[Asked]:
    """Yield a table's list, and the last page of it that can be reached."""
    address = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
    name = f"list of {model._meta.verbose_name_plural}"
    yield Asked(name, address)
    there = model._default_manager.order_by()[:MOST_COUNTED].values("pk").count()
    if there > size:
        yield Asked(f"{name}, the last page", address, {"p": str(-(-there // size))})


def following(client: Client, asked: Asked) -> Iterator[Asked]:
    """Yield the page after a page, if there is one."""
    response = send(client, asked)
    older = _OLDER.search(response.content.decode())
    if older:
        given = dict(parse_qsl(unescape(older["query"])))
        yield Asked(f"{asked.name}, older", asked.address, given)


def send(client: Client, asked: Asked) -> Any:
    """Return the response to what is asked, after redirections."""
    ask = client.post if asked.sent else client.get
    return ask(asked.address, asked.given, follow=True)
