"""Show what each feature of recall contributes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from memories.evaluation.locomo import read_locomo
from memories.evaluation.pools import pools_of, scored, without_each
from memories.evaluation.tables import ablation
from memories.recall.weights import weights
from whisper.environment import environment
from whisper.evaluations import SetError, reading
from whisper.management.base import BaseCommand

DOCUMENT = Path("docs/memory.md")


class Command(BaseCommand):
    """Show what each feature of recall contributes.

    Measures recall@10 on conversations with the configured index, with all features and with one
    turned off at a time, and prints a Markdown table. Nobody's memories are touched.
    """

    for_developers = True
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and whether to keep the table."""
        parser.add_argument("file", type=Path, help="Conversations in LoCoMo's form.")
        parser.add_argument(
            "--document", action="store_true", help=f"Put the table into {DOCUMENT} too."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask once, score again and again."""
        try:
            with reading("locomo", options["file"]):
                people = read_locomo(options["file"])
        except SetError as error:
            raise CommandError(str(error)) from error
        conversations = pools_of(people, self.stderr.write)
        asked = [one for conversation in conversations for one in conversation]
        by = weights()
        lines = ablation(scored(asked, by), without_each(asked, by))
        self.stdout.write("\n".join(lines))
        if options["document"]:
            put(settings.BASE_DIR / DOCUMENT, environment.memory_index, lines)


def put(document: Path, engine: str, lines: list[str]) -> None:
    """Put a table between the marks of an engine in a document.

    Raises:
        CommandError: the document has no such marks.
    """
    begin, end = f"<!-- features: {engine} -->", f"<!-- end of features: {engine} -->"
    text = document.read_text("utf-8")
    if begin not in text or end not in text:
        raise CommandError(f"{document.name} has no place for a table of {engine}")
    between = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    table = "\n".join([begin, "", *lines, "", end])
    document.write_text(between.sub(lambda _: table, text), "utf-8")
