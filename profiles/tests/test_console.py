"""People in the console: what is shown, and what can be corrected."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from profiles.actions import decide_consent, meet, record_emotion
from profiles.models import (
    Consent,
    Emotion,
    EmotionRecord,
    Profile,
    Relationship,
    RelationshipChange,
)
from profiles.relationship.actions import relate, set_level, show_trust
from profiles.relationship.signs import FollowUp, Signs
from whisper.models import ActionEntry
from whisper.tasks import many
from whisper.tests.reading import give_reason
from whisper.tests.tasks import done_now

ANN, BEN = 1001, 1002
NOW = timezone.now()


@pytest.fixture
def admin(client, db):
    for person, name in ((ANN, "Ann"), (BEN, "Ben")):
        decide_consent(person, granted=True, source="test")
        meet(person, name=name, at=NOW)
    show_trust(ANN, ["said they trust"], said_at=timezone.now())
    for number in range(12):
        feel(ANN, Emotion.ANGRY, NOW - timedelta(hours=20 * number), number)
    feel(BEN, Emotion.HAPPY, NOW, 100)
    client.force_login(User.objects.create_superuser("admin", password="a long password"))
    give_reason(client)
    return client


def feel(person, emotion, at, number):
    record_emotion(
        person,
        emotion=emotion,
        scores={"anger": 0.8} if emotion == Emotion.ANGRY else {"joy": 0.8},
        intensity=0.8,
        confidence=0.8,
        valence=-0.5,
        triggers=["boss"],
        source_message_id=number,
        model="test",
        felt_at=at,
    )


def ann():
    return Profile.objects.get(person_id=ANN)


def page_of_ann(admin):
    return admin.get(reverse("admin:profiles_profile_change", args=[ann().pk])).content.decode()


def test_the_page_shows_relationship_mood_and_their_history(admin):
    set_level(ANN, Relationship.FRIEND, reason="They <b>know</b> each other.", now=NOW)
    relate(ANN, Signs(follow_up=FollowUp(True, NOW)), message_pk=1, said_at=NOW)
    shown = page_of_ann(admin)
    assert "They &lt;b&gt;know&lt;/b&gt; each other." in shown
    assert "said they trust" in shown
    assert "Hard moods came with “boss”." in shown
    assert "Mean mood of each day" in shown
    assert f"from {timezone.localtime(NOW):%d %B %Y}" in shown
    assert shown.count("field-felt_at") <= 11


def test_a_page_of_somebody_of_whom_nothing_is_known_opens(admin):
    Profile.objects.filter(person_id=ANN).update(emotion_state={"days": "?"}, personality={})
    assert "Relationship" in page_of_ann(admin)


def test_a_level_is_changed_by_hand_with_a_reason(admin):
    url = reverse("admin:profiles_profile_change", args=[ann().pk])
    histories = {
        f"{name}-{field}": 0
        for name in ("relationship_changes", "emotion_records")
        for field in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    given = {"preferred_name": "Annie", "relationship_level": "friend"} | histories
    admin.post(url, given)
    assert (ann().preferred_name, ann().relationship_level) == ("", "stranger")
    admin.post(url, given | {"reason": "They met."})
    assert (ann().preferred_name, ann().relationship_level) == ("Annie", "friend")
    assert RelationshipChange.objects.get().reason == "They met."
    reasons = ActionEntry.objects.filter(action__in=["profile.rename", "profile.level"])
    assert set(reasons.values_list("reason", flat=True)) == {"They met."}


@pytest.mark.parametrize(
    ("action", "held"),
    [
        ("clear_moods", lambda: EmotionRecord.objects.filter(profile=ann()).exists()),
        ("clear_trust", lambda: bool(ann().trust_indicators)),
        ("end_distance", lambda: ann().distance_wished_at is not None),
    ],
)
def test_what_is_held_can_be_corrected(admin, action, held):
    act(admin, "keep_distance")
    act(admin, action, reason="")
    assert held()
    act(admin, action)
    assert not held()
    assert Profile.objects.get(person_id=BEN).emotion_state != {}
    reason = ActionEntry.objects.filter(person_id=ANN).latest("pk").reason
    assert reason == "They asked."


def act(admin, action, **given):
    """Do something about Ann in the list of people."""
    chosen = {"action": action, "_selected_action": [ann().pk]}
    reasoned = {"confirmed": "yes", "reason": "They asked."}
    return admin.post(reverse("admin:profiles_profile_changelist"), chosen | reasoned | given)


def test_of_many_people_a_job_forgets_moods(admin, monkeypatch):
    monkeypatch.setattr(many, "AT_ONCE", 1)
    act(admin, "clear_moods", select_across="1")
    assert EmotionRecord.objects.filter(profile=ann()).exists()
    assert done_now().result == {"changed": 2}
    assert not EmotionRecord.objects.exists()


def test_more_people_than_a_page_waits_for_are_not_erased_at_once(admin, monkeypatch):
    monkeypatch.setattr("profiles.admin.people.MOST_ERASED", 1)
    first = Consent.objects.values_list("pk", flat=True)[0]
    chosen = {"action": "erase_people", "select_across": "1", "_selected_action": [first]}
    url = reverse("admin:profiles_consent_changelist")
    page = admin.post(url, chosen | {"confirmed": "yes", "reason": "They asked."}, follow=True)
    assert "Choose at most 1 people" in page.content.decode()
    assert Profile.objects.count() == 2


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("page", "query", "found"),
    [
        ("profile", "trust=said they trust", ["Ann"]),
        ("profile", "trust=asked for advice", []),
        ("emotionrecord", "lately=joy", ["Ben"]),
        ("emotionrecord", "lately=grief", []),
        ("emotionrecord", "lately=distress", ["Ann"]),
    ],
)
def test_people_are_found_by_what_they_showed(admin, page, query, found):
    response = admin.get(reverse(f"admin:profiles_{page}_changelist") + f"?{query}")
    rows = response.context["cl"].queryset
    assert {str(getattr(row, "profile", row)) for row in rows} == set(found)


@pytest.mark.parametrize("name", ["emotionrecord", "consent"])
def test_lists_say_whose_a_row_is_by_name(admin, name):
    shown = admin.get(reverse(f"admin:profiles_{name}_changelist")).content.decode()
    for person, called in ((ANN, "Ann"), (BEN, "Ben")):
        address = reverse("console:person", args=[person])
        assert f'<a href="{address}"><bdi>{called}</bdi></a>' in shown
