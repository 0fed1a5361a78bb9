"""The view of the playground."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from asgiref.sync import async_to_sync
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from botrunner.console.pages import page, shown
from botrunner.console.playground.forms import TryForm
from botrunner.console.playground.trying import Asked, Tried, try_both
from botrunner.models import Persona
from botrunner.personas.queries import with_latest
from memories.models import ReplyTrace
from memories.recall import Recalled
from whisper.console.reading import may_read_private, note_reading, reading_of, require_reason
from whisper.ids import snowflake

TRACE = "memories.view_replytrace"
LONGEST_KEY = 18


@dataclass(frozen=True, slots=True)
class Line:
    """A memory on one side.

    Args:
        only_here: whether the other side did not recall it.
        in_prompt: whether the prompt has it.
    """

    memory: Recalled
    only_here: bool
    in_prompt: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two ways."""

    name: str
    title: str
    tried: Tried
    lines: list[Line]


@page(TRACE)
def playground(request: HttpRequest) -> HttpResponse:
    """Try what would be recalled and replied, two ways side by side; store nothing."""
    if not request.user.has_perm("memories.view_memory"):
        raise PermissionDenied
    if (asked := require_reason(request)) is not None:
        return asked
    tried = request.method == "POST" and "text" in request.POST
    personas = with_latest() if _may_see_personas(request) else Persona.objects.none()
    known = list(personas)
    private = may_read_private(request)
    form = TryForm(
        known, private, request.POST if tried else None, initial=None if tried else _given(request)
    )
    sides = _sides(request, form) if tried and form.is_valid() else []
    compared = _compared(*sides) if sides else ""
    return shown(request, "playground", "Playground", form=form, sides=sides, compared=compared)


def _compared(first: Side, second: Side) -> str:
    """Say in a sentence how much both ways recall, and each of them alone."""
    only = [sum(line.only_here for line in side.lines) for side in (first, second)]
    same = len(first.lines) - only[0]
    both = f"{same} {'memory is' if same == 1 else 'memories are'} recalled by both"
    if not any(only):
        return f"{both}, and none by one alone."
    return f"{both}, {only[0]} by A alone, {only[1]} by B alone."


def _sides(request: HttpRequest, form: TryForm) -> list[Side]:
    given = form.cleaned_data
    trace = _trace(given["reply"])
    # The place of a reply counts for whoever it was given to.
    same = trace is not None and trace.message.person_id == given["who"]
    place = trace.message if trace is not None and same else None
    asked = Asked(given["text"], given["who"], form.known, place)
    if given["who"] is not None:
        note_reading(request, given["who"], what="playground")
    first, second = async_to_sync(try_both)(asked, *form.variants())
    return [
        _side("A", "As it is now", first, second),
        _side("B", "As you changed it", second, first),
    ]


def _side(name: str, title: str, tried: Tried, other: Tried) -> Side:
    elsewhere: Collection[UUID] = {one.entry.id for one in other.found.found}
    lines = [
        Line(one, one.entry.id not in elsewhere, one.entry.id not in tried.left_out)
        for one in tried.found.found
    ]
    return Side(name, title, tried, lines)


def _given(request: HttpRequest) -> Mapping[str, object]:
    """Return what the form begins with: a reply, a person, or a persona for B."""
    named, person = request.GET.get("persona"), snowflake(request.GET.get("person", ""))
    given: dict[str, object] = {"named": named} if named else {}
    if person is not None:
        given["who"] = str(person)
    return {**given, **_of_a_reply(request)}


def _may_see_personas(request: HttpRequest) -> bool:
    return request.user.has_perm("botrunner.view_persona")


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY


def _of_a_reply(request: HttpRequest) -> Mapping[str, object]:
    """Return what the form begins with where a reply is opened in it."""
    named = request.GET.get("reply", "")
    trace = _trace(int(named)) if _is_key(named) else None
    if trace is None or trace.message.person_id is None:
        return {}
    if not reading_of(request).may_read(trace.message.place):
        raise PermissionDenied
    person_id = trace.message.person_id
    note_reading(request, person_id, what="playground")
    return {"who": str(person_id), "text": trace.message.text, "reply": named}


def _trace(reply: int | None) -> ReplyTrace | None:
    traces = ReplyTrace.objects.select_related("message").defer("prompt")
    return traces.filter(reply_id=reply).first() if reply else None
