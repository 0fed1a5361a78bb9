"""Convert the shipped embedding model for ONNX Runtime."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandError

from memories.embeddings.onnx import chosen_model
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Convert the shipped embedding model for ONNX Runtime."""

    help = (
        "Convert the model that EMBEDDING_MODEL names, whose weights packages bring, to the file "
        "that ONNX Runtime reads. Nothing is downloaded. Does nothing if the file exists."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        packaged = chosen_model()
        path = packaged.path
        if path.exists():
            self.stdout.write(f"The embedding model is ready: {path}")
            return
        started = time.perf_counter()
        try:
            packaged.build(path)
        except OSError as error:
            raise CommandError(f"the embedding model can't be converted: {error}") from error
        self.stdout.write(
            f"Converted the embedding model in {time.perf_counter() - started:.1f} s."
        )
