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
# A table whose last column says what to do, whatever it goes by: a message, a reason, an exit code.
TABLE = re.compile(r"^(\|.+\| what to do \|\n\|[-|]+\n)((?:\|.*\n)+)", re.MULTILINE)


def messages_page() -> str:
    """Return the page of all messages, by the pages that explain them."""
    return INTRODUCTION + "".join(_sections())


def _sections() -> Iterator[str]:
    for file in sorted((settings.BASE_DIR / "docs").glob("*.md")):
        text = file.read_text()
        tables: dict[str, str] = {}
        for head, rows in TABLE.findall(text):
            tables[head] = tables.get(head, "") + rows
        if file.name == "troubleshooting.md" or not tables:
            continue
        title = text.partition("\n")[0].removeprefix("# ")
        yield f"\n## {title}\n\nMore in [{title}]({file.name}).\n"
        for head, rows in tables.items():
            # A link within the other page leads there from this one.
            yield f"\n{head}{rows}".replace("](#", f"]({file.name}#")
