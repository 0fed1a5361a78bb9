"""Ages follow birthdays, plans go by, and what holds for a while only becomes past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from memories.access import Scope
from memories.actions import Said, change_text, store_message
from memories.facts.ageing import age_at, number_of
from memories.facts.handlers import find_facts
from memories.facts.stored import told
from memories.models import Memory, Place
from memories.queries import known_facts
from profiles.actions import decide_consent, meet
from whisper.database.access import in_database

ANN = 101
UTC_ZONE = ZoneInfo("UTC")
MARCH = datetime(2026, 3, 2, 12, tzinfo=UTC)


def tell(text, *, at, number=1):
    """Store a message of Ann's and return what the outbox holds of it."""
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="ann_99", at=at)
    message, _ = store_message(
        Said(
            platform="discord",
            platform_id=number,
            person_id=ANN,
            author_name="ann_99",
            text=text,
            sent_at=at,
            channel_id=7,
            guild_id=None,
            place=Place.DIRECT,
            keep=True,
        )
    )
    return {"message": str(message.pk)}


async def hear_all(*texts, at=MARCH):
    """Hear messages of Ann's, each a minute after the one before."""
    for number, text in enumerate(texts, 1):
        when = at + timedelta(minutes=number)
        await find_facts([await in_database(tell, text, at=when, number=number)])


def known_texts(at, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at)
    return [entry.text for entry in known_facts(Scope.access(ANN), limit=50)]


@pytest.mark.parametrize(
    ("value", "birthday", "now", "age"),
    [
        ("29", "3 May", datetime(2026, 5, 2, tzinfo=UTC), 29),
        ("29", "3 May", datetime(2026, 5, 3, tzinfo=UTC), 30),
        ("29", "3 May", datetime(2031, 5, 3, tzinfo=UTC), 35),
        ("twenty-nine", "3 May", datetime(2026, 6, 1, tzinfo=UTC), 30),
        ("29", "3 May 1991", datetime(2026, 6, 1, tzinfo=UTC), 35),
        ("29", "May", datetime(2026, 5, 20, tzinfo=UTC), 29),
        ("29", "May", datetime(2026, 6, 1, tzinfo=UTC), 30),
        ("29", "29 February", datetime(2027, 3, 1, tzinfo=UTC), 30),
        ("thirties", "3 May", datetime(2026, 6, 1, tzinfo=UTC), None),
        ("29", "soon", datetime(2026, 6, 1, tzinfo=UTC), None),
    ],
)
def test_an_age_follows_the_birthday(value, birthday, now, age):
    assert age_at(value, MARCH, birthday, now, UTC_ZONE) == age


def test_numbers_are_read_from_digits_and_words():
    words = ["29", "twenty nine", "Forty", "seventeen", "twenty-eleven", "none", ""]
    assert [number_of(one) for one in words] == [29, 29, 40, 17, None, None, None]


@pytest.mark.django_db(transaction=True)
async def test_the_prompt_gets_the_age_of_today(monkeypatch):
    await hear_all("I'm 29 years old", "my birthday is 3 May")
    later = await in_database(known_texts, MARCH + timedelta(days=400), monkeypatch)
    assert "They are 30 years old." in later


@pytest.mark.django_db(transaction=True)
async def test_an_age_without_a_birthday_is_told_as_of_then_after_a_year(monkeypatch):
    await hear_all("I'm 29 years old")
    assert await in_database(known_texts, MARCH + timedelta(days=300), monkeypatch) == [
        "They are 29 years old."
    ]
    assert await in_database(known_texts, MARCH + timedelta(days=400), monkeypatch) == [
        "They were 29 years old in March 2026."
    ]


@pytest.mark.django_db(transaction=True)
async def test_a_brothers_age_follows_his_own_birthday(monkeypatch):
    await hear_all("my brother is 12 years old", "my birthday is 3 May")
    later = await in_database(known_texts, MARCH + timedelta(days=100), monkeypatch)
    assert "Their brother is 12 years old." in later


@pytest.mark.django_db(transaction=True)
async def test_what_holds_for_a_while_is_past_after_it(monkeypatch):
    await hear_all("I'm unemployed")
    four_years = MARCH + timedelta(days=4 * 365)
    assert await in_database(known_texts, four_years, monkeypatch) == [
        "They were unemployed in March 2026."
    ]


@pytest.mark.django_db(transaction=True)
async def test_what_is_said_again_holds_from_then_on(monkeypatch):
    await hear_all("I'm unemployed")
    later = MARCH + timedelta(days=2 * 365)
    await find_facts([await in_database(tell, "I'm unemployed", at=later, number=9)])
    four_years = MARCH + timedelta(days=4 * 365)
    assert await in_database(known_texts, four_years, monkeypatch) == ["They are unemployed."]


@pytest.mark.django_db(transaction=True)
async def test_a_plan_gone_by_leaves_what_is_always_known_and_is_told_as_past(monkeypatch):
    await hear_all("I have an exam on Thursday", "I live in Ghent")
    before = await in_database(known_texts, MARCH + timedelta(days=2), monkeypatch)
    assert before == ["They live in Ghent.", "They have an exam on Thursday, 5 March 2026."]
    after = MARCH + timedelta(days=5)
    assert await in_database(known_texts, after, monkeypatch) == ["They live in Ghent."]
    plan = await in_database(Memory.objects.get, predicate="plan")
    assert (
        told(plan, now=after, zone=UTC_ZONE, to_person=True)
        == "You had an exam on Thursday, 5 March 2026."
    )


@pytest.mark.django_db(transaction=True)
async def test_the_next_plan_leads_the_plans(monkeypatch):
    await hear_all("I have a wedding on 20 June", "I have an exam on Thursday")
    texts = await in_database(known_texts, MARCH + timedelta(hours=1), monkeypatch)
    assert ["exam" in text for text in texts] == [True, False]


@pytest.mark.django_db(transaction=True)
async def test_a_corrected_fact_is_told_in_the_words_of_the_correction(monkeypatch):
    await hear_all("I live in Ghent")
    fact = await in_database(Memory.objects.get)
    await in_database(change_text, fact, "They live in Gent-Brugge.")
    await in_database(fact.refresh_from_db)
    assert told(fact, now=MARCH, zone=UTC_ZONE) == "They live in Gent-Brugge."
    later = MARCH + timedelta(hours=1)
    await find_facts([await in_database(tell, "I moved to Porto", at=later, number=9)])
    assert await in_database(known_texts, later, monkeypatch) == ["They live in Porto."]
