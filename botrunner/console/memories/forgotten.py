"""The page of what was forgotten lately, where that is undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from botrunner.console.memories.forms import BulkForm
from botrunner.console.pages import page, shown
from memories.actions import UNDONE_WITHIN, BroughtBack, bring_back
from memories.queries import Forgetting, forgotten_since
from profiles.queries import names_of_people
from whisper.action_log.queries import name_of_account, names_of_accounts
from whisper.admin import acting
from whisper.console.reading import note_reading, reading_of, require_reason

MOST, SHOWN = 30, 3


@dataclass(frozen=True, slots=True)
class Row:
    """What was forgotten at once, with names in place of ids.

    Args:
        until: when it is gone for good.
    """

    what: Forgetting
    by: str
    names: Mapping[int, str]
    until: datetime


@page("memories.delete_memory")
def forgotten(request: HttpRequest) -> HttpResponse:
    """Show what was forgotten in the last day."""
    if (asked := require_reason(request)) is not None:
        return asked
    return _listed(request)


@page("memories.delete_memory")
def undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Bring back what was forgotten at once, after a reason."""
    if (asked := require_reason(request)) is not None:
        return asked
    form = BulkForm(request.POST if "reason" in request.POST else None)
    if not form.is_valid():
        return _listed(request, form, batch)
    done = bring_back(batch, actor=acting(request), reason=form.cleaned_data["reason"])
    (messages.success if done.count else messages.warning)(request, _told(done))
    return redirect("console:forgotten")


def _told(done: BroughtBack) -> str:
    if not done.count and not done.left:
        return "It was brought back already, or is gone for good."
    left = (
        f" {done.left:,} can't be: their person declined since, the place is gone, or the same was "
        "remembered again."
        if done.left
        else ""
    )
    return f"Brought back: {done.count:,}.{left}"


def _listed(
    request: HttpRequest, form: BulkForm | None = None, batch: UUID | None = None
) -> HttpResponse:
    since = timezone.now() - UNDONE_WITHIN
    found = forgotten_since(since, limit=MOST, shown=SHOWN, reading=reading_of(request))
    previewed = [row for one in found for row in one.rows]
    names = names_of_people(row.person_id for row in previewed)
    accounts = names_of_accounts(one.by for one in found)
    rows = [
        Row(one, name_of_account(one.by, accounts), names, one.at + UNDONE_WITHIN) for one in found
    ]
    note_reading(request, Counter(row.person_id for row in previewed), what="memory")
    return shown(
        request, "forgotten", "Forgotten lately", rows=rows, form=form or BulkForm(), batch=batch
    )
