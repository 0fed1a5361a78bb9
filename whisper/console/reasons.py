"""Forms of rows whose changes need a reason, which the action log keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextInputWidget

from whisper.action_log.actions import REASON_LENGTH

if TYPE_CHECKING:
    from unfold.admin import ModelAdmin
else:
    # Mixed into classes that are one: unfold's own needs the apps to be loaded.
    ModelAdmin = object


class ReasonForm(forms.ModelForm):  # type: ignore[type-arg]
    """The fields of a row, and why they are changed."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="The action log keeps it.",
    )


class WithReason(ModelAdmin):
    """A page whose rows are changed with a reason: mixed in before the page's own class."""

    form = ReasonForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields, and below them the reason for those who may change something."""
        found = super().get_fieldsets(request, obj)
        if not self.has_change_permission(request, obj):
            return found
        return [*found, (None, {"fields": ("reason",)})]
