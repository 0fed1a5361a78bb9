"""Fill the database with an invented world."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from botrunner.demo.fill import fill
from whisper.database.checks import require_usable_database
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Fill the database with an invented world."""

    help = (
        "Fill the database with invented people in a few servers, a year of their messages, "
        "the replies and why they are what they are, facts that change, moods, consents and an "
        "import, so that the console has something to show. Run twice, it adds nothing. The "
        "worker embeds the memories afterwards; `manage.py reembed` does it at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=48)
        parser.add_argument("--messages", type=int, default=4500, help="Answers included.")
        parser.add_argument("--seed", type=int, default=1, help="Another seed, another world.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database()
        people = max(1, options["people"])
        names = fill(
            people=people, messages=options["messages"], end=timezone.now(), seed=options["seed"]
        )
        for done, name in enumerate(names, start=1):
            self.stdout.write(f"{done}/{people} {name}")
