"""Tests of the list of erased people: it outlives the database and wins over older backups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils import timezone

from memories import actions as memory_actions
from memories.actions import MemoryDraft, remember
from memories.models import Memory, Message, Place
from profiles.actions import choose_level, decide_consent, meet
from profiles.models import Consent, Profile
from profiles.queries import still_agrees
from whisper import outbox
from whisper.models import Erasure, OutboxEntry, PeriodicJob
from whisper.personal_data import erasures, registry
from whisper.personal_data.purging import PURGE

ANN, BEN = 410_000_000_000_000_201, 410_000_000_000_000_202
JUMPS = [timedelta(0), timedelta(days=300), -timedelta(days=300)]
LATER = datetime(2031, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def live(person, text="a cat"):
    """Let a person agree and leave something."""
    decide_consent(person, granted=True, source="discord")
    meet(person, name="Annabel", at=timezone.now())
    draft = MemoryDraft(
        person_id=person,
        kind=Memory.Kind.CONVERSATION,
        text=text,
        place=Place.DIRECT,
        said_at=timezone.now(),
    )
    remember(draft)


def texts_of(person):
    """Return what is remembered of a person."""
    return list(Memory.objects.filter(person_id=person).values_list("text", flat=True))


erase = async_to_sync(registry.erase_person)


def erase_ahead(person, monkeypatch):
    """Erase a person while the clock is wrong by most of a year."""
    ahead = timezone.now() + timedelta(days=300)
    with monkeypatch.context() as wrong:
        wrong.setattr(timezone, "now", lambda: ahead)
        erase(person)


def look_again():
    """Let the worker, a start and a restore do what they do about erasures."""
    OutboxEntry.objects.update(due_at=timezone.now())
    async_to_sync(outbox.drain)()
    erasures.catch_up()
    async_to_sync(outbox.drain)()
    erasures.reapply()


@pytest.mark.django_db(transaction=True)
def test_an_erasure_is_listed_in_the_database_and_in_a_file():
    erase(ANN)
    at = Erasure.objects.get(person_id=ANN).erased_at
    assert erasures.listed() == {ANN: at}
    Erasure.objects.all().delete()
    assert erasures.listed() == {ANN: at}
    assert "Ann" not in erasures.mirror().read_text()


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_was_cut_short_is_finished_by_the_worker(monkeypatch):
    live(ANN)

    def cut_short(*_):
        raise RuntimeError

    with monkeypatch.context() as now:
        now.setattr(memory_actions, "erase_person", cut_short)
        with pytest.raises(RuntimeError):
            erase(ANN)
    assert texts_of(ANN) == ["a cat"]
    assert PeriodicJob.objects.get(name=PURGE).due_at is not None
    OutboxEntry.objects.update(due_at=timezone.now())
    async_to_sync(outbox.drain)()
    assert texts_of(ANN) == []
    assert not Profile.objects.exists()


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_who_agrees_anew_at_once_loses_nothing_when_the_worker_looks_again():
    live(ANN)
    erase(ANN)
    live(ANN, "a dog")
    OutboxEntry.objects.update(due_at=timezone.now())
    async_to_sync(outbox.drain)()
    assert texts_of(ANN) == ["a dog"]


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_an_erasure_by_a_clock_ahead_leaves_what_was_agreed_to_afterwards(monkeypatch):
    live(ANN)
    erase_ahead(ANN, monkeypatch)
    live(ANN, "a dog")
    look_again()
    assert texts_of(ANN) == ["a dog"]
    assert Profile.objects.filter(person_id=ANN).exists()
    with transaction.atomic():
        assert still_agrees(ANN, said_at=timezone.now())


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_a_second_yes_after_a_clock_ahead_keeps_what_followed_the_first(monkeypatch):
    erase_ahead(ANN, monkeypatch)
    live(ANN, "a dog")
    decide_consent(ANN, granted=False, source="discord")
    decide_consent(ANN, granted=True, source="discord")
    look_again()
    assert texts_of(ANN) == ["a dog"]


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_an_erasure_after_one_by_a_clock_ahead_is_the_latest(monkeypatch):
    erase_ahead(ANN, monkeypatch)
    first = erasures.listed()[ANN]
    live(ANN, "a dog")
    erase(ANN)
    assert texts_of(ANN) == []
    assert Erasure.objects.get(person_id=ANN).erased_at == erasures.listed()[ANN] > first
    live(ANN, "a bird")
    look_again()
    assert texts_of(ANN) == ["a bird"]


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_an_older_database_is_erased_again_after_an_erasure_by_a_clock_ahead(monkeypatch):
    erase_ahead(ANN, monkeypatch)
    for model in (Erasure, OutboxEntry, Consent):
        model.objects.all().delete()
    live(ANN, "a cat")  # as the older database holds it
    look_again()
    assert texts_of(ANN) == []


def date(text, at):
    """Let a clock have shown a time when something was kept."""
    Memory.objects.filter(text=text).update(created_at=at, said_at=at)
    rows = {Message: ("sent_at",), Profile: ("created_at",), OutboxEntry: ("created_at",)}
    for model, fields in rows.items():
        model._default_manager.update(**dict.fromkeys(fields, at))


def cut_short(person, monkeypatch):
    """Erase a person, and have the process end before anything but their no is stored."""

    def end(*_):
        raise RuntimeError

    with monkeypatch.context() as now:
        now.setattr(memory_actions, "erase_person", end)
        with pytest.raises(RuntimeError):
            erase(person)


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kept", JUMPS)
@pytest.mark.parametrize("agreed", JUMPS)
@pytest.mark.parametrize("said", JUMPS)
def test_a_new_yes_keeps_what_follows_it_and_nothing_else_whatever_the_clock_says(
    monkeypatch, said, agreed, kept
):
    live(ANN)
    date("a cat", timezone.now() + said)
    cut_short(ANN, monkeypatch)
    with monkeypatch.context() as wrong:
        now = timezone.now() + agreed
        wrong.setattr(timezone, "now", lambda: now)
        live(ANN, "a dog")
    date("a dog", timezone.now() + kept)
    look_again()
    assert texts_of(ANN) == ["a dog"]


@pytest.mark.django_db(transaction=True)
def test_a_level_chosen_after_an_erasure_stays_when_the_worker_looks_again():
    live(ANN)
    erase(ANN)
    choose_level(ANN, Consent.Level.STRICT, source="discord")
    OutboxEntry.objects.update(due_at=timezone.now())
    async_to_sync(outbox.drain)()
    consent = Consent.objects.get(person_id=ANN)
    assert (consent.status, consent.level) == (Consent.Status.DENIED, Consent.Level.STRICT)


@pytest.mark.django_db(transaction=True)
def test_an_older_backup_that_is_restored_is_erased_again():
    live(ANN)
    live(BEN)
    erasures.merge({ANN: timezone.now()})  # as the backup of before the erasure is restored
    counts = erasures.reapply()
    assert counts["memories"] == counts["profiles"] == 1
    assert texts_of(ANN) == []
    assert Consent.objects.get(person_id=ANN).status == "denied"
    assert texts_of(BEN) == ["a cat"]


@pytest.mark.django_db(transaction=True)
def test_the_file_alone_is_enough_after_the_loss_of_the_database():
    erase(ANN)
    Erasure.objects.all().delete()
    Consent.objects.all().delete()
    old = timezone.now() - timedelta(days=1)
    live(ANN)
    Consent.objects.update(decided_at=old)
    erasures.reapply()
    assert texts_of(ANN) == []
    assert Erasure.objects.filter(person_id=ANN).exists()


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_who_comes_back_with_an_older_database_is_erased_once_the_bot_starts():
    erase(ANN)
    for model in (Erasure, OutboxEntry, Consent):
        model.objects.all().delete()
    live(ANN)
    live(BEN)
    Consent.objects.update(decided_at=timezone.now() - timedelta(days=1))
    erasures.catch_up()
    async_to_sync(outbox.drain)()
    assert (texts_of(ANN), texts_of(BEN)) == ([], ["a cat"])
    assert Erasure.objects.filter(person_id=ANN).exists()


@pytest.mark.django_db(transaction=True)
def test_a_start_on_a_database_that_knows_all_erasures_has_nothing_to_do():
    erase(ANN)
    OutboxEntry.objects.all().delete()
    erasures.catch_up()
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_came_back_and_agreed_keeps_what_is_newer():
    live(ANN, "before")
    at = timezone.now()
    erasures.merge({ANN: at})
    Profile.objects.all().delete()
    live(ANN, "after")
    erasures.reapply()
    assert texts_of(ANN) == ["after"]
    assert Profile.objects.filter(person_id=ANN).exists()
    assert Consent.objects.get(person_id=ANN).status == "granted"


@pytest.mark.django_db(transaction=True)
def test_who_came_back_but_has_not_agreed_is_erased():
    live(ANN)
    decide_consent(ANN, granted=False, source="discord")
    erasures.merge({ANN: timezone.now()})
    erasures.reapply()
    assert texts_of(ANN) == []


@pytest.mark.django_db(transaction=True)
def test_erasing_again_changes_nothing_and_does_not_move_the_time():
    erase(ANN)
    before = erasures.listed()
    erasures.reapply()
    assert not any(erasures.reapply().values())
    assert erasures.listed() == before


@pytest.mark.heavy
@pytest.mark.django_db
def test_merging_keeps_the_latest_time_of_each_person():
    early = LATER - timedelta(days=30)
    assert erasures.merge({ANN: LATER, BEN: early}) == 2
    assert erasures.merge({ANN: early, BEN: early}) == 0
    assert erasures.listed() == {ANN: LATER, BEN: early}


@pytest.mark.heavy
@pytest.mark.django_db
def test_a_damaged_line_of_the_file_loses_no_other():
    erasures.note(ANN)
    with erasures.mirror().open("a") as file:
        file.write('{"person": "41000')
    erasures.note(BEN)
    with erasures.mirror().open("a") as file:
        file.write('\n[]\n{"person": "1", "at": "2025-01-01T10:00:00"}\n')
    Erasure.objects.all().delete()
    assert set(erasures.listed()) == {ANN, BEN, 1}
