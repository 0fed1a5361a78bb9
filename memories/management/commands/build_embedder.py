"""Convert the shipped embedding model for ONNX Runtime."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from memories.embeddings.build_onnx import build, packaged_model
from memories.embeddings.onnx import model_path


class Command(BaseCommand):
    """Convert the shipped embedding model for ONNX Runtime."""

    help = (
        "Convert all-MiniLM-L6-v2, whose weights a package brings, to the file that ONNX Runtime "
        "reads. Nothing is downloaded. Where the file is there already, nothing is done."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Convert, unless that was done before."""
        path = model_path()
        if path.exists():
            self.stdout.write(f"The embedding model is ready: {path}")
            return
        started = time.perf_counter()
        try:
            build(packaged_model(), path)
        except OSError as error:
            raise CommandError(f"the embedding model can't be converted: {error}") from error
        self.stdout.write(
            f"Converted the embedding model in {time.perf_counter() - started:.1f} s."
        )
