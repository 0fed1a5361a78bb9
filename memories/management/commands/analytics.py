"""Show figures of memories: how many, when, of what, and which words stand out."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import CommandError, CommandParser

from memories.access import Scope
from memories.analytics import UnansweredError, View, analytics
from memories.analytics.wording import as_json, lines
from profiles.models import LARGEST_ID
from whisper.database.checks import require_usable_database
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Count all memories, or those of one person, or what is public in one server."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        whose = parser.add_mutually_exclusive_group()
        whose.add_argument("--person", type=int, help="Figures of this person, by Discord id.")
        whose.add_argument(
            "--server",
            type=int,
            help="Figures of what was said in public in this server by people who consented.",
        )
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database()
        try:
            report = async_to_sync(analytics)(_view(options["person"], options["server"]))
        except UnansweredError as error:
            raise CommandError(f"No figures: {error}.") from None
        if options["json"]:
            self.stdout.write(as_json(report))
            return
        for line in lines(report):
            self.stdout.write(line.replace("**", ""))


def _view(person: int | None, server: int | None) -> View:
    for name, value in (("person", person), ("server", server)):
        if value is not None and not 0 <= value <= LARGEST_ID:
            raise CommandError(f"--{name} {value} is not a Discord id.")
    if person is not None:
        return View.person(Scope.access(person))
    return View.console() if server is None else View.server(server)
