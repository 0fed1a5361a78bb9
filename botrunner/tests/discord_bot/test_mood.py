"""Tests of the chart of moods, with the real bot in a simulated Discord."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from PIL import Image

from botrunner.discord_bot.moods.chart import HEIGHT, SHAPES, WIDTH, Frame, draw, in_words
from profiles.actions import decide_consent, meet
from profiles.models import EmotionRecord
from profiles.states import Emotion
from whisper.database.access import in_database

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
FRAME = Frame(NOW - timedelta(days=30), NOW, UTC)


def felt(emotion: Emotion, *, days_ago: float, intensity: float = 1.0) -> EmotionRecord:
    """Return a mood that isn't stored."""
    at = NOW - timedelta(days=days_ago)
    return EmotionRecord(emotion=emotion, intensity=intensity, confidence=0.9, felt_at=at)


def colours(picture: bytes) -> set[str]:
    """Return the colours of a picture's pixels."""
    image = Image.open(io.BytesIO(picture))
    assert image.size == (WIDTH, HEIGHT)
    found = image.convert("RGB").getcolors(WIDTH * HEIGHT) or []
    return {"#" + bytes(colour).hex() for _, colour in found if isinstance(colour, tuple)}


@pytest.mark.parametrize("emotion", list(Emotion))
def test_each_mood_has_a_mark_of_its_own_colour_and_shape(emotion):
    shade = emotion.traits.shade
    assert SHAPES[emotion.traits.shape]
    assert shade in colours(draw([felt(emotion, days_ago=3)], FRAME))
    others = [one for one in Emotion if one.traits.shade != shade]
    assert shade not in colours(draw([felt(one, days_ago=3) for one in others], FRAME))


def test_the_words_tell_what_the_chart_shows():
    moods = [felt(Emotion.SAD, days_ago=9)]
    moods += [felt(Emotion.HAPPY, days_ago=3 - hour / 24) for hour in range(2)]
    assert in_words(moods, FRAME) == (
        "Your moods from 01 Mar to 31 Mar, in 3 messages: happy 2, sad 1. The best day was 28 Mar, "
        "the hardest 22 Mar."
    )


@pytest.mark.parametrize("count", [1, 2, 400])
def test_any_number_of_moods_can_be_drawn(count):
    moods = [felt(Emotion.HAPPY, days_ago=0.05 * one) for one in range(count, 0, -1)]
    assert len(draw(moods, FRAME)) < 100_000


async def test_people_see_their_own_moods_with_a_description(discord_world):
    ann, ben = (discord_world.create_user(name) for name in ("Ann", "Ben"))
    for person, emotion in ((ann, Emotion.HAPPY), (ben, Emotion.ANGRY)):
        await in_database(decide_consent, person.id, granted=True, source="test")
        profile = await in_database(meet, person.id, name="x", at=timezone.now())
        await EmotionRecord.objects.acreate(
            profile=profile, emotion=emotion, intensity=1, confidence=1, felt_at=timezone.now()
        )
    shown = await ann.slash("mood")
    assert shown.ephemeral
    assert "in 1 message: happy 1." in shown.response.content
    (file,) = shown.response.attachments
    assert file.filename == "moods.png"
    assert file.description in shown.response.content


async def test_who_has_no_moods_is_told_so(discord_world):
    shown = await discord_world.create_user("Ann").slash("mood", days=7)
    assert shown.response.content.startswith("I noted no moods of yours")
    assert not shown.response.attachments
