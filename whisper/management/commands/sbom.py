"""Write a bill of materials."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from whisper.bill_of_materials import bill_of_materials
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Write a bill of materials."""

    help = (
        "Write which packages this installation consists of, with versions, licences and what "
        "each requires, as a software bill of materials (CycloneDX 1.6, JSON)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, help="The file to write; by default it is printed.")

    def handle(self, *args: Any, **options: Any) -> None:
        text = json.dumps(bill_of_materials(timezone.now()), indent=2)
        if options["to"] is None:
            self.stdout.write(text)
            return
        options["to"].write_text(f"{text}\n")
        self.stdout.write(f"wrote {options['to']}")
