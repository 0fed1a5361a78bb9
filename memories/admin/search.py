"""The console's page of search: over everybody's memories, for who may see them there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from memories.actions import note_search
from memories.models import Memory, Place
from memories.search import Console, Filters, Hit, InvalidSearchError, Mode, SearchQuery, search
from memories.search.base import LONGEST_TEXT
from memories.search.showing import pieces
from profiles.models import LARGEST_ID, Emotion

SIZE = 25
LENGTH = 400
ANY = ("", "any")
FIRST = ("text", "mode", "person")


def _id(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=LARGEST_ID, required=False)


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


def _choice(label: str, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[ANY, *choices], required=False)


class SearchForm(forms.Form):
    """What is looked for, and what memories must hold."""

    text = forms.CharField(label="Words", max_length=LONGEST_TEXT, required=False)
    mode = forms.ChoiceField(
        label="Searched by",
        choices=[
            (Mode.HYBRID.value, "words and meaning"),
            (Mode.WORDS.value, "words"),
            (Mode.MEANING.value, "meaning"),
            (Mode.FUZZY.value, "words, tolerating typos"),
            (Mode.PHRASE.value, "exact phrase"),
        ],
    )
    person = _id("Person's Discord id")
    kind = _choice("Kind", Memory.Kind.choices)
    category = forms.CharField(label="Category", max_length=32, required=False)
    place = _choice("Said in", Place.choices)
    guild = _id("Server's id")
    channel = _id("Channel's id")
    emotion = _choice("Mood", Emotion.choices)
    confidence = forms.FloatField(
        label="Minimum confidence", min_value=0, max_value=1, required=False
    )
    source = forms.CharField(label="Source (message, fact …)", max_length=32, required=False)
    since = _day("Said since")
    until = _day("Said before")
    as_of = _day("As of")

    def first(self) -> list[forms.BoundField]:
        """Return the fields that are always shown."""
        return [self[name] for name in FIRST]

    def more(self) -> list[forms.BoundField]:
        """Return the fields that are folded away."""
        return [field for field in self if field.name not in FIRST]

    def uses_more(self) -> bool:
        """Return whether any of those holds something."""
        return any(field.value() for field in self.more())

    @property
    def query(self) -> SearchQuery:
        """Return the query that a valid form asks for."""
        given = self.cleaned_data
        filters = Filters(
            kind=given["kind"],
            category=given["category"],
            place=given["place"],
            guild=given["guild"],
            channel=given["channel"],
            emotion=given["emotion"],
            confidence_at_least=given["confidence"],
            since=_midnight(given["since"]),
            until=_midnight(given["until"]),
            source=given["source"],
        )
        # Of the day that is asked for, what was true at its end.
        as_of = given["as_of"] and given["as_of"] + timedelta(days=1)
        return SearchQuery(given["text"], Mode(given["mode"]), filters, _midnight(as_of))

    def scope(self, account: AbstractBaseUser | AnonymousUser) -> Console:
        """Return the scope of an account that a valid form asks for."""
        return Console.of(account, self.cleaned_data["person"])


def found(
    form: SearchForm, account: AbstractBaseUser | AnonymousUser, cursor: str | None
) -> dict[str, Any]:
    """Search as a valid form asks for, note down that it was done, and return what to show."""
    scope = form.scope(account)
    if cursor is None:
        used = [name for name, value in form.cleaned_data.items() if value not in (None, "")]
        note_search(scope.account_id, scope.person_id, by=used)
    try:
        page = async_to_sync(search)(form.query, scope, size=SIZE, cursor=cursor)
    except (InvalidSearchError, OverflowError) as error:
        return {"problem": str(error)}
    return {"page": page, "rows": [(hit, shown(hit)) for hit in page.hits]}


def people_of(context: Mapping[str, Any]) -> Mapping[int | None, int]:
    """Return of each person how many memories a page of the search shows."""
    return Counter(hit.entry.person_id for hit, _ in context.get("rows", ()))


def shown(hit: Hit) -> SafeString:
    """Return a hit's text as HTML, what was looked for marked; nothing in it is markup."""
    parts = pieces(hit, LENGTH)
    return format_html_join(
        "",
        "{}{}{}",
        (
            (_OPEN if is_marked else "", part, _CLOSE if is_marked else "")
            for part, is_marked in parts
        ),
    )


_OPEN, _CLOSE = SafeString("<mark>"), SafeString("</mark>")


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None
