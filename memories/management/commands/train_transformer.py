"""Train the transformer that reads facts again from the written sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from memories.embeddings import EmbeddingError
from memories.facts.tagging.corpus import messages
from memories.facts.tagging.transformer.card import card
from memories.facts.tagging.transformer.network import FILE, save
from memories.facts.tagging.transformer.training import accuracy, read_examples, train
from whisper.management.base import BaseCommand

MESSAGES, EPOCHS, CHECKED = 80_000, 3.5, 2_000


class Command(BaseCommand):
    """Make messages of the written sentences, read their token states and train on them.

    It takes about half an hour on two idle processors, 7 GB of memory, and JAX and Optax, which the
    lock for development brings.
    """

    for_developers = True
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--messages", type=int, default=MESSAGES, help="How many to make.")
        parser.add_argument("--epochs", type=float, default=EPOCHS, help="Times each is seen.")
        parser.add_argument(
            "--output", type=Path, default=FILE.parent, help="Folder of the weights and their card."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["output"]
        count, epochs = options["messages"], options["epochs"]
        try:
            data = read_examples(messages(count, seed=7), self._say)
            weights = train(data, epochs=epochs, seed=1, progress=self._say)
            held = read_examples(messages(CHECKED, seed=8), self._say)
        except ImportError as error:
            raise CommandError(f"Training needs {error.name}: run bin/setup dev.") from error
        except (EmbeddingError, ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        save(weights, folder / FILE.name)
        page = card(messages=count, epochs=epochs, right=accuracy(weights, held))
        (folder / "TRANSFORMER.md").write_text(page, "utf-8")
        self._say(f"written: {folder}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
