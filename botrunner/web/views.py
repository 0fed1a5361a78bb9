"""The web chat's pages."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from botrunner.accounts import local_person_id
from botrunner.conversation.consent import decision_line, privacy_of
from botrunner.llm import start_notice
from botrunner.web.consumers import LONGEST_TEXT
from memories.queries import recent_messages
from profiles.actions import choose_level, decide_consent
from profiles.models import Consent
from profiles.privacy import Way, ways_of
from profiles.queries import consent_of
from whisper.environment import environment
from whisper.personal_data import registry

SHOWN = 50


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
    """Show the chat with what was said lately."""
    person_id = _person_id(request)
    consent = consent_of(person_id)
    said = recent_messages(person_id, limit=SHOWN)
    context = {
        "bot_name": environment.bot_name,
        "notice": start_notice(),
        "messages_said": said,
        # What was stored later is sent once the page is connected.
        "newest": max((message.pk for message in said), default=0),
        "longest": LONGEST_TEXT,
        # Who runs the companion is remembered until they decline.
        "remembers": consent is None or consent.allows_remembering,
    }
    return render(request, "botrunner/chat.html", context)


@login_required
@require_POST
def set_remembering(request: HttpRequest) -> HttpResponse:
    """Store whether the person wants to be remembered."""
    granted = request.POST.get("granted") == "yes"
    decide_consent(_person_id(request), granted=granted, source="web")
    return redirect("chat")


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
    shown = privacy_of(person_id)
    context = {
        "bot_name": environment.bot_name,
        "privacy": shown,
        "seen": _level_seen(person_id),
        "levels": Consent.Level.values,
        "ways": [(way, way in ways_of(shown.consent)) for way in Way],
        "decisions": [decision_line(one).removeprefix("- ") for one in shown.decisions],
    }
    return render(request, "botrunner/privacy.html", context)


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
        return render(request, "botrunner/forget_me.html", {"bot_name": environment.bot_name})
    counts = async_to_sync(registry.erase_person)(_person_id(request))
    # Their sessions went too.
    logout(request)
    gone = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    messages.success(request, f"Erased: {gone or 'there was nothing'}.")
    return redirect("chat")
