"""What the console's templates say the same everywhere: names, times, moods, bars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from botrunner.accounts import local_person_id
from botrunner.console.audit.wording import worded
from botrunner.console.drawing import Segment
from profiles.drawn import drawn
from profiles.models import Profile

register = template.Library()

LEVELS = 4


@register.filter
def initials(name: str) -> str:
    """Return up to two letters that stand for a name."""
    words = [word for word in str(name).split() if word[:1].isalnum()]
    letters = "".join(word[0] for word in words[:2]) if len(words) > 1 else str(name)[:2]
    return letters.upper() or "?"


@register.filter
def action_words(action: str) -> str:
    """Return what an action of the log is called."""
    return worded(action)


@register.filter
def code(text: str) -> SafeString:
    """Return a text of which each part between backticks is set as code."""
    parts = enumerate(str(text).split("`"))
    return format_html_join("", "{}", ((_coded(part, number % 2 == 1),) for number, part in parts))


def _coded(part: str, is_code: bool) -> SafeString | str:
    return format_html("<code>{}</code>", part) if is_code else part


@register.filter
def ago(at: datetime | None, after: str = "") -> SafeString | str:
    """Return how long ago something was, from a day on its date, with the exact time as a hint.

    Args:
        after: what follows minutes and hours within a sentence, such as " ago".
    """
    if at is None:
        return "never"
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(),
        f"{local:%A, %d %B %Y, %H:%M} ({local:%Z})",
        _ago(local, timezone.localtime(), after),
    )


def _ago(at: datetime, now: datetime, after: str) -> str:
    passed = now - at
    if timedelta(0) <= passed < timedelta(minutes=1):
        return "now"
    if timedelta(0) <= passed < timedelta(hours=1):
        return f"{passed.seconds // 60} min{after}"
    if timedelta(0) <= passed < timedelta(days=1):
        return f"{passed.seconds // 3600} h{after}"
    return f"{at:%-d %b}" if at.year == now.year else f"{at:%-d %b %Y}"


@register.simple_tag
def mood(value: str, *, words: bool = True) -> SafeString:
    """Return an emotion's mark, and its name."""
    return drawn(value, words=words)


@register.simple_tag
def level(number: int, label: str) -> SafeString:
    """Return how close a person is, 1 to 4, as dots and in words."""
    dots = format_html_join(
        "", '<i class="{}"></i>', (("on" if one < number else "off",) for one in range(LEVELS))
    )
    return format_html('<span class="level"><b aria-hidden="true">{}</b>{}</span>', dots, label)


@register.simple_tag
def bar(parts: Iterable[Segment], label: str = "") -> SafeString:
    """Return a bar of several parts, each with its share of 100 and what it stands for."""
    rects, x = [], 0.0
    for part in parts:
        rects.append((part.kind, f"{x:.2f}", f"{max(part.share, 0.3):.2f}", part.title))
        x += part.share
    drawn = format_html_join(
        "",
        '<rect class="{}" x="{}" width="{}" y="0" height="8"><title>{}</title></rect>',
        rects,
    )
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>',
        label,
        drawn,
    )


@register.simple_tag(takes_context=True)
def with_query(context: RequestContext, **changes: Any) -> str:
    """Return the page's address with some of its parameters changed, or dropped where empty."""
    query = context["request"].GET.copy()
    query.pop("after", None)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def choose_query(context: RequestContext, name: str, value: str) -> str:
    """Return the page's address with one parameter, whose name is not known before, changed."""
    return with_query(context, **{name: value})


@dataclass(frozen=True, slots=True)
class AccountPerson:
    """The person that a console account is, and whether there is a page about them."""

    pk: int
    has_page: bool


@register.simple_tag
def person_of(account: User) -> AccountPerson:
    """Return the person that a console account is."""
    person_id = local_person_id(account.pk)
    return AccountPerson(person_id, Profile.objects.filter(person_id=person_id).exists())
