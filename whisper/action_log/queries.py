"""Read the action log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet

from whisper.models import ActionEntry

GONE, COMMAND_LINE = "an account that is gone", "the command line"


def entries_on(row: Model, *, person_id: int | None = None) -> QuerySet[ActionEntry]:
    """Return what was done to a row, newest first; with a person, also all that concerns them."""
    wanted = Q(object_type=row._meta.label_lower, object_id=str(row.pk))
    if person_id is not None:
        wanted |= Q(person_id=person_id)
    return ActionEntry.objects.filter(wanted).order_by("-at", "-pk")


def with_names(entries: Iterable[ActionEntry]) -> list[tuple[ActionEntry, str]]:
    """Return entries, each with the actor's name."""
    found = list(entries)
    admins = [one.actor_id for one in found if one.actor_kind == ActionEntry.ActorKind.ADMIN]
    names = names_of_accounts(admins)
    return [(one, _called(one, names)) for one in found]


def names_of_accounts(keys: Iterable[int | None]) -> dict[int, str]:
    """Return the names that accounts of the console sign in with, by their keys."""
    known = {key for key in keys if key is not None}
    accounts = get_user_model()._default_manager.filter(pk__in=known)
    return {account.pk: account.get_username() for account in accounts}


def name_of_account(key: int | None, names: Mapping[int, str]) -> str:
    """Return how a page names the account that did something; None is the command line."""
    return COMMAND_LINE if key is None else names.get(key, GONE)


def _called(entry: ActionEntry, names: dict[int, str]) -> str:
    if entry.actor_kind == ActionEntry.ActorKind.ADMIN:
        return names.get(entry.actor_id or 0, GONE)
    return str(entry.get_actor_kind_display())
