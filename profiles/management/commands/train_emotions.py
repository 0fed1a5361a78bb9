"""Train the emotion classifier."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from profiles.emotions.model import PATH, Model


class Command(BaseCommand):
    """Train the emotion classifier."""

    help = (
        "Train the emotion classifier on a folder with GoEmotions' train.tsv, dev.tsv and test.tsv,"
        " write the model file and print the scores of that file on the test part. Needs "
        "scikit-learn. Takes some minutes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read where the data is and where the model goes."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--to", type=Path, default=PATH, help="Model file to write.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train, write, read back, score."""
        try:
            from profiles.emotions.training import evaluate, read_part, train

            train(options["folder"], self.stdout.write).save(options["to"])
            found = evaluate(Model.load(options["to"]), read_part(options["folder"] / "test.tsv"))
        except ImportError as error:
            raise CommandError(f"training needs scikit-learn: {error}") from error
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        for name, value in found.items():
            self.stdout.write(f"{name}: {value:.4f}")
        size = options["to"].stat().st_size / 1e6
        self.stdout.write(f"{options['to']}: {size:.1f} MB")
