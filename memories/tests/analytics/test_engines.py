"""Tests that Elasticsearch counts as the database does, and only what belongs to the view."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from memories.access import Scope
from memories.analytics import View
from memories.index.changes import INDEX
from memories.models import Place
from memories.tests.analytics.figures import CROWD, agree, figures, fill, of_ann
from memories.tests.factories import CHANNEL, GUILD
from profiles.actions import decide_consent
from whisper.environment import environment
from whisper.models import OutboxEntry

VIEWS = {"person": of_ann, "server": lambda: View.server(GUILD), "console": View.console}


def views():
    """Return all views, and Ann's in a server."""
    here = Scope(CROWD[0], Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    return [view() for view in VIEWS.values()] + [View.person(here)]


@pytest.fixture
def filled(elasticsearch, transactional_db):
    """Return Elasticsearch with a made-up record; one of the people declined."""
    agree(*CROWD[:-1])
    decide_consent(CROWD[-1], granted=False, source="test")
    fill(500)
    elasticsearch.settle()
    return elasticsearch


def from_row(monkeypatch, view):
    """Return the report that the database gives."""
    with monkeypatch.context() as patch:
        patch.setattr(environment, "memory_index", "local")
        return figures(view)


@pytest.mark.service
def test_both_engines_count_the_same(filled, monkeypatch, settings):
    for zone in ("Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York"):
        settings.TIME_ZONE = zone
        for view in views():
            counted = figures(view)
            assert counted.engine == "elasticsearch"
            assert counted.total
            assert len(counted.growth) > 5
            assert counted == replace(from_row(monkeypatch, view), engine="elasticsearch")
    assert any(one.words for one in map(figures, views()))


def everything(*_):
    return {"match_all": {}}


def take_out(monkeypatch, *guards):
    """Take out guards, each as one careless change would."""
    from memories.index.elasticsearch import figures as elasticsearch
    from memories.index.elasticsearch.query import still_true

    filters = elasticsearch._filters
    faults = {
        "places": ("in_places", everything),
        "people": ("_of_people", everything),
        "all": ("_filters", lambda question: [still_true(question.now)]),
        "partition": ("_filters", lambda question: without_partition(filters(question))),
        "answer": ("_look_whose", lambda *_: None),
    }
    for guard in guards:
        monkeypatch.setattr(elasticsearch, *faults[guard])


def without_partition(clauses):
    return [one for one in clauses if "partition" not in one.get("term", {})]


@pytest.mark.service
def test_no_guard_stands_alone(filled, monkeypatch):
    for name in ("person", "server"):
        with monkeypatch.context() as patch:
            check_guards(patch, name)


def check_guards(monkeypatch, name):
    """Take out each guard of a view, and then all of them."""
    expected = from_row(monkeypatch, VIEWS[name]())
    for guard in ("places", "people", "all", "partition", "answer"):
        with monkeypatch.context() as patch:
            take_out(patch, guard)
            found = figures(VIEWS[name]())
        assert replace(found, engine="database", notes=expected.notes) == expected, guard
    # That this can fail: without any of them others are counted.
    take_out(monkeypatch, "all", "answer")
    assert figures(VIEWS[name]()).total > expected.total


@pytest.mark.service
def test_where_elasticsearch_may_not_count_the_database_does(filled, monkeypatch, caplog):
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        take_out(patch, "all")
        assert figures(View.server(GUILD)).engine == "database"
    assert "outside their view" in caplog.text
    with monkeypatch.context() as patch:
        patch.setattr("memories.index.elasticsearch.figures.SCHEMA", 99)
        of_another_mapping = figures(of_ann())
    assert of_another_mapping.engine == "database"
    assert "Elasticsearch can't count now" in of_another_mapping.notes[0]
    entry = OutboxEntry.objects.create(topic=INDEX, payload={})
    OutboxEntry.objects.filter(pk=entry.pk).update(
        created_at=entry.created_at - timedelta(seconds=30)
    )
    assert figures(of_ann()).engine == "database"


def test_where_elasticsearch_is_away_the_database_counts(transactional_db, monkeypatch):
    monkeypatch.setattr(environment, "memory_index", "elasticsearch")
    monkeypatch.setattr(environment, "elasticsearch_url", [SecretStr("http://127.0.0.1:9")])
    fill(30)
    found = figures(View.console())
    assert (found.engine, bool(found.total)) == ("database", True)
    assert "Elasticsearch can't count now" in found.notes[0]
