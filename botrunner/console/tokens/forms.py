"""The form that makes a token."""

from __future__ import annotations

from typing import Any

from django import forms

from botrunner.console.people.forms import ReasonField
from whisper.tokens import TokenScope
from whisper.tokens.actions import LONGEST_LIFE, LONGEST_NAME

PERSON, ACCOUNT = "person", "account"


class TokenForm(forms.Form):
    """What a token is for, and what it may be used for."""

    name = forms.CharField(label="What is it for?", max_length=LONGEST_NAME)
    acts_for = forms.ChoiceField(
        label="It acts for",
        choices=[
            (PERSON, "me alone, as in the web chat"),
            (ACCOUNT, "my account, with its rights; each request gives a reason"),
        ],
        initial=PERSON,
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[(one.value, one.label) for one in TokenScope],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label="Days that it holds", min_value=1, max_value=LONGEST_LIFE.days, initial=90
    )
    reason = ReasonField()

    def clean_scopes(self) -> list[TokenScope]:
        """Return the scopes that were chosen."""
        chosen: list[Any] = self.cleaned_data["scopes"]
        return [TokenScope(one) for one in chosen]
