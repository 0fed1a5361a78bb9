"""Views of channels and of what was said in one."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from botrunner.console.conversations.reading import (
    Explained,
    channel_of,
    channels_by_server,
    explained,
    mark_around,
)
from botrunner.console.days import day_in, midnight
from botrunner.console.pages import page, shown
from botrunner.console.rights.views import not_allowed
from memories.models import Message, Place
from whisper.console.paging import mark_before
from whisper.console.reading import note_reading, reading_of, require_reason

LONGEST_KEY = 18


@page("memories.view_message")
def channels(request: HttpRequest) -> HttpResponse:
    """List the channels that people talked in lately; nothing of what was said."""
    servers, hidden = channels_by_server(reading_of(request))
    return shown(request, "conversations", "Conversations", servers=servers, hidden=hidden)


@page("memories.view_message")
def channel(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Show what was said in a channel, and the trace of a reply beside it."""
    latest, reading = _latest(channel_id), reading_of(request)
    if not reading.may_read(latest.place):
        return not_allowed(request)
    whose = latest.person_id if latest.place == Place.DIRECT else None
    if (asked := require_reason(request, whose)) is not None:
        return asked
    sought = _key(request.GET.get("message", ""))
    mark = _mark(request, channel_id, sought)
    found = channel_of(channel_id, mark, reading, sought)
    if found is None and mark:
        messages.info(request, "Nothing had been said here by then. This is the latest.")
        mark, found = "", channel_of(channel_id, "", reading, sought)
    if found is None:
        raise Http404
    note_reading(request, found.people, what="conversation")
    replies = [line.message.pk for line in found.lines if line.trace]
    chosen = _chosen(request, replies, sought)
    previous, following = _beside(chosen, replies)
    return shown(
        request,
        "conversation",
        found.name if found.place == Place.DIRECT else f"#{found.name}",
        channel=found,
        reading=reading,
        channel_id=channel_id,
        mark=mark,
        sought=sought,
        chosen=chosen,
        previous=previous,
        following=following,
        why=_why(request, chosen, channel_id),
    )


def _mark(request: HttpRequest, channel_id: int, sought: int | None) -> str:
    """Return the mark that the address names, or that of the message or day that it names."""
    if mark := request.GET.get("before", ""):
        return mark
    if sought is not None:
        return mark_around(channel_id, sought)
    day = day_in(request.GET.get("day", ""))
    return mark_before(midnight(day + timedelta(days=1))) if day is not None else ""


TRACE = "memories.view_replytrace"


def _why(request: HttpRequest, chosen: int | None, channel_id: int) -> Explained | None:
    """Return why a reply is what it is; None if no reply is chosen, or they may not see that."""
    if not chosen or not request.user.has_perm(TRACE):
        return None
    return explained(chosen, channel_id, reading_of(request))


def _latest(channel_id: int) -> Message:
    """Return the latest message of a channel, which says what kind of place it is."""
    message = Message.objects.filter(channel_id=channel_id).order_by("-sent_at").first()
    if message is None:
        raise Http404
    return message


def _beside(chosen: int | None, replies: list[int]) -> tuple[int | None, int | None]:
    """Return the replies before and after one on its page; None for none."""
    if chosen not in replies:
        return None, None
    at = replies.index(chosen)
    beside = dict(enumerate(replies))
    return beside.get(at - 1), beside.get(at + 1)


def _chosen(request: HttpRequest, replies: list[int], sought: int | None) -> int | None:
    """Return the reply that the address names, else that to its message, else the latest."""
    named = _key(request.GET.get("reply", ""))
    if named is not None or not replies:
        return named
    return next((reply for reply in replies if sought is not None and reply > sought), replies[-1])


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY else None
