"""Train the tagger of facts again from the written sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    train_more,
)
from whisper.management.base import BaseCommand

EPOCHS, CHECKED, LOOKED_AT = 4, 2_000, 8_000


class Command(BaseCommand):
    """Make messages of the written sentences, read their token states and train on them.

    Makes all networks that come with Whisper; the same sentences give the same weights. It takes
    about twenty minutes on an idle processor and needs 3 GB of memory. Beside other work it is
    several times faster with OPENBLAS_NUM_THREADS=1.
    """

    for_developers = True
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
            "--more",
            action="store_true",
            help="Let networks continue from those that are there, with their lot's further"
            " messages; a lot without such messages stays as it is.",
        )
        parser.add_argument(
            "--output", type=Path, default=MODEL, help="Folder of the weights and their card."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["output"]
        made = [
            lot
            for lot in LOTS
            if options["lot"] in {None, lot.name} and (lot.more or not options["more"])
        ]
        try:
            held = self._read(CHECKED, seed=8)
            shares = {
                lot.name: self._train(lot, held, folder, options)
                if lot in made
                else [accuracy(weights, held) for weights in shipped(MODEL / lot.name).members]
                for lot in LOTS
            }
        except (EmbeddingError, TemplateError) as error:
            raise CommandError(str(error)) from error
        self._look(folder, made)
        kept = [lot.name for lot in LOTS if lot not in made]
        (folder / "README.md").write_text(card(options["epochs"], shares, kept), "utf-8")
        self._say(f"written: {folder}")

    def _train(
        self, lot: Lot, held: TrainingSet, folder: Path, options: Mapping[str, Any]
    ) -> list[float]:
        """Write the networks of a lot, and return the share of words that each tags right."""
        self._say(lot.name)
        messages = lot.more if options["more"] else lot.messages
        data = self._read(int(messages * options["share"]), seed=7, files=lot.sentences)
        if options["more"]:
            there = shipped(MODEL / lot.name).members
            members = list(train_more(data, there, progress=self._say))
        else:
            epochs = options["epochs"]
            members = list(train_members(data, lot.members, epochs=epochs, progress=self._say))
        save(members, folder / lot.name)
        return [accuracy(weights, held) for weights in members]

    def _look(self, folder: Path, made: Sequence[Lot]) -> None:
        """Write the second look at what the networks mark, those that stay as they are included."""
        networks = [shipped((folder if lot in made else MODEL) / lot.name) for lot in LOTS]
        features, right = looked_at(examples(LOOKED_AT, seed=77), networks)
        self._say(f"{second_look.FILE.name}: {len(right)} marks, {int((1 - right).sum())} wrong")
        second_look.save(second_look.train(features, right), folder / second_look.FILE.name)

    def _read(self, count: int, *, seed: int, **of: Any) -> TrainingSet:
        made = examples(count, seed=seed, **of)
        return TrainingSet.of(made, states_of(made, self._say))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
