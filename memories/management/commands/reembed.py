"""Give memories vectors of the configured embedding model."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from memories.embeddings import Embedder, EmbeddingError, embedder
from memories.embeddings.renewal import embed_all, to_embed
from whisper.amounts import amount
from whisper.database.checks import require_usable_database
from whisper.management.base import BaseCommand
from whisper.progress import progress

BATCH = 256
EXIT_INTERRUPTED = 130


class Command(BaseCommand):
    """Give memories vectors of the configured embedding model."""

    help = (
        "Embed every memory that has no vector of the configured model. You can stop it and start "
        "it again: finished work is kept, and recall by words continues meanwhile. The exit code "
        "is 0 if no memory is left."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--batch-size", type=int, default=BATCH, help="Memories per transaction."
        )
        parser.add_argument(
            "--all",
            action="store_true",
            help="Also embed memories that have a vector of the model; starts from the beginning "
            "each time.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch_size"] < 1:
            raise CommandError("--batch-size must be at least 1.")
        require_usable_database()
        try:
            by = embedder()
            self._embed(by, everything=options["all"], batch_size=options["batch_size"])
            left = to_embed(by).count()
        except EmbeddingError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped; finished work is kept. Run it again to continue.",
                returncode=EXIT_INTERRUPTED,
            ) from None
        if left:
            raise CommandError(f"{left} memories were added or changed meanwhile. Run it again.")
        self.stdout.write(f"All memories have vectors of {by.model} ({by.dimension} dimensions).")

    def _embed(self, by: Embedder, *, everything: bool, batch_size: int) -> None:
        todo = to_embed(by, everything=everything)
        total, done = todo.count(), 0
        with progress("memories", self.stdout, total=total) as advance:
            for count in embed_all(by, todo, batch_size=batch_size):
                advance(count)
                done += count
        self.stdout.write(f"{amount(done, 'memory', 'memories')} embedded.")
