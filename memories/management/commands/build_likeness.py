"""Build the table that tells how alike words are."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from memories.embeddings.build_onnx import packaged_model
from memories.wording.likeness import FILE
from memories.wording.likeness.build import build
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Build the table that tells recall how alike words are.

    Reads the vocabulary of all-MiniLM-L6-v2 from its package and writes
    memories/wording/likeness/stems.npz. Only needed to change how the table is made.
    """

    for_developers = True
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = build(packaged_model(), FILE)
        except OSError as error:
            raise CommandError(f"The table could not be built: {error}") from error
        self.stdout.write(f"{count:,} stems in {FILE.name}")
