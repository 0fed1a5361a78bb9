"""The console's navigation, by what an admin wants to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import resolve, reverse, reverse_lazy

from whisper.accounts.reading import Reading
from whisper.console.badges import Badge, badges_for
from whisper.console.reading import may_read
from whisper.tasks.rights import Account, may_see_jobs

# The name of a permission, or what tells whether an account has one.
Right = str | Callable[[Account], bool]


@dataclass(frozen=True, slots=True)
class Page:
    """A page in the navigation.

    Args:
        title: what it says.
        icon: name of a Material symbol.
        url_name: the page, within `admin:` where it names no other namespace.
        permission: who sees it, or what tells that; empty for every admin.
        private: whether it shows what people said, which wants one permission more.
    """

    title: str
    icon: str
    url_name: str
    permission: Right = ""
    private: bool = False

    @property
    def full_name(self) -> str:
        """Return the name of its address, with the namespace."""
        return self.url_name if ":" in self.url_name else f"admin:{self.url_name}"


def _reads_everything(permission: str) -> Right:
    """Return the right to a page that tells no places apart."""

    def allowed(account: Account) -> bool:
        return Reading.of(account).private and bool(account.has_perm(permission))  # type: ignore[union-attr]

    return allowed


GROUPS: tuple[tuple[str, tuple[Page, ...]], ...] = (
    (
        "",
        (
            Page("Front page", "space_dashboard", "index"),
            Page("Live", "sensors", "console:live", "profiles.view_profile"),
            Page("Analytics", "monitoring", "console:analytics", "profiles.view_profile"),
        ),
    ),
    (
        "People",
        (
            Page("People", "group", "console:people", "profiles.view_profile"),
            Page(
                "Conversations",
                "forum",
                "console:conversations",
                "memories.view_message",
                private=True,
            ),
            Page(
                "Messages",
                "chat_bubble",
                "memories_message_changelist",
                "memories.view_message",
                private=True,
            ),
            Page(
                "Memories",
                "neurology",
                "console:memories",
                "memories.view_memory",
                private=True,
            ),
            Page(
                "Moods",
                "mood",
                "profiles_emotionrecord_changelist",
                _reads_everything("profiles.view_emotionrecord"),
            ),
        ),
    ),
    (
        "Companion",
        (
            Page(
                "Replies",
                "reply",
                "memories_replytrace_changelist",
                "memories.view_replytrace",
                private=True,
            ),
            Page("Personas", "theater_comedy", "console:personas", "botrunner.view_persona"),
            Page(
                "Playground",
                "science",
                "console:playground",
                "memories.view_replytrace",
                private=True,
            ),
            Page(
                "Words and figures",
                "query_stats",
                "memories_memory_figures",
                _reads_everything("memories.view_memory"),
            ),
            Page(
                "What was told where",
                "rule",
                "memories_placedecision_changelist",
                "memories.view_placedecision",
                private=True,
            ),
        ),
    ),
    (
        "Data",
        (
            Page(
                "Consent", "verified_user", "profiles_consent_changelist", "profiles.view_consent"
            ),
            Page("Jobs", "assignment", "console:tasks", may_see_jobs),
            Page("Erasures", "person_remove", "whisper_erasure_changelist", "whisper.view_erasure"),
            Page(
                "Imports", "upload_file", "whisper_importrun_changelist", "whisper.view_importrun"
            ),
            Page(
                "Removed places",
                "domain_disabled",
                "memories_removedplace_changelist",
                "memories.view_removedplace",
            ),
        ),
    ),
    (
        "System",
        (
            Page("Settings", "settings", "console:settings", "whisper.maintain"),
            Page("Outbox", "outbox", "whisper_outboxentry_changelist", "whisper.view_outboxentry"),
            Page(
                "Periodic jobs",
                "schedule",
                "whisper_periodicjob_changelist",
                "whisper.view_periodicjob",
            ),
            Page("Action log", "history", "console:audit", "whisper.view_actionentry"),
            Page("Tokens", "token", "console:tokens"),
            Page("Accounts", "key", "auth_user_changelist", "auth.view_user"),
            Page("Groups", "shield_person", "auth_group_changelist", "auth.view_group"),
        ),
    ),
)

# Lists that a page's "As a table" leads to.
TABLES = {
    "admin:profiles_profile_changelist": "console:people",
    "admin:memories_memory_changelist": "console:memories",
}


def items(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the navigation in Unfold's form; each line is shown to those who may open it."""
    badges = badges_for(request)
    open_page = _open_page(request.path)
    return [
        {
            "title": title,
            "separator": False,
            "items": [_item(page, badges, is_open=page is open_page) for page in pages],
        }
        for title, pages in GROUPS
        if any(_allows(page)(request) for page in pages)
    ]


def pages_for(request: HttpRequest) -> Iterator[tuple[str, Page]]:
    """Yield the pages that an account may open, each with the title of its group."""
    for title, pages in GROUPS:
        yield from ((title, page) for page in pages if _allows(page)(request))


def trail(parts: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the titles above a page of a table with their links, in the words of the navigation.

    Args:
        parts: Unfold's, each with a title and perhaps a link: the app, its table, a row.
    """
    pages = {page.full_name: page for _, pages in GROUPS for page in pages}
    found: list[tuple[str, str]] = []
    # The app comes first, whose name says nothing to an admin.
    for part in parts[1:] or parts:
        link = str(part.get("link") or "")
        name = resolve(link).view_name if link else ""
        if name in TABLES:
            owner = pages[TABLES[name]]
            found += [(owner.title, reverse(owner.full_name)), ("As a table", link)]
        else:
            found.append((pages[name].title if name in pages else str(part["title"]), link))
    return found


def has_right(request: HttpRequest, permission: Right) -> bool:
    """Return whether an account has a permission."""
    if callable(permission):
        return permission(request.user)
    return not permission or request.user.has_perm(permission)


def _item(page: Page, badges: Mapping[str, Badge], *, is_open: bool) -> dict[str, Any]:
    return {
        "title": page.title,
        "badge": badges.get(page.full_name),
        "icon": page.icon,
        "link": reverse_lazy(page.full_name),
        "permission": _allows(page),
        "active": is_open,
    }


def _open_page(path: str) -> Page | None:
    """Return the page that an address belongs to: the one with the longest address within it."""
    addresses = {reverse(page.full_name): page for _, pages in GROUPS for page in pages}
    by_name = {page.full_name: page for page in addresses.values()}
    addresses |= {reverse(table): by_name[page] for table, page in TABLES.items()}
    front = next(address for address, page in addresses.items() if page.url_name == "index")
    # Each page's address begins with that of the front page.
    within = [one for one in addresses if path.startswith(one) and one != front]
    return addresses.get(max(within, key=len, default=path))


def _allows(page: Page) -> Callable[[HttpRequest], bool]:
    def allowed(request: HttpRequest) -> bool:
        if page.private and not may_read(request):
            return False
        return has_right(request, page.permission)

    return allowed
