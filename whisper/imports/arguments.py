"""Arguments that importers and exporters share, and what their values mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError, CommandParser

from whisper.environment import environment

BATCH = 500


def add_import_arguments(parser: CommandParser) -> None:
    """Add what each import takes."""
    add_timezone(parser)
    parser.add_argument("--dry-run", action="store_true", help="Report, and write nothing.")
    parser.add_argument(
        "--resume", action="store_true", help="Continue a stopped run of this source."
    )
    parser.add_argument("--batch-size", type=int, default=BATCH, help="Rows per transaction.")
    parser.add_argument(
        "--consent-given",
        action="store_true",
        help="Confirm that people who were never asked have consented. Otherwise their data isn't "
        "used until they consent.",
    )
    parser.add_argument("--report", metavar="FILE", help="Write the whole report as JSON.")


def add_timezone(parser: CommandParser) -> None:
    """Add the zone of times that carry none."""
    parser.add_argument(
        "--timezone",
        metavar="ZONE",
        help="Time zone of the older bot's host, such as Europe/Berlin, because its times have "
        "none. Default: TIME_ZONE.",
    )


def zone_of(options: dict[str, Any]) -> ZoneInfo:
    """Return the zone of times that carry none.

    Raises:
        CommandError: the zone does not exist.
    """
    name = options["timezone"] or environment.time_zone
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise CommandError(
            f"{name!r} is not a time zone; use a name such as Europe/Berlin or UTC."
        ) from error


def batch_size_of(options: dict[str, Any]) -> int:
    """Return the rows per transaction.

    Raises:
        CommandError: it is less than one.
    """
    size: int = options["batch_size"]
    if size < 1:
        raise CommandError("--batch-size must be at least 1.")
    return size


def existing(path: str) -> Path:
    """Return a path that is there.

    Raises:
        CommandError: it is not.
    """
    found = Path(path).expanduser()
    if not found.exists():
        raise CommandError(f"{path} does not exist.")
    return found
