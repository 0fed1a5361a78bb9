"""The states of mind stand in one table; nothing else names all of them."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import load_command_class

from profiles import checks
from profiles.emotions.labels import STATES
from profiles.models import DISTRESS, Emotion
from profiles.states import Traits
from whisper import doctor

ELEVENTH = """
    TIRED = (
        "tired",
        Traits(
            valence=-0.6,
            weight=6,
            escalates=1,
            shade="#abcdef",
            guidance="They seem tired: be kind.",
        ),
        "Tired",
    )

    traits: Traits
"""
APPS = ("whisper", "profiles", "memories", "botrunner", "templates", "manage.py", "pyproject.toml")
# Runs in a copy of the project whose table has one more state.
USE_IT = """
import io, random, sqlite3
from contextlib import closing
import django
django.setup()
from django.core.management import call_command
call_command("makemigrations", verbosity=0)
call_command("migrate", verbosity=0)

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from botrunner.demo import story, talk, world
from memories.models import Memory, Place
from profiles import checks
from profiles.actions import decide_consent, meet, record_emotion
from profiles.emotions import classify
from profiles.emotions.lately import days_felt, in_words
from profiles.emotions.state import present_line
from profiles.legacy.writer import SCHEMA
from profiles.models import DISTRESS, Emotion, EmotionRecord, Profile
from dataclasses import replace

now = timezone.now()
decide_consent(1, granted=True, source="test")
meet(1, name="Ann", at=now)
record_emotion(1, emotion=Emotion.TIRED, scores={}, intensity=0.9, confidence=0.9, valence=-0.6,
               triggers=["yawn"], source_message_id=1, model="test", felt_at=now)
Memory.objects.create(person_id=1, kind=Memory.Kind.CONVERSATION, text="Up since four", said_at=now,
                      valid_from=now, emotion=Emotion.TIRED, place=Place.DIRECT, origin="message:1")
profile = Profile.objects.get()
assert (profile.current_emotion, profile.escalation_count) == ("tired", 1)
assert DISTRESS[0] == Emotion.TIRED
assert EmotionRecord.objects.get().get_emotion_display() == "Tired"
assert present_line(replace(classify("hello"), emotion=Emotion.TIRED)).startswith("They seem tired")
assert "tired" in in_words(days_felt(1, since=now.replace(year=now.year - 1)), today=now.date())
person = world.people(1, random.Random(1))[0]
line = story._line(person, now, "hm", "I see.", Emotion.TIRED, random.Random(1))
assert 0 < talk._intensity(line, random.Random(1)) <= 1
assert classify("I am so happy today").emotion == Emotion.HAPPY
decide_consent(1002, granted=True, source="test")
with closing(sqlite3.connect("user_profiles.db")) as older:
    older.executescript(SCHEMA)
    older.execute("INSERT INTO users (user_id, name, current_emotion, first_interaction, "
                  "last_interaction) VALUES ('1002', 'Ben', 'tired', '2025-06-01T10:00:00', "
                  "'2025-06-20T10:00:00')")
    older.execute("INSERT INTO emotion_history (user_id, detected_emotion, confidence, triggers, "
                  "intensity, timestamp) VALUES ('1002', 'tired', 0.9, '[]', 0.7, "
                  "'2025-06-20T10:00:00')")
    older.commit()
call_command("import_legacy", "profiles", "user_profiles.db", stdout=io.StringIO())
assert Profile.objects.get(person_id=1002).current_emotion == "tired"
assert EmotionRecord.objects.get(profile__person_id=1002).emotion == "tired"
assert [one.id for one in checks.the_classifier_knows_every_state()] == ["profiles.W001"]
User.objects.create_superuser("admin", password="secret")
client = Client(headers={"host": "localhost"})
client.force_login(User.objects.get())
client.post("/admin/memories/message/", {"reading_reason": "To see."})
for page in ("profiles/profile/", f"profiles/profile/{profile.pk}/change/",
             "profiles/emotionrecord/", "memories/memory/figures"):
    answer = client.get(f"/admin/{page}", follow=True)
    assert answer.status_code == 200, (page, answer.status_code)
assert "mood-tired" in answer.text
assert ".mood-tired { color: #abcdef; }" in client.get(reverse("console:mood_colours")).text
print("ALL USED")
"""


@pytest.mark.slow
@pytest.mark.long
def test_one_place_is_enough_for_an_eleventh_state(tmp_path):
    for name in APPS:
        source = settings.BASE_DIR / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("tests", "__pycache__")
            shutil.copytree(source, tmp_path / name, ignore=ignored)
        else:
            shutil.copy(source, tmp_path / name)
    table = tmp_path / "profiles" / "states.py"
    table.write_text(table.read_text().replace("\n    traits: Traits\n", ELEVENTH, 1))
    (tmp_path / "use_it.py").write_text(USE_IT)
    done = subprocess.run(
        [sys.executable, "use_it.py"],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "whisper.settings",
            "WHISPER_DATA_DIR": str(tmp_path / "data"),
        },
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.stdout.endswith("ALL USED\n"), done.stdout + done.stderr


def test_every_state_has_words_for_the_prompt():
    for emotion in Emotion:
        # Of these the prompt says nothing: they ask for no other reply.
        assert bool(emotion.traits.guidance) != (emotion in {Emotion.NEUTRAL, Emotion.CURIOUS})
        assert -1 <= emotion.traits.valence <= 1


def test_what_weighs_on_people_is_bad_and_the_heaviest_comes_first():
    assert tuple(sorted(DISTRESS, key=lambda emotion: -emotion.traits.weight)) == DISTRESS
    assert all(emotion.sign < 0 for emotion in DISTRESS)


def test_a_member_is_its_value_as_text_and_is_found_by_it():
    assert Emotion("sad") is Emotion.SAD
    assert {"sad": 1}[Emotion.SAD] == 1
    assert str(Emotion.SAD) == "sad"
    assert Emotion.SAD.label == "Sad"
    assert isinstance(Emotion.SAD.traits, Traits)
    assert tuple(Emotion) == STATES


def test_a_classifier_of_other_states_asks_to_be_trained_again(monkeypatch):
    assert checks.the_classifier_knows_every_state() == []
    known = (*(value for value in Emotion.values if value != "sad"), "tired")
    monkeypatch.setattr(checks, "states_known", lambda: known)
    (warning,) = checks.the_classifier_knows_every_state()
    assert warning.id == "profiles.W001"
    assert "never names sad; it still knows tired" in warning.msg
    assert "Retrain" in str(warning.hint)


def test_whoever_starts_whisper_or_asks_the_doctor_is_told_to_train_it(monkeypatch, capsys):
    monkeypatch.setattr(checks, "states_known", lambda: (*Emotion.values, "tired"))
    # As every command of Whisper does before its work.
    runbot = load_command_class("botrunner", "runbot")
    runbot.check(tags=runbot.requires_system_checks)
    assert "it still knows tired" in capsys.readouterr().err
    (found,) = [found for name, found in doctor.findings() if name == "moods"]
    assert (found.verdict, "train_emotions" in found.advice) == (doctor.Verdict.POOR, True)
