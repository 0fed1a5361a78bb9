"""Import the older bot's memories in batches, each in one transaction with its checkpoint."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from memories.actions import FORGOTTEN, MemoryDraft
from memories.embeddings.base import Embedder, Vector
from memories.legacy import actions
from memories.legacy.actions import LeftOut, Taken
from memories.legacy.chroma_reader import ChromaStore, Collection, StoredRow
from memories.legacy.drafts import Talks, draft_of, origin_of
from memories.legacy.plan import Repeats
from memories.legacy.rows import TELLING, LegacyRow, RowError, understand
from memories.legacy.trust import Sampled, Trust, as_unit, flaw, spread, trust
from memories.models import ImportedRow, Memory
from profiles.models import Profile
from whisper.imports.report import Note, Outcome
from whisper.imports.runs import Running
from whisper.progress import Advance

VECTORS = "vectors"
KNOWN = "already imported from another store"
CORRECTED = "changed in the source, but corrected here since: left unchanged"


@dataclass(frozen=True, slots=True)
class Options:
    """How to import.

    Args:
        zone: of the older bot's host: its times carry none.
        batch_size: documents a transaction.
        consent_given: whether the operator says that people agreed.
        trust_vectors: whether stored vectors are kept without a look.
        public_channels: the channels that everybody in their server can read.
        shared: the collection of facts that belong to all.
        dry_run: whether nothing is written.
    """

    zone: ZoneInfo
    batch_size: int
    consent_given: bool
    trust_vectors: bool
    public_channels: frozenset[int]
    shared: str
    dry_run: bool


@dataclass(slots=True)
class Plan:
    """What a first pass over all rows of a collection finds.

    Args:
        repeats: why a row is left out, by its number.
        trust: whether the stored vectors are kept.
    """

    collection: Collection
    guilds: Mapping[str, str]
    repeats: Mapping[int, str]
    trust: Trust


@dataclass(slots=True)
class Batch:
    """Rows on their way into the database."""

    last: int
    size: int
    rows: list[tuple[LegacyRow, MemoryDraft, ImportedRow | None]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    stored: dict[str, Vector] = field(default_factory=dict)
    fresh: Future[dict[str, Vector]] | None = None


class Import:
    """One pass over a store."""

    def __init__(
        self, store: ChromaStore, run: Running, options: Options, by: Embedder, *, first: bool
    ) -> None:
        """Take what is needed.

        Args:
            first: whether it is the run's first pass, which counts what was known as well.
        """
        self._store, self._run, self._options, self._by = store, run, options, by
        self._first = first
        self._names: dict[int, str] = {}
        # A resumed run continues after what it has; a later pass reads everything again.
        self._resumed: dict[str, int] = dict(run.checkpoint.get("numbers", {})) if first else {}
        self._numbers: dict[str, int] = dict(self._resumed)

    def plan(self, collection: Collection, trusted: Trust | None = None) -> Plan:
        """Look at all rows of a collection.

        Args:
            trusted: whether its vectors are kept, if that is known.
        """
        guilds = self._store.guilds_of_channels(collection)
        repeats = Repeats()
        chosen = set(spread(self._store.count(collection)))
        sample: dict[str, LegacyRow] = {}
        for place, stored in enumerate(self._store.rows(collection, only=TELLING)):
            try:
                row = self._understood(stored, collection, guilds)
            except RowError:
                continue
            repeats.see(row)
            if place in chosen:
                sample[row.key] = row
        trusted = trusted or self._trust(collection, sample)
        return Plan(collection, guilds, repeats.found(), trusted)

    def _trust(self, collection: Collection, sample: Mapping[str, LegacyRow]) -> Trust:
        vectors = self._store.vectors(collection, list(sample))
        return trust(
            collection.dimension,
            [
                Sampled(row.document or row.text, row.text, vectors.get(key))
                for key, row in sample.items()
            ],
            self._by,
            always=self._options.trust_vectors,
        )

    def take(self, plan: Plan, advance: Advance) -> None:
        """Bring a collection's rows into the database."""
        # One batch is embedded while the one before it is written.
        with ThreadPoolExecutor(1) as embedding:
            waiting: Batch | None = None
            for batch in self._batches(plan):
                if not self._options.dry_run:
                    batch.fresh = embedding.submit(self._embedded, batch, plan.trust)
                if waiting is not None:
                    self._write(waiting, plan)
                    advance(waiting.size)
                waiting = batch
            if waiting is not None:
                self._write(waiting, plan)
                advance(waiting.size)
        self._note_gone(plan.collection)

    def _understood(
        self, stored: StoredRow, collection: Collection, guilds: Mapping[str, str]
    ) -> LegacyRow:
        return understand(
            stored,
            shared=collection.name == self._options.shared,
            guilds=guilds,
            zone=self._options.zone,
        )

    def _batches(self, plan: Plan) -> Iterator[Batch]:
        """Yield batches of rows, each with what is new or changed in it."""
        talks = Talks()
        behind = self._resumed.get(plan.collection.id, 0)
        rows = self._store.rows(plan.collection)
        while stored := list(islice(rows, self._options.batch_size)):
            batch = Batch(last=stored[-1].number, size=len(stored))
            understood: list[tuple[LegacyRow, str]] = []
            for one in stored:
                row = self._row(one, plan)
                # The turn before a line is looked for among those that are done as well.
                before = "" if row is None or self._repeats(row, plan) else talks.before(row)
                if row is not None and one.number > behind:
                    understood.append((row, before))
            if batch.last > behind:
                self._sort(understood, batch, plan)
                yield batch

    def _row(self, stored: StoredRow, plan: Plan) -> LegacyRow | None:
        """Return a row as it is understood; else note why it is not."""
        try:
            return self._understood(stored, plan.collection, plan.guilds)
        except RowError as error:
            if self._first and stored.number > self._resumed.get(plan.collection.id, 0):
                self._skip(plan.collection.name, stored.key, str(error))
            return None

    def _sort(self, understood: Sequence[tuple[LegacyRow, str]], batch: Batch, plan: Plan) -> None:
        """Put rows into a batch that are new or changed; count the others."""
        store = store_of(plan.collection)
        keys = {row.key: stored_key(row.key) for row, _ in understood}
        found = ImportedRow.objects.filter(store=store, key__in=keys.values())
        known = {row.key: row for row in found}
        brought = self._brought([row for row, _ in understood if keys[row.key] not in known])
        self._learn_names(row.user_id for row, _ in understood)
        for row, before in understood:
            old = known.get(keys[row.key])
            why = self._repeats(row, plan) or (
                KNOWN if (row.user_id, origin_of(row)) in brought else ""
            )
            if old is not None and (old.digest == row.digest or old.outcome == FORGOTTEN):
                self._count(row, plan, "unchanged")
            elif old is not None and old.memory_id and self._is_corrected(old, plan):
                self._skip(plan.collection.name, row.key, CORRECTED)
            elif why:
                batch.left_out.append(LeftOut(row, keys[row.key], why, old))
            else:
                batch.rows.append((row, self._draft(row, before), old))
        if batch.rows and not self._options.dry_run:
            wanted = [row.key for row, _, _ in batch.rows]
            batch.stored = self._store.vectors(plan.collection, wanted)

    def _repeats(self, row: LegacyRow, plan: Plan) -> str:
        return plan.repeats.get(row.number, "")

    def _brought(self, rows: Sequence[LegacyRow]) -> set[tuple[int | None, str]]:
        """Return owners and origins that memories were made from already."""
        origins = {(row.user_id, origin_of(row)) for row in rows}
        wanted = Q(person_id__in={owner for owner, _ in origins if owner is not None})
        found = Memory.objects.filter(
            wanted | Q(person_id=None), origin__in=[origin for _, origin in origins]
        )
        brought = set(found.exclude(origin="").values_list("person_id", "origin")) & origins
        return brought | self._never_gone(rows)

    def _never_gone(self, rows: Sequence[LegacyRow]) -> set[tuple[int | None, str]]:
        """Return the same of what was written back from here and is still here."""
        ours = {str(row.ours["id"]): row for row in rows if "id" in row.ours}
        try:
            held = Memory.objects.filter(pk__in=[UUID(one) for one in ours])
        except ValueError:
            return set()
        owners = held.values_list("pk", "person_id")
        return {
            (owner, origin_of(ours[str(pk)]))
            for pk, owner in owners
            if owner == ours[str(pk)].user_id
        }

    def _draft(self, row: LegacyRow, before: str) -> MemoryDraft:
        return draft_of(
            row,
            context=before,
            speaker=self._names.get(row.user_id or 0, ""),
            public_channels=self._options.public_channels,
        )

    def _is_corrected(self, old: ImportedRow, plan: Plan) -> bool:
        """Return whether a memory says something else than it was brought with."""
        memory = old.memory
        if memory is None:
            return True
        was = StoredRow(0, old.key, old.document, old.metadata, memory.said_at)
        try:
            return self._understood(was, plan.collection, plan.guilds).text != memory.text
        except RowError:
            return True

    def _learn_names(self, people: Iterable[int | None]) -> None:
        missing = {person for person in people if person is not None} - self._names.keys()
        if missing:
            self._names |= dict.fromkeys(missing, "")
            for profile in Profile.objects.filter(person_id__in=missing):
                self._names[profile.person_id] = profile.address_name

    def _embedded(self, batch: Batch, trusted: Trust) -> dict[str, Vector]:
        """Return fresh vectors for the rows whose stored ones are not kept, by key."""
        texts = {
            row.key: row.text
            for row, _, _ in batch.rows
            if not trusted.model or flaw(batch.stored.get(row.key), trusted.dimension)
        }
        if not texts:
            return {}
        return dict(zip(texts, self._by.embed(list(texts.values())), strict=True))

    def _write(self, batch: Batch, plan: Plan) -> None:
        """Write a batch and how far the run is; in a dry run only count."""
        fresh = batch.fresh.result() if batch.fresh else {}
        with transaction.atomic():
            refused = self._welcome(batch)
            taken = (
                [
                    Taken(
                        row, stored_key(row.key), draft, *self._vector(row, batch, fresh, plan), old
                    )
                    for row, draft, old in batch.rows
                    if row.user_id not in refused
                ]
                if not self._options.dry_run
                else []
            )
            left_out = [one for one in batch.left_out if one.row.user_id not in refused]
            self._tell(batch, refused, fresh, plan)
            self._numbers[plan.collection.id] = batch.last
            if self._run.row is not None:
                actions.take(self._run.row, store_of(plan.collection), taken, left_out)
            self._run.keep({"numbers": self._numbers})

    def _welcome(self, batch: Batch) -> dict[int, str]:
        rows = [row for row, _, _ in batch.rows] + [one.row for one in batch.left_out]
        people = {row.user_id for row in rows if row.user_id is not None}
        if self._run.row is None:
            return actions.refusals(sorted(people))
        refused, new = actions.welcome(people, consent_given=self._options.consent_given)
        if new:
            actions.note_consents(self._run.row, new)
        return refused

    def _vector(
        self, row: LegacyRow, batch: Batch, fresh: Mapping[str, Vector], plan: Plan
    ) -> tuple[Vector, str]:
        if row.key in fresh:
            return fresh[row.key], self._by.model
        return as_unit(batch.stored[row.key]), plan.trust.model

    def _tell(
        self, batch: Batch, refused: Mapping[int, str], fresh: Mapping[str, Vector], plan: Plan
    ) -> None:
        """Count and note what becomes of a batch's rows."""
        name = plan.collection.name
        for row, _, _ in batch.rows:
            if row.user_id is not None and row.user_id in refused:
                self._skip(_label(row, plan), row.key, refused[row.user_id])
                continue
            self._count(row, plan, "repaired" if row.repaired else "imported")
            for why in row.repaired:
                self._run.report.note(Note(name, row.key, "repaired", why))
            if plan.trust.model and row.key in fresh:
                why = flaw(batch.stored.get(row.key), plan.trust.dimension)
                self._run.report.note(Note(name, row.key, "repaired", why))
        for one in batch.left_out:
            self._skip(_label(one.row, plan), one.row.key, one.why)
        kept = sum(row.key not in fresh for row, _, _ in batch.rows)
        if batch.fresh is not None:
            self._run.report.count(VECTORS, "imported", kept)
            self._run.report.count(VECTORS, "repaired", len(fresh))

    def _count(self, row: LegacyRow, plan: Plan, outcome: Outcome) -> None:
        if self._first or outcome != "unchanged":
            self._run.report.count(_label(row, plan), outcome)

    def _skip(self, store: str, key: str, why: str) -> None:
        self._run.report.count(store, "skipped")
        self._run.report.note(Note(store, key, "skipped", why))

    def _note_gone(self, collection: Collection) -> None:
        if self._run.row is None:
            return
        keys = {stored_key(key) for key in self._store.keys(collection)}
        gone = actions.note_gone(store_of(collection), keys)
        if gone:
            why = f"{gone} documents have been removed from the source; their memories are kept"
            self._run.report.note(Note(collection.name, collection.id, "unchanged", why))


def store_of(collection: Collection) -> str:
    """Return the name under which a collection's rows are kept."""
    return f"chroma:{collection.id}"


def stored_key(key: str) -> str:
    """Return the key that a row of this id is kept under."""
    if len(key) <= actions.KEY_LENGTH and "\x00" not in key:
        return key
    return f"sha256:{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()}"


def _label(row: LegacyRow, plan: Plan) -> str:
    return f"{plan.collection.name} {row.kind}"
