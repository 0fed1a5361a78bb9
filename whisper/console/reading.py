"""Reading what people said in the console: who may, why they do, and what the action log keeps.

That is what they said, what is remembered and guessed of them, and what was made of it. `Reading`
answers what of it an account may read: two rights decide, one for public channels and one for all
other places. A page that shows any of it asks for a reason first (`require_reason`), and logs whose
data it showed (`note_reading`). Pages that list or show rows get all three from `PrivateRows`.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from whisper.accounts.reading import Reading
from whisper.action_log import Actor, log_each
from whisper.console.marked import MarkedList

if TYPE_CHECKING:
    from unfold.admin import ModelAdmin
else:
    # Mixed into classes that are one: unfold's own needs the apps to be loaded.
    ModelAdmin = object

# How long a reason holds, and words that were looked for are known.
KEPT = timedelta(minutes=15)
EVERYBODY = "everybody"
# In a list's address this stands for words, which are kept out of it.
WORDS = "words-"
_BYTES = 12
_NUMBER = re.compile(rf"{WORDS}[\w-]{{{_BYTES * 4 // 3}}}", re.ASCII)
_SESSION_KEY = "reading_reasons"
_REASON = "reading_reason"


def reading_of(request: HttpRequest) -> Reading:
    """Return what the account of a request may read."""
    return Reading.of(request.user)


def may_read(request: HttpRequest) -> bool:
    """Return whether an account may read anything that people said, if only in public channels."""
    return reading_of(request).public


def may_read_private(request: HttpRequest) -> bool:
    """Return whether an account may read what people said anywhere, direct messages too."""
    return reading_of(request).private


def reason_for(request: HttpRequest, person_id: int | None) -> str:
    """Return why an account reads a person's data, or everybody's (None); empty if it said none.

    A reason for everybody's data covers each person's.
    """
    return reason_in(request.session, person_id)


def reason_in(session: SessionBase, person_id: int | None) -> str:
    """Return what `reason_for` does, of a session without a request."""
    reasons = session.get(_SESSION_KEY, {})
    for subject in (EVERYBODY, str(person_id)):
        given = reasons.get(subject)
        if given is not None and given["until"] > timezone.now().timestamp():
            return str(given["reason"])
    return ""


def require_reason(request: HttpRequest, person_id: int | None = None) -> HttpResponse | None:
    """Return a page that asks why somebody's data is read; None if that is known.

    A reason holds for 15 minutes of the session.

    Args:
        person_id: whose data it is; None for a page about several people.

    Raises:
        PermissionDenied: the account may not read what people said.
    """
    if not may_read(request):
        raise PermissionDenied
    given = request.POST.get(_REASON, "").strip()
    if given:
        _keep(request, person_id, given)
        return None if _repeated(request) else HttpResponseRedirect(request.get_full_path())
    if reason_for(request, person_id):
        return None
    context = admin.site.each_context(request) | {
        "title": "Why do you want to read this?",
        "person_id": None if person_id is None else str(person_id),
        "minutes": int(KEPT.total_seconds() // 60),
        "reads_private": may_read_private(request),
        "repeated": _repeated(request),
        "unreasoned": _REASON in request.POST,
    }
    return TemplateResponse(request, "whisper/reason.html", context)


def note_reading(
    request: HttpRequest,
    people: int | Mapping[int | None, int] | None,
    *,
    what: str,
    on: Model | None = None,
) -> None:
    """Log that an account read people's data, with the reason that it gave.

    Args:
        people: whose data was shown: a person, None for everybody, or of each person how many rows.
        what: what was shown, as `memories`.
        on: the row that was shown, where it was one.
    """
    counts = people if isinstance(people, Mapping) else {people: 1}
    log_each(
        f"read.{what}",
        {person_id: count for person_id, count in counts.items() if count},
        actor=Actor.admin(request.user.pk),
        reason=reason_for(request, next(iter(counts)) if len(counts) == 1 else None),
        on=on,
    )


class PrivateChangeList(MarkedList):
    """A list whose address holds no words: what was looked for is looked up by its number there."""

    keeps_words_private = True

    query: str
    # The query as the address has it: at a second call, `query` already holds the words.
    _sought: str | None = None

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        """Return the rows that hold the words; none if they are no longer known."""
        if self._sought is None:
            self._sought = self.query
        self.query = words_of(self._sought)
        rows: QuerySet[Any] = super().get_queryset(request, *args, **kwargs)
        return rows.none() if self.words_are_gone else rows

    @property
    def words_are_gone(self) -> bool:
        """Return whether something was looked for that isn't known any more."""
        return bool(self._sought) and not self.query


class PrivateRows(ModelAdmin):
    """A page over rows that hold private content: mixed in before `BaseAdmin`."""

    # Rows of which one shows less than the reader already knows of a person, such as the list of
    # people: only a single row asks for a reason there.
    lists_are_private: ClassVar[bool] = True
    # The lookup of the place where a row was said, by which `Reading` lets it through; empty for
    # rows of no single place, which whoever reads anything may open. None if a row doesn't say:
    # only those who may read everything open such a page.
    said_in_field: ClassVar[str | None] = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows that they may read; lists, forms and actions know no others."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return reading_of(request).only(rows, self.said_in_field) if self.said_in_field else rows

    def person_of(self, row: Any) -> int | None:
        """Return whose data a row is."""
        person_id: int | None = row.person_id
        return person_id

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether they may read it."""
        return self._may_open(request, obj) and super().has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether they may change it; whoever may, reads it as well."""
        return self._may_open(request, obj) and super().has_change_permission(request, obj)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Any]:
        """Return a list that keeps words out of its address."""
        return PrivateChangeList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show a list once a reason is known, and log whose rows it showed."""
        if self.lists_are_private and (asked := require_reason(request)) is not None:
            return asked
        if "sought" in request.POST:
            return HttpResponseRedirect(address_of_search(request))
        response = super().changelist_view(request, extra_context)
        shown = (getattr(response, "context_data", None) or {}).get("cl")
        if shown is not None and self.lists_are_private:
            people = Counter(self.person_of(row) for row in shown.result_list)
            note_reading(request, people, what=self.opts.model_name)
            if self.said_in_field and not may_read_private(request):
                messages.info(request, _what_is_hidden())
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Show a row once a reason is known, and log that it was read."""
        return self._read(request, object_id) or super().changeform_view(
            request, object_id, form_url, extra_context
        )

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Ask whether to delete a row, which shows it."""
        return self._read(request, object_id) or super().delete_view(
            request, object_id, extra_context
        )

    def _read(self, request: HttpRequest, object_id: str | None) -> HttpResponse | None:
        row = None if object_id is None else self.get_object(request, unquote(object_id))
        if row is None or not self.has_view_permission(request, row):
            return None
        person_id = self.person_of(row)
        if (asked := require_reason(request, person_id)) is not None:
            return asked
        note_reading(request, person_id, what=self.opts.model_name, on=row)
        return None

    def _may_open(self, request: HttpRequest, row: Any) -> bool:
        reading = reading_of(request)
        may = reading.private if self.said_in_field is None else reading.public
        return may or (row is None and not self.lists_are_private)


def _what_is_hidden() -> SafeString:
    """Return what a list says to those who may read public channels alone."""
    return format_html(
        "What was said in direct messages and private channels is hidden. "
        '<a href="{}">What you may read</a>',
        reverse("console:rights"),
    )


def _keep(request: HttpRequest, person_id: int | None, reason: str) -> None:
    now = timezone.now()
    reasons = {
        subject: given
        for subject, given in request.session.get(_SESSION_KEY, {}).items()
        if given["until"] > now.timestamp()
    }
    subject = EVERYBODY if person_id is None else str(person_id)
    until = (now + KEPT).timestamp()
    request.session[_SESSION_KEY] = reasons | {subject: {"reason": reason, "until": until}}


def _repeated(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a request sent besides the reason, so that it need not be sent again."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in (_REASON, "csrfmiddlewaretoken")
        for value in values
    ]


def words_of(query: str) -> str:
    """Return the words that an address asks for: kept under its number, or an id as it stands.

    Empty if the number is no longer known.
    """
    return str(cache.get(f"sought:{query}", "")) if _NUMBER.fullmatch(query) else query


def keep_words(words: str) -> str:
    """Keep what was looked for a while; return the number that stands for it in an address."""
    number = WORDS + secrets.token_urlsafe(_BYTES)
    cache.set(f"sought:{number}", words, int(KEPT.total_seconds()))
    return number


def address_of_search(request: HttpRequest) -> str:
    """Return the address of a list with what was looked for: a number as it is, words by number."""
    given = {name: value for name, value in request.POST.lists() if name not in _OF_THE_FORM}
    sought = request.POST["sought"].strip()
    if sought and not sought.isdigit():
        sought = keep_words(sought)
    query = given | ({"q": [sought]} if sought else {})
    return f"{request.path}?{urlencode(query, doseq=True)}"


_OF_THE_FORM = ("sought", "csrfmiddlewaretoken", _REASON)
