"""Which addresses of the console are asked: each of its pages, as admins come to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.urls import reverse

from botrunner.console.people.views import TABS
from botrunner.personas.actions import make_persona
from memories.models import Memory, Message, ReplyTrace
from profiles.models import Profile
from whisper.action_log import command
from whisper.console.lists import MOST_COUNTED
from whisper.console.paging import mark_before
from whisper.console.reading import PrivateRows
from whisper.models import Task

SOUGHT = "word77 word78"
# A word and an id that no row has.
UNKNOWN, NO_ID = "nosuchword", str(9 * 10**17)
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
        yield from _lists(page)


def _called(name: str, given: dict[str, str]) -> str:
    return ", ".join([name, *(f"{key} {value}" for key, value in given.items())])


def _lists(page: Any) -> Iterator[Asked]:
    """Yield a table's list: filtered, searched, the last page that can be reached, and a row."""
    table = page.opts.label_lower.replace(".", "_")
    address = reverse(f"admin:{table}_changelist")
    name = f"list of {page.opts.verbose_name_plural}"
    rows = page.model._default_manager.order_by()
    yield Asked(name, address)
    if last := _last_page(rows, page):
        yield Asked(f"{name}, the last page", address, {"p": last})
    for given in _narrowed(page):
        yield Asked(_called(name, given), address, given)
    for sought in (SOUGHT, UNKNOWN, str(_person().person_id), NO_ID) if page.search_fields else ():
        form = {"sought": sought} if isinstance(page, PrivateRows) else {"q": sought}
        sent = isinstance(page, PrivateRows)
        yield Asked(f"{name}, search for {sought}", address, form, sent)
    for key in rows.values_list("pk", flat=True)[:1]:
        yield Asked(f"{name}, a row", reverse(f"admin:{table}_change", args=[key]))


def _last_page(rows: Any, page: Any) -> str:
    """Return what the address of the last page names; empty if all rows are on the first."""
    newest = getattr(page, "newest", "")
    if newest:
        oldest = list(rows.order_by(newest, "pk")[: page.list_per_page + 1])
        at = getattr(oldest[-1], newest) if len(oldest) > page.list_per_page else None
        return mark_before(at, oldest[-1].pk) if at else ""
    there = rows[:MOST_COUNTED].values("pk").count()
    return str(-(-there // page.list_per_page)) if there > page.list_per_page else ""


def _narrowed(page: Any) -> Iterator[dict[str, str]]:
    """Yield each choice of a table's filters."""
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True)
    shown = page.get_changelist_instance(request)
    for one in shown.filter_specs:
        for choice in list(one.choices(shown))[1:]:
            yield dict(parse_qsl(choice["query_string"].removeprefix("?")))


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
