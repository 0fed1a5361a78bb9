"""Tell how Whisper is."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from django.core.management.base import CommandError, CommandParser

from whisper.health import Health, report, whole
from whisper.management.base import BaseCommand

SECONDS = 10.0
ELSEWHERE = "which ones are shown to METRICS_NETWORKS alone"


class Command(BaseCommand):
    """Print the health of each part, of this installation or of a process that runs."""

    help = (
        "Prints the health of each part: of the stores, as seen from here, or with an address, "
        "such as http://localhost:8000, of the process that answers there. Exit codes: 0 people "
        "are served, 1 something fails, or with --strict is degraded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", nargs="?", help="of a process that runs with --web")
        parser.add_argument("--strict", action="store_true", help="exit 1 if a part is degraded")

    def handle(self, *args: Any, **options: Any) -> None:
        address = options["address"]
        parts = _asked(address) if address else asyncio.run(report())
        for name, part in parts.items():
            self.stdout.write(f"{name:<14} {part.status:<9} {part.detail}".rstrip())
        together = whole(parts)
        self.stdout.write(together.status)
        if not together.ok or (options["strict"] and together.degraded):
            raise SystemExit(1)


def _asked(address: str) -> dict[str, Health]:
    """Return what a running process says of its parts.

    Raises:
        CommandError: it doesn't answer, or something else does.
    """
    if not address.startswith(("http://", "https://")):
        raise CommandError(f"{address} is not an address such as http://localhost:8000.")
    try:
        try:
            answer = urlopen(f"{address.rstrip('/')}/health", timeout=SECONDS)  # noqa: S310
        except HTTPError as error:
            answer = error
        with answer:
            found = json.load(answer)
        # Whoever asks from elsewhere learns of no part.
        checks = found.get(
            "checks", {"all parts": {"status": found["status"], "detail": ELSEWHERE}}
        )
        return {
            name: Health(
                part["status"] != "failing",
                degraded=part["status"] == "degraded",
                detail=part["detail"],
            )
            for name, part in checks.items()
        }
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise CommandError(f"{address} doesn't answer ({reason}).") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(f"What answers at {address} is not Whisper.") from error
