"""Forms of the pages of personas."""

from __future__ import annotations

from typing import Any

from django import forms

from botrunner.console.people.forms import ReasonField
from botrunner.models import Persona
from botrunner.personas.places import CHANNEL, EVERYWHERE, SERVER, PersonaPlace
from memories.models import PlaceName

LONGEST = 50_000
LARGEST_FILE = 200_000
# Servers and channels to choose from.
MOST_PLACES = 300


class PersonaForm(forms.Form):
    """A persona's name and text; it knows which version it was opened with."""

    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0)
    name = forms.CharField(
        label="Name", max_length=60, help_text="For admins; people don't see it."
    )
    text = forms.CharField(
        label="Text",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="It begins each prompt. {bot_name} stands for the companion's name.",
    )
    file = forms.FileField(
        label="Or a text file",
        required=False,
        help_text="Its content takes the place of the text above.",
        widget=forms.ClearableFileInput(attrs={"accept": ".md,.txt,text/plain,text/markdown"}),
    )
    age_restricted = forms.BooleanField(
        label="Only in age-restricted channels",
        required=False,
        help_text="Elsewhere, and in direct messages, the companion stays who it is otherwise.",
    )
    reason = ReasonField()

    def clean(self) -> dict[str, Any]:
        """Take the text of a file, if there is one."""
        given: dict[str, Any] = self.cleaned_data
        file = given.get("file")
        if file is not None:
            given["text"] = self._read(file)
        if not given.get("text") and not self.errors:
            self.add_error("text", "A persona needs a text.")
        return given

    def _read(self, file: Any) -> str:
        if file.size > LARGEST_FILE:
            self.add_error("file", f"A persona's file can have {LARGEST_FILE // 1000} KB at most.")
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", "It must be a text file in UTF-8.")
            return ""


class ChooseForm(forms.Form):
    """Where which persona is used."""

    place = forms.ChoiceField(label="Where")
    persona = forms.ModelChoiceField(
        Persona.objects.order_by("name"),
        required=False,
        label="Persona",
        empty_label="none of its own",
    )
    reason = ReasonField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        if isinstance(place, forms.ChoiceField):
            place.choices = places()

    def clean_place(self) -> PersonaPlace:
        """Return the place that was chosen."""
        found = PersonaPlace.of(str(self.cleaned_data["place"]))
        if found is None:
            raise forms.ValidationError("This place doesn't exist.")
        return found


class DeleteForm(forms.Form):
    """Delete a persona."""

    reason = ReasonField()


def places() -> list[tuple[str, str]]:
    """Return the places that a persona can be chosen for, with what they are called."""
    rows = list(PlaceName.objects.order_by("name")[:MOST_PLACES])
    servers = {row.place_id: row.name for row in rows if row.guild_id is None}
    named = [(PersonaPlace(SERVER, one).key, name) for one, name in servers.items()]
    named += [
        (PersonaPlace(CHANNEL, row.place_id).key, f"{servers.get(row.guild_id, '')} #{row.name}")
        for row in rows
        if row.guild_id is not None
    ]
    everywhere = (EVERYWHERE, "Everywhere, and in direct messages")
    return [everywhere, *sorted(named, key=lambda one: one[1].strip().lower())]
