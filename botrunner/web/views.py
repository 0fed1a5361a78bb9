"""The web chat's pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from botrunner.accounts import local_person_id
from botrunner.conversation.consent import decision_line, privacy_of, retention
from botrunner.follow_ups.actions import stop_follow_ups, want_follow_ups
from botrunner.follow_ups.queries import follow_ups_of
from botrunner.follow_ups.wording import as_wanted
from botrunner.llm import start_notice
from botrunner.models import FollowUps
from botrunner.web.consumers import LONGEST_TEXT
from botrunner.web.history import (
    counts_of_recalled,
    days_of,
    how_much_is_kept,
    known_of,
    lines_of_day,
    recalled_for,
)
from memories.actions import forget
from memories.models import Memory
from memories.queries import OPEN, recent_messages
from profiles.actions import choose_level, decide_consent
from profiles.models import Consent
from profiles.privacy import LEVEL_MEANINGS, Way, ways_of
from profiles.queries import consent_of
from whisper.action_log import Actor
from whisper.amounts import amounts
from whisper.environment import environment
from whisper.ids import LARGEST
from whisper.personal_data import registry

SHOWN = 50
# Who has an account here was not asked: see `grant_to_local_person`.
BY_ITSELF = "I remember what you tell me here, unless you stop me."


class FollowUpForm(forms.Form):
    """How somebody wants to be asked."""

    per_week = forms.IntegerField(min_value=1, max_value=7)
    quiet_from = forms.IntegerField(min_value=0, max_value=23)
    quiet_until = forms.IntegerField(min_value=0, max_value=23)


def _person_id(request: HttpRequest) -> int:
    if request.user.pk is None:
        raise PermissionDenied
    return local_person_id(request.user.pk)


def _level_seen(person_id: int) -> str:
    """Return level and ways as a page shows them, to tell whether they are still the same."""
    shown = privacy_of(person_id)
    ways = sorted(way.value for way in ways_of(shown.consent))
    return " ".join([shown.level, *ways])


@login_required
@never_cache
def chat(request: HttpRequest) -> HttpResponse:
    """Show the chat with what was said lately, or on a day that is asked for."""
    person_id = _person_id(request)
    consent = consent_of(person_id)
    day = _day(request.GET.get("day", ""))
    said = lines_of_day(person_id, day) if day else recent_messages(person_id, limit=SHOWN)
    context = {
        "notice": start_notice(how=request.user.is_staff),
        "messages_said": said,
        "recalled": counts_of_recalled(person_id, (message.reply_to for message in said)),
        "waiting": {one.pk for one in said if one.reply_state in OPEN and not day},
        "day": day,
        "days": days_of(person_id),
        "today": timezone.localdate(),
        # What was stored later is sent once the page is connected.
        "newest": max((message.pk for message in said), default=0),
        "longest": LONGEST_TEXT,
        # Who runs the companion is remembered until they decline.
        "remembers": consent is None or consent.allows_remembering,
        "until": consent.valid_until if consent else None,
    }
    return render(request, "botrunner/chat.html", _framed(context))


@login_required
@never_cache
def recalled(request: HttpRequest, question: int) -> HttpResponse:
    """Show what was recalled for the reply to something that the person said."""
    found = recalled_for(_person_id(request), question) if question <= LARGEST else None
    if found is None:
        raise Http404
    text, memories = found
    context = {"said": text, "memories": memories}
    return render(request, "botrunner/recalled.html", context)


@login_required
@never_cache
def known(request: HttpRequest) -> HttpResponse:
    """Show what is known of the person, and how much is kept."""
    person_id = _person_id(request)
    context = {"themes": known_of(person_id), "kept": how_much_is_kept(person_id)}
    return render(request, "botrunner/known.html", _framed(context))


@login_required
@require_POST
def forget_memory(request: HttpRequest, memory_id: UUID) -> HttpResponse:
    """Forget one of the person's own memories, for good."""
    person_id = _person_id(request)
    own = Memory.objects.filter(pk=memory_id, person_id=person_id).values_list("pk", flat=True)
    count = forget(own, actor=Actor.person(person_id))
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"forgotten": count})
    messages.success(request, "Forgotten." if count else "That was forgotten already.")
    return redirect("known")


def _framed(context: Mapping[str, Any]) -> dict[str, Any]:
    return {"bot_name": environment.bot_name, **context}


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@login_required
@require_POST
def set_remembering(request: HttpRequest) -> HttpResponse:
    """Store whether the person wants to be remembered."""
    granted = request.POST.get("granted") == "yes"
    decide_consent(_person_id(request), granted=granted, source="web")
    return redirect("chat")


@login_required
@require_POST
def set_follow_ups(request: HttpRequest) -> HttpResponse:
    """Store whether and how the person is asked, unasked, how something went."""
    person_id = _person_id(request)
    actor = Actor.person(person_id)
    if request.POST.get("wanted") == "no":
        stop_follow_ups(person_id, actor=actor)
        return redirect("privacy")
    form = FollowUpForm(request.POST)
    if not form.is_valid():
        raise BadRequest("I ask one to seven times a week, and quiet hours are from 0 to 23.")
    where = FollowUps.Where.SAME
    if want_follow_ups(person_id, where=where, **form.cleaned_data, actor=actor) is None:
        messages.warning(request, "To ask you, I have to remember what you tell me.")
    return redirect("privacy")


@login_required
@never_cache
def privacy(request: HttpRequest) -> HttpResponse:
    """Show what may come up where and what was decided lately; keep a level that is chosen."""
    person_id = _person_id(request)
    if request.method == "POST":
        level = request.POST.get("level")
        if level not in Consent.Level.values:
            raise BadRequest("There is no such level.")
        seen = request.POST.get("seen", _level_seen(person_id))
        if seen != _level_seen(person_id):
            now = privacy_of(person_id).level
            messages.warning(
                request,
                f"Your level was changed elsewhere meanwhile; it is now {now}. "
                f"You chose {level}: save it again to replace it.",
            )
            return redirect("privacy")
        ways = [way for way in Way if way.value in request.POST.getlist("way")]
        choose_level(person_id, Consent.Level(level), ways=ways, source="web")
        return redirect("privacy")
    shown, wanted = privacy_of(person_id), follow_ups_of(person_id)
    context = {
        "status": BY_ITSELF if shown.consent is None else shown.status,
        # As in the chat: who runs the companion is remembered until they decline.
        "remembers": shown.consent is None or shown.remembers,
        "privacy": shown,
        "seen": _level_seen(person_id),
        "levels": [(level.value, LEVEL_MEANINGS[level]) for level in Consent.Level],
        "kept": how_much_is_kept(person_id),
        "retention": retention(),
        "ways": [(way, way in ways_of(shown.consent)) for way in Way],
        "is_asked": wanted is not None,
        "asking": wanted or FollowUps(per_week=2, quiet_from=22, quiet_until=8),
        "asked": as_wanted(person_id),
        "decisions": [decision_line(one).removeprefix("- ") for one in shown.decisions],
    }
    return render(request, "botrunner/privacy.html", _framed(context))


@login_required
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """Send everything held about the person as a zip file."""
    archive = async_to_sync(registry.export_archive)(_person_id(request))
    headers = {"Content-Disposition": 'attachment; filename="whisper-export.zip"'}
    return HttpResponse(archive, content_type="application/zip", headers=headers)


@login_required
@never_cache
def forget_me(request: HttpRequest) -> HttpResponse:
    """Erase everything held about the person, after they confirmed it on a separate page."""
    if request.method != "POST":
        context = {"kept": how_much_is_kept(_person_id(request))}
        return render(request, "botrunner/forget_me.html", _framed(context))
    counts = async_to_sync(registry.erase_person)(_person_id(request))
    # Their sessions went too.
    logout(request)
    gone = amounts(counts)
    messages.success(request, f"Erased: {gone or 'there was nothing'}.")
    return redirect("chat")
