"""Give memories vectors of the configured embedding model."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from memories.actions import store_embeddings
from memories.embeddings import EmbeddingError, embedder
from memories.queries import without_vector_of


class Command(BaseCommand):
    """Give memories vectors of the configured embedding model."""

    help = (
        "Embed every memory that has no vector of the configured model. It can be stopped and "
        "started again: what is done stays done, and recall by words goes on meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the size of a step."""
        parser.add_argument("--batch-size", type=int, default=256, help="Memories a transaction.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Embed in batches until none is left."""
        try:
            by = embedder()
            todo = without_vector_of(by.model, by.dimension)
            total, done, started = todo.count(), 0, time.monotonic()
            while batch := list(todo.order_by("pk")[: max(1, options["batch_size"])]):
                vectors = by.embed([memory.text for memory in batch])
                store_embeddings(batch, vectors, model=by.model)
                done += len(batch)
                rate = done / (time.monotonic() - started)
                left = max(0, total - done) / rate
                self.stdout.write(f"{done}/{total} memories, {rate:.0f}/s, {left:.0f} s left")
        except EmbeddingError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped; what is done stays done. Run it again to go on.") from None
        self.stdout.write(f"All memories have vectors of {by.model} ({by.dimension} dimensions).")
