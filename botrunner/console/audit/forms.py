"""The form that narrows the action log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User

from botrunner.console.audit.wanted import AREAS, CHANGES, Wanted
from botrunner.console.days import FIRST_DAY, LAST_DAY
from botrunner.console.people.finding import person_called
from whisper.models import ActionEntry

# Accounts to choose from; entries of others are found by a click on their name.
MOST_ACCOUNTS = 200
ACTIONS = [("", "any"), (CHANGES, "All but reading"), *AREAS.items()]


def _day_input() -> forms.DateInput:
    return forms.DateInput(
        attrs={"type": "date", "min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()},
        format="%Y-%m-%d",
    )


class AuditForm(forms.Form):
    """What entries are looked for; names and words of it stay out of addresses."""

    sought = forms.CharField(label="Words of the reason", max_length=255, required=False)
    by = forms.ChoiceField(label="Who acted", required=False)
    who = forms.CharField(label="On whom: name or id", max_length=100, required=False)
    action = forms.ChoiceField(label="Action", required=False)
    since = forms.DateField(label="From", required=False, widget=_day_input())
    until = forms.DateField(label="Until", required=False, widget=_day_input())
    on = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, wanted: Wanted, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(
            data,
            initial={
                "sought": wanted.words,
                "by": wanted.by,
                "who": "" if wanted.who is None else str(wanted.who),
                "action": wanted.action,
                "since": wanted.since,
                "until": wanted.until,
                "on": wanted.on,
            },
        )
        self._offer("by", _actors())
        self._offer("action", ACTIONS)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Offer choices, and the one that a click elsewhere on the page has made."""
        chosen = str(self[name].value() or "")
        known = chosen in {value for value, _ in choices}
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices if known else [*choices, (chosen, chosen)]

    def clean_who(self) -> int | None:
        """Return the person with an id or a name."""
        return person_called(str(self.cleaned_data["who"]))

    @property
    def wanted(self) -> Wanted:
        """Return the entries that a valid form asks for."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "sought"}
        return Wanted(**given, words=self.cleaned_data["sought"].replace("\x00", "").strip())


def _actors() -> list[tuple[str, str]]:
    rows = User.objects.filter(is_staff=True).order_by("username")
    accounts = rows.values_list("pk", "username")[:MOST_ACCOUNTS]
    kinds = [(kind.value, str(kind.label).capitalize()) for kind in ActionEntry.ActorKind]
    return [("", "anybody"), *kinds, *((f"admin:{pk}", name) for pk, name in accounts)]
