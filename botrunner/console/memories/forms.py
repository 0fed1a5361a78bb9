"""Forms of the pages of memories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.http import urlencode

from botrunner.console.days import midnight
from botrunner.console.people.finding import person_called
from botrunner.console.people.forms import ReasonField
from memories.actions import Holding
from memories.facts.predicates import Category
from memories.models import Memory, Place, PlaceName
from memories.search import Filters, Mode, SearchQuery
from memories.search.base import LONGEST_TEXT
from profiles.models import Emotion
from whisper.console.reading import keep_words

LONGEST_MEMORY, LONGEST_FACT = 50_000, 500
# Filters that the table of memories has too, with their names there; a place has one of two.
IN_THE_TABLE = {
    "who": "person_id__exact",
    "where": "",
    "kind": "kind__exact",
    "category": "category",
    "place": "place__exact",
}
# Characters of a filter's value that its button shows; its field shows all of them.
LONGEST_CHIP = 40
MODES = [
    (Mode.HYBRID.value, "Words and meaning"),
    (Mode.WORDS.value, "Words"),
    (Mode.MEANING.value, "Meaning"),
    (Mode.PHRASE.value, "Phrase"),
    (Mode.FUZZY.value, "Typo"),
]
# Servers and channels to choose from; who has more enters no more of them here.
MOST_PLACES = 300


class FindForm(forms.Form):
    """What memories are looked for."""

    text = forms.CharField(label="Words", max_length=LONGEST_TEXT, required=False)
    mode = forms.ChoiceField(label="Searched by", choices=MODES, required=False)
    who = forms.CharField(
        label="Person", max_length=100, required=False, help_text="A name, or a whole Discord id."
    )
    where = forms.ChoiceField(label="Server or channel", required=False)
    kind = forms.ChoiceField(
        label="Kind", choices=[("", "any"), *Memory.Kind.choices], required=False
    )
    category = forms.ChoiceField(
        label="Theme", choices=[("", "any"), *((one, one) for one in Category)], required=False
    )
    place = forms.ChoiceField(
        label="Said in", choices=[("", "any"), *Place.choices], required=False
    )
    emotion = forms.ChoiceField(
        label="Mood", choices=[("", "any"), *Emotion.choices], required=False
    )
    since = forms.DateField(
        label="Said since", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label="Said before", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    as_of = forms.DateField(
        label="True on", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        where = self.fields["where"]
        if isinstance(where, forms.ChoiceField):
            where.choices = [("", "any"), *_places()]

    def clean_who(self) -> int | None:
        """Return the person with an id or a name."""
        return person_called(str(self.cleaned_data["who"]))

    def chips(self) -> list[tuple[forms.BoundField, str]]:
        """Return the filters, each with what is chosen in words; empty if nothing is."""
        return [(field, _said(field)) for field in self if field.name not in ("text", "mode")]

    @property
    def is_narrowed(self) -> bool:
        """Return whether a filter is set."""
        return any(said for _, said in self.chips())

    @property
    def table_query(self) -> str | None:
        """Return the query string that narrows the table of memories in the same way.

        None if the table lacks one of the filters. It finds words only as they are written.
        """
        given = {name: value for name, value in self.cleaned_data.items() if value}
        text, _ = given.pop("text", ""), given.pop("mode", "")
        if given.keys() - IN_THE_TABLE:
            return None
        kind, _, number = given.pop("where", "").partition(":")
        chosen = {IN_THE_TABLE[name]: value for name, value in given.items()}
        if number:
            chosen["guild_id__exact" if kind == "server" else "channel_id__exact"] = number
        if text:
            chosen["q"] = keep_words(text)
        return urlencode(chosen)

    @property
    def query(self) -> SearchQuery:
        """Return the query that a valid form asks for."""
        given = self.cleaned_data
        kind, _, number = given["where"].partition(":")
        filters = Filters(
            kind=given["kind"],
            category=given["category"],
            place=given["place"],
            emotion=given["emotion"],
            guild=int(number) if kind == "server" else None,
            channel=int(number) if kind == "channel" else None,
            since=_midnight(given["since"]),
            until=_midnight(given["until"]),
        )
        # Of the day that is asked for, what was true at its end.
        as_of = given["as_of"] and given["as_of"] + timedelta(days=1)
        mode = Mode(given["mode"] or Mode.HYBRID)
        return SearchQuery(given["text"], mode, filters, _midnight(as_of))


def _said(field: forms.BoundField) -> str:
    value = str(field.value() or "")
    names = dict(getattr(field.field.widget, "choices", ()))
    return str(names.get(value, value))[:LONGEST_CHIP] if value else ""


def _places() -> list[tuple[str, str]]:
    rows = list(PlaceName.objects.order_by("name")[:MOST_PLACES])
    servers = {row.place_id: row.name for row in rows if row.guild_id is None}
    named = [(f"server:{number}", name) for number, name in servers.items()]
    for row in rows:
        if row.guild_id is not None:
            label = f"{servers.get(row.guild_id, '')} #{row.name}".strip()
            named.append((f"channel:{row.place_id}", label))
    return sorted(named, key=lambda one: one[1].lower())


def _midnight(day: date | None) -> datetime | None:
    return midnight(day) if day else None


class MemoryForm(forms.Form):
    """Correct what a memory says; it knows which revision it was opened with."""

    text = forms.CharField(
        label="Text",
        max_length=LONGEST_MEMORY,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Replies state a corrected fact in these words.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = ReasonField()

    def __init__(self, memory: Memory, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"text": memory.text, "revision": memory.revision})
        self._memory = memory
        is_fact = memory.kind in (Memory.Kind.USER_FACT, Memory.Kind.SHARED_FACT)
        if is_fact and (data is None or "since" in data):
            self._add_fields_of_facts(memory)

    def _add_fields_of_facts(self, memory: Memory) -> None:
        since, until = memory.valid_from, memory.valid_to
        self.fields["category"] = theme_field(memory.category)
        self.fields["since"] = _day_field("True since", since)
        self.fields["until"] = _day_field(
            "True until", until, required=False, help_text="Leave it empty while it is true."
        )
        self.order_fields(["text", "category", "since", "until", "reason"])

    def holding(self) -> Holding | None:
        """Return when a fact holds, and its theme; None for another memory.

        A day that wasn't changed keeps its time.
        """
        given = self.cleaned_data
        if "since" not in given:
            return None
        since = _time_of(given["since"], self._memory.valid_from)
        until = _time_of(given["until"], self._memory.valid_to) if given["until"] else None
        # The days are local, the times in UTC, where two of one day may be of different ones.
        if until is not None and given["since"] == given["until"]:
            until = max(since, until)
        return Holding(given["category"], since, until)


def theme_field(chosen: str = "") -> forms.ChoiceField:
    """Return a field that chooses the theme of a fact."""
    themes = [(one.value, one.value.capitalize()) for one in Category]
    other = [] if chosen in list(Category) else [(chosen, chosen or "None")]
    return forms.ChoiceField(
        label="Theme", choices=[*other, *themes], initial=chosen, required=False
    )


def _day_field(label: str, at: datetime | None, **more: Any) -> forms.DateField:
    day = timezone.localdate(at) if at else None
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, initial=day, widget=widget, **more)


def _time_of(day: date, before: datetime | None) -> datetime:
    """Return the beginning of a day, or the time before if it is of that day."""
    if before is not None and timezone.localdate(before) == day:
        return before
    return midnight(day)


class FactForm(forms.Form):
    """Add a fact about a person."""

    text = forms.CharField(
        label="Fact",
        max_length=LONGEST_FACT,
        help_text="A sentence about them, such as “They play the cello.”",
    )
    category = theme_field(Category.OTHER)
    reason = ReasonField()

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix="fact")


class BulkForm(forms.Form):
    """Do something with chosen memories, once it was seen which they are."""

    reason = ReasonField()
