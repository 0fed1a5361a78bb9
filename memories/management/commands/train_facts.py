"""Train the tagger of facts again from the written sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from memories.embeddings import EmbeddingError
from memories.facts.tagging import second_look
from memories.facts.tagging.card import card
from memories.facts.tagging.corpus import TemplateError, examples
from memories.facts.tagging.network import LOTS, MODEL, Lot, save, shipped
from memories.facts.tagging.training import (
    TrainingSet,
    accuracy,
    looked_at,
    states_of,
    train_members,
)
from whisper.management.base import BaseCommand

EPOCHS, CHECKED, LOOKED_AT = 4, 2_000, 8_000


class Command(BaseCommand):
    """Make messages of the written sentences, read their token states and train on them.

    Makes all networks that come with Whisper; the same sentences give the same weights. It takes
    about half an hour on an idle processor and needs 3 GB of memory. Beside other work it is
    several times faster with OPENBLAS_NUM_THREADS=1.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--share", type=float, default=1.0, help="Share of the usual messages to make."
        )
        parser.add_argument(
            "--epochs",
            type=int,
            default=EPOCHS,
            help="Times each is seen before the networks part.",
        )
        parser.add_argument(
            "--lot",
            choices=[lot.name for lot in LOTS],
            help="Train only the networks of this file; the others stay as they are.",
        )
        parser.add_argument(
            "--output", type=Path, default=MODEL, help="Folder of the weights and their card."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["output"]
        try:
            held = self._read(CHECKED, seed=8)
            shares = {
                lot.name: self._train(lot, held, folder, options["share"], options["epochs"])
                if options["lot"] in {None, lot.name}
                else [accuracy(weights, held) for weights in shipped(MODEL / lot.name).members]
                for lot in LOTS
            }
        except (EmbeddingError, TemplateError) as error:
            raise CommandError(str(error)) from error
        self._look(folder, options["lot"])
        kept = [lot.name for lot in LOTS if options["lot"] not in {None, lot.name}]
        (folder / "README.md").write_text(card(options["epochs"], shares, kept), "utf-8")
        self._say(f"written: {folder}")

    def _train(
        self, lot: Lot, held: TrainingSet, folder: Path, share: float, epochs: int
    ) -> list[float]:
        """Write the networks of a lot, and return the share of words that each tags right."""
        self._say(lot.name)
        data = self._read(int(lot.messages * share), seed=7, files=lot.sentences)
        members = list(train_members(data, lot.members, epochs=epochs, progress=self._say))
        save(members, folder / lot.name)
        return [accuracy(weights, held) for weights in members]

    def _look(self, folder: Path, lot: str | None) -> None:
        """Write the second look at what the networks mark, those that stay as they are included."""
        networks = [
            shipped((folder if lot in {None, one.name} else MODEL) / one.name) for one in LOTS
        ]
        made = examples(LOOKED_AT, seed=77)
        features, right = looked_at(made, networks)
        self._say(f"{second_look.FILE.name}: {len(right)} marks, {int((1 - right).sum())} wrong")
        second_look.save(second_look.train(features, right), folder / second_look.FILE.name)

    def _read(self, count: int, *, seed: int, **of: Any) -> TrainingSet:
        made = examples(count, seed=seed, **of)
        return TrainingSet.of(made, states_of(made, self._say))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
