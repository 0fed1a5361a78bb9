"""Messages and memories in the console."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action

from memories.actions import change_text
from memories.admin.figures import (
    DAYS,
    WhoseForm,
    chart_of_days,
    chart_of_hours,
    moods_of,
    tables_of,
)
from memories.admin.naming import PlacesByName
from memories.admin.search import SearchForm, found, people_of
from memories.analytics import UnansweredError, analytics
from memories.facts.predicates import Category
from memories.models import Memory, Message
from profiles.admin.names import PeopleByName
from whisper.admin import BaseAdmin, ReadOnlyAdmin, acting, change_rows, confirmation
from whisper.console.lists import ValuesFilter
from whisper.console.reading import (
    PrivateRows,
    may_read_private,
    note_reading,
    require_reason,
)
from whisper.console.reasons import WithReason

DIRECT_GUILD = "@me"
SHORT = 90


def shortened(text: str) -> str:
    """Return the beginning of a text, for a list."""
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


class CategoryFilter(ValuesFilter):
    """Memories of a theme."""

    title, parameter_name, field, values = "theme", "category", "category", tuple(Category)


@admin.register(Message)
class MessageAdmin(PlacesByName, PrivateRows, ReadOnlyAdmin):
    """What was said."""

    said_in_field = "place"

    list_display = (
        "short_text",
        "author_name",
        "said_in",
        "sent_at",
        "reply_state",
        "link",
    )
    list_filter = ("platform", "place", "reply_state", "from_companion")
    id_fields = ("platform_id", "person_id", "channel_id", "guild_id")
    search_fields = ("author_name", "text")
    search_help_text = (
        "Search by name or words. A number is the id of a message, person, channel or server."
    )
    newest = "sent_at"

    @admin.display(description="text")
    def short_text(self, message: Message) -> str:
        """Return the beginning of what was said."""
        return shortened(message.text) or "(not kept)"

    @admin.display(description="Discord")
    def link(self, message: Message) -> SafeString | str:
        """Return a link to the message in Discord."""
        if message.platform != Message.Platform.DISCORD:
            return "–"
        return format_html(
            '<a href="https://discord.com/channels/{}/{}/{}" rel="noreferrer">open</a>',
            message.guild_id or DIRECT_GUILD,
            message.channel_id,
            message.platform_id,
        )


@admin.register(Memory)
class MemoryAdmin(WithReason, PlacesByName, PeopleByName, PrivateRows, BaseAdmin):
    """What is remembered."""

    said_in_field = "place"

    list_display = ("short_text", "kind", "person", "category", "said_in", "said_at", "valid_to")
    list_filter = ("kind", "hidden", "pinned", "place", CategoryFilter)
    actions = ("approve_memories", "pin_memories", "unpin_memories", "forget_memories")
    actions_list = ("search", "figures")
    id_fields = ("person_id", "channel_id", "guild_id")
    search_fields = ("text", "speaker")
    search_help_text = (
        "Search by words or speaker. A number is the id of a person, channel or server."
    )
    newest = "said_at"
    fields = (
        "text",
        "context",
        "kind",
        "person_id",
        "speaker",
        "place",
        "guild_id",
        "channel_id",
        "said_at",
        "category",
        "slot",
        "emotion",
        "confidence",
        "importance",
        "valid_from",
        "valid_to",
        "superseded_by",
        "hidden",
        "pinned",
        "embedding_model",
        "revision",
    )
    readonly_fields = tuple(field for field in fields if field != "text")

    @admin.action(description="Approve hidden memories", permissions=("change",))
    def approve_memories(
        self, request: HttpRequest, queryset: QuerySet[Memory]
    ) -> HttpResponse | None:
        """Let the chosen memories be recalled where they belong, after a reason."""
        warning = "They can be recalled where they belong."
        asked = confirmation(self, request, queryset, title="Approve", warning=warning)
        return asked or change_rows(
            self, request, queryset, "approve_memories", "Approved: {count}."
        )

    @admin.action(description="Pin", permissions=("change",))
    def pin_memories(self, request: HttpRequest, queryset: QuerySet[Memory]) -> HttpResponse | None:
        """Let the chosen memories come first where a text is about them, after a reason."""
        asked = confirmation(
            self, request, queryset, title="Pin", warning="They come first in what is recalled."
        )
        return asked or change_rows(self, request, queryset, "pin_memories", "Pinned: {count}.")

    @admin.action(description="Unpin", permissions=("change",))
    def unpin_memories(
        self, request: HttpRequest, queryset: QuerySet[Memory]
    ) -> HttpResponse | None:
        """Let the chosen memories be recalled like any other, after a reason."""
        asked = confirmation(
            self, request, queryset, title="Unpin", warning="They no longer come first."
        )
        return asked or change_rows(self, request, queryset, "unpin_memories", "Unpinned: {count}.")

    @admin.action(description="Forget", permissions=("delete",))
    def forget_memories(
        self, request: HttpRequest, queryset: QuerySet[Memory]
    ) -> HttpResponse | None:
        """Forget the chosen memories after a reason was given, however many there are."""
        warning = (
            "They can no longer be recalled, searched or exported. For a day you can bring them "
            "back under Forgotten lately; then they are gone for good."
        )
        asked = confirmation(self, request, queryset, title="Forget", warning=warning)
        return asked or change_rows(
            self, request, queryset, "forget_memories", "Forgotten: {count}."
        )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the actions, without the one that lists every row that it would delete."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @action(description="Search", url_path="search", permissions=["view"])
    def search(self, request: HttpRequest) -> HttpResponse:
        """Search everybody's memories; who did is noted in the log of the console."""
        if (asked := require_reason(request)) is not None:
            return asked
        # Sent in the request's body, words don't reach the log of a web server.
        form = SearchForm(request.POST or None)
        cursor = request.POST.get("cursor")
        context = self.admin_site.each_context(request) | {
            "title": "Memories: search",
            "form": form,
            "continued": cursor is not None,
        }
        if form.is_valid():
            context |= found(form, request.user, cursor)
            note_reading(request, people_of(context), what="search")
        return TemplateResponse(request, "memories/search.html", context)

    @action(description="Figures", url_path="figures", permissions=["figures"])
    def figures(self, request: HttpRequest) -> HttpResponse:
        """Show what all memories, those of a person, or a server's come to in numbers."""
        form = WhoseForm(request.GET or {})
        person_id = form.cleaned_data["person"] if form.is_valid() else None
        if (asked := require_reason(request, person_id)) is not None:
            return asked
        context = self.admin_site.each_context(request) | {
            "title": "Words and figures",
            "form": form,
            "days": DAYS,
        }
        if form.is_valid():
            try:
                report = async_to_sync(analytics)(form.view)
                note_reading(request, person_id, what="figures")
                context |= {
                    "report": report,
                    "chart": chart_of_days(report),
                    "hours": chart_of_hours(report),
                    "tables": tables_of(report),
                    "moods": moods_of(report),
                }
            except UnansweredError as error:
                context["problem"] = str(error)
        return TemplateResponse(request, "memories/figures.html", context)

    @admin.display(description="text", ordering="text")
    def short_text(self, memory: Memory) -> str:
        """Return the beginning of the memory."""
        return shortened(memory.text)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Memory]:
        """Leave the vectors where they are."""
        return super().get_queryset(request).defer("embedding")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_figures_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether they may see words and figures, which tell no places apart."""
        return may_read_private(request) and self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Memory | None = None) -> bool:
        """Return whether they may forget memories: in the list, which asks for a reason."""
        return obj is None and super().has_delete_permission(request)

    def save_model(self, request: HttpRequest, obj: Memory, form: Any, change: bool) -> None:
        """Correct the text; its vector is made again."""
        if "text" in form.changed_data:
            reason = form.cleaned_data["reason"]
            change_text(obj, obj.text, actor=acting(request), reason=reason)
