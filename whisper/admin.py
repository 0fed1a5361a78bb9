"""What the console's pages have in common, the outbox, imports and erasures."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from whisper.action_log import Actor
from whisper.action_log.queries import entries_on, with_names
from whisper.models import ActionEntry, Erasure, ImportRun, OutboxEntry, PeriodicJob

HISTORY_SHOWN = 200


def acting(request: HttpRequest) -> Actor:
    """Return who acts in a request to the console."""
    return Actor.admin(request.user.pk)


class BaseAdmin(ModelAdmin):
    """A page over the database: a number is looked up exactly as an id, words in the text fields.

    Saving and deleting call actions, which write the action log; Django's own log is left alone.
    """

    # Whether a row's history is that of its person.
    history_of_person: ClassVar[bool] = False

    id_fields: ClassVar[tuple[str, ...]] = ()
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find a snowflake exactly, everything else as Django does."""
        term = search_term.strip()
        if self.id_fields and term.isascii() and term.isdigit() and int(term) < 2**63:
            wanted = Q()
            for field in self.id_fields:
                wanted |= Q(**{field: int(term)})
            return queryset.filter(wanted), False
        return super().get_search_results(request, queryset, search_term)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action."""

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Leave it to the action."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what was done to a row, by whom and why."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        person_id = row.person_id if self.history_of_person else None
        entries = entries_on(row, person_id=person_id)[:HISTORY_SHOWN]
        context = self.admin_site.each_context(request) | {
            "title": f"History of {row}",
            "entries": with_names(entries),
            "object": row,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "whisper/history.html", context)


class ReadOnlyAdmin(BaseAdmin):
    """A page over rows that the companion writes: looked at, never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(OutboxEntry)
class OutboxAdmin(ReadOnlyAdmin):
    """Pending work, and work that was set aside."""

    list_display = ("topic", "person_id", "created_at", "due_at", "attempts", "failed_at")
    list_filter = ("topic",)
    id_fields = ("person_id",)
    search_fields = ("topic", "last_error")
    search_help_text = "Search by topic or error. A number is a person's id."


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class AccountAdmin(UserAdmin, ModelAdmin):  # type: ignore[type-arg]
    """Accounts that can log in to the console."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class AccountGroupAdmin(GroupAdmin, ModelAdmin):
    """Groups of permissions."""


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """Import runs and their reports."""

    list_display = ("pk", "kind", "source", "started_at", "finished_at", "rolled_back_at")
    list_filter = ("kind",)
    ordering = ("-started_at",)


@admin.register(ActionEntry)
class ActionEntryAdmin(ReadOnlyAdmin):
    """Who did what to whose data, when and why."""

    list_display = ("at", "action", "actor_kind", "actor_id", "person_id", "count", "reason")
    list_filter = ("actor_kind", "action")
    id_fields = ("person_id", "actor_id")
    search_fields = ("action", "reason")
    search_help_text = "Search by action or reason. A number is the id of a person or an account."
    ordering = ("-at",)


@admin.register(PeriodicJob)
class PeriodicJobAdmin(ReadOnlyAdmin):
    """Periodic jobs: when they are due, and how their last run went."""

    list_display = ("name", "due_at", "finished_at", "failures", "result")
    ordering = ("name",)


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Who was erased, so that no restored backup brings them back."""

    list_display = ("person_id", "erased_at", "agreed_at")
    id_fields = ("person_id",)
    ordering = ("-erased_at",)
