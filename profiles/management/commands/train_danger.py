"""Train the classifier of danger."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from profiles.emotions.danger.learned import FILE
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Train the classifier of danger."""

    for_developers = True
    help = (
        "Train the classifier of danger on the sentences that come with Whisper and on everyday "
        "messages of GoEmotions' train.tsv, and write its file. Requires scikit-learn and takes a "
        "minute or two. Measure it with `evaluate danger`."
    )
    # It needs neither database nor web.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--to", type=Path, default=FILE, help="The model file.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from profiles.emotions.danger.training import save, sentences, train

            save(train(options["folder"]), options["to"])
        except ImportError as error:
            raise CommandError(f"training requires scikit-learn: {error}") from error
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        size = options["to"].stat().st_size / 1e6
        self.stdout.write(f"{len(sentences())} sentences; {options['to'].name}: {size:.2f} MB")
