"""Manage the memory index in Elasticsearch."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from memories.embeddings import EmbeddingError
from memories.index.engines import engine
from memories.index.managing import EXIT_AWAY, EXIT_INTERRUPTED
from whisper.database.checks import require_usable_database
from whisper.management.base import BaseCommand
from whisper.outbox import AwayError


class Command(BaseCommand):
    """Manage the memory index in Elasticsearch."""

    help = (
        "status: versions, lag and health. prepare: create the index of a new installation; "
        "`manage.py prepare` does so too. create: create the first version. sync: write what the "
        "index lacks. rebuild: create a new version beside the live one while reads and writes "
        "continue, then switch to it. verify: compare ids, revisions and contents with the "
        "database. switch, rollback: search another version. drop: remove one. snapshot, "
        "snapshots: take one, list them. restore: create a version from a snapshot, sync it with "
        "the database, then switch to it. api_key: create a key with the fewest privileges that "
        "suffice. The database is never changed, except that rebuild embeds memories that have no "
        "vector of the configured model. An interrupted action continues where it stopped when "
        "you run it again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        status = actions.add_parser("status", help="Show versions, lag and health.")
        status.add_argument("--json", action="store_true", help="Print one JSON object.")
        actions.add_parser(
            "prepare", help="Create the index if there is none; fill it if there is little to fill."
        )
        actions.add_parser("create", help="Create the first version, empty; then run sync.")
        actions.add_parser(
            "sync", help="Write what is missing to every version that receives changes."
        )
        rebuild = actions.add_parser("rebuild", help="Build a new version and switch to it.")
        rebuild.add_argument("--no-switch", action="store_true", help="Don't switch to it.")
        verify = actions.add_parser("verify", help="Compare the live version with the database.")
        verify.add_argument("--name", help="A version other than the live one.")
        verify.add_argument("--repair", action="store_true", help="Fix differences.")
        switch = actions.add_parser("switch", help="Search another version.")
        switch.add_argument("name")
        actions.add_parser("rollback", help="Go back to the previous version.")
        drop = actions.add_parser("drop", help="Remove a version that is not live.")
        drop.add_argument("name")
        actions.add_parser("snapshot", help="Take a snapshot of the live version.")
        actions.add_parser("snapshots", help="List the snapshots.")
        restore = actions.add_parser(
            "restore", help="Restore a snapshot, bring it up to date, and search it."
        )
        restore.add_argument("name", nargs="?", help="The newest by default.")
        key = actions.add_parser(
            "api_key", help="Create a key for Whisper's indices; it is shown once."
        )
        key.add_argument(
            "--print", action="store_true", help="Only show the request that creates it."
        )
        key.add_argument(
            "--into",
            metavar="FILE",
            type=Path,
            help="Write the key there instead of showing it; do nothing if the file exists.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # A key is made before there is a database.
        if options["action"] != "api_key":
            require_usable_database()
        try:
            if options["action"] == "prepare":
                engine().prepare(self)
            else:
                engine().manage(self, options)
        except EmbeddingError as error:
            raise CommandError(str(error)) from error
        except AwayError as error:
            raise CommandError(str(error), returncode=EXIT_AWAY) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped; finished work is kept. Run it again to continue.",
                returncode=EXIT_INTERRUPTED,
            ) from None
