"""Make everything ready that `runbot` needs."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from whisper.database.checks import require_usable_database
from whisper.environment import environment


class Command(BaseCommand):
    """Make everything ready that `runbot` needs."""

    help = (
        "Make everything ready that runbot needs: the database's tables, the embedding model and "
        "the first admin. `make run` calls it before each start; what is ready stays as it is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, convert the model, create the admin."""
        require_usable_database(up_to_date=False)
        call_command("migrate", verbosity=0, interactive=False, stdout=self.stdout)
        if environment.embedder_name == "onnx":
            # Whether it was there already need not be told at every start.
            call_command("build_embedder", stdout=StringIO())
        call_command("create_first_admin", stdout=self.stdout)
