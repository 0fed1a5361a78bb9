"""Passes over the older bot's directory: one, or one after each change until Ctrl-C."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper

from memories.embeddings.base import Embedder
from memories.legacy.chroma_reader import DATABASE, ChromaStore, open_store
from memories.legacy.importing import Import, Options
from memories.legacy.trust import Trust
from whisper.environment import environment
from whisper.imports.runs import Running
from whisper.progress import progress

POLL_SECONDS = 5.0


@dataclass(slots=True)
class Passes:
    """The passes of one run.

    Args:
        trusted: which vectors are kept, by collection, as the first pass found out.
        begun: whether there was a pass.
    """

    path: Path
    run: Running
    options: Options
    by: Embedder
    out: OutputWrapper
    trusted: dict[str, Trust] = field(default_factory=dict)
    begun: bool = False

    def take(self, store: ChromaStore) -> None:
        """Take in what is new or changed in a store."""
        first, self.begun = not self.begun, True
        work = Import(store, self.run, self.options, self.by, first=first)
        for collection in store.collections:
            plan = work.plan(collection, self.trusted.get(collection.id))
            if first:
                kept = "kept" if plan.trust.model else "made again"
                self.out.write(f"{collection.name}: vectors are {kept}: {plan.trust.why}.")
            if plan.trust.dimension:
                self.trusted[collection.id] = plan.trust
            with progress("documents", self.out, total=store.count(collection)) as advance:
                work.take(plan, advance)

    def follow(self) -> None:
        """Take in what changes, until Ctrl-C."""
        self.out.write("Following; stop with Ctrl-C.")
        self.out.flush()
        seen = None
        try:
            while True:
                began = time.monotonic()
                now = self._state()
                if now != seen and self._taken():
                    seen = now
                # A large store takes its time: half of it is left to others.
                time.sleep(max(POLL_SECONDS, time.monotonic() - began))
        except KeyboardInterrupt:
            self.out.write("Stopped following.")

    def _taken(self) -> bool:
        try:
            with open_store(self.path, names(self.options)) as store:
                self.take(store)
        except CommandError as error:
            # In use, or just being replaced: it may be there again at the next look.
            self.out.write(f"{error} Trying again.")
            return False
        return True

    def _state(self) -> list[tuple[int, int]]:
        database = (self.path.parent if self.path.name == DATABASE else self.path) / DATABASE
        files = (database, database.with_name(f"{DATABASE}-wal"))
        stats = [file.stat() for file in files if file.exists()]
        return [(stat.st_mtime_ns, stat.st_size) for stat in stats]


def names(options: Options) -> tuple[str, str]:
    """Return the names of the collections that are taken."""
    return environment.chromadb_collection_name, options.shared
