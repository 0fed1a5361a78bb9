"""Train the emotion classifier."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from profiles.emotions.card import card
from profiles.emotions.meaning import FILE as MEANING_FILE
from profiles.emotions.model import FOLDER, LABELS_FILE, MOODS_FILE, Model
from profiles.emotions.moods import SETS, agreement, judge_of, read_moods
from profiles.emotions.scores import evaluate
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Train the emotion classifier."""

    for_developers = True
    help = (
        "Train the classifiers of labels, of states by words, and of states by meaning on a folder "
        "with GoEmotions' train.tsv, dev.tsv and test.tsv and on the sentences that come with "
        "Whisper; write their files and their card, and print the scores on the test part and on "
        "the labelled moods. Requires scikit-learn and takes some minutes."
    )
    # It needs neither database nor web.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--to", type=Path, default=FOLDER, help="Folder for the model files.")
        parser.add_argument(
            "--moods-only", action="store_true", help="Train only the states, not the labels."
        )
        parser.add_argument(
            "--meaning-only", action="store_true", help="Train only the states by meaning."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        data, to = options["folder"], options["to"]
        try:
            from profiles.emotions.training import read_part, train, train_meaning, train_moods

            test = read_part(data / "test.tsv")
            if not (options["moods_only"] or options["meaning_only"]):
                train(data, self.stdout.write).save(to / LABELS_FILE)
            if not options["meaning_only"]:
                train_moods(data, self.stdout.write).save(to / MOODS_FILE)
            train_meaning(data, self.stdout.write).save(to / MEANING_FILE)
            labels, moods = (Model.load(to / name) for name in (LABELS_FILE, MOODS_FILE))
            found = evaluate(labels, test.texts, test.labels)
            agreed = {path.stem: agreement(judge_of(moods), read_moods(path)) for path in SETS}
            (to / "README.md").write_text(card(labels, moods, found, agreed), encoding="utf-8")
        except ImportError as error:
            raise CommandError(f"training requires scikit-learn: {error}") from error
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        for name, value in found.items():
            self.stdout.write(f"{name:<24}{value:.4f}")
        for name, shares in agreed.items():
            for what, share in shares.items():
                self.stdout.write(f"{f'{name}, {what}':<24}{share.percent:.1f} %")
        for file in (to / LABELS_FILE, to / MOODS_FILE, to / MEANING_FILE):
            self.stdout.write(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")
