"""Lists of the console in markup that a page of rows does not make heavy."""

from __future__ import annotations

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from whisper.console.navigation import trail

register = template.Library()
register.filter("trail", trail)

_CLASSES = re.compile(r'class="([^"]*)"')
# Of the classes of a cell, these say what it holds; the others only how it looks.
_TELLING = re.compile(r"(?<!\S)(?:field-\S+|action-checkbox|nowrap|group|errors|!hidden)(?!\S)")
# What stands before a value on a phone.
_LABEL = re.compile(r'data-label="([a-z])')
_TICK = re.compile(r'class="[^"]*(?<!\S)action-select"|class="action-select [^"]*"')
_LINK = re.compile(r'(<a href="[^"]*") class="text-font-important[^"]*"')


@register.filter
def short_cell(cell: str) -> SafeString:
    """Return a cell of a list with one class for the many that Unfold gives it.

    It repeats up to 700 letters of them in each cell; `console.css` spells out the one.
    """
    opening, _, content = conditional_escape(cell).partition(">")
    opening = _CLASSES.sub(_shortened, opening, count=1)
    opening = _LABEL.sub(lambda label: f'data-label="{label[1].upper()}', opening, count=1)
    content = _TICK.sub('class="tick action-select"', content, count=1)
    content = _LINK.sub(r"\1", content, count=1)
    # It is escaped, and nothing but classes was replaced.
    return mark_safe(f"{opening}>{content}")  # noqa: S308  # nosec B308 B703


def _shortened(classes: re.Match[str]) -> str:
    return f'class="{" ".join([*_TELLING.findall(classes[1]), "cell"])}"'
