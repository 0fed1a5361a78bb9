"""The list of people who were erased: it outlives the database and wins over older backups.

Each erasure is a row, and a line of a file in the data folder. After a restore `merge` takes what
the restored database does not know, and `reapply` erases again whoever came back with it. Where an
older database was put in place by hand, `catch_up` has the same done. One that was cut short, by a
crash or a store that was away, is finished by the worker.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from whisper import outbox
from whisper.database.prepared import prepared
from whisper.models import Erasure
from whisper.personal_data import purging, registry
from whisper.personal_data.extents import Extent, marks_now

logger = logging.getLogger(__name__)

FILE_NAME = "erased.jsonl"
FINISH = "whisper.erase"
# By then an erasure that nothing came between is done.
FINISHED_AFTER = timedelta(minutes=1)


def mirror() -> Path:
    """Return the file that holds the list besides the database; it has ids and times alone."""
    folder: Path = settings.DATA_DIR
    return folder / FILE_NAME


def note(person_id: int) -> datetime:
    """Put a person on the list, in the transaction that erases them, and return the time.

    The file is written first: if the transaction fails, somebody is listed who asked for it. From
    its commit on, the worker sees to it that all else follows.
    """
    now = timezone.now()
    at = _after_the_last(person_id, now)
    _append({person_id: at})
    _keep(person_id, at)
    outbox.enqueue(FINISH, {"at": at.isoformat()}, due_at=now + FINISHED_AFTER)
    purging.schedule()
    return at


def note_agreement(person_id: int) -> None:
    """Note that a person agrees to be remembered; of several times after an erasure, the first.

    It is the row that tells what came first, and what the tables hold by then: the clock may have
    been put back since the erasure.
    """
    erased = Erasure.objects.filter(person_id=person_id, agreed_at=None)
    if erased.exists():
        erased.update(agreed_at=timezone.now(), agreed_marks=marks_now(person_id))


_erasure = prepared(lambda person_id: Erasure.objects.filter(person_id=person_id))


def erased_at(person_id: int) -> datetime | None:
    """Return up to when a person is erased, None if they never were.

    That is the time of their last erasure or, where a clock that was ahead gave it a later time
    than that of their next yes, the time of the yes.
    """
    erasure = _erasure.first(person_id)
    if erasure is None:
        return None
    return min(erasure.erased_at, erasure.agreed_at or erasure.erased_at)


def erasures_of(person_ids: Collection[int]) -> dict[int, datetime]:
    """Return up to when each of these people is erased; those who never were are left out."""
    found = {person_id: erased_at(person_id) for person_id in person_ids}
    return {person_id: at for person_id, at in found.items() if at is not None}


def agreed_after(person_id: int, erasure: datetime) -> Extent | None:
    """Return what came before a person first agreed after an erasure; None if that isn't known."""
    known = Erasure.objects.filter(
        person_id=person_id, erased_at__gte=erasure, agreed_at__isnull=False
    ).first()
    if known is None or known.agreed_at is None:
        return None
    return Extent(until=min(erasure, known.agreed_at), marks=known.agreed_marks)


def times_erased(person_id: int) -> int:
    """Return how often a person was erased."""
    erasure = _erasure.first(person_id)
    return erasure.times if erasure else 0


def listed() -> dict[int, datetime]:
    """Return who was erased, and when last, as the database and the file know it."""
    return _latest(_in_file(), dict(Erasure.objects.values_list("person_id", "erased_at")))


def merge(listed: Mapping[int, datetime]) -> int:
    """Put people on the list, in database and file, and return how many were not on it as late."""
    in_file, in_table = _in_file(), dict(Erasure.objects.values_list("person_id", "erased_at"))
    wanted = _latest(in_file, in_table, listed)
    _append({person: at for person, at in wanted.items() if in_file.get(person) != at})
    late = {person: at for person, at in wanted.items() if in_table.get(person) != at}
    for person, at in late.items():
        _keep(person, at)
    return len(late)


def reapply() -> dict[str, int]:
    """Erase again what is held from before each person's erasure; return how many rows went.

    Who came back and agreed after it keeps what is newer. It can be called again; outside an event
    loop only.
    """
    merge({})
    counts: dict[str, int] = {}
    for person_id, at in listed().items():
        for name, count in async_to_sync(registry.erase_older)(person_id, at).items():
            counts[name] = counts.get(name, 0) + count
    if any(counts.values()):
        logger.warning("erasures: erased again after a restore: %s", counts)
    return counts


def catch_up() -> None:
    """Have the worker erase whom the file knows of and the database does not: it is an older one.

    So it is after the way back to another engine, or a file that was put in place by hand.
    """
    known = dict(Erasure.objects.values_list("person_id", "erased_at"))
    late = {at for person, at in _in_file().items() if person not in known or known[person] < at}
    if not late:
        return
    with transaction.atomic():
        merge({})
        for at in late:
            outbox.enqueue(FINISH, {"at": at.isoformat()})
        purging.schedule()
    logger.warning("erasures: repeating those that are newer than the database")


def erased_then(at: datetime) -> list[int]:
    """Return who was erased at a time."""
    return list(Erasure.objects.filter(erased_at=at).values_list("person_id", flat=True))


def erased_since(at: datetime, limit: int) -> list[int]:
    """Return who was erased since a time, the latest first."""
    rows = Erasure.objects.filter(erased_at__gte=at).order_by("-erased_at")
    return list(rows.values_list("person_id", flat=True)[:limit])


def _after_the_last(person_id: int, now: datetime) -> datetime:
    """Return the time, or where the clock was ahead at the last erasure, the least after that."""
    last = Erasure.objects.filter(person_id=person_id).values_list("erased_at", flat=True).first()
    return now if last is None else max(now, last + timedelta(microseconds=1))


def _keep(person_id: int, at: datetime) -> None:
    made = {"erased_at": at, "agreed_at": None, "agreed_marks": None}
    Erasure.objects.update_or_create(
        person_id=person_id, defaults=made | {"times": F("times") + 1}, create_defaults=made
    )


def _latest(*lists: Mapping[int, datetime]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for one in lists:
        for person, at in one.items():
            found[person] = max(at, found.get(person, at))
    return found


def _append(listed: Mapping[int, datetime]) -> None:
    if not listed:
        return
    # Each begins on a line of its own, also after one that a crash cut short.
    lines = [
        "\n" + json.dumps({"person": str(person), "at": at.isoformat()}) + "\n"
        for person, at in listed.items()
    ]
    # Written to the end, at once: processes that erase at the same time don't mix their lines.
    with open(os.open(mirror(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
        file.write("".join(lines).encode())
        file.flush()
        os.fsync(file.fileno())


def _in_file() -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    try:
        lines = mirror().read_text().splitlines()
    except FileNotFoundError:
        return found
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        try:
            row = json.loads(line)
            person, at = int(row["person"]), datetime.fromisoformat(row["at"])
            found = _latest(found, {person: at})
        except (ValueError, TypeError, KeyError):
            logger.warning("erasures: line %d of %s is damaged", number, FILE_NAME)
    return found
