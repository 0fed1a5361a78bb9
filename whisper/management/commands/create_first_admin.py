"""Create the console's first admin."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from whisper.actions import create_first_admin
from whisper.database.checks import require_usable_record


class Command(BaseCommand):
    """Create the console's first admin."""

    help = (
        "Create the console's first admin with a random password, which is printed once. Where an "
        "admin exists, nothing is done; `manage.py changepassword` gives a new password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the name."""
        parser.add_argument("--username", default="admin", help="How the admin logs in.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create, and print what to log in with."""
        require_usable_record()
        name = options["username"]
        try:
            password = create_first_admin(name)
        except IntegrityError as error:
            raise CommandError(
                f"there is an account {name} without an admin's rights: give another --username"
            ) from error
        if password is not None:
            self.stdout.write(f"Console: user {name}, password {password} (shown only this once)")
