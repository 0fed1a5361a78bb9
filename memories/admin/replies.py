"""Replies and their traces in the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from memories.admin.records import shortened
from memories.models import ReplyTrace
from memories.queries import with_texts
from profiles.admin.names import PeopleByName
from whisper.admin import ReadOnlyAdmin
from whisper.console.reading import PrivateRows, may_read_private

# A reply in a channel may have used what its person said in private.
QUOTING = ("sent_prompt", "memories_recalled", "memories_missed")


class OutcomeFilter(admin.SimpleListFilter):
    """Replies that somebody should look at."""

    title, parameter_name = "outcome", "outcome"
    outcomes: ClassVar[dict[str, tuple[str, Q]]] = {
        "failed": ("Failed", Q(error__gt="")),
        "bad": ("Rated bad", Q(rating__isnull=False, rating__lt=0)),
        "good": ("Rated good", Q(rating__isnull=False, rating__gt=0)),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer each outcome."""
        return [(name, title) for name, (title, _) in self.outcomes.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the replies with an outcome."""
        found = self.outcomes.get(self.value() or "")
        return queryset.filter(found[1]) if found else queryset


@admin.register(ReplyTrace)
class ReplyTraceAdmin(PeopleByName, PrivateRows, ReadOnlyAdmin):
    """Why replies are what they are."""

    said_in_field = "message__place"

    list_display = (
        "short_question",
        "person",
        "model",
        "took",
        "tokens_used",
        "emotion",
        "rated",
        "error",
        "created_at",
        "why",
    )
    list_select_related = ("message", "reply")
    list_filter = (OutcomeFilter, "emotion")
    id_fields = ("person_id", "message__platform_id")
    search_fields = ("message__text", "message__author_name")
    search_help_text = "Search by words or name. A number is the id of a person or message."
    newest = "created_at"
    fields = (
        "message",
        "reply",
        "person",
        "sent_prompt",
        "memories_recalled",
        "memories_missed",
        "milliseconds",
        "tokens",
        "emotion",
        "model",
        "error",
        "created_at",
    )
    readonly_fields = ("person", "sent_prompt", "memories_recalled", "memories_missed")

    @admin.display(description="message")
    def short_question(self, trace: ReplyTrace) -> str:
        """Return the beginning of what was answered."""
        return shortened(trace.message.text)

    @admin.display(description="took", empty_value="–")
    def took(self, trace: ReplyTrace) -> str | None:
        """Return how long it was from the message to the reply."""
        whole = sum(trace.milliseconds.values()) / 1000
        return f"{whole:.1f} s" if whole else None

    @admin.display(description="tokens", empty_value="–")
    def tokens_used(self, trace: ReplyTrace) -> str | None:
        """Return how many tokens the model read and wrote."""
        whole = sum(trace.tokens.get(name, 0) for name in ("prompt", "answer"))
        return f"{whole:,}" if whole else None

    @admin.display(description="rated", empty_value="–")
    def rated(self, trace: ReplyTrace) -> str | None:
        """Return what its person thought of it."""
        return None if trace.rating is None else "good" if trace.rating > 0 else "bad"

    @admin.display(description="conversation", empty_value="–")
    def why(self, trace: ReplyTrace) -> SafeString | None:
        """Return a link to the reply in its conversation, with its trace beside it."""
        if trace.reply is None:
            return None
        where = reverse("console:conversation", args=[trace.reply.channel_id])
        return format_html('<a href="{}?reply={}">open</a>', where, trace.reply_id)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Return the fields, without those that may quote what was said elsewhere."""
        if may_read_private(request):
            return self.fields
        return [name for name in self.fields if name not in QUOTING]

    @admin.display(description="prompt")
    def sent_prompt(self, trace: ReplyTrace) -> SafeString:
        """Return the exact messages that were sent."""
        rows = ((turn["role"], turn["content"]) for turn in trace.prompt)
        return format_html_join(
            "", '<p><b>{}</b></p><pre style="white-space: pre-wrap">{}</pre>', rows
        )

    @admin.display(description="recalled")
    def memories_recalled(self, trace: ReplyTrace) -> SafeString:
        """Return the memories with their scores."""
        return _table_of(trace.recalled)

    @admin.display(description="just missed")
    def memories_missed(self, trace: ReplyTrace) -> SafeString:
        """Return the next best memories with their scores, as far as they are still kept."""
        return _table_of(with_texts(trace.missed))


def _table_of(memories: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return memories of a trace with their scores, and what each feature contributed."""
    names = ("score", "dense", "bm25", "kind", "text")
    rows = ((*(one[name] for name in names), _contributions(one)) for one in memories)
    return format_html(
        '<table style="border-spacing: 1em 0.2em; border-collapse: separate; text-align: left">'
        "<tr>{}</tr>{}</table>",
        format_html_join("", "<th>{}</th>", ((name,) for name in (*names, "contributions"))),
        format_html_join("", f"<tr>{'<td>{}</td>' * (len(names) + 1)}</tr>", rows),
    )


def _contributions(memory: Mapping[str, Any]) -> str:
    """Return what each feature added to a score, the most telling first."""
    parts = sorted(memory.get("parts", {}).items(), key=lambda part: -abs(part[1]))
    return ", ".join(f"{name} {value:+.2f}" for name, value in parts)
