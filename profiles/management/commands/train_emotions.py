"""Train the emotion classifier."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from profiles.emotions.card import card
from profiles.emotions.model import PATH, Model
from profiles.emotions.scores import evaluate


class Command(BaseCommand):
    """Train the emotion classifier."""

    help = (
        "Train the emotion classifier on a folder with GoEmotions' train.tsv, dev.tsv and test.tsv,"
        " write the model file and its card, and print the scores of that file on the test part. "
        "Needs scikit-learn. Takes some minutes."
    )
    # It needs neither database nor web.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read where the data is and where the model goes."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--to", type=Path, default=PATH, help="Model file to write.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train, write, read back, score."""
        path: Path = options["to"]
        try:
            from profiles.emotions.training import read_part, train

            train(options["folder"], self.stdout.write).save(path)
            model = Model.load(path)
            test = read_part(options["folder"] / "test.tsv")
            found = evaluate(model, test.texts, test.labels)
            path.with_name("README.md").write_text(card(model, found), encoding="utf-8")
        except ImportError as error:
            raise CommandError(f"training needs scikit-learn: {error}") from error
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        for name, value in found.items():
            self.stdout.write(f"{name:<24}{value:.4f}")
        self.stdout.write(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")
