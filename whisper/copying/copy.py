"""Copy a whole database: check it first, then write, then compare both sides."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from whisper.copying import checkpoints
from whisper.copying.base import PAGE_ROWS, Database, count, pages
from whisper.copying.digests import Advance, Digest, differences, digests
from whisper.copying.errors import CopyError
from whisper.copying.locations import Location, migrations, missing, newer
from whisper.copying.tables import Table, tables, tables_left_behind
from whisper.copying.transfer import MADE_BY_MIGRATE, Transfer, writing
from whisper.copying.values import Notes

# Opens a progress display: what is counted, and how many there are.
Show = Callable[[str, int], AbstractContextManager[Advance]]


@dataclass(frozen=True, slots=True)
class Copy:
    """What to copy, and how.

    Args:
        resume: continue an interrupted copy, or start one.
        overwrite: replace what the target holds.
        batch: rows per transaction.
        alone: whether nobody else may be connected to the target.
        secure: called before anything that the target holds is replaced.
        show: shows the progress.
    """

    source: Location
    target: Location
    show: Show
    secure: Callable[[], None] = lambda: None
    resume: bool = False
    overwrite: bool = False
    batch: int = PAGE_ROWS
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """What the target holds before a copy.

    Args:
        rows: how many, without those that `migrate` creates.
        ours: whether a copy from this source was started or finished.
        unfinished: whether any copy was started and not finished.
    """

    rows: int = 0
    ours: bool = False
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done.

    Args:
        digests: of each table; the same on both sides.
        written: rows that this run wrote.
        seconds: that writing took.
        notes: what was found in values.
    """

    digests: dict[str, Digest]
    written: int
    seconds: float
    notes: Notes = field(default_factory=Notes)


def copy(wish: Copy) -> Outcome:
    """Copy the database, and compare both sides.

    The source is only read. The target's tables are created or migrated first. A run interrupted at
    any moment continues after its last transaction.

    Raises:
        CopyError: it can't be done, or both sides differ; the text says why.
    """
    wanted = tables()
    with _source(wish.source) as source:
        with wish.target.open(readonly=False) as target, writing(wish.target.shown):
            _apart(wish, source, target)
            target.occupy(alone=wish.alone)
            held = _held(wish, target, wanted)
        _allowed(wish, held)
        going_on = wish.resume and held.ours
        if held.rows and not going_on:
            wish.secure()
        wish.target.migrate()
        with wish.target.open(readonly=False) as target, writing(wish.target.shown):
            target.occupy(alone=wish.alone)
            name = wish.source.fingerprint
            transfer = Transfer(source, target, wanted, name, wish.batch)
            if not going_on:
                transfer.begin([*tables_left_behind()])
            return _carried(wish, transfer, name)


def compare(wish: Copy) -> Outcome:
    """Compare both sides; nothing is written.

    Raises:
        CopyError: they are not the same.
    """
    if not wish.target.exists:
        raise CopyError(f"There is no {wish.target.shown}.")
    with _source(wish.source) as source, wish.target.open(readonly=True) as target:
        _apart(wish, source, target)
        if late := missing(migrations(target)):
            raise CopyError(f"The target is not up to date: it lacks {late[0]}.")
        return Outcome(_same(wish, source, target, tables()), 0, 0.0)


def rehearse(wish: Copy) -> tuple[Held, dict[str, int], Notes]:
    """Read everything, write nothing; return the target's contents, all counts, and what was found.

    Raises:
        CopyError: the copy could not be done.
    """
    wanted, held, notes = tables(), Held(), Notes()
    with _source(wish.source) as source:
        if wish.target.exists:
            with wish.target.open(readonly=True) as target, writing(wish.target.shown):
                _apart(wish, source, target)
                held = _held(wish, target, wanted)
        counts = {table.name: count(source, table) for table in wanted}
        with wish.show("rows read", sum(counts.values())) as advance:
            for table in wanted:
                for page in pages(source, table, notes, rows=wish.batch):
                    advance(len(page))
    return held, counts, notes


def _carried(wish: Copy, transfer: Transfer, name: str) -> Outcome:
    source, target = transfer.source, transfer.target
    known = checkpoints.checkpoints(target, name)
    had = sum(known[table.name].rows for table in transfer.tables if table.name in known)
    total = sum(count(source, table) for table in transfer.tables)
    started = time.monotonic()
    with wish.show("rows", max(0, total - had)) as advance:
        transfer.run(advance)
    seconds = time.monotonic() - started
    try:
        found = _same(wish, source, target, transfer.tables)
    except CopyError as error:
        raise CopyError(
            f"{error}\nIf the source was in use, stop what uses it and copy again with --overwrite."
        ) from error
    with target.transaction():
        checkpoints.keep(target, name, checkpoints.WHOLE, checkpoints.DONE, total)
    return Outcome(found, total - had, seconds, transfer.notes)


def _same(
    wish: Copy, source: Database, target: Database, wanted: Sequence[Table]
) -> dict[str, Digest]:
    total = 2 * sum(count(source, table) for table in wanted)
    with wish.show("rows compared", total) as advance:
        ours = digests(source, wanted, advance)
        theirs = digests(target, wanted, advance)
    if found := differences(ours, theirs):
        raise CopyError("Both sides are not the same (here: the source).\n" + "\n".join(found))
    return ours


@contextmanager
def _source(place: Location) -> Iterator[Database]:
    if not place.exists:
        raise CopyError(f"There is no {place.shown}.")
    with place.open(readonly=True) as source, writing(place.shown):
        had = migrations(source)
        if not had:
            raise CopyError(f"{place.shown} is not a Whisper database.")
        if too_new := newer(had):
            raise CopyError(f"The source is from a newer version of Whisper (it has {too_new[0]}).")
        if late := missing(had):
            raise CopyError(
                f"The source is from an older version of Whisper (it lacks {late[0]}): run "
                "`manage.py migrate` on it first, with DATABASE_URL set to its address."
            )
        yield source


def _held(wish: Copy, target: Database, wanted: Sequence[Table]) -> Held:
    if too_new := newer(migrations(target)):
        raise CopyError(f"The target is from a newer version of Whisper (it has {too_new[0]}).")
    present = target.present()
    rows = sum(
        count(target, table)
        for table in wanted
        if table.name in present and table.name not in MADE_BY_MIGRATE
    )
    ours = checkpoints.WHOLE in checkpoints.checkpoints(target, wish.source.fingerprint)
    return Held(rows, ours, checkpoints.unfinished(target))


def _apart(wish: Copy, source: Database, target: Database) -> None:
    """Refuse one database under two addresses, detected by a lock."""
    if wish.source.file and wish.target.file and wish.source.file.samefile(wish.target.file):
        raise CopyError("Source and target are the same database.")
    if source.engine != "postgresql" or target.engine != "postgresql":
        return
    lock = secrets.randbits(62)
    target.execute("SELECT pg_advisory_lock(%s)", lock)
    try:
        free = source.execute("SELECT pg_try_advisory_lock(%s)", lock)[0][0]
    finally:
        target.execute("SELECT pg_advisory_unlock(%s)", lock)
    if not free:
        raise CopyError("Source and target are the same database.")


def _allowed(wish: Copy, held: Held) -> None:
    if wish.overwrite or (wish.resume and held.ours):
        return
    if held.unfinished:
        raise CopyError(
            "The target holds an unfinished copy"
            + (
                ": continue it with --resume, or start again with --overwrite."
                if held.ours
                else " from another source: start again with --overwrite."
            )
        )
    if held.rows:
        raise CopyError(
            f"The target holds {held.rows} rows already. With --overwrite they are backed up and "
            "replaced."
        )
