"""What the console's pages have in common, the outbox, imports and erasures."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pathlib import PurePath
from typing import Any, ClassVar

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.module_loading import module_has_submodule
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from whisper.action_log import Actor
from whisper.action_log.queries import entries_on, with_names
from whisper.console import own  # noqa: F401 - adds to the front page
from whisper.console.conflicts import WithoutLostUpdates
from whisper.console.lists import MOST_COUNTED, BoundedPaginator, NarrowedByFilters
from whisper.console.marked import MarkedList, has_index
from whisper.console.reading import (
    PrivateRows,
    may_read,
    may_read_private,
    note_reading,
    require_reason,
)
from whisper.console.selection import selection_of
from whisper.ids import snowflake
from whisper.models import Erasure, ImportRun, OutboxEntry, PeriodicJob
from whisper.outbox.topics import title_of
from whisper.tasks import many
from whisper.tasks.own import DROP, RETRY
from whisper.templatetags.roles import role

HISTORY_SHOWN = 200
# What an account may do; only superusers change it.
RIGHTS = ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")


def acting(request: HttpRequest) -> Actor:
    """Return who acts in a request to the console."""
    return Actor.admin(request.user.pk)


class BaseAdmin(NarrowedByFilters, WithoutLostUpdates, ModelAdmin):
    """A page over the database: a number is looked up exactly as an id, words in the text fields.

    Saving and deleting call actions, which write the action log; Django's own log is left alone.
    """

    # Whether a row's history is that of its person.
    history_of_person: ClassVar[bool] = False
    # Of a big table, the time that it is ordered by: its pages begin where the one before ended.
    newest: ClassVar[str] = ""
    # Whether its columns sort it even so, with numbers for the first pages.
    sortable: ClassVar[bool] = False

    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Any]:
        """Return a list that is paged by marks if it has a time that it is ordered by."""
        return MarkedList

    def get_ordering(self, request: HttpRequest) -> Any:
        """Return what the list is ordered by."""
        return (f"-{self.newest}",) if self.newest else super().get_ordering(request)

    def get_sortable_by(self, request: HttpRequest) -> Any:
        """Return the columns that sort the list: none of a big table."""
        return () if self.newest and not self.sortable else super().get_sortable_by(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find a snowflake exactly, everything else as Django does."""
        number = snowflake(search_term.strip())
        if self.id_fields and number is not None:
            # Any of several fields is found by no index.
            known = self.field_with(number) if self.newest else ""
            wanted = Q()
            for field in [known] if known else self.id_fields:
                wanted |= Q(**{field: number})
            return queryset.filter(wanted), False
        return super().get_search_results(request, queryset, search_term)

    def field_with(self, number: int) -> str:
        """Return the first field with an index in which a row has an id; empty for none."""
        rows = self.model._default_manager.all()
        indexed = (field for field in self.id_fields if has_index(self.model, field))
        return next((field for field in indexed if rows.filter(**{field: number}).exists()), "")

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Leave it to the action."""

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Leave it to the action."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what was done to a row, by whom and why.

        Values before and after are what people said of themselves: whoever may read that says why
        first, and others see which fields changed.
        """
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        whose = self.person_of(row) if isinstance(self, PrivateRows) else None
        person_id = row.person_id if self.history_of_person else None
        entries = list(entries_on(row, person_id=person_id)[:HISTORY_SHOWN])
        # A row that was said somewhere is one that they may read; others quote any place.
        of_a_place = isinstance(self, PrivateRows) and bool(self.said_in_field)
        may = may_read(request) if of_a_place else may_read_private(request)
        values = may and any(entry.changes for entry in entries)
        if values:
            if (asked := require_reason(request, person_id or whose)) is not None:
                return asked
            changed = Counter(entry.person_id for entry in entries if entry.changes)
            note_reading(request, changed, what="history", on=row)
        context = self.admin_site.each_context(request) | {
            "title": f"History of {row}",
            "entries": with_names(entries),
            "values": values,
            "object": row,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "whisper/history.html", context)


def confirmation(
    page: BaseAdmin, request: HttpRequest, rows: QuerySet[Any], *, title: str, warning: str
) -> HttpResponse | None:
    """Return a page that asks for confirmation and a reason; None once that was answered."""
    if "confirmed" in request.POST and reason_given(request):
        return None
    context = page.admin_site.each_context(request) | {
        "title": title,
        "warning": warning,
        "count": BoundedPaginator(rows, 1).count,
        "most_counted": MOST_COUNTED,
        "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "action": request.POST.get("action", ""),
        "all_pages": request.POST.get("select_across") == "1",
        "unreasoned": "confirmed" in request.POST,
        "opts": page.opts,
    }
    return TemplateResponse(request, "whisper/confirm.html", context)


def change_rows(
    page: BaseAdmin, request: HttpRequest, rows: QuerySet[Any], change: str, done: str
) -> HttpResponse | None:
    """Change a few rows now, and have a job change many; its page shows how far it is.

    Args:
        change: the name of what is done, of `whisper.tasks.many`.
        done: what is said in the end, with `{count}` for how many were changed.
    """
    actor, reason = acting(request), reason_given(request)
    if request.POST.get("select_across") == "1" and _more_than(many.AT_ONCE, rows):
        task = many.ask_for_all(change, selection_of(request), actor=actor, reason=reason)
        page.message_user(request, "A job does that. You can close this page.")
        return redirect("console:task", task.pk)
    count = many.change_now(change, rows, actor=actor, reason=reason)
    page.message_user(request, done.format(count=f"{count:,}"))
    return None


def _more_than(number: int, rows: QuerySet[Any]) -> bool:
    return rows.order_by().values("pk")[: number + 1].count() > number


def reason_given(request: HttpRequest) -> str:
    """Return why an admin does something, in their words."""
    return str(request.POST.get("reason", "")).strip()


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

    list_display = (
        "work",
        "state",
        "person_id",
        "created_at",
        "due_at",
        "attempts",
        "last_error",
    )
    list_filter = (("failed_at", admin.EmptyFieldListFilter),)
    id_fields = ("person_id",)
    search_fields = ("topic", "last_error")
    search_help_text = "Search by topic or error. A number is a person's id."
    actions = ("retry", "drop")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Return whether they may decide about work that was set aside."""
        return request.user.has_perm("whisper.change_outboxentry")

    @display(description="work", ordering="topic")
    def work(self, entry: OutboxEntry) -> str:
        """Return what is to be made."""
        return title_of(entry.topic)

    @display(description="state", label={"set aside": "danger", "in hand": "info"})
    def state(self, entry: OutboxEntry) -> str:
        """Return where the entry stands."""
        if entry.failed_at:
            return "set aside"
        return "in hand" if entry.claim else "waits"

    @admin.action(description="Retry what was set aside", permissions=["decide"])
    def retry(self, request: HttpRequest, entries: QuerySet[OutboxEntry]) -> HttpResponse | None:
        """Have entries tried again, after a reason was given."""
        entries = entries.filter(failed_at__isnull=False)
        warning = "They are tried again at once, as often as new work."
        asked = confirmation(self, request, entries, title="Retry work", warning=warning)
        return asked or change_rows(self, request, entries, RETRY, "{count} will be tried again.")

    @admin.action(description="Drop what was set aside", permissions=["decide"])
    def drop(self, request: HttpRequest, entries: QuerySet[OutboxEntry]) -> HttpResponse | None:
        """Give entries up, after a reason was given."""
        entries = entries.filter(failed_at__isnull=False)
        warning = "The vector, fact or mood is then never made. It can't be undone."
        asked = confirmation(self, request, entries, title="Drop work", warning=warning)
        return asked or change_rows(self, request, entries, DROP, "{count} dropped.")


admin.site.unregister(User)
admin.site.unregister(Group)
# Theirs would show the secrets of authenticators; `manage.py second_factor` does what is needed.
# Each is loaded now, so that none comes later.
for _app in apps.get_app_configs():
    if _app.name.startswith("allauth.") and module_has_submodule(_app.module, "admin"):
        import_module(f"{_app.name}.admin")
for _model in apps.get_models():
    if _model.__module__.startswith("allauth.") and admin.site.is_registered(_model):
        admin.site.unregister(_model)


@admin.register(User)
class AccountAdmin(NarrowedByFilters, WithoutLostUpdates, UserAdmin, ModelAdmin):  # type: ignore[type-arg]
    """Accounts that can log in to the console."""

    list_display = ("username", "role", "email", "is_active", "last_login")
    list_filter = ("groups", "is_superuser", "is_staff", "is_active")
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm

    @display(description="role")
    def role(self, account: User) -> str:
        """Return what they may do, in a word."""
        return role(account) if account.is_staff or account.is_superuser else "Web chat only"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields that are only shown: only superusers edit rights."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether they may change an account; a superuser's, with its password, no other."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether they may delete an account, by the same rule."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_delete_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the accounts that they may see; to bulk deletions as well, superusers are none."""
        accounts = super().get_queryset(request).prefetch_related("groups")
        return accounts if request.user.is_superuser else accounts.filter(is_superuser=False)


@admin.register(Group)
class AccountGroupAdmin(NarrowedByFilters, WithoutLostUpdates, GroupAdmin, ModelAdmin):
    """Groups of permissions, which only superusers change: whoever is in one has its rights."""

    fields = ("name", "permissions")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """Import runs and their reports."""

    list_display = ("run", "kind", "file", "started_at", "finished_at", "rolled_back_at")
    list_filter = ("kind",)
    ordering = ("-started_at",)
    exclude = ("source",)

    @display(description="run", ordering="pk")
    def run(self, run: ImportRun) -> str:
        """Return its number, as commands take it."""
        return str(run.pk)

    @display(description="file or folder")
    def file(self, run: ImportRun) -> str:
        """Return its name; where it lay is the server's business."""
        return PurePath(run.source).name


@admin.register(PeriodicJob)
class PeriodicJobAdmin(ReadOnlyAdmin):
    """Periodic jobs: when they are due, and how their last run went."""

    list_display = ("name", "due_at", "finished_at", "failures", "result")
    ordering = ("name",)


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """People who were erased, so that a restored backup does not bring them back."""

    list_display = ("person_id", "erased_at", "agreed_at")
    id_fields = ("person_id",)
    ordering = ("-erased_at",)
