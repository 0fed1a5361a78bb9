"""Train the tagger of facts again from the written sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from memories.embeddings import EmbeddingError
from memories.facts.tagging.card import card
from memories.facts.tagging.corpus import TemplateError, examples
from memories.facts.tagging.network import TRAINED_FILE, save
from memories.facts.tagging.training import TrainingSet, accuracy, states_of, train_members
from whisper.management.base import BaseCommand

EXAMPLES, EPOCHS, CHECKED = 36_000, 4, 2_000


class Command(BaseCommand):
    """Make messages of the written sentences, read their token states and train on them.

    The same sentences give the same weights. It takes about ten minutes on an idle processor and
    needs 2 GB of memory. Beside other work it is several times faster with OPENBLAS_NUM_THREADS=1.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--examples", type=int, default=EXAMPLES, help="Messages to make.")
        parser.add_argument(
            "--epochs",
            type=int,
            default=EPOCHS,
            help="Times each is seen before the networks part.",
        )
        parser.add_argument(
            "--output",
            type=Path,
            default=TRAINED_FILE,
            help="File of the weights; its card lies beside.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = examples(options["examples"], seed=7)
            data = TrainingSet.of(made, states_of(made, self._say))
            unseen = examples(CHECKED, seed=8)
            held = TrainingSet.of(unseen, states_of(unseen, self._say))
        except (EmbeddingError, TemplateError) as error:
            raise CommandError(str(error)) from error
        members = list(train_members(data, epochs=options["epochs"], progress=self._say))
        shares = [accuracy(weights, held) for weights in members]
        path: Path = options["output"]
        save(members, path)
        (path.parent / "README.md").write_text(card(len(made), options["epochs"], shares), "utf-8")
        self._say(f"written: {path}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
