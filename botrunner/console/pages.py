"""What the console's own pages have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from whisper.console.navigation import Right, has_right

View = Callable[..., HttpResponseBase]

# The page of the navigation that each other page belongs to.
PARENTS = {
    "person": ("People", "console:people"),
    "edit": ("People", "console:people"),
    "conversation": ("Conversations", "console:conversations"),
    "memory": ("Memories", "console:memories"),
    "bulk": ("Memories", "console:memories"),
    "forgotten": ("Memories", "console:memories"),
    "task": ("Jobs", "console:tasks"),
    "persona": ("Personas", "console:personas"),
    "rights": ("Front page", "admin:index"),
}


def page(permission: Right) -> Callable[[View], View]:
    """Show a view to admins who have a permission; others sign in.

    Args:
        permission: its name, as `profiles.view_profile`, or what tells whether an account has it.
    """

    def wrapped(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not has_right(request, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return admin.site.admin_view(checked)

    return wrapped


def shown(request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
    """Return a page within the console's frame."""
    frame = admin.site.each_context(request) | {"belongs_to": PARENTS.get(template)}
    return TemplateResponse(
        request, f"console/{template}.html", {**frame, "title": title, **context}
    )
