"""People of the older bot come along: repaired, once, and without taking back what is newer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from profiles.actions import ask_consent, decide_consent, meet, rename
from profiles.legacy import actions
from profiles.legacy.merge import merge
from profiles.legacy.records import MODEL
from profiles.models import Consent, EmotionRecord, Profile, RelationshipChange
from profiles.privacy import Way, ways_of
from profiles.relationship.actions import forget_moods, forget_trust
from profiles.relationship.signs import MOST_SIGNS
from profiles.tests.legacy.older_bot import ANN, BEN, CLEO, MOOD, USER, older_database, take
from whisper.environment import environment
from whisper.models import ImportRun
from whisper.personal_data import erasures

NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "user_profiles.db"


def ann() -> Profile:
    return Profile.objects.get(person_id=ANN)


def test_times_without_a_zone_are_of_the_zone_that_is_given(path):
    take(older_database(path, users=[{}]), "--timezone", "Asia/Tokyo")
    assert ann().first_interaction == datetime(2025, 6, 1, 1, tzinfo=UTC)


def test_a_time_that_the_clocks_leave_out_moves_on_and_is_reported(path):
    older_database(path, users=[{"last_interaction": "2026-03-29T02:30:00"}])
    assert "clocks skip" in take(path, "--timezone", "Europe/Berlin")
    assert ann().last_interaction == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_moods_become_history_and_the_recent_window(path):
    moods = [{"timestamp": f"2025-06-{day:02}T10:00:00"} for day in range(1, 31)]
    take(older_database(path, users=[{}], moods=moods))
    assert ann().emotion_records.filter(model=MODEL).count() == 30
    assert [mood["at"] for mood in ann().emotion_state["recent"]][-1][:10] == "2025-06-30"
    assert ann().emotion_state["recent"][-1]["valence"] == pytest.approx(0.7)


def test_ids_of_any_form_are_taken(path):
    ids = ["1001", " 1002 ", "<@1003>", "<@!1004>"]
    said = take(older_database(path, users=[{"user_id": one} for one in ids]))
    assert set(Profile.objects.values_list("person_id", flat=True)) == {1001, 1002, 1003, 1004}
    assert "not a person's id" not in said


def test_what_is_no_persons_id_is_reported_and_the_rest_goes_on(path):
    wrong = [
        None,
        "",
        "Ann Smith",
        "-5",
        "99999999999999999999",
        "١٠٠١",
        "1.0e3",
        "01001",
        "<@01001>",
        "0",
    ]
    said = take(older_database(path, users=[{"user_id": one} for one in (*wrong, str(BEN))]))
    assert list(Profile.objects.values_list("person_id", flat=True)) == [BEN]
    assert f"not a person's id: {len(wrong)} skipped" in said


@pytest.mark.parametrize("first", [0, 1])
def test_an_id_with_a_leading_zero_takes_nobodys_place(path, first):
    rows = [{"name": "Ann"}, {"user_id": f"0{ANN}", "name": "Mallory"}, {"user_id": "0"}]
    said = take(older_database(path, users=rows[first:] + rows[:first]))
    assert list(Profile.objects.values_list("person_id", "name")) == [(ANN, "Ann")]
    assert f"0{ANN}" in said
    assert "not a person's id: 2 skipped" in said


def test_every_value_missing_is_still_a_person(path):
    take(older_database(path, users=[dict.fromkeys(USER) | {"user_id": str(ANN)}]))
    assert (ann().name, ann().relationship_level, ann().interaction_count) == ("", "stranger", 0)
    assert ann().first_interaction is None


def test_damaged_values_are_repaired_and_reported(path):
    damaged: list[dict[str, Any]] = [
        {"interaction_count": "many"},
        {"interaction_count": -4},
        {"interaction_count": 10**18},
        {"escalation_count": 1.5},
        {"first_interaction": "yesterday"},
        {"last_interaction": "9999-12-31T23:59:59"},
        {"first_interaction": "2025-07-01T10:00:00"},
        {"name": "x" * 300},
        {"name": b"\xff\xfe"},
        {"relationship_level": "soulmate"},
        {"trust_indicators": "[" * 100_000},
        {"trust_indicators": '["fine", 3]'},
    ]
    ids = [{"user_id": str(ANN + number)} for number in range(len(damaged))]
    users = [changes | one for changes, one in zip(damaged, ids, strict=True)]
    moods = [{"timestamp": "2025-06-05T10:00:00"} | one for one in ids]
    said = take(older_database(path, users=users, moods=moods), "--timezone", "US/Pacific")
    assert f"users: {len(damaged)} imported, {len(damaged)} repaired" in said
    assert min(Profile.objects.values_list("interaction_count", flat=True)) >= 0


def test_moods_without_a_time_are_left_out_and_the_rest_goes_on(path):
    times = [None, "", "soon", "2025-13-01T00:00:00"]
    moods = [*({"timestamp": one} for one in times), {}]
    said = take(older_database(path, users=[{}], moods=moods))
    assert f"it has no time: {len(times)} skipped" in said
    assert ann().emotion_records.count() == 1


def test_text_that_no_store_takes_is_cleaned(path):
    older_database(
        path, users=[{"name": "A\x00nn"}], moods=[{"triggers": '["\\ud83d", "a\\u0000"]'}]
    )
    take(path)
    assert ann().name == "Ann"
    assert ann().emotion_records.get().triggers == ["?", "a"]


def test_two_rows_of_one_person_are_taken_once(path):
    older_database(path, users=[{}, {"user_id": f" {ANN}"}])
    assert "another row belongs to the same person" in take(path)


def test_a_row_that_the_database_refuses_does_not_stop_the_rest(path, monkeypatch):
    def refuse(profile: Profile, old: Any) -> None:
        if old.person_id == ANN:
            raise ValueError("no")
        merge(profile, old)

    monkeypatch.setattr(actions, "merge", refuse)
    said = take(older_database(path, users=[{}, {"user_id": str(BEN)}]))
    assert "the database rejected it (ValueError): 1 skipped" in said
    assert [row.person_id for row in Profile.objects.all()] == [BEN]
    assert not Consent.objects.filter(person_id=ANN).exists()


def test_a_dry_run_reports_the_same_and_writes_nothing(path):
    older_database(path, users=[{}], moods=[{}])
    said = take(path, "--dry-run")
    assert "users: 1 imported" in said
    assert "moods: 1 imported" in said
    assert not [model for model in (Profile, Consent, ImportRun) if model.objects.exists()]


def test_a_backup_is_made_before_an_import_and_none_before_a_dry_run(path, monkeypatch):
    folder = path.parent / "backups"
    monkeypatch.setattr(environment, "backup_path", folder)
    take(older_database(path, users=[{}]), "--dry-run")
    assert not folder.exists()
    take(path)
    assert [one for one in folder.iterdir() if one.name.endswith("before-import-profiles")]


def test_whoever_talked_here_since_keeps_what_is_newer(path):
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="Annika", at=NOW)
    rename(ANN, preferred_name="An")
    take(older_database(path, users=[{"current_emotion": "sad", "escalation_count": 3}]))
    assert (ann().name, ann().preferred_name, ann().current_emotion) == ("Annika", "An", "neutral")
    assert (ann().interaction_count, ann().last_interaction) == (13, NOW)
    assert ann().first_interaction == datetime(2025, 6, 1, 10, tzinfo=UTC)
    assert (ann().relationship_level, ann().escalation_count) == ("friend", 0)


def test_a_second_import_adds_only_what_came_since(path):
    take(older_database(path, users=[{}], moods=[{}]))
    meet(ANN, name="Annika", at=NOW)
    path.unlink()
    later = {"interaction_count": 15, "last_interaction": "2025-07-01T10:00:00"}
    older_database(path, users=[later], moods=[{}, {"timestamp": "2025-07-01T10:00:00"}])
    said = take(path)
    assert ann().interaction_count == 12 + 1 + 3
    assert ann().name == "Annika"
    assert "moods: 1 imported, 1 unchanged" in said


def test_a_relationship_that_cooled_since_is_not_warmed_by_a_second_import(path):
    take(older_database(path, users=[{}]))
    Profile.objects.filter(person_id=ANN).update(relationship_level="acquaintance")
    take(path)
    assert ann().relationship_level == "acquaintance"


def test_a_relationship_that_came_along_has_its_reason(path):
    take(older_database(path, users=[{}]))
    take(path)
    change = RelationshipChange.objects.get()
    assert (change.before, change.after, change.rule) == ("stranger", "friend", "import")


def test_signs_of_trust_are_distinct_and_not_too_many(path):
    signs = ["first", *(f"sign {number}" for number in range(MOST_SIGNS)), "first"]
    take(older_database(path, users=[{"trust_indicators": json.dumps(signs)}]))
    assert len(ann().trust_indicators) == MOST_SIGNS
    assert len(set(ann().trust_indicators)) == MOST_SIGNS


def test_equal_moods_of_one_moment_are_as_many_as_they_were(path):
    older_database(path, users=[{}], moods=[{}, {}])
    take(path)
    take(path)
    assert EmotionRecord.objects.count() == 2


def test_whoever_said_no_is_left_out_with_everything(path):
    decide_consent(ANN, granted=False, source="test")
    said = take(older_database(path, users=[{}], moods=[{}]))
    assert "the person declined to be remembered: 1 skipped" in said
    assert not Profile.objects.exists()
    assert Consent.objects.get().status == Consent.Status.DENIED


def test_whoever_was_erased_does_not_come_back(path):
    erasures.note(ANN)
    assert "the person was erased: 1 skipped" in take(older_database(path, users=[{}]))
    assert not [model for model in (Profile, Consent) if model.objects.exists()]


def test_consent_given_is_for_those_whom_nobody_asked(path):
    ask_consent(BEN, source="discord")
    older_database(path, users=[{}, {"user_id": str(BEN)}])
    take(path, "--consent-given")
    assert dict(Consent.objects.values_list("person_id", "status")) == {
        ANN: Consent.Status.GRANTED,
        BEN: Consent.Status.ASKED,
    }


def test_who_was_brought_along_counts_as_asked_only_once_they_were(path):
    take(older_database(path, users=[{}]))
    assert Consent.objects.get().asked_at is None
    assert Consent.objects.get().to_be_asked
    asked = ask_consent(ANN, source="discord")
    assert asked.asked_at is not None
    assert not asked.to_be_asked


def test_no_name_and_no_text_stays_in_the_kept_report(path):
    older_database(
        path,
        users=[{"current_emotion": "melancholy"}, {"user_id": "Ben Miller"}],
        moods=[{"triggers": "my secret"}, {"user_id": "Cleo Jones"}],
    )
    said = take(path)
    assert "Ben Miller" in said
    assert "melancholy" in said
    kept = json.dumps(list(ImportRun.objects.values("report", "checkpoint")))
    assert not [word for word in ("Ben", "Cleo", "melancholy", "secret") if word in kept]


def test_a_stopped_run_goes_on_where_it_was(path, monkeypatch):
    older_database(path, users=[{"user_id": str(one)} for one in (ANN, BEN, CLEO)])
    bring, calls = actions.bring_profiles, []

    def stop_at_the_second(profiles, **options):
        calls.append([one.person_id for one in profiles])
        if len(calls) == 2:
            raise KeyboardInterrupt
        return bring(profiles, **options)

    monkeypatch.setattr(actions, "bring_profiles", stop_at_the_second)
    with pytest.raises(Exception, match="Continue with --resume"):
        take(path, "--batch-size", "1")
    said = take(path, "--batch-size", "1", "--resume")
    assert calls == [[ANN], [BEN], [BEN], [CLEO]]
    assert "users: 3 imported" in said
    assert ImportRun.objects.get().finished_at is not None


PRIVACY = {
    "user_id": str(ANN),
    "privacy_level": "moderate",
    "allow_cross_server": True,
    "allow_dm_to_server": False,
    "allow_server_to_dm": True,
    "allow_private_to_public": False,
    "custom_rules": {},
    "consent_status": "granted",
    "consent_timestamp": "2025-06-01T10:00:00",
    "updated_timestamp": "2025-06-01T10:00:00",
}


def with_privacy(path, **people: dict[str, Any]) -> None:
    older_database(path, users=[{}, {"user_id": str(BEN)}])
    file = path.parent / "privacy_data" / "user_privacy_preferences.json"
    file.parent.mkdir()
    file.write_text(json.dumps({str(ANN): PRIVACY | people["ann"]}))


def test_what_people_said_to_privacy_comes_along(path):
    with_privacy(path, ann={})
    take(path.parent)
    consent = Consent.objects.get(person_id=ANN)
    assert (consent.status, consent.decided_at) == (
        Consent.Status.GRANTED,
        datetime(2025, 6, 1, 10, tzinfo=UTC),
    )
    assert ways_of(consent) == {Way.SERVER_TO_DIRECT, Way.ACROSS_SERVERS}


def test_who_told_the_older_bot_no_is_left_out(path):
    with_privacy(path, ann={"consent_status": "denied"})
    take(path.parent)
    assert [row.person_id for row in Profile.objects.all()] == [BEN]
    assert Consent.objects.get(person_id=ANN).status == Consent.Status.DENIED


@pytest.mark.parametrize(
    ("said", "ways"),
    [
        (
            {"privacy_level": "strict", "allow_cross_server": False, "allow_server_to_dm": False},
            set(),
        ),
        (
            {"privacy_level": "custom", "custom_rules": {"dm_to_public_channel": True, "x": True}},
            {Way.SERVER_TO_DIRECT, Way.ACROSS_SERVERS, Way.DIRECT_TO_PUBLIC},
        ),
        ({"privacy_level": "?", "allow_cross_server": "yes"}, {Way.SERVER_TO_DIRECT}),
    ],
)
def test_each_level_opens_what_it_opened(path, said, ways):
    with_privacy(path, ann=said)
    take(path.parent)
    assert ways_of(Consent.objects.get(person_id=ANN)) == ways


def test_the_file_alone_does_not_take_back_what_the_database_said(path):
    take(older_database(path, users=[{}], moods=[{}]))
    older = USER | {"name": "A.", "emotion_history": [MOOD | {"triggers": []}]}
    file = path.parent / "user_profiles.json"
    file.write_text(json.dumps({str(ANN): older | {"preferences": {"likes": ["tea"]}}}))
    take(file)
    assert (ann().name, ann().interaction_count, ann().emotion_records.count()) == ("Ann", 12, 1)
    assert ann().preferences["likes"] == ["tea"]


def test_what_somebody_had_forgotten_is_not_brought_again_and_its_original_goes(path):
    take(older_database(path, users=[{}], moods=[{}]))
    assert "told a secret" in json.dumps(ann().preferences)
    forget_trust(ANN)
    forget_moods(ANN)
    assert "told a secret" not in json.dumps(ann().preferences)
    take(path)
    assert (ann().trust_indicators, ann().emotion_state) == ([], {})
    assert not EmotionRecord.objects.exists()
