"""Tests of what tests share and what they don't."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission

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
