"""Forms that overwrite nothing that was changed while they were open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import Model
from django.forms.models import model_to_dict
from django.http import HttpRequest, QueryDict

if TYPE_CHECKING:
    from unfold.admin import ModelAdmin
else:
    ModelAdmin = object

GONE = "This was deleted while you edited it."


def marks(values: Mapping[str, Any]) -> dict[str, str]:
    """Return a mark of each value, to tell whether it is still the same."""
    return {
        name: sha256(repr(_plain(value)).encode()).hexdigest()[:16]
        for name, value in values.items()
    }


class UnlessChanged(forms.ModelForm):  # type: ignore[type-arg]
    """Saves only what is in the database as it was when the form was made.

    Otherwise each field that differs shows both values, and the form can be saved again.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = json.dumps(marks(self._stored(self.instance)))

    def clean(self) -> dict[str, Any] | None:
        """Compare the row, locked until it is saved, with what the form was made of."""
        cleaned = super().clean()
        seen = _read(self.cleaned_data.get("seen", ""))
        if self.instance.pk is None or not seen:
            return cleaned
        row = type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk)
        current = row.first()
        if current is None:
            raise forms.ValidationError(GONE, code="gone")
        self._compare(seen, self._stored(current))
        return cleaned

    def _compare(self, seen: Mapping[str, str], stored: Mapping[str, Any]) -> None:
        now = marks(stored)
        changed = [name for name in now if name in seen and now[name] != seen[name]]
        for name in changed:
            entered = self.cleaned_data.get(name)
            self.add_error(
                name,
                f"This was changed meanwhile. It is now: {_shown(stored[name])}. "
                f"You entered: {_shown(entered)}. Save again to replace it.",
            )
        if changed:
            data = cast("QueryDict", self.data).copy()
            data[self.add_prefix("seen")] = json.dumps(now)
            self.data = data

    def _stored(self, row: Model) -> dict[str, Any]:
        names = [name for name, field in self.fields.items() if not field.disabled]
        return {} if row.pk is None else model_to_dict(row, fields=names)


class WithoutLostUpdates(ModelAdmin):
    """A page whose form is `UnlessChanged`: mixed in before the page's own class."""

    change_form_before_template = "whisper/seen.html"

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the page's form, which looks for changes made meanwhile."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (UnlessChanged, form), {"Meta": form.Meta}) if change else form


def _read(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | set):
        return sorted(str(_plain(one)) for one in value)
    return value.pk if isinstance(value, Model) else value


def _shown(value: Any) -> str:
    if hasattr(value, "all"):
        value = list(value.all())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if value in (None, "") else str(value)
