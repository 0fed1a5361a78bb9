"""Remember the lines of a file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Hashable, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Any, BinaryIO

from django.core.management.base import CommandError

from memories.actions import MemoryDraft
from memories.embeddings import EmbeddingError
from memories.imports.batch import LineError, draft, parse_line, remember_new
from profiles.actions import ProfileError, check_id, decide_consent
from profiles.queries import consent_of
from whisper.action_log import command
from whisper.database.checks import require_usable_database
from whisper.management.base import BaseCommand
from whisper.progress import progress

BATCH = 500
EXIT_INTERRUPTED = 130


class Command(BaseCommand):
    """Remember the lines of a file."""

    help = (
        "Store each line of a JSONL file as a message from a person. Fields: text; at (ISO "
        "date; now if it is missing); optional id, author, channel_id, guild_id, direct. A "
        "broken line is reported with its number and skipped; the exit code is then 1. "
        "Run twice, it adds nothing. It takes your word that the person agreed, unless they said "
        "no."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--user-id", type=int, required=True, help="Id of the person whose memories they are."
        )
        parser.add_argument("file", help="JSONL file; - reads standard input.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the lines in batches, each embedded and stored in one transaction."""
        require_usable_database()
        try:
            person_id = check_id(options["user_id"])
        except ProfileError as error:
            raise CommandError(str(error)) from error
        self.broken = 0
        with ExitStack() as stack:
            lines = _open(options["file"], stack)
            _take_consent(person_id)
            try:
                taken, added = self._remember(person_id, lines)
            except EmbeddingError as error:
                raise CommandError(str(error)) from error
            except KeyboardInterrupt:
                raise CommandError(
                    "Stopped; finished work is kept. Run it again to continue.",
                    returncode=EXIT_INTERRUPTED,
                ) from None
        known = taken - added
        self.stdout.write(f"{added} remembered, {known} already known, {self.broken} broken.")
        if self.broken:
            sys.exit(1)

    def _remember(self, person_id: int, lines: Iterable[bytes]) -> tuple[int, int]:
        """Return how many lines could be read and how many of them were new."""
        drafts = self._drafts(person_id, lines)
        taken = added = 0
        with progress("lines", self.stdout) as advance:
            while batch := list(islice(drafts, BATCH)):
                # They may decline while a long file is read.
                _refuse_without_consent(person_id)
                added += remember_new(batch)
                taken += len(batch)
                advance(len(batch))
        return taken, added

    def _drafts(self, person_id: int, lines: Iterable[bytes]) -> Iterator[MemoryDraft]:
        before: dict[Hashable, str] = {}
        for number, raw in enumerate(lines, start=1):
            text = raw.decode("utf-8", "replace").strip().removeprefix("\ufeff")
            if not text:
                continue
            try:
                line = parse_line(text)
            except LineError as error:
                self.broken += 1
                self.stderr.write(f"line {number}: {error}")
                continue
            yield draft(line, person_id, context=before.get(line.conversation, ""))
            before[line.conversation] = line.text


def _take_consent(person_id: int) -> None:
    # Who runs the command answers for it, but neither against the person's no nor in place of an
    # answer that they have been asked for.
    if consent_of(person_id) is None:
        decide_consent(person_id, granted=True, source="batch", actor=command())
    _refuse_without_consent(person_id)


def _refuse_without_consent(person_id: int) -> None:
    consent = consent_of(person_id)
    if consent is None or consent.status == consent.Status.DENIED:
        raise CommandError(f"{person_id} declined to be remembered.")
    if not consent.allows_remembering:
        raise CommandError(f"{person_id} hasn't agreed to be remembered yet.")


def _open(name: str, stack: ExitStack) -> BinaryIO:
    if name == "-":
        return sys.stdin.buffer
    try:
        return stack.enter_context(open(name, "rb"))
    except OSError as error:
        raise CommandError(f"{name} can't be read: {error.strerror}") from error
