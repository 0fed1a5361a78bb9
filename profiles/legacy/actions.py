"""What writes profiles, moods and consent of the older bot into the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from django.db import connection, transaction
from django.utils import timezone

from profiles.forgetting import Forgettable, is_forgotten
from profiles.legacy.merge import gives_way, merge, take_moods
from profiles.legacy.records import MODEL, OldConsent, OldMood, OldProfile
from profiles.legacy.undoing import RULE, newest_mood, note_run, values_of
from profiles.models import Consent, EmotionRecord, Profile, Relationship, RelationshipChange
from whisper.personal_data import erasures
from whisper.personal_data.erasures import erased_at

SOURCE = "import"
DENIED = "the person declined to be remembered"
ERASED = "the person was erased"
# Rows a statement; databases limit how many values one may have.
ROWS = 500
MOOD_COLUMNS = (
    "profile_id",
    "emotion",
    "scores",
    "intensity",
    "confidence",
    "triggers",
    "model",
    "felt_at",
)

# What became of a person, or why they were not taken.
Became = Literal["imported", "unchanged"]
Key = tuple[Any, ...]


def bring_consents(consents: Iterable[OldConsent]) -> int:
    """Keep what people told the older bot unless they told us; return the count."""
    kept = 0
    for old in consents:
        with transaction.atomic():
            kept += _bring_consent(old)
    return kept


def _bring_consent(old: OldConsent) -> bool:
    if erased_at(old.person_id) is not None:
        return False
    row, created = Consent.objects.select_for_update().get_or_create(
        person_id=old.person_id,
        defaults={"status": Consent.Status.ASKED, "source": SOURCE},
    )
    if not created and (row.source != SOURCE or row.status != Consent.Status.ASKED):
        return False
    values = (old.status, old.decided_at, old.level, dict(old.rules))
    if not created and values == (row.status, row.decided_at, row.level, row.rules):
        return False
    row.status, row.decided_at, row.level, row.rules = values
    row.save(update_fields=["status", "decided_at", "level", "rules"])
    return True


def bring_profiles(
    profiles: Sequence[OldProfile], *, consent_given: bool, run: int | None = None
) -> tuple[dict[int, Became | str], int]:
    """Bring people of the older bot into the database, in one transaction.

    A person who is not known gets a profile, and a consent that is `asked`. Who declined or was
    erased is left out. Who is known is brought together with what is there (`merge.py`).

    Args:
        profiles: no person twice.
        consent_given: whether the operator says that they agreed.
        run: key of the run, with which it can be taken back.

    Returns:
        For each person `imported`, `unchanged`, or why not; and how many moods were new.
    """
    with transaction.atomic():
        refused = _refused(profiles, consent_given=consent_given)
        taken = [old for old in profiles if old.person_id not in refused]
        known = _known(taken)
        new = {old.person_id: Profile(person_id=old.person_id) for old in taken}
        became: dict[int, Became | str] = dict(refused)
        before = {person_id: values_of(row) for person_id, row in known.items()}
        newest = newest_mood()
        moods = _new_moods(taken, known)
        changes = [
            _bring(known.get(old.person_id) or new[old.person_id], old, moods[old.person_id])
            for old in taken
        ]
        added = [row for person_id, row in new.items() if person_id not in known]
        if run is not None:
            for row in added:
                empty = values_of(Profile(person_id=row.person_id))
                note_run(row, run, empty, is_new=True, mood=newest)
        Profile.objects.bulk_create(added, batch_size=ROWS)
        for person_id, row in known.items():
            same = values_of(row) == before[person_id] and not moods[person_id]
            if run is not None and not same:
                note_run(row, run, before[person_id], is_new=False, mood=newest)
            now = values_of(row)
            if changed := [name for name in now if now[name] != before[person_id][name]]:
                row.save(update_fields=changed)
            became[person_id] = "unchanged" if same else "imported"
        became |= {row.person_id: "imported" for row in added}
        rows = {row.person_id: row for row in (*added, *known.values())}
        _add_moods(moods, rows)
        RelationshipChange.objects.bulk_create([one for one in changes if one], batch_size=ROWS)
    return became, sum(map(len, moods.values()))


def _refused(profiles: Sequence[OldProfile], *, consent_given: bool) -> dict[int, str]:
    """Return who is left out and why; make the others' consent if there is none."""
    ids = [old.person_id for old in profiles]
    erased = set(ids) & erasures.listed().keys()
    status = Consent.Status.GRANTED if consent_given else Consent.Status.ASKED
    now = timezone.now()
    Consent.objects.bulk_create(
        [
            Consent(
                person_id=person_id,
                status=status,
                source=SOURCE,
                decided_at=now if consent_given else None,
            )
            for person_id in ids
            if person_id not in erased
        ],
        ignore_conflicts=True,
        batch_size=ROWS,
    )
    if consent_given:
        Consent.objects.filter(
            person_id__in=ids, source=SOURCE, status=Consent.Status.ASKED
        ).update(status=status, decided_at=now)
    # Locked, so that a no that is said now waits and finds what it has to erase.
    rows = Consent.objects.select_for_update().filter(person_id__in=ids).order_by("pk")
    denied = {row.person_id for row in rows if row.status == Consent.Status.DENIED}
    return dict.fromkeys(denied, DENIED) | dict.fromkeys(erased, ERASED)


def _known(profiles: Sequence[OldProfile]) -> dict[int, Profile]:
    ids = [old.person_id for old in profiles]
    rows = Profile.objects.select_for_update().filter(person_id__in=ids).order_by("pk")
    return {row.person_id: row for row in rows}


def _bring(
    profile: Profile, old: OldProfile, moods: Sequence[OldMood]
) -> RelationshipChange | None:
    before = profile.relationship_level
    merge(profile, old)
    take_moods(profile, moods)
    if profile.relationship_level == before:
        return None
    return RelationshipChange(
        profile=profile,
        before=Relationship(before),
        after=Relationship(profile.relationship_level),
        rule=RULE,
        reason="imported from the older bot",
        interaction_count=profile.interaction_count,
        changed_at=old.last_interaction or timezone.now(),
    )


def _new_moods(
    profiles: Sequence[OldProfile], known: dict[int, Profile]
) -> dict[int, list[OldMood]]:
    """Return each person's moods that are not in the database; two that are equal are two."""
    held: dict[int, Counter[Key]] = {}
    rows = EmotionRecord.objects.filter(profile__in=known.values(), model=MODEL)
    columns = ("profile__person_id", "felt_at", "emotion", "confidence", "intensity", "triggers")
    for person_id, *key in rows.values_list(*columns):
        held.setdefault(person_id, Counter())[(*key[:-1], tuple(key[-1]))] += 1
    new: dict[int, list[OldMood]] = {}
    for old in profiles:
        left = held.get(old.person_id, Counter())
        profile = known.get(old.person_id)
        moods = () if gives_way(profile, old) else old.moods
        new[old.person_id] = [
            mood
            for mood in moods
            if not (
                _take(left, mood) or (profile and is_forgotten(profile, Forgettable.MOODS, mood.at))
            )
        ]
    return new


def _take(left: Counter[Key], mood: OldMood) -> bool:
    """Return whether a mood is among those held, each of which answers for one."""
    key = (mood.at, mood.emotion.value, mood.confidence, mood.intensity, mood.triggers)
    left[key] -= 1
    return left[key] >= 0


def _add_moods(moods: dict[int, list[OldMood]], rows: dict[int, Profile]) -> None:
    # Three times as fast as bulk_create, whose model instances cost more than the database does.
    fields = {field.attname: field for field in EmotionRecord._meta.concrete_fields}
    quote = connection.ops.quote_name
    prepared = {name: fields[name].get_db_prep_save for name in ("scores", "triggers", "felt_at")}
    scores = prepared["scores"]({}, connection)
    values = (
        (
            rows[person_id].pk,
            mood.emotion.value,
            scores,
            mood.intensity,
            mood.confidence,
            prepared["triggers"](list(mood.triggers), connection),
            MODEL,
            prepared["felt_at"](mood.at, connection),
        )
        for person_id, found in moods.items()
        for mood in found
    )
    columns = ", ".join(quote(fields[name].column) for name in MOOD_COLUMNS)
    marks = ", ".join(["%s"] * len(MOOD_COLUMNS))
    table = quote(EmotionRecord._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values))  # noqa: S608
