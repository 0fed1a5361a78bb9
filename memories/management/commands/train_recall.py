"""Learn the weights of recall from conversations with questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from memories.evaluation.locomo import read_locomo
from memories.evaluation.pools import pools_of, scored
from memories.evaluation.tables import table
from memories.evaluation.training import left_out, train, write
from memories.recall.weights import weights
from whisper.evaluations import SetError, reading
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Learn the weights of recall from conversations with questions.

    Prints what is reached on each conversation by weights learnt from the others, which is what to
    expect of new ones, and then the weights learnt from all. Nobody's memories are touched.
    """

    for_developers = True
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="Conversations in LoCoMo's form.")
        parser.add_argument(
            "--write",
            action="store_true",
            help="Write them to memories/recall/weights.toml.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with reading("locomo", options["file"]):
                people = read_locomo(options["file"])
            conversations = pools_of(people, self.stderr.write)
            everything = [one for asked in conversations for one in asked]
            expected = left_out(conversations, weights())
            found = train(everything, weights())
        except (SetError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Each conversation by weights learnt from the others:")
        self.stdout.write(table(expected))
        self.stdout.write("All of them by weights learnt from all:")
        self.stdout.write(table(scored(everything, found)))
        for name, value in found.learned.items():
            self.stdout.write(f"{name:16}{value:7.2f}")
        if options["write"]:
            write(found.learned)
