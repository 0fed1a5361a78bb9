"""Views of the list of people and of each person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from botrunner.console.memories.forms import FactForm
from botrunner.console.pages import page, shown
from botrunner.console.people import person
from botrunner.console.people.forms import EraseForm, ExportForm, PersonForm
from botrunner.console.people.listing import SEEN, Wanted, having_a_hard_time, listed
from botrunner.console.people.privacy import privacy_of
from botrunner.console.people.talks import memories_of, talks_of, traces_of
from botrunner.console.people.timeline import IN_SHORT, timeline_of
from memories.actions import NotChangedError, add_fact
from memories.models import Message
from profiles.actions.base import ProfileError
from profiles.actions.editing import EditConflictError, edit_profile
from profiles.models import Consent, Profile, Relationship
from profiles.preferences import label_of, preferences_of
from whisper.admin import acting
from whisper.console.reading import (
    address_of_search,
    may_read_private,
    note_reading,
    reading_of,
    require_reason,
    words_of,
)
from whisper.database.counts import about_how_many
from whisper.models import Task
from whisper.tasks import ask, kind_of

EXPORT = "export"
TABS = ("overview", "facts", "memories", "conversations", "traces", "privacy", "data", "log")


@page("profiles.view_profile")
def people(request: HttpRequest) -> HttpResponse:
    """List people, or look for some; words don't get into an address."""
    if "sought" in request.POST:
        return redirect(address_of_search(request))
    wanted = Wanted.of(request.GET.dict(), words_of(request.GET.get("q", "")))
    found = listed(wanted, request.GET.get("after", ""))
    return shown(
        request,
        "people",
        "People",
        wanted=wanted,
        found=found,
        total=about_how_many(Profile) if wanted.is_all else None,
        hard=having_a_hard_time(),
        levels=Relationship.choices,
        standings=[(one.value, STANDINGS[one]) for one in Consent.Status],
        names=STANDINGS,
        seen=SEEN.items(),
    )


STANDINGS = {
    Consent.Status.ASKED: "Asked",
    Consent.Status.NOTICED: "Told, may decline",
    Consent.Status.GRANTED: "Agreed",
    Consent.Status.DENIED: "Declined",
    Consent.Status.EXPIRED: "Agreement expired",
}


@page("profiles.view_profile")
def person_page(request: HttpRequest, person_id: int, tab: str = "overview") -> HttpResponse:
    """Show a tab of a person, once a reason for reading it is given."""
    profile = _profile(person_id)
    if tab not in TABS:
        raise Http404
    if (asked := require_reason(request, person_id)) is not None:
        return asked
    note_reading(request, person_id, what=tab, on=profile)
    return _person(request, profile, tab)


def _person(request: HttpRequest, profile: Profile, tab: str, **more: Any) -> HttpResponse:
    reading = reading_of(request)
    head = person.head_of(profile, reading)
    return shown(
        request,
        "person",
        profile.address_name or str(profile.person_id),
        profile=profile,
        head=head,
        tab=tab,
        reading=reading,
        tabs=[(name, head.counts.get(name)) for name in TABS],
        standing=STANDINGS[head.consent.standing] if head.consent else "Never asked",
        part=f"console/person/{tab}.html",
        **{**_CONTENT[tab](request, profile, head), **more},
    )


def _overview(request: HttpRequest, profile: Profile, head: person.Head) -> dict[str, Any]:
    chosen = request.GET.get("range", "90")
    days, reading = person.RANGES.get(chosen, 90), reading_of(request)
    timeline = timeline_of(profile, reading, only_current=True, size=IN_SHORT)
    said = Message.objects.filter(person_id=profile.person_id)
    return {
        "chart": person.moods_of(profile, days, reading),
        "days": days,
        "ranges": list(person.RANGES),
        "timeline": timeline,
        "hidden": reading.hidden(said, "message", "messages"),
        "plans": head.plans,
        "lines": person.latest_lines(profile.person_id, reading),
        "preferences": [(label_of(key), one) for key, one in preferences_of(profile).items()],
    }


def _facts(request: HttpRequest, profile: Profile, head: person.Head) -> dict[str, Any]:
    only_current = request.GET.get("show") == "current"
    after = request.GET.get("after", "")
    found = timeline_of(profile, reading_of(request), only_current=only_current, after=after)
    return {"timeline": found, "only_current": only_current, "fact_form": FactForm()}


def _memories(request: HttpRequest, profile: Profile, head: person.Head) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    after = request.GET.get("after", "")
    found, hidden = memories_of(profile.person_id, kind, after, reading_of(request))
    return {"memories": found, "kind": kind, "hidden": hidden}


def _conversations(request: HttpRequest, profile: Profile, head: person.Head) -> dict[str, Any]:
    talks, hidden = talks_of(profile.person_id, reading_of(request))
    return {"talks": talks, "hidden": hidden}


def _traces(request: HttpRequest, profile: Profile, head: person.Head) -> dict[str, Any]:
    after = request.GET.get("after", "")
    traces, hidden = traces_of(profile.person_id, after, reading_of(request))
    return {"traces": traces, "hidden": hidden}


def _privacy(request: HttpRequest, profile: Profile, head: person.Head) -> dict[str, Any]:
    return {"privacy": privacy_of(profile.person_id, head.consent, reading_of(request))}


def _data(request: HttpRequest, profile: Profile, head: person.Head) -> dict[str, Any]:
    return {
        "export_form": ExportForm(),
        "erase_form": EraseForm(profile.person_id),
        "may_operate": _may_operate(request),
        "may_export": _may_export(request),
    }


def _log(request: HttpRequest, profile: Profile, head: person.Head) -> dict[str, Any]:
    return {"entries": person.log_of(profile)}


_CONTENT = {
    "overview": _overview,
    "facts": _facts,
    "memories": _memories,
    "conversations": _conversations,
    "traces": _traces,
    "privacy": _privacy,
    "data": _data,
    "log": _log,
}


@page("profiles.change_profile")
def edit_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Edit a person; a reason is required, and what others changed meanwhile isn't overwritten."""
    profile = _profile(person_id)
    if (asked := require_reason(request, person_id)) is not None:
        return asked
    note_reading(request, person_id, what="edit", on=profile)
    form = PersonForm(profile, request.POST if "seen" in request.POST else None)
    conflicts: list[tuple[str, str, str]] = []
    if form.is_valid():
        edit = form.edit()
        try:
            changed = edit_profile(
                person_id, edit, actor=acting(request), reason=form.cleaned_data["reason"]
            )
            done = ", ".join(map(_named, changed)) or "nothing"
            messages.success(request, f"Changed: {done}.")
            return redirect(reverse("console:person", args=[person_id]))
        except EditConflictError as error:
            conflicts = [
                (_named(name), theirs, edit.fields[name]) for name, theirs in error.current.items()
            ]
            form.settle(error.current)
        except ProfileError as error:
            form.add_error(None, str(error))
    title = f"Edit {profile.address_name or person_id}"
    return shown(request, "edit", title, form=form, profile=profile, conflicts=conflicts)


def _named(name: str) -> str:
    return label_of(name.removeprefix("preference.").removeprefix("personality."))


@page("memories.change_memory")
def add_a_fact(request: HttpRequest, person_id: int) -> HttpResponse:
    """Add a fact about a person by hand; a reason is required."""
    profile = _profile(person_id)
    if request.method != "POST":
        # The links of a page with a rejected form lead here.
        return redirect(reverse("console:person_tab", args=[person_id, "facts"], query=request.GET))
    if not request.user.has_perm("profiles.view_profile"):
        raise PermissionDenied
    if (asked := require_reason(request, person_id)) is not None:
        return asked
    form = FactForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            add_fact(
                person_id,
                given["text"],
                category=given["category"],
                actor=acting(request),
                reason=given["reason"],
            )
        except NotChangedError as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, "Added.")
            return redirect(reverse("console:person_tab", args=[person_id, "facts"]))
    note_reading(request, person_id, what="facts", on=profile)
    return _person(request, profile, "facts", fact_form=form)


@page("profiles.view_profile")
def export_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Have everything that is held of a person exported, once a reason is given."""
    if not _may_export(request):
        raise PermissionDenied
    profile = _operated(request, person_id)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _person(request, profile, "data", export_form=form)
    reason = form.cleaned_data["reason"]
    return _asked(request, EXPORT, person_id, reason)


@page("profiles.view_profile")
def erase_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Have a person erased whose id was typed once more; the job ends with a certificate."""
    profile = _operated(request, person_id)
    form = EraseForm(person_id, request.POST)
    if not form.is_valid():
        return _person(request, profile, "data", erase_form=form)
    return _asked(request, Task.ERASE, person_id, form.cleaned_data["reason"])


def _asked(request: HttpRequest, name: str, person_id: int, reason: str) -> HttpResponse:
    kind = kind_of(name)
    if kind is None:
        raise Http404
    actor = acting(request)
    task = ask(kind, actor=actor, reason=reason, person_id=person_id)
    return redirect(reverse("console:task", args=[task.pk]))


def _operated(request: HttpRequest, person_id: int) -> Profile:
    if request.method != "POST" or not _may_operate(request):
        raise PermissionDenied
    return _profile(person_id)


def _may_operate(request: HttpRequest) -> bool:
    """Return whether they may act for a person."""
    return bool(request.user.has_perm("whisper.act_for_person"))


def _may_export(request: HttpRequest) -> bool:
    """Return whether they may export a person: the file has all that was said in private."""
    return _may_operate(request) and may_read_private(request)


def _profile(person_id: int) -> Profile:
    profile = Profile.objects.filter(person_id=person_id).first()
    if profile is None:
        raise Http404
    return profile
