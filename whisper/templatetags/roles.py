"""Template filter for what an account may do, in a word."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()

OWNER = "Owner"


@register.filter
def role(account: Any) -> str:
    """Return the groups of an account of staff; who may do everything is an owner."""
    if account.is_superuser:
        return OWNER
    return ", ".join(sorted(group.name for group in account.groups.all())) or "No group yet"
