"""The form that edits a person; it knows what it was opened with, so that nobody overwrites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core import signing

from profiles.actions.editing import Edit, editable
from profiles.models import Emotion, Profile, Relationship
from profiles.preferences import KNOWN, LONGEST, LONGEST_KEY, TIME_ZONE, label_of

NEW_ROWS = 2
STYLES = (
    "brief and casual",
    "brief and formal",
    "detailed and casual",
    "detailed and formal",
    "casual",
    "formal",
    "brief",
    "detailed",
)
SALT = "console.person"


class ReasonField(forms.CharField):
    """Why something is done; the action log keeps it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Reason",
            max_length=255,
            error_messages={"required": "Write a short reason. It goes into the log."},
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            **kwargs,
        )


class PersonForm(forms.Form):
    """What of a person can be changed by hand."""

    seen = forms.CharField(widget=forms.HiddenInput)
    preferred_name = forms.CharField(label="Preferred name", max_length=100, required=False)
    relationship_level = forms.ChoiceField(
        label="Level",
        choices=Relationship.choices,
        widget=forms.RadioSelect,
        help_text="A level that you choose stays until the rules find a reason to change it.",
    )
    communication = forms.ChoiceField(
        label="How they write",
        choices=[("", "not known"), *((style, style.capitalize()) for style in STYLES)],
        required=False,
        help_text="Replies are written to suit it.",
    )
    mood = forms.ChoiceField(
        label="Correct the last mood",
        choices=[("", "as detected"), *Emotion.choices],
        required=False,
        help_text="The detected mood is kept beside yours.",
    )
    calm = forms.BooleanField(label="Reset the distress that has built up", required=False)
    reason = ReasonField()

    def __init__(self, profile: Profile, data: Mapping[str, Any] | None = None) -> None:
        held = editable(profile)
        initial = {_field(name): value for name, value in held.items()}
        initial["seen"] = signing.dumps(held, salt=SALT)
        super().__init__(data, initial=initial)
        style = self.fields["communication"]
        if held["communication"] not in ("", *STYLES) and isinstance(style, forms.ChoiceField):
            choices = [("", "not known"), *((one, one.capitalize()) for one in STYLES)]
            style.choices = [*choices, (held["communication"], held["communication"])]
        for name in held:
            prefix, _, key = name.partition(".")
            if prefix == "preference":
                self.fields[_field(name)] = _preference(key)
            elif prefix == "personality":
                self.fields[_field(name)] = _trait(key)
        self.order_fields([*self.fields, "mood", "calm", "reason"])
        for number in range(NEW_ROWS):
            self.fields[f"new_key_{number}"] = forms.CharField(
                label="Another preference", max_length=LONGEST_KEY, required=False
            )
            self.fields[f"new_value_{number}"] = forms.CharField(
                label="Its value", max_length=LONGEST, required=False
            )

    def clean_seen(self) -> dict[str, str]:
        """Return the values that the form was opened with."""
        try:
            seen: dict[str, str] = signing.loads(self.cleaned_data["seen"], salt=SALT)
        except signing.BadSignature as error:
            raise forms.ValidationError("This form is damaged. Open it again.") from error
        return seen

    def preferences(self) -> list[forms.BoundField]:
        """Return the fields of preferences that are known."""
        return [field for field in self if field.name.startswith("preference__")]

    def traits(self) -> list[forms.BoundField]:
        """Return the fields of a personality; none for who may not be described."""
        return [field for field in self if field.name.startswith("personality__")]

    def new_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the empty rows for more preferences."""
        return [(self[f"new_key_{one}"], self[f"new_value_{one}"]) for one in range(NEW_ROWS)]

    def edit(self) -> Edit:
        """Return what a valid form asks for."""
        given = self.cleaned_data
        mood = given["mood"]
        return Edit(
            fields=dict(self._fields_given()),
            seen=given["seen"],
            mood=Emotion(mood) if mood else None,
            calm=given["calm"],
        )

    def settle(self, current: Mapping[str, str]) -> None:
        """Take what others wrote meanwhile as seen: sent again, the form means to replace it."""
        seen = {**self.cleaned_data["seen"], **current}
        self.data = {**self.data, "seen": signing.dumps(seen, salt=SALT)}

    def _fields_given(self) -> Iterator[tuple[str, str]]:
        given = self.cleaned_data
        for name in ("preferred_name", "relationship_level", "communication"):
            yield name, given[name]
        for field in self.preferences():
            yield f"preference.{field.name.removeprefix('preference__')}", given[field.name]
        for field in self.traits():
            value = given[field.name]
            trait = f"personality.{field.name.removeprefix('personality__')}"
            yield trait, "" if value is None else f"{round(value, 3):g}"
        for number in range(NEW_ROWS):
            key = given[f"new_key_{number}"].strip().lower().replace(" ", "_")
            if key:
                yield f"preference.{key}", given[f"new_value_{number}"]


def _field(name: str) -> str:
    return name.replace(".", "__", 1)


def _preference(key: str) -> forms.Field:
    label, known = label_of(key), KNOWN.get(key)
    if key == TIME_ZONE:
        zones = [("", "the companion's"), *((one, one) for one in sorted(available_timezones()))]
        return forms.ChoiceField(label=label, choices=zones, required=False)
    if known and known.choices:
        choices = [("", "as usual"), *((one, one.capitalize()) for one in known.choices)]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    return forms.CharField(label=label, max_length=LONGEST, required=False)


def _trait(key: str) -> forms.Field:
    return forms.FloatField(
        label=label_of(key),
        min_value=0,
        max_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.001"}),
    )


class EraseForm(forms.Form):
    """Erase a person: their whole id typed once more, and a reason."""

    typed_id = forms.CharField(label="Type the person's id", max_length=25)
    reason = ReasonField()

    def __init__(self, person_id: int, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix="erase")
        self._person_id = person_id

    def clean_typed_id(self) -> str:
        """Refuse another id than the person's."""
        typed = str(self.cleaned_data["typed_id"]).strip()
        if typed != str(self._person_id):
            raise forms.ValidationError("This is not the id of this person.")
        return typed


class ExportForm(forms.Form):
    """Export everything about a person."""

    reason = ReasonField()

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix="export")
