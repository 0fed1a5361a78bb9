"""Prepare everything that `runbot` needs."""

from __future__ import annotations

from contextlib import suppress
from io import StringIO
from typing import Any

from django.core.management import call_command

from whisper.database.checks import require_usable_database
from whisper.environment import environment
from whisper.management.base import BaseCommand
from whisper.multilingual.unpacking import unpacked


class Command(BaseCommand):
    """Prepare everything that `runbot` needs."""

    help = (
        "Prepare everything that runbot needs: the database's tables, the models, the search index "
        "and the first admin. `make run` calls it before each start; what is ready stays as it is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database(up_to_date=False)
        call_command("migrate", verbosity=0, interactive=False, stdout=self.stdout)
        if environment.embedder_name == "onnx":
            # Don't say at every start that it already exists.
            call_command("build_embedder", stdout=StringIO())
        # So that the first message needn't wait for it. Whisper works without, with less.
        with suppress(OSError):
            unpacked()
        call_command("memory_index", "prepare", stdout=self.stdout, stderr=self.stderr)
        call_command("create_first_admin", stdout=self.stdout)
