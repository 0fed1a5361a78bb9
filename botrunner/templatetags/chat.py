"""The template filter of the web chat."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from botrunner.web.markdown import as_html

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Return what the companion wrote as HTML."""
    return mark_safe(as_html(text))  # noqa: S308  # nosec B308 B703 - all but its tags is escaped
