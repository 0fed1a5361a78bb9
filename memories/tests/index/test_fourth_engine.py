"""An engine is one folder and its name in the setting: everything else follows."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.core.management.base import CommandError

from memories import checks
from memories.access import Scope
from memories.analytics import View, analytics
from memories.index import copied_index, memory_index, reset
from memories.index.base import Candidate, Entry
from memories.index.changes import INDEX
from memories.index.engines import Engine
from memories.index.left_to_database import LeftToDatabase
from memories.models import Memory
from memories.tests.factories import ANN, asked, said
from memories.tests.search.searching import find, texts
from whisper import health
from whisper.environment import environment
from whisper.models import OutboxEntry

pytestmark = pytest.mark.django_db(transaction=True)


class TinyIndex(LeftToDatabase):
    """Proposes what was brought to it."""

    def __init__(self):
        self.held: dict[Any, Entry] = {}

    async def candidates(self, query, scope, *, limit=100):
        return [Candidate(entry, None, 1.0, 0.0) for entry in self.held.values()][:limit]

    async def trouble(self):
        return ""

    async def follow(self, changed, removed):
        from whisper.database.access import in_database

        rows = await in_database(lambda: list(Memory.objects.filter(pk__in=changed)))
        self.held |= {row.pk: Entry.of(row) for row in rows}
        for one in removed:
            self.held.pop(one.id, None)

    async def refresh(self):
        pass


def manage(command, options):
    if options["action"] != "status":
        raise CommandError("tiny knows status alone")
    command.stdout.write("tiny is well")


@pytest.fixture
def tiny(monkeypatch):
    """Put a module beside the engines, and its name into the setting."""
    module = ModuleType("memories.index.tiny")
    module.ENGINE = Engine(title="Tiny", make=TinyIndex, manage=manage, is_copy=True)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(environment.__dict__, "memory_index", "tiny")
    reset()
    yield
    reset()


def test_changes_are_brought_to_it_and_it_proposes(tiny):
    from memories.tests.indices import Searched

    kept = said("Miso sleeps")
    assert OutboxEntry.objects.filter(topic=INDEX).exists()
    Searched().settle()
    found = async_to_sync(memory_index().candidates)(asked("miso"), Scope.direct(ANN))
    assert [one.entry.id for one in found] == [kept.pk]
    assert copied_index() is memory_index()


def test_what_it_does_not_do_the_database_does(tiny):
    said("Miso sleeps")
    page = find("miso")
    assert (texts(page), page.engine, page.not_supported) == (["Miso sleeps"], "database", ())
    report = async_to_sync(analytics)(View.console())
    assert (report.engine, report.total) == ("database", 1)


def test_it_is_prepared_with_everything_else(tiny, monkeypatch, capsys):
    ready = Engine(
        title="Tiny",
        make=TinyIndex,
        manage=manage,
        prepare=lambda command: command.stdout.write("tiny is ready"),
    )
    monkeypatch.setattr(sys.modules["memories.index.tiny"], "ENGINE", ready)
    call_command("prepare")
    assert "tiny is ready" in capsys.readouterr().out


def test_its_health_its_command_and_its_package_are_asked_for(tiny, capsys, monkeypatch):
    assert async_to_sync(health.report)()["memory index"].detail == "tiny, 0 changes wait"
    call_command("memory_index", "status")
    assert "tiny is well" in capsys.readouterr().out
    with pytest.raises(CommandError, match="status alone"):
        call_command("memory_index", "create")
    assert checks.the_index_is_installed() == []
    needy = Engine(title="Tiny", make=TinyIndex, manage=manage, package="no_such_package")
    monkeypatch.setattr(sys.modules["memories.index.tiny"], "ENGINE", needy)
    (error,) = checks.the_index_is_installed()
    assert "no_such_package" in error.msg
