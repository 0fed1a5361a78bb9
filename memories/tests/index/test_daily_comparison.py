"""Once a day the copy that is searched is compared with the database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from unittest import mock
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from memories import jobs
from memories.handlers import index as bring
from memories.index import differences, engines
from memories.index.changes import INDEX, Removal, removals_in
from memories.index.differences import Differences
from memories.models import Memory
from memories.tests.factories import ANN, said
from whisper import health
from whisper.models import OutboxEntry, PeriodicJob
from whisper.outbox import AwayError
from whisper.periodic import JobError, run_now

pytestmark = pytest.mark.django_db(transaction=True)

ELSEWHERE = UUID(int=7)


class Copy:
    """A copy that reports what a test says, and notes where it was asked to begin."""

    def __init__(self):
        self.begun, self.stretches, self.away = [], [], False

    async def compare(self, after):
        self.begun.append(after)
        if self.away:
            raise AwayError("Tiny is away")
        for one in self.stretches:
            yield one


@pytest.fixture
def copy(monkeypatch, local):
    """Let the engine in process be one with a copy."""
    copy = Copy()
    changed = replace(engines.engine(), is_copy=True, compare=copy.compare)
    monkeypatch.setattr("memories.index.local.ENGINE", changed)
    return copy


def difference(looked_at=5, missing=(), extra=(), **others):
    return Differences(looked_at, {"missing": missing}, extra, others)


def compare():
    return async_to_sync(jobs.compare_index)(asyncio.Event())


def queued():
    entries = OutboxEntry.objects.filter(topic=INDEX).order_by("pk")
    return list(entries.values_list("payload", flat=True))


def reported():
    return async_to_sync(health.report)()["periodic"]


def test_there_is_nothing_to_compare_in_process(local, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert compare() == "there is no copy to compare"


def test_a_copy_that_is_the_same_is_told_with_what_was_compared(copy):
    copy.stretches = [difference(3), difference(2)]
    assert compare() == "5 memories compared, no difference"
    assert queued() == []


def test_what_it_lacks_is_queued_again(copy):
    lost = said("Miso sleeps")
    OutboxEntry.objects.all().delete()
    copy.stretches = [difference(missing=[lost.pk])]
    assert compare() == "5 memories compared. The index had 1 missing: queued again."
    assert queued() == [{"changed": [str(lost.pk)]}]


def test_what_was_set_aside_is_not_queued_again_but_told(copy):
    refused, waiting = said("Miso sleeps"), said("Miso eats")
    entries = OutboxEntry.objects.filter(topic=INDEX)
    entries.filter(payload={"changed": [str(refused.pk)]}).update(failed_at=timezone.now())
    before = queued()
    copy.stretches = [difference(missing=[refused.pk, waiting.pk])]
    with pytest.raises(JobError, match="1 set aside: run manage"):
        compare()
    assert queued() == before


def test_each_entry_of_the_outbox_is_read_once(copy):
    lost = [said(f"Miso {number}") for number in range(3)]
    OutboxEntry.objects.all().delete()
    copy.stretches = [difference(missing=[one.pk]) for one in lost]
    with mock.patch.object(differences, "changes_in", return_value=[]) as read:
        compare()
    assert [call.args[0] for call in read.call_args_list] == [[one] for one in queued()[:2]]


def test_what_needs_a_command_is_told_in_health_and_looked_at_the_next_day(copy):
    copy.stretches = [difference(ahead=1)]
    assert async_to_sync(run_now)("memory index") is False
    assert "memory index fails (The index has 1 ahead" in reported().detail
    assert reported().degraded
    failed = PeriodicJob.objects.get(name="memory index")
    assert failed.finished_at is not None
    assert failed.due_at == failed.finished_at + timedelta(days=1)
    copy.stretches = [difference()]
    assert async_to_sync(run_now)("memory index") is True
    assert not reported().degraded


def test_what_only_it_has_is_removed(copy):
    gone = Removal(ELSEWHERE, f"person:{ANN}", 9)
    copy.stretches = [difference(extra=[gone])]
    assert "1 extra: queued again" in compare()
    assert removals_in(queued()) == [gone]


def test_what_waits_for_it_already_is_no_difference(copy):
    waiting = said("Miso sleeps")
    before = queued()
    copy.stretches = [difference(missing=[waiting.pk])]
    assert "no difference" in compare()
    assert queued() == before


def test_what_can_not_be_queued_names_the_command(copy):
    copy.stretches = [difference(different=2, ahead=0)]
    with pytest.raises(JobError, match=r"2 different: run manage\.py memory_index verify --repair"):
        compare()
    assert queued() == []


def test_one_that_is_away_is_told_and_asked_again(copy):
    copy.away = True
    with pytest.raises(JobError, match="Tiny is away"):
        compare()


def test_each_day_takes_another_part_of_many_memories(copy, monkeypatch):
    monkeypatch.setattr(differences, "MOST", 2)
    for number in range(5):
        said(f"Miso {number}")
    copy.stretches = [difference(1), difference(1), difference(missing=[ELSEWHERE])]
    for number in range(3):
        day = date.fromordinal(3 * 200_000 + number)
        monkeypatch.setattr("django.utils.timezone.localdate", lambda day=day: day)
        assert compare() == "2 memories compared, no difference"
    ids = list(Memory.objects.order_by("pk").values_list("pk", flat=True))
    assert copy.begun == [None, ids[1], ids[3]]


@pytest.mark.service
def test_elasticsearch_gets_back_what_it_lost(elasticsearch):
    from memories.tests.index.test_memory_index_command import in_index

    kept, gone = said("Miso 1"), said("Miso 2")
    elasticsearch.settle()
    assert compare() == "2 memories compared, no difference"
    lost = said("Miso 3")
    OutboxEntry.objects.all().delete()
    Memory.objects.filter(pk=gone.pk).delete()
    Memory.objects.filter(pk=kept.pk).update(text="Nori", revision=99 + kept.revision)
    assert "1 missing, 1 stale, 1 extra: queued again" in compare()
    async_to_sync(bring)(queued())
    OutboxEntry.objects.all().delete()
    elasticsearch.refresh()
    assert in_index(1) == {str(kept.pk), str(lost.pk)}
    assert compare() == "2 memories compared, no difference"
