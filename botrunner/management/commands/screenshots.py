"""Take pictures of the console for its documentation."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import CommandError

from botrunner.console.screenshots import THEMES, PictureError, pictures, take
from whisper.browser import BrowserError, find
from whisper.database.checks import require_usable_database
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Take pictures of the console's pages."""

    for_developers = True
    help = (
        "Take pictures of the console's pages, light and dark, with Chromium on this machine. Run "
        "it on a database that `manage.py demo` filled and that has a superuser: the pictures show "
        "what people said."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BASE_DIR / "docs" / "console")
        parser.add_argument("--width", type=int, default=1280, help="Of the window, in pixels.")
        parser.add_argument("--theme", choices=[*THEMES], action="append", help="Both by default.")
        parser.add_argument("--chromium", default="", help="Path of the browser.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database()
        chromium = options["chromium"] or find()
        if chromium is None:
            raise CommandError("Chromium is not installed; on Debian: apt install chromium.")
        account = User.objects.filter(is_superuser=True).order_by("pk").first()
        if account is None:
            raise CommandError("There is no superuser: run `manage.py createsuperuser` first.")
        try:
            for taken in take(
                pictures(),
                options["to"],
                account=account,
                chromium=chromium,
                width=options["width"],
                themes=options["theme"] or THEMES,
            ):
                self.stdout.write(str(taken.file))
                for complaint in taken.complaints:
                    self.stderr.write(f"  the page says: {complaint}")
        except (BrowserError, PictureError) as error:
            raise CommandError(str(error)) from error
