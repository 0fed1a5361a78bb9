"""What an admin chose with "select all" in a list: its filters and words, to find the rows again.

A selection is plain data, as an address has it. The list's own page makes rows of it, for one
account, so that it finds what it shows that account, and takes no filter that it doesn't offer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG, IGNORED_PARAMS, PAGE_VAR, SEARCH_VAR
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode

from whisper.console.reading import words_of

Selection = Mapping[str, Sequence[str]]

# Parts of a list's address that don't say which rows it has.
_OTHERS = {PAGE_VAR, ERROR_FLAG, *IGNORED_PARAMS} - {SEARCH_VAR}


class SelectionError(Exception):
    """The list can't be narrowed this way."""


def selection_of(request: HttpRequest) -> dict[str, list[str]]:
    """Return the filters of a list's address, and the words that it has by number."""
    chosen = {name: values for name, values in request.GET.lists() if name not in _OTHERS}
    if SEARCH_VAR in chosen:
        chosen[SEARCH_VAR] = [words_of(one) for one in chosen[SEARCH_VAR]]
    return chosen


def rows_selected(model: type[Model], account: User, selection: Selection) -> QuerySet[Any]:
    """Return the rows that a list has for an account.

    Raises:
        PermissionDenied: the account may not see the list.
        SelectionError: the list doesn't offer such a filter, or such a value of it.
    """
    # A process that serves no pages has not loaded them yet.
    import_module(settings.ROOT_URLCONF)
    request = HttpRequest()
    request.method, request.user = "GET", account
    request.GET = QueryDict(urlencode(selection, doseq=True))
    page = admin.site.get_model_admin(model)
    if not page.has_view_or_change_permission(request):
        raise PermissionDenied
    try:
        rows: QuerySet[Any] = page.get_changelist_instance(request).queryset
    except (IncorrectLookupParameters, SuspiciousOperation) as error:
        raise SelectionError from error
    return rows
