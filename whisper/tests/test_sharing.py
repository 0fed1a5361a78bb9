"""Tests of what tests share and what they don't."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission

from conftest import spread
from memories.models import Memory, Message
from whisper.copying.locations import Location
from whisper.tests.database_copies import fill
from whisper.tests.emptying import empty
from whisper.tests.workers import redis_database, take_a_share


@pytest.fixture
def variables(tmp_path):
    return {
        "PYTEST_XDIST_WORKER": "gw2",
        "WHISPER_DATA_DIR": str(tmp_path),
        "REDIS_URL": "redis://127.0.0.1:6379/4",
    }


def test_a_worker_has_a_folder_and_a_redis_database_of_its_own(variables, tmp_path):
    take_a_share(variables)
    assert variables["WHISPER_DATA_DIR"] == str(tmp_path / "gw2")
    assert Path(variables["WHISPER_DATA_DIR"]).is_dir()
    assert variables["REDIS_URL"] == "redis://127.0.0.1:6379/6"


def test_what_a_worker_starts_works_in_the_workers_share(variables):
    take_a_share(variables)
    started = variables | {"WHISPER_DATA_DIR": "/elsewhere"}
    before = dict(started)
    take_a_share(started)
    assert started == before


def test_without_workers_nothing_is_shared_out(tmp_path):
    alone = {"WHISPER_DATA_DIR": str(tmp_path), "REDIS_URL": "redis://127.0.0.1:6379"}
    before = dict(alone)
    take_a_share(alone)
    assert alone == before


@pytest.mark.parametrize("address", ["redis://a:b@host:1", "redis://a:b@host:1/"])
def test_an_address_without_a_database_means_the_first(address):
    assert redis_database(address, 3) == "redis://a:b@host:1/3"


@pytest.mark.django_db(transaction=True)
def test_emptying_takes_rows_that_refer_to_each_other_and_leaves_permissions():
    permissions = Permission.objects.count()
    fill(Location("default", "", None))
    assert Message.objects.exists()
    empty("default")
    assert not Message.objects.exists()
    assert not Memory.objects.exists()
    assert Permission.objects.count() == permissions > 0


@pytest.mark.xdist_group("sharing")
def test_a_group_keeps_to_one_process(request):
    if not request.config.getoption("loadgroup", False):
        pytest.skip("no processes share these tests")
    # pytest-xdist hands out tests by what follows the @.
    assert request.node.nodeid.endswith("@sharing")


class Item:
    """Has marks, as a test has."""

    def __init__(self, *marks):
        self._marks = marks

    def get_closest_marker(self, name):
        return name if name in self._marks else None


def test_slow_tests_are_spread_among_the_others_and_none_begins_late():
    quick = [Item() for _ in range(100)]
    slow = [Item("slow") for _ in range(8)]
    of_a_group = [Item("slow", "xdist_group") for _ in range(2)]
    ordered = spread([*slow, *quick, *of_a_group])
    assert [item for item in ordered if item in quick] == quick
    assert [item for item in ordered if item not in quick] == [*of_a_group, *slow]
    places = [ordered.index(item) for item in (*of_a_group, *slow)]
    assert places == list(range(0, 90, 9))


def test_tests_of_one_kind_stay_in_their_order():
    for kind in ("slow", "quick"):
        items = [Item(kind) for _ in range(5)]
        assert spread(items) == items
