"""What people say in passing, and what ends or moves without being named in full."""

from __future__ import annotations

import pytest

from memories.evaluation.facts import facts_of

MONDAY = ("2026-03-02T18:00:00+00:00", "2026-03-02T18:02:00+00:00", "2026-03-03T18:00:00+00:00")


def heard(*texts: str) -> list[str]:
    """Return what holds after some messages: the second at once, the third a day later."""
    facts = facts_of([{"text": text, "at": at} for text, at in zip(texts, MONDAY, strict=False)])
    return [fact.text() for fact in facts if fact.until is None]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("this is Amaka typing, my hands are full", "Their name is Amaka."),
        ("kipping at my sister's till Friday", "They live with their sister."),
        ("the mortgage in Derby was mad so we bought in Leek", "They live in Leek."),
        ("been a chef for ten years at The Ivy", "They work at The Ivy."),
        ("my manager at the sorting office is lovely", "They work at the sorting office."),
        ("I'm officially a paramedic", "They work as a paramedic."),
        ("beetroot tastes like dirt", "They do not like beetroot."),
        ("my happy place is the library", "They like the library."),
        ("the film I keep coming back to is Amelie", "Their favourite film is Amelie."),
        ("my Polish is rusty", "They speak Polish."),
        (
            "ive got my driving theory test on the 14th",
            "They have a driving theory test on Saturday, 14 March 2026.",
        ),
        ("ferry to Calais on Friday", "They have a ferry to Calais on Friday, 6 March 2026."),
        ("we've a parrot that swears all day, Captain", "Their parrot is called Captain."),
        ("rescued a whippet last week, we called her Sooty", "Their dog is called Sooty."),
        ("Had to say goodbye to our old beagle Bramble", "Their dog Bramble has died."),
        ("my hamster had to be put down today", "Their hamster has died."),
        ("my nephew Ola turns 6 next Friday", "Their nephew Ola's birthday is 13 March."),
        ("my nephew Ola turns 6 next Friday", "Their nephew Ola is 5 years old."),
        ("I'll be 34 in June", "They are 33 years old."),
        ("I'm turning 50 next month", "They are 49 years old."),
        ("my sister Ines will be 30 next year", "Their sister Ines is 29 years old."),
        ("in two years I'll be 40", "They are 38 years old."),
        ("gonna audition for the school play on Thursday", "audition for the school play"),
        ("I see the dentist on Friday at quarter past nine", "6 March 2026 at 09:15"),
        ("sara my little sister just got a scooter", "Their sister is called sara."),
        ("I run a bakery in Deal", "They run a bakery"),
        ("got dumped today lol", "They broke up."),
        ("I share a flat with Jonas and Mehmet", "They live with Jonas and Mehmet."),
        ("I'm seeing someone new, her name's Nadia", "They are seeing someone."),
        ("I'm seeing someone new, her name's Nadia", "Their partner is called Nadia."),
        ("I take the van in for its MOT next Tuesday", "MOT on Tuesday, 10 March 2026"),
    ],
)
def test_what_is_said_in_passing_is_kept(text, sentence):
    assert any(sentence in one or one.startswith(sentence[:-1]) for one in heard(text)), heard(text)


@pytest.mark.parametrize(
    "text",
    [
        "is this Amaka typing?",
        "if I were kipping at my sister's I'd complain",
        "he said beetroot tastes like dirt",
        "our landlord in Derby is useless",
        "my friend's hamster had to be put down",
        "in the end nobody came. 14 years.",
        "gonna rain on Friday",
        "If I got a dog that barks all day, Rex",
        "do you have a parrot that swears, Captain?",
        "going to work tomorrow",
        "the cleaner is coming on Mondays",
    ],
)
def test_what_the_person_does_not_state_is_no_fact(text):
    assert heard(text) == []


@pytest.mark.parametrize(
    ("told", "changed", "sentence"),
    [
        ("my exam is on Friday", "they moved it to Monday", "exam on Monday, 9 March"),
        ("my exam is on Friday", "it got pushed back a week", "exam on Friday, 13 March"),
        ("my exam is on 14 March", "they moved it to Sunday", "exam on Sunday, 15 March"),
        ("remind me on Thursday to book the MOT", "no wait, make it Friday", "on Friday, 6 March"),
        ("my exam is on Friday at 9", "sorry, I meant at 10", "6 March 2026 at 10:00"),
        ("my son is called Marc", "typo, it's Mark with a k", "Their son is called Mark."),
        ("I've got three goats", "one of the goats died", "They have two goats."),
    ],
)
def test_what_is_moved_or_corrected_holds_as_it_is_now(told, changed, sentence):
    assert any(sentence in one for one in heard(told, changed)), heard(told, changed)


@pytest.mark.parametrize(
    ("told", "changed"),
    [
        ("Zainab and I are engaged", "we called the wedding off"),
        ("I work at Greggs", "chucked in the Greggs job"),
        ("I'm unemployed", "they hired me! got a job at last"),
        ("my aunt is coming on Sunday", "my aunt can't make it after all"),
        ("I'm allergic to cats", "no I'm not, just messing with you"),
        ("I'm dating Moses", "got dumped today"),
        ("my flatmate is called Priti", "Priti moved out yesterday"),
        ("I'm a vegetarian", "had a burger, so that's the end of being vegetarian"),
    ],
)
def test_what_is_over_holds_no_more(told, changed):
    kept = heard(told)
    assert kept
    assert not set(kept) & set(heard(told, changed))


def test_to_forget_about_somebody_cancels_no_plan():
    told = "my exam is on Friday"
    assert heard(told, "forget that bit about my wife") == heard(told)


def test_a_name_that_looks_alike_is_somebody_else():
    told = "my sister Julia lives in Bonn"
    assert heard(told, "Julie doesn't live there any more") == heard(told)


def test_a_name_that_follows_a_loss_is_not_the_person_s():
    found = heard("my cat had to be put down. Pepper. 14 years.")
    assert found == ["Their cat Pepper has died."]


def test_what_somebody_was_is_past():
    assert heard("I was a bus driver in Accra and then in Croydon for 31 years") == []


def test_an_interview_is_no_job():
    found = heard("next thursday I have an interview at a brewery")
    assert found == ["They have an interview at a brewery on Thursday, 12 March 2026."]


def test_what_was_before_the_shop_does_not_end_it():
    told = "I run a flower shop"
    assert set(heard(told)) <= set(heard(told, "I was a solicitor before the shop"))


def test_the_plan_that_is_moved_is_the_one_of_the_day_that_is_denied():
    moved = heard(
        "my theory test is on the 14th",
        "remind me to revise on friday",
        "they moved it, its the 21st now not the 14th",
    )
    assert "They have a theory test on Saturday, 21 March 2026." in moved
    assert "They are going to revise on Friday, 6 March 2026." in moved


def test_a_baby_that_is_expected_is_nobody_yet():
    said = "Astrid telephoned today. She is expecting a baby in September."
    assert "Their daughter Astrid is expecting." in heard("My daughter is Astrid", said)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("I tune pianos for a living", "They tune pianos."),
        ("i work at a dog groomers in hull", "They work at a dog groomers."),
        ("tomorrow I've the early run", "They have the early run on Tuesday, 3 March 2026."),
        ("I had my hip replaced last year", "They have a new hip."),
        ("I've got a penicillin allergy", "They are allergic to penicillin."),
    ],
)
def test_a_value_is_heard_whole(text, sentence):
    assert sentence in heard(text)


def test_what_is_only_decided_or_a_figure_of_speech_is_no_state():
    assert heard("I have decided to retire, actually.") == []
    assert heard("my crush left me on read") == []
    assert heard("I have a dog named Brahms, who is deaf as a post") == [
        "Their dog is called Brahms."
    ]
    assert heard("I'm full of codeine and very cheerful") == []


def test_how_old_somebody_grew_is_not_how_old_they_are():
    said = "Brahms died on Tuesday. He was fourteen."
    assert heard("My dog is called Brahms", said) == ["Their dog Brahms has died."]


def test_another_event_of_its_kind_ends_no_plan():
    plan = "They have a driving theory test on Saturday, 14 March 2026."
    told = "ive got my driving theory test on the 14th"
    assert plan in heard(told, "failed my practice test again. 38 out of 50")
    assert plan not in heard(told, "failed my theory test")
