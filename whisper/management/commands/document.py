"""Write the pages that are made from the code."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from whisper.documents import PAGES
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Write the pages that are made from the code."""

    for_developers = True
    help = (
        "Write the pages that are generated from the code: settings, commands, schema and the "
        "example of .env. Run it after a change of variables, options, models or help texts; a "
        "test fails if a page is out of date."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for path, page in PAGES.items():
            file = settings.BASE_DIR / path
            if not file.exists() or file.read_text() != page():
                file.parent.mkdir(exist_ok=True)
                file.write_text(page())
                self.stdout.write(f"wrote {path}")
