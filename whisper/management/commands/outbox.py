"""List, retry or drop work that was set aside."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from whisper import outbox
from whisper.action_log import command
from whisper.amounts import amount
from whisper.management.base import BaseCommand
from whisper.outbox.queries import backlogs, set_aside

SHOWN = 50


class Command(BaseCommand):
    """Show what waits in the outbox and what was set aside, and decide about the latter.

    `list` shows how much of each topic waits, and the first entries that were set aside with their
    reason. `retry` has those tried again; `drop` gives them up: what they were to do (a vector, a
    fact, a mood) is then never done. Both take entries by number, a topic, or --all. Work that
    waits for a service needs neither: it is done when the service is back.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["list", "retry", "drop"], help="What to do.")
        parser.add_argument(
            "entries", nargs="*", type=int, metavar="entry", help="Numbers, as `list` shows them."
        )
        parser.add_argument("--topic", default="", help="All entries of this topic.")
        parser.add_argument("--all", action="store_true", help="All entries of all topics.")
        parser.add_argument("--reason", default="", help="Why; the action log keeps it.")

    def handle(self, *, what: str, **options: Any) -> None:
        if what == "list":
            self._list(options["topic"])
            return
        if not (options["entries"] or options["topic"] or options["all"]):
            raise CommandError("Which entries? Give their numbers, --topic or --all.")
        decide = outbox.retry if what == "retry" else outbox.drop
        count = decide(
            options["entries"] or None,
            topic=options["topic"],
            actor=command(),
            reason=options["reason"],
        )
        done = "will be tried again" if what == "retry" else "dropped"
        self.stdout.write(f"{amount(count, 'entry', 'entries')} {done}.")

    def _list(self, topic: str) -> None:
        found = [one for one in backlogs() if topic in ("", one.topic)]
        if not found:
            self.stdout.write("Nothing waits.")
        for one in found:
            self.stdout.write(f"{one.topic}: {one.waiting:,} wait, {one.set_aside:,} set aside")
        for entry in set_aside(topic=topic)[:SHOWN]:
            at = f"{entry.failed_at:%Y-%m-%d %H:%M}"
            self.stdout.write(f"    {entry.pk} {entry.topic}, {at}: {entry.last_error}")
        if (left := set_aside(topic=topic).count() - SHOWN) > 0:
            self.stdout.write(f"    and {left:,} more")
