"""Remember the lines of a file."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from memories.actions import MemoryDraft, remember
from memories.batch import LineError, draft, parse_line
from memories.embeddings import EmbeddingError, embedder
from memories.models import Memory
from profiles.actions import ProfileError, check_id, grant_to_local_person
from whisper.checks import require_usable_record

BATCH = 500


class Command(BaseCommand):
    """Remember the lines of a file."""

    help = (
        "Remember each line of a JSONL file as something that a person said. Fields: text; at (ISO "
        "date); optional id, author, channel_id, guild_id, direct. A broken line is reported with "
        "its number and the rest goes on; the exit code is then 1. Run twice, it adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read whose and which lines."""
        parser.add_argument("--user-id", type=int, required=True, help="Whose memories they are.")
        parser.add_argument("file", help="JSONL file; - reads standard input.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the lines in batches, each embedded and stored in one transaction."""
        require_usable_record()
        owner_id = self._owner(options["user_id"])
        self.broken = 0
        taken = added = 0
        started = time.monotonic()
        with ExitStack() as stack:
            drafts = self._drafts(owner_id, _open(options["file"], stack))
            while batch := list(islice(drafts, BATCH)):
                taken += len(batch)
                added += self._store(owner_id, batch)
                rate = taken / (time.monotonic() - started)
                self.stdout.write(f"{taken} lines read, {rate:.0f}/s")
        known = taken - added
        self.stdout.write(f"{added} remembered, {known} known before, {self.broken} broken.")
        if self.broken:
            sys.exit(1)

    def _owner(self, user_id: int) -> int:
        try:
            owner_id = check_id(user_id)
        except ProfileError as error:
            raise CommandError(str(error)) from error
        # Who runs the command answers for it, but not against the person's no.
        if not grant_to_local_person(owner_id, source="batch").allows_remembering:
            raise CommandError(f"{owner_id} said no to being remembered.")
        return owner_id

    def _drafts(self, owner_id: int, lines: BinaryIO) -> Iterator[MemoryDraft]:
        before: dict[int | None, str] = {}
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
            yield draft(line, owner_id, context=before.get(line.channel_id, ""))
            before[line.channel_id] = line.text

    def _store(self, owner_id: int, batch: list[MemoryDraft]) -> int:
        """Remember the new ones of a batch and return how many they were."""
        origins = [one.origin for one in batch]
        rows = Memory.objects.filter(owner_id=owner_id, origin__in=origins)
        known = set(rows.values_list("origin", flat=True))
        new = list({one.origin: one for one in batch if one.origin not in known}.values())
        try:
            by = embedder()
            vectors = by.embed([one.text for one in new])
        except EmbeddingError as error:
            raise CommandError(str(error)) from error
        with transaction.atomic():
            for one, vector in zip(new, vectors, strict=True):
                remember(one, vector=vector, model=by.model)
        return len(new)


def _open(name: str, stack: ExitStack) -> BinaryIO:
    if name == "-":
        return sys.stdin.buffer
    try:
        return stack.enter_context(open(name, "rb"))
    except OSError as error:
        raise CommandError(f"{name} can't be read: {error.strerror}") from error
