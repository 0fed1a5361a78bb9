"""Filters, histories and the chart on the console's pages of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import TabularInline

from profiles.emotions.labels import LABELS
from profiles.emotions.state import DayOfTrend
from profiles.models import EmotionRecord, Relationship, RelationshipChange
from profiles.queries import felt_lately, in_distress, who_showed
from profiles.relationship.signs import TRUST
from whisper.amounts import amount
from whisper.console.reading import may_read_private

LATELY = timedelta(days=7)
# What is likely enough to be looked for.
LIKELY = 0.3
SHOWN = 10
# Of the badge: unfold's names.
LEVEL_COLOURS = {
    Relationship.STRANGER: "default",
    Relationship.ACQUAINTANCE: "info",
    Relationship.FRIEND: "success",
    Relationship.CLOSE_FRIEND: "primary",
}
HEIGHT, WIDTH, GAP = 60, 22, 4
GOOD, BAD = "#16a34a", "#dc2626"


class TrustFilter(admin.SimpleListFilter):
    """People who showed a sign of trust."""

    title = "trust shown"
    parameter_name = "trust"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer each sign."""
        return [(label, label.capitalize()) for label in TRUST]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep who showed it."""
        return queryset & who_showed(self.value() or "") if self.value() else queryset


class LatelyFilter(admin.SimpleListFilter):
    """Moods of the last week in which something was likely."""

    title = "felt in the last week"
    parameter_name = "lately"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer strong distress, and each label."""
        return [("distress", "Strong distress"), *((label, label.capitalize()) for label in LABELS)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those."""
        value, since = self.value() or "", timezone.now() - LATELY
        if value == "distress":
            return queryset & in_distress(since=since)
        if value in LABELS:
            return queryset & felt_lately(value, since=since, at_least=LIKELY)
        return queryset


class _History(TabularInline):
    """Some latest rows of a person, to be looked at."""

    extra = 0
    can_delete = False
    # Newer versions of unfold, for Python 3.12 and up, warn of the name that the older ones know.
    if hasattr(TabularInline, "show_title"):
        show_title = False
    else:
        hide_title = True
    latest: ClassVar[str]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the latest rows of the person: years of them would not fit a page."""
        rows: QuerySet[Any] = super().get_queryset(request)
        match = request.resolver_match
        person = match.kwargs.get("object_id") if match else None
        newest = rows.filter(profile_id=person).order_by(self.latest, "-pk")
        chosen = list(newest.values_list("pk", flat=True)[:SHOWN])
        return rows.filter(pk__in=chosen).order_by(self.latest, "-pk")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class MoodsInline(_History):
    """How the person felt last."""

    model = EmotionRecord
    verbose_name_plural = f"latest moods, up to {SHOWN}"
    fields = ("felt_at", "emotion", "intensity", "confidence", "words", "model")
    readonly_fields = ("words",)
    latest = "-felt_at"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Return the fields; the words may be of direct messages."""
        if may_read_private(request):
            return self.fields
        return [name for name in self.fields if name != "words"]

    @admin.display(description="triggers")
    def words(self, record: EmotionRecord) -> str:
        """Return the words that decided."""
        return ", ".join(map(str, record.triggers)) or "–"


class ChangesInline(_History):
    """How the relationship came about."""

    model = RelationshipChange
    verbose_name_plural = f"changes of the relationship, latest {SHOWN}"
    fields = ("changed_at", "before", "after", "rule", "reason", "interaction_count")
    latest = "-changed_at"


def chart_of(days: Sequence[DayOfTrend]) -> SafeString | str:
    """Draw one bar a day: up for good, down for bad, with what was felt as its tooltip."""
    if not days:
        return "–"
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"><title>{}</title></rect>',
        (
            (
                number * (WIDTH + GAP),
                round(HEIGHT * min(1 - day.valence, 1), 1),
                WIDTH,
                # A neutral day is a line, not nothing.
                max(round(HEIGHT * abs(day.valence), 1), 1.5),
                GOOD if day.valence >= 0 else BAD,
                f"{day.day}: {day.valence:+.2f} in {amount(day.moods, 'mood')}, most often "
                f"{day.commonest}",
            )
            for number, day in enumerate(days)
        ),
    )
    width = len(days) * (WIDTH + GAP)
    return format_html(
        '<svg role="img" aria-label="Mean mood of each day from {first} to {last}" '
        'width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        '<line x1="0" x2="{width}" y1="{middle}" y2="{middle}" stroke="#9ca3af"/>{bars}</svg>'
        "<div>{first} to {last}; above the line is good, below it bad</div>",
        first=days[0].day,
        last=days[-1].day,
        width=width,
        height=2 * HEIGHT,
        middle=HEIGHT,
        bars=bars,
    )
