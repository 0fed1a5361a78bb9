"""Tests of figures: what is counted, when, and what of a server is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from memories.access import Scope, is_visible, own_places, public_places
from memories.actions import note_recalls, remember, remember_all
from memories.analytics import UnansweredError, View, sql
from memories.analytics.significance import jlh
from memories.models import Memory, Place
from memories.tests.analytics.figures import (
    CROWD,
    NOW,
    OTHERS,
    YESTERDAY,
    agree,
    figures,
    fill,
    in_public,
    of_ann,
)
from memories.tests.factories import ANN, BEN, CHANNEL, CLEO, GUILD, draft
from memories.tests.test_access import GUILDS, PEOPLE, memories, scopes
from profiles.actions import decide_consent
from profiles.models import Emotion, Profile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]


def lies_in(memory, places):
    return any(
        all(getattr(memory, name) == value for name, value in fields.items()) for fields in places
    )


@pytest.mark.heavy
@given(memories(), st.sampled_from(GUILDS), st.sampled_from(PEOPLE))
def test_a_server_counts_what_anybody_may_be_told_in_its_public_channels(memory, guild, person):
    asker = person if memory.person_id is None else memory.person_id
    scope = Scope(asker, Place.PUBLIC_CHANNEL, 0, guild, frozenset())
    told_here = is_visible(memory, scope) and memory.guild_id == guild
    assert lies_in(memory, public_places(guild)) == told_here


@pytest.mark.heavy
@given(memories(), scopes())
def test_a_person_counts_what_is_theirs_and_may_be_told(memory, scope):
    theirs = memory.person_id == scope.person_id and is_visible(memory, scope)
    assert lies_in(memory, own_places(scope)) == theirs


def counts(named):
    return {one.name: one.count for one in named}


def test_a_report_counts_days_hours_kinds_and_growth():
    remember_all(
        [
            draft("I like miso", said_at=YESTERDAY, emotion=Emotion.HAPPY),
            draft("I like rome", said_at=YESTERDAY - timedelta(hours=3), emotion=Emotion.SAD),
            draft("A cat", kind=Memory.Kind.USER_FACT, category="pet", said_at=YESTERDAY),
        ]
    )
    found = figures(of_ann())
    assert (found.total, found.people, found.engine) == (3, None, "database")
    assert counts(found.days) == {"2025-11-19": 3}
    assert (found.hours[9], found.hours[6], sum(found.hours)) == (2, 1, 3)
    assert counts(found.kinds) == {"conversation": 2, "user_fact": 1}
    assert counts(found.categories) == {"pet": 1}
    assert {(one.month, one.emotion) for one in found.moods} == {
        ("2025-11", "happy"),
        ("2025-11", "sad"),
    }
    assert [(one.count, one.total) for one in found.growth] == [(3, 3)]


def test_hours_and_days_follow_the_operators_clock_through_its_changes(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    before, after = datetime(2025, 10, 25, 22, 30, tzinfo=UTC), datetime(2025, 10, 26, tzinfo=UTC)
    remember_all(
        [
            draft("Before midnight there", said_at=before - timedelta(hours=1)),
            draft("After midnight there", said_at=before),
            draft("Two o'clock", said_at=after),
            draft("Two o'clock once more", said_at=after + timedelta(hours=1)),
        ]
    )
    found = figures(of_ann())
    assert counts(found.days) == {"2025-10-25": 1, "2025-10-26": 3}
    assert (found.hours[23], found.hours[0], found.hours[2]) == (1, 1, 2)


def test_equal_counts_stand_by_name():
    facts = [("zebra", 1), ("apple", 1), ("music", 2)]
    remember_all(
        draft(f"{name} {number}", kind=Memory.Kind.USER_FACT, category=name)
        for name, times in facts
        for number in range(times)
    )
    assert [one.name for one in figures(of_ann()).categories] == ["music", "apple", "zebra"]


def test_what_is_hidden_or_no_longer_true_is_not_counted():
    remember(draft("hidden", hidden=True))
    remember(draft("I live in Rome", slot="city"))
    remember(draft("I live in Basel", slot="city", said_at=YESTERDAY))
    assert figures(of_ann()).total == 1


@pytest.mark.parametrize("year", [1, 1890, 1969, 9999])
def test_odd_years_do_no_harm(settings, year):
    settings.TIME_ZONE = "America/New_York"
    remember(draft("odd", said_at=datetime(year, 12, 31, 23, 59, tzinfo=UTC), emotion="happy"))
    found = figures(of_ann())
    assert [one.month for one in found.moods] == [f"{year:04}-12"]


def test_the_score_is_jlh():
    # 30 of 100 here, 10 of 1,000 everywhere: (0.3 - 0.01) * 0.3 / 0.01.
    assert jlh(30, 100, 10, 1_000) == pytest.approx(8.7)
    assert jlh(1, 100, 10, 1_000) == 0


def test_words_that_stand_out_are_told_as_people_write_them():
    remember_all(draft(f"kites over the lake {number}") for number in range(4))
    remember_all(draft(f"the lake {number}", BEN) for number in range(40))
    # All speak of the lake.
    assert counts(figures(of_ann()).words) == {"kites": 4}


def test_what_was_recalled_most_is_told():
    often, seldom, _ = (remember(draft(text)) for text in ("often", "seldom", "never"))
    note_recalls([often.pk, seldom.pk], at=YESTERDAY)
    note_recalls([often.pk], at=NOW)
    told = figures(of_ann()).most_recalled
    assert [(one.text, one.count, one.at) for one in told] == [
        ("often", 2, "2025-11-20"),
        ("seldom", 1, "2025-11-19"),
    ]


def test_nobody_elses_number_is_in_a_persons_report():
    fill(80)
    before = figures(of_ann())
    others = [draft("secret zeppelin", BEN, emotion="angry", category="odd") for _ in range(9)]
    others += [in_public("secret zeppelin", CLEO), in_public("secret zeppelin", None)]
    note_recalls([memory.pk for memory in remember_all(others)], at=NOW)
    after = figures(of_ann())
    # Which of Ann's words are telling depends on what all say; nothing else does.
    assert "zeppelin" not in counts(after.words)
    assert without_words(after) == without_words(before)


def without_words(report):
    return {name: getattr(report, name) for name in report.__slots__ if name != "words"}


def test_that_a_missing_owner_filter_is_noticed(monkeypatch):
    fill(80)
    alone = figures(of_ann()).total
    monkeypatch.setattr(
        sql, "counted", lambda places, now: Memory.objects.filter(hidden=False, valid_to=None)
    )
    assert figures(of_ann()).total > alone


def test_nothing_private_is_in_a_servers_report():
    agree(*CROWD)
    remember_all(in_public("the winter festival", one, emotion="happy") for one in CROWD)
    before = figures(View.server(GUILD))
    private = {"place": Place.PRIVATE_CHANNEL, "guild_id": GUILD, "channel_id": CHANNEL}
    for one in CROWD:
        remember(draft("secret zeppelin", one, emotion="sad", said_at=YESTERDAY))
        remember(draft("secret zeppelin", one, said_at=YESTERDAY, **private))
        remember(in_public("secret zeppelin", one, guild_id=901))
        remember(in_public("secret zeppelin", one, hidden=True))
        remember(in_public("secret zeppelin", one, said_at=NOW - timedelta(hours=1)))
    after = figures(View.server(GUILD))
    assert before.total == len(CROWD)
    assert "winter" in counts(after.words)
    assert without_words(after) == without_words(before)
    assert "zeppelin" not in counts(after.words)


def test_who_does_not_agree_is_not_counted_in_a_server():
    agree(*CROWD)
    remember_all(in_public("winter", one) for one in CROWD)
    decide_consent(ANN, granted=False, source="test")
    found = figures(View.server(GUILD))
    assert (found.total, found.people) == (len(CROWD) - 1, len(CROWD) - 1)


def test_of_few_people_only_the_total_is_told():
    agree(*OTHERS)
    shared = remember(in_public("Game night is on Friday", None))
    note_recalls([shared.pk], at=NOW)
    remember_all(in_public("winter", one, emotion="sad") for one in OTHERS[:4])
    found = figures(View.server(GUILD))
    assert (found.total, found.people, found.days, found.moods) == (5, None, [], [])
    assert "Fewer than 5 people" in found.notes[0]
    remember(in_public("winter", OTHERS[4], emotion="sad"))
    found = figures(View.server(GUILD))
    assert (found.total, found.people, len(found.days), len(found.moods)) == (6, 5, 1, 1)
    assert [one.text for one in found.most_recalled] == ["Game night is on Friday"]


@pytest.mark.parametrize(("sharing", "told"), [(4, False), (5, True)])
def test_moods_categories_and_words_need_five_people(sharing, told):
    agree(*CROWD)
    remember_all(draft(f"filler {n}", BEN) for n in range(40))
    remember_all(in_public(f"hello {n}", one) for n, one in enumerate(CROWD))
    for one in CROWD[:sharing] * 3:
        remember(in_public("zeppelin", one, emotion="sad", category="health"))
    found = figures(View.server(GUILD))
    assert ("zeppelin" in counts(found.words)) == told
    assert ("health" in counts(found.categories)) == told
    assert any(mood.emotion == "sad" for mood in found.moods) == told


def test_a_server_s_report_changes_by_what_five_people_said():
    agree(*CROWD)
    days_ago = [NOW - timedelta(days=days) for days in range(12)]
    remember_all(
        in_public("winter", one, emotion="sad", category="health", said_at=days_ago[9])
        for one in OTHERS[:5]
    )
    before = figures(View.server(GUILD))
    assert counts(before.categories) == {"health": 5}
    # Whoever compares the reports would learn what each of them said, and how they felt.
    for number, one in enumerate(OTHERS[:4]):
        known = {"emotion": "sad", "category": "health", "said_at": days_ago[5 - number]}
        remember(in_public("winter", one, **known))
        assert figures(View.server(GUILD)) == before
    remember(in_public("winter", OTHERS[4], said_at=days_ago[1]))
    after = figures(View.server(GUILD))
    assert (after.total, counts(after.categories)) == (10, {"health": 9})
    # What comes back with an earlier day, such as an import, joins the step of that day.
    remember(in_public("winter", OTHERS[5], said_at=datetime(1, 1, 1, tzinfo=UTC)))
    assert figures(View.server(GUILD)).people == 6


def test_names_are_no_words_of_a_server():
    agree(*CROWD)
    Profile.objects.create(person_id=ANN, name="Rosalind", preferred_name="Lindy")
    remember_all(draft(f"filler {n}", BEN) for n in range(40))
    for one in CROWD:
        remember(in_public("Rosalind Lindy Rome zeppelin <@4200000000000000>", one, speaker="Rome"))
    assert list(counts(figures(View.server(GUILD)).words)) == ["zeppelin"]


def test_an_empty_record_has_empty_figures():
    for view in (of_ann(), View.server(GUILD), View.console()):
        found = figures(view)
        assert found.is_empty
        assert sum(found.hours) == 0


def test_too_many_memories_are_given_up_in_time(monkeypatch):
    fill(20)
    monkeypatch.setattr(sql, "SECONDS", 0.0)
    with pytest.raises(UnansweredError):
        figures(View.console())
    with pytest.raises(CommandError, match="No figures"):
        call_command("analytics")


def test_the_command_prints_text_and_json():
    fill(120)
    out = StringIO()
    call_command("analytics", stdout=out)
    assert "By category\n" in out.getvalue()
    out = StringIO()
    call_command("analytics", "--person", str(ANN), "--json", stdout=out)
    printed = json.loads(out.getvalue())
    assert (printed["kind"], printed["of"]) == ("person", str(ANN))


@pytest.mark.parametrize("arguments", [["--person", "-1"], ["--server", str(2**63)]])
def test_ids_that_can_be_nobodys_are_refused(arguments):
    with pytest.raises(CommandError, match="not a Discord id"):
        call_command("analytics", *arguments)
