"""Lists of the console in markup that a page of rows does not make heavy."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe
from unfold.templatetags.unfold_list import CHECKBOX_CLASSES as CELL_OF_CHECKBOX
from unfold.templatetags.unfold_list import LINK_CLASSES
from unfold.templatetags.unfold_list import ROW_CLASSES as CELL
from unfold.widgets import CHECKBOX_CLASSES as CHECKBOX

register = template.Library()

# Unfold repeats up to 700 letters of classes in each cell; `console.css` has one for each.
_SHORT = {
    " ".join(CELL): "cell",
    " ".join(CELL_OF_CHECKBOX): "action-checkbox cell",
    " ".join(CHECKBOX).replace("'", "&#x27;"): "tick",
    f' class="{" ".join(LINK_CLASSES)}" ': "",
}


@register.filter
def short_cell(cell: SafeString) -> SafeString:
    """Return a cell of a list with one class for Unfold's many."""
    markup = str(cell)
    for long, short in _SHORT.items():
        markup = markup.replace(long, short)
    # Only classes were replaced in what was safe.
    return mark_safe(markup)  # noqa: S308  # nosec B308 B703
