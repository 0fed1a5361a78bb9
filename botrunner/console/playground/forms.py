"""The form of the playground."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from botrunner.console.conversations.reading import KIND_NAMES
from botrunner.console.people.finding import person_called
from botrunner.console.playground.trying import OFFLINE, Variant
from botrunner.models import Persona

LONGEST_PERSONA = 20_000
MOST_FACTS = 20
NOT_PRIVATE = (
    "What a person said in private would come up, which your account may not read. "
    "Leave this empty for an invented person."
)


class TryForm(forms.Form):
    """What is tried, and what is different about the second way."""

    who = forms.CharField(
        label="Person: name or id",
        max_length=100,
        required=False,
        help_text="Leave empty for an invented person.",
    )
    facts = forms.CharField(
        label="Facts about the invented person, one per line",
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text = forms.CharField(
        label="Message", max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reply = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    named = forms.ChoiceField(label="Persona in B", required=False)
    persona = forms.CharField(
        label="Or write a persona for B",
        max_length=LONGEST_PERSONA,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Used instead of the persona chosen above.",
    )
    model = forms.CharField(
        label="Model in B",
        max_length=200,
        required=False,
        help_text=f"On the same server; “{OFFLINE}” for none. Leave empty for the one in use.",
    )
    prompt_only = forms.BooleanField(label="Don't ask the model", required=False)

    def __init__(
        self, personas: Iterable[Persona], private: bool, *args: Any, **kwargs: Any
    ) -> None:
        """Make the form.

        Args:
            personas: those to choose from, each with its latest wording.
            private: whether the admin may read what people said in private, which a reply to them
                is made from.
        """
        super().__init__(*args, **kwargs)
        self._private = private
        self._wordings = {str(one.pk): one.wording for one in personas}  # type: ignore[attr-defined]
        chosen = self.fields["named"]
        if isinstance(chosen, forms.ChoiceField):
            names = [(str(one.pk), one.name) for one in personas]
            chosen.choices = [("", "the one in use"), *names]
        for kind, name in KIND_NAMES.items():
            self.fields[kind] = forms.FloatField(
                label=f"{name.capitalize()} in B",
                min_value=0,
                max_value=3,
                required=False,
                initial=1,
                widget=forms.NumberInput(attrs={"type": "range", "min": 0, "max": 3, "step": 0.05}),
            )

    def clean_who(self) -> int | None:
        """Return the person with an id or a name.

        Raises:
            ValidationError: there is none, or the admin may not read all that is recalled.
        """
        found = person_called(str(self.cleaned_data["who"]))
        if found is not None and not self._private:
            raise ValidationError(NOT_PRIVATE)
        return found

    def factors(self) -> list[forms.BoundField]:
        """Return the fields of what weights are multiplied by."""
        return [self[kind] for kind in KIND_NAMES]

    @property
    def known(self) -> list[str]:
        """Return the facts about the invented person."""
        lines = [line.strip() for line in self.cleaned_data["facts"].splitlines()]
        return [line for line in lines if line][:MOST_FACTS]

    def variants(self) -> tuple[Variant, Variant]:
        """Return both ways."""
        given = self.cleaned_data
        replies = not given["prompt_only"]
        factors = {kind: 1.0 if given[kind] is None else given[kind] for kind in KIND_NAMES}
        persona = given["persona"] or self._wordings.get(given["named"], "")
        other = Variant(persona, factors, given["model"].strip(), replies)
        return Variant(replies=replies), other
