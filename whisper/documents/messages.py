"""The page of all messages that ask for something to be done."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.conf import settings

INTRODUCTION = """\
# Troubleshooting

This page is made by `manage.py document` from the tables of the other pages.

Start with `.venv/bin/python manage.py doctor`. It looks at settings, stores, models and Discord,
and says what to do, in one line each. While Whisper runs, `.venv/bin/python manage.py health` shows
the state of each store ([monitoring](monitoring.md)).
"""
_TABLE = re.compile(r"^\| message \|[^|\n]*\|\n\|[-|]+\n((?:\|.*\n)+)", re.MULTILINE)


def messages_page() -> str:
    """Return the page of all messages, by the pages that explain them."""
    return INTRODUCTION + "".join(_sections())


def _sections() -> Iterator[str]:
    for file in sorted((settings.BASE_DIR / "docs").glob("*.md")):
        text = file.read_text()
        if file.name != "troubleshooting.md" and (rows := "".join(_TABLE.findall(text))):
            title = text.partition("\n")[0].removeprefix("# ")
            link = f"[{title}]({file.name})"
            yield f"\n## {title}\n\nMore in {link}.\n\n| message | what to do |\n|---|---|\n{rows}"
