"""Views of the search of memories and of the page of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from botrunner.console.memories.comparing import Pieces, compared
from botrunner.console.memories.finding import context_of, find, with_similar
from botrunner.console.memories.forms import BulkForm, FindForm, MemoryForm
from botrunner.console.pages import page, shown
from botrunner.console.rights.views import not_allowed
from memories.actions import (
    ChangedMeanwhileError,
    MergeError,
    NotChangedError,
    approve,
    correct,
    kept_first,
    merge,
    note_search,
    pin,
    put_aside,
    replace_older,
    unpin,
)
from memories.models import Memory
from memories.search import Console, InvalidSearchError
from whisper.action_log.queries import entries_on, with_names
from whisper.admin import acting
from whisper.console.reading import (
    may_read_private,
    note_reading,
    reading_of,
    require_reason,
)

MOST_CHOSEN = 500
PREVIEWED = 50
# Of all that is previewed, each memory has the same share of letters. What is merged goes for good,
# so two of the longest are shown whole.
PREVIEWED_LETTERS, MERGED_LETTERS = 60_000, 100_000
DOES: Mapping[str, tuple[str, str, Callable[..., int]]] = {
    "forget": ("memories.delete_memory", "Forget", put_aside),
    "merge": ("memories.delete_memory", "Merge", merge),
    "replace": ("memories.change_memory", "Replace", replace_older),
    "approve": ("memories.change_memory", "Approve", approve),
    "pin": ("memories.change_memory", "Pin", pin),
    "unpin": ("memories.change_memory", "Unpin", unpin),
}


@page("memories.view_memory")
def memories(request: HttpRequest) -> HttpResponse:
    """Search everybody's memories; words are sent in the body, so that no log has them."""
    if (asked := require_reason(request)) is not None:
        return asked
    form = FindForm(request.POST if request.method == "POST" else {})
    found, table = None, None
    if form.is_valid():
        found, table = _search(request, form), form.table_query
    return shown(
        request,
        "memories",
        "Memories",
        form=form,
        found=found,
        table=table,
        reads_private=may_read_private(request),
    )


def _search(request: HttpRequest, form: FindForm) -> Any:
    cursor, account_id = request.POST.get("cursor"), request.user.pk or 0
    if cursor is None and request.method == "POST":
        used = [name for name, value in form.cleaned_data.items() if value not in (None, "")]
        note_search(account_id, form.cleaned_data["who"], by=used)
    try:
        found = find(form.query, Console.of(request.user, form.cleaned_data["who"]), cursor)
    except (InvalidSearchError, OverflowError) as error:
        form.add_error(None, str(error))
        return None
    note_reading(request, found.people, what="search")
    return found


@page("memories.view_memory")
def memory_page(request: HttpRequest, memory_id: UUID) -> HttpResponse:
    """Show a memory with its source, its history and what is like it; correct it with a reason."""
    rows = Memory.objects.filter(pk=memory_id).select_related("superseded_by")
    memory = rows.defer("embedding", "superseded_by__embedding").first()
    if memory is None:
        raise Http404
    reading = reading_of(request)
    if not reading.may_read(memory.place):
        return not_allowed(request)
    if (asked := require_reason(request, memory.person_id)) is not None:
        return asked
    form = MemoryForm(memory, request.POST if "text" in request.POST else None)
    if form.is_bound and not request.user.has_perm("memories.change_memory"):
        raise PermissionDenied
    if form.is_valid() and _correct(request, memory, form):
        return redirect(reverse("console:memory", args=[memory.pk]))
    note_reading(request, memory.person_id, what="memory", on=memory)
    source, around = context_of(memory, reading)
    itself, alike = with_similar(memory, Console.of(request.user, memory.person_id))
    return shown(
        request,
        "memory",
        "Memory",
        memory=memory,
        form=form,
        name=itself.name,
        where=itself.where,
        replaced_by=itself.replaced_by,
        reads_private=reading.private,
        source=source,
        around=around,
        alike=alike,
        entries=with_names(entries_on(memory)),
    )


def _correct(request: HttpRequest, memory: Memory, form: MemoryForm) -> bool:
    """Correct a memory unless somebody else changed it meanwhile; return whether that was done."""
    given = form.cleaned_data
    try:
        changed = correct(
            memory,
            given["text"],
            form.holding(),
            revision=given["revision"],
            actor=acting(request),
            reason=given["reason"],
        )
    except ChangedMeanwhileError as error:
        now = error.memory
        form.add_error(
            None,
            f"Somebody else changed it meanwhile to: “{now.text}”{_holds_in_words(now)}. "
            "Nothing was saved.",
        )
        form.data = {**form.data, "revision": now.revision}
        return False
    except NotChangedError as error:
        form.add_error(None, str(error))
        return False
    except Memory.DoesNotExist:
        raise Http404 from None
    if changed:
        messages.success(request, "Corrected.")
    return True


def _holds_in_words(memory: Memory) -> str:
    """Return the theme of a fact and when it holds; empty for another memory."""
    if memory.kind not in (Memory.Kind.USER_FACT, Memory.Kind.SHARED_FACT):
        return ""
    since = f"true since {timezone.localdate(memory.valid_from):%-d %B %Y}"
    until = f" until {timezone.localdate(memory.valid_to):%-d %B %Y}" if memory.valid_to else ""
    return f", theme {memory.category or 'none'}, {since}{until}"


@page("memories.view_memory")
def bulk(request: HttpRequest, does: str) -> HttpResponse:
    """Do something with chosen memories, once they were shown and a reason was given."""
    if does not in DOES or request.method != "POST":
        raise Http404
    permission, title, action = DOES[does]
    if not request.user.has_perm(permission):
        raise PermissionDenied
    if (asked := require_reason(request)) is not None:
        return asked
    chosen = _readable(request, _ids(request.POST.getlist("chosen")))
    form = BulkForm(request.POST if "reason" in request.POST else None)
    if chosen and form.is_valid():
        try:
            count = action(chosen, actor=acting(request), **_given(does, request, form))
        except MergeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{title}: {_done(does, count)}.")
            return redirect("console:forgotten" if does == "forget" else "console:memories")
    rows = Memory.objects.filter(pk__in=chosen).defer("embedding")
    previewed = list(rows.order_by("-said_at")[:PREVIEWED])
    if does in ("merge", "replace"):
        previewed = kept_first(rows, _keep(request))[:PREVIEWED]
    note_reading(request, Counter(one.person_id for one in previewed), what="memory")
    letters = MERGED_LETTERS if does == "merge" else PREVIEWED_LETTERS
    room = letters // max(len(previewed), 1)
    return shown(
        request,
        "bulk",
        f"{title} memories",
        form=form,
        does=does,
        verb=title,
        chosen=chosen,
        count=rows.count(),
        rows=previewed,
        room=room,
        beside=_beside(previewed, room) if does == "merge" else None,
    )


def _beside(memories: list[Memory], room: int) -> list[tuple[Memory, Pieces]] | None:
    """Return memories in pieces that say which words differ; None if there is only one.

    Args:
        room: letters of each.
    """
    if len(memories) < 2:
        return None
    texts = [Truncator(one.text).chars(room) for one in memories]
    return list(zip(memories, compared(texts), strict=True))


def _given(does: str, request: HttpRequest, form: BulkForm) -> dict[str, Any]:
    """Return what an action takes besides the memories."""
    given: dict[str, Any] = {"reason": form.cleaned_data["reason"]}
    return given | {"keep": _keep(request)} if does == "merge" else given


def _keep(request: HttpRequest) -> UUID | None:
    return next(iter(_ids([request.POST.get("keep", "")])), None)


def _done(does: str, count: int) -> str:
    return f"one kept, {count:,} forgotten" if does == "merge" else f"{count:,} done"


def _readable(request: HttpRequest, chosen: list[UUID]) -> list[UUID]:
    """Return the chosen memories without those that an admin may not read."""
    held = reading_of(request).only(Memory.objects.filter(pk__in=chosen))
    known = set(held.values_list("pk", flat=True))
    return [one for one in chosen if one in known]


def _ids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in list(texts)[:MOST_CHOSEN]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
