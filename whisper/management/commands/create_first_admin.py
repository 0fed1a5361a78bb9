"""Create the console's first admin."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import IntegrityError

from whisper.actions import create_first_admin
from whisper.database.checks import require_usable_database
from whisper.management.base import BaseCommand
from whisper.queries import FIRST_SIGN_IN, first_password_file


class Command(BaseCommand):
    """Create the console's first admin."""

    help = (
        "Create the console's first admin with a random password, and write that to the file "
        f"{FIRST_SIGN_IN} in the data folder, which only the account that runs Whisper can "
        "read. The console asks for another password at the first login, and then removes the "
        "file. Does nothing if an admin already exists; `manage.py changepassword` sets a new "
        "password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", default="admin", help="How the admin logs in.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database()
        name = options["username"]
        file = first_password_file()
        try:
            created = create_first_admin(name, file)
        except IntegrityError as error:
            raise CommandError(
                f"there is an account {name} without an admin's rights: give another --username"
            ) from error
        except OSError as error:
            raise CommandError(
                f"{file} can't be written ({error.strerror}), so no admin was created. Make it "
                "writable, or run `manage.py createsuperuser`."
            ) from error
        if created:
            self.stdout.write(
                f"Console: user {name}, password in {file} (you choose another at the first login)"
            )
