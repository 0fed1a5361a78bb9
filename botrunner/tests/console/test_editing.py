"""Tests of the form that edits a person."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from botrunner.conversation.profile_summary import picture_of
from memories.access import Scope
from profiles.actions import decide_consent, meet, record_emotion, rename
from profiles.actions.base import ProfileError
from profiles.actions.editing import Edit, edit_profile
from profiles.models import Emotion, EmotionRecord, Profile
from profiles.preferences import preferences_of, wishes, zone_of
from profiles.relationship.actions import forget_personality, keep_personality
from whisper.action_log import command
from whisper.models import ActionEntry

pytestmark = pytest.mark.heavy


@pytest.fixture
def ann(db):
    decide_consent(101, granted=True, source="test")
    return meet(101, name="Ann", at=timezone.now())


@pytest.fixture
def owner(client, django_user_model, ann):
    client.force_login(django_user_model.objects.create_superuser("admin", password="a long one"))
    client.post(edit_of(ann), {"reading_reason": "Ann asked for help."})
    return client


def edit_of(profile):
    return reverse("console:edit_person", args=[profile.person_id])


def opened(client, profile, **changes):
    """Return what the form sends once it was opened and some of it was changed."""
    form = client.get(edit_of(profile)).context["form"]
    given = {field.html_name: field.value() for field in form}
    return {
        **{name: value for name, value in given.items() if value not in (None, False)},
        **changes,
    }


def test_each_change_is_made_and_logged_with_its_old_and_new_value(owner, ann):
    given = opened(
        owner,
        ann,
        preferred_name="Annie",
        relationship_level="friend",
        preference__pronouns="she, her",
        reason="She asked for it.",
    )
    assert owner.post(edit_of(ann), given).status_code == 302
    ann.refresh_from_db()
    assert (ann.preferred_name, ann.relationship_level) == ("Annie", "friend")
    assert preferences_of(ann) == {"pronouns": "she, her"}
    entries = ActionEntry.objects.filter(person_id=101, reason="She asked for it.")
    assert {entry.action: entry.changes for entry in entries} == {
        "profile.rename": {"preferred_name": ["", "Annie"]},
        "profile.level": {"relationship_level": ["stranger", "friend"]},
        "profile.edit": {"preference.pronouns": ["", "she, her"]},
    }


def test_nothing_is_changed_without_a_reason(owner, ann):
    response = owner.post(edit_of(ann), opened(owner, ann, preferred_name="Annie", reason=" "))
    assert "Write a short reason" in response.content.decode()
    ann.refresh_from_db()
    assert ann.preferred_name == ""


def test_what_another_admin_wrote_meanwhile_is_shown_and_not_overwritten(owner, ann):
    given = opened(owner, ann, preferred_name="Annie", relationship_level="friend", reason="x")
    rename(101, preferred_name="Anna")
    response = owner.post(edit_of(ann), given)
    assert response.context["conflicts"] == [("Preferred name", "Anna", "Annie")]
    ann.refresh_from_db()
    assert (ann.preferred_name, ann.relationship_level) == ("Anna", "stranger")
    again = {**given, "seen": response.context["form"].data["seen"]}
    assert owner.post(edit_of(ann), again).status_code == 302
    ann.refresh_from_db()
    assert ann.preferred_name == "Annie"


def test_what_another_admin_changed_elsewhere_in_the_form_stays(owner, ann):
    given = opened(owner, ann, preference__pronouns="she, her", reason="x")
    rename(101, preferred_name="Anna")
    assert owner.post(edit_of(ann), given).status_code == 302
    ann.refresh_from_db()
    assert (ann.preferred_name, preferences_of(ann)) == ("Anna", {"pronouns": "she, her"})


def test_a_preference_of_another_name_is_added_and_removed_again(owner, ann):
    given = opened(owner, ann, new_key_0="Favourite colour", new_value_0="green", reason="x")
    owner.post(edit_of(ann), given)
    ann.refresh_from_db()
    assert preferences_of(ann) == {"favourite_colour": "green"}
    owner.post(edit_of(ann), opened(owner, ann, preference__favourite_colour="", reason="x"))
    ann.refresh_from_db()
    assert preferences_of(ann) == {}


def test_a_trait_is_set_by_hand_and_the_next_estimate_leaves_it(owner, ann):
    keep_personality(101, {"openness": 0.53, "extraversion": 0.4, "method": "words-1"})
    given = opened(owner, ann, personality__openness="0.8", reason="They said so.")
    assert owner.post(edit_of(ann), given).status_code == 302
    entry = ActionEntry.objects.get(action="profile.edit")
    assert entry.changes == {"personality.openness": ["0.53", "0.8"]}
    keep_personality(101, {"openness": 0.5, "extraversion": 0.45, "method": "words-1"})
    ann.refresh_from_db()
    assert (ann.personality["openness"], ann.personality["extraversion"]) == (0.8, 0.45)
    owner.post(edit_of(ann), opened(owner, ann, personality__openness="", reason="No longer."))
    keep_personality(101, {"openness": 0.5})
    ann.refresh_from_db()
    assert ann.personality == {"openness": 0.5}


def test_a_trait_set_by_hand_is_shown_to_its_person_without_an_estimate_and_at_zero(owner, ann):
    traits = {"personality__openness": "0", "personality__extraversion": "0.8"}
    owner.post(edit_of(ann), opened(owner, ann, **traits, reason="They said so."))
    lines = picture_of(Scope.access(101), shown=lambda text, length: text)
    assert "How you seem to write: openness 0.0, extraversion 0.8." in lines


def test_a_trait_that_another_admin_set_meanwhile_is_shown_and_not_overwritten(owner, ann):
    given = opened(owner, ann, personality__openness="0.8", reason="x")
    owner.post(edit_of(ann), opened(owner, ann, personality__openness="0.2", reason="y"))
    response = owner.post(edit_of(ann), given)
    assert response.context["conflicts"] == [("Openness", "0.2", "0.8")]


def test_who_had_their_personality_forgotten_is_not_described_by_hand(owner, ann):
    given = opened(owner, ann, personality__openness="0.8", reason="x")
    forget_personality(101)
    assert not owner.get(edit_of(ann)).context["form"].traits()
    owner.post(edit_of(ann), given)
    edit = Edit({"personality.openness": "0.8"}, {})
    with pytest.raises(ProfileError, match="agreed to be described"):
        edit_profile(101, edit, actor=command(), reason="x")
    ann.refresh_from_db()
    assert "openness" not in ann.personality


def test_the_notes_of_the_program_are_no_preference(owner, ann):
    Profile.objects.filter(pk=ann.pk).update(preferences={"forgotten": {"moods": "2026"}})
    given = opened(owner, ann, new_key_0="forgotten", new_value_0="nothing", reason="x")
    owner.post(edit_of(ann), given)
    ann.refresh_from_db()
    assert ann.preferences == {"forgotten": {"moods": "2026"}}


def test_a_corrected_mood_stands_beside_the_judged_one(owner, ann):
    judge(ann, Emotion.ANGRY)
    owner.post(edit_of(ann), opened(owner, ann, mood="happy", reason="It was a joke."))
    moods = EmotionRecord.objects.filter(profile=ann).order_by("felt_at")
    assert [mood.emotion for mood in moods] == ["angry", "happy"]
    entry = ActionEntry.objects.get(action="profile.correct_mood")
    assert entry.changes == {"current_emotion": ["angry", "happy"]}


def test_distress_that_piled_up_is_set_to_nothing(owner, ann):
    for _ in range(4):
        judge(ann, Emotion.SAD)
    owner.post(edit_of(ann), opened(owner, ann, calm="on", reason="They are well."))
    ann.refresh_from_db()
    assert ann.escalation_count == 0
    assert ActionEntry.objects.filter(action="profile.calm").exists()


@pytest.mark.parametrize(
    "odd",
    [
        {"seen": "forged"},
        {"relationship_level": "lover"},
        {"preference__time_zone": "Mars/Olympus"},
        {"preferred_name": "x" * 50_000},
        {"mood": "hangry"},
        {"personality__openness": "1.01"},
        {"personality__openness": "nan"},
    ],
)
def test_bad_input_changes_nothing(owner, ann, odd):
    before = Profile.objects.values().get(pk=ann.pk)
    response = owner.post(edit_of(ann), opened(owner, ann, reason="x", **odd))
    assert response.status_code == 200
    assert Profile.objects.values().get(pk=ann.pk) == before


def test_the_prompt_respects_preferences_and_quotes_free_words(ann):
    ann.preferences = {"reply_length": "short", "never_mention": 'the "mock" exam', "other": "x"}
    assert wishes(ann) == (
        'They want short replies. Never mention this to them: "the \\"mock\\" exam".'
    )


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", None, "../../etc/passwd", 5])
def test_an_unknown_time_zone_is_that_of_the_companion(ann, zone):
    ann.preferences = {"time_zone": zone}
    assert zone_of(ann) == zone_of(None)


def test_a_known_time_zone_is_used(ann):
    ann.preferences = {"time_zone": "Asia/Tokyo"}
    assert zone_of(ann).key == "Asia/Tokyo"


def judge(profile, emotion):
    record_emotion(
        profile.person_id,
        emotion=emotion,
        scores={},
        intensity=0.9,
        confidence=0.9,
        valence=emotion.traits.valence,
        triggers=[],
        source_message_id=None,
        model="test",
        felt_at=timezone.now(),
    )
