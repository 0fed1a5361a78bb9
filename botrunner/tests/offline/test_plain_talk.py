"""Ordinary talk of people who test, tease, grieve and think aloud gets a reply that fits."""

from __future__ import annotations

import pytest

from botrunner.offline import phrases
from botrunner.tests.offline.test_offline import dialogue, reply_to, talk
from profiles.models import Emotion


def fits(reply, phrases_that_fit):
    return reply in {one.format(name=", Ann", bot="Whisper") for one in phrases_that_fit}


@pytest.mark.parametrize(
    ("said", "phrases_that_fit"),
    [
        ("Hello. Is this thing on?", phrases.EMPTY),
        ("do you sell my data", phrases.PRIVATE),
        ("where are my messages stored", phrases.PRIVATE),
        ("can I trust you?", phrases.TRUST),
        ("can you learn?", phrases.LEARNS),
        ("are you a girl or what", phrases.NO_BODY),
        ("who's your creator", phrases.MAKERS),
        ("how do I turn you off", phrases.STOPPED),
        ("tell me a secret", phrases.NO_SECRETS),
        ("what am i thinking right now", phrases.CANT_SEE),
        ("do you speak german", phrases.LANGUAGES),
        ("what can you actually do", phrases.ABILITIES),
        ("but what if i fail", phrases.WHAT_IF),
        ("do they?", phrases.SURE),
        ("turn off the lights", phrases.CANT_DO),
        ("you're basically a notepad", phrases.ONLY_A_MEMORY),
        ("thats not helpful", phrases.CRITICISED),
        ("ur no fun", phrases.CRITICISED),
        ("how rude", phrases.CRITICISED),
        ("you're a stupid piece of junk", phrases.INSULTED),
        ("you are very intelligent robot, congratulations", phrases.PRAISE),
        ("i should sleep", phrases.GOOD_NIGHTS),
        ("k gn", phrases.GOOD_NIGHTS),
        ("I find I'm rather tired now.", phrases.TIRED),
        ("omg hiii", phrases.GREETINGS),
        ("no", phrases.SHORT_DENIALS),
        ("ok", phrases.SHORT_ANSWERS),
    ],
)
def test_what_is_said_to_a_program_is_answered_in_kind(said, phrases_that_fit):
    reply = reply_to(talk(said, emotion=Emotion.NEUTRAL))
    greetings = {one.format(name=", Ann", daytime="Good morning") for one in phrases_that_fit
                 if "{daytime}" in one}  # fmt: skip
    assert fits(reply, [one for one in phrases_that_fit if "{daytime}" not in one]) or (
        reply in greetings
    )


@pytest.mark.parametrize(
    "said",
    [
        "you said I had no cat",
        "no i dont",
        "I didn't say he was nice",
        "i might stay home, maybe",
        "I suppose so, for the cat",
    ],
)
def test_what_is_only_thought_aloud_is_not_promised_to_be_kept(said):
    assert reply_to(talk(said, emotion=Emotion.NEUTRAL)) not in phrases.KEPT


@pytest.mark.parametrize(
    "said",
    [
        "everyone keeps saying he's in a better place",
        "Let me guess, you're here to help me.",
        "that is not what my mum wanted",
    ],
)
def test_a_cheerful_mood_that_is_doubtful_gets_no_cheerful_word(said):
    assert reply_to(talk(said, emotion=Emotion.HAPPY, certainty=0.9)) not in phrases.GLAD


@pytest.mark.parametrize("said", ["stop that now please", "the bus was late because of the snow"])
def test_an_order_or_a_remark_on_others_is_no_feeling_of_the_persons(said):
    reply = reply_to(talk(said, emotion=Emotion.ANGRY, certainty=0.9))
    assert reply not in phrases.A_LOT


def test_after_a_loss_nothing_brisk_is_said_for_a_while():
    _, coat, angry = dialogue(
        "my dad died on tuesday", "he had this old green coat", "i'm so angry at everyone"
    )
    assert coat in phrases.GENTLE
    assert angry in phrases.GENTLE
    assert coat != angry


def test_dying_of_joy_is_not_mourned():
    assert reply_to(talk("he smiled at me today im dying")) not in phrases.LOSS


def test_advice_that_others_give_is_not_asked_for():
    reply = reply_to(talk("My aunt keeps giving me advice I didn't ask for"))
    assert reply not in phrases.ADVICE


def test_a_knock_knock_joke_is_played_to_its_end():
    assert dialogue("Knock knock", "lettuce")[:2] == ["Who's there?", "Lettuce who?"]
    assert dialogue("Knock knock", "lettuce", "lettuce in!")[2] in phrases.PUNCHLINE


def test_who_bets_that_nothing_is_known_is_answered():
    said = "i bet you can't even remember my name"
    assert "Anna" in reply_to(talk(said), ["My name is Anna"])


def test_by_what_others_call_somebody_is_asked_for_the_nickname():
    told = ["my name is Oluwaseun but everyone calls me Shay"]
    assert "Shay" in reply_to(talk("what do people call me"), told)


def test_a_habit_of_forgetting_is_no_question():
    reply = reply_to(talk("I keep forgetting where I put my reading glasses"))
    assert reply in phrases.KEPT + phrases.HEARD


def test_a_plan_that_is_cancelled_is_said_to_be_off():
    reply = reply_to(talk("cancel my dentist appointment"), ["dentist appointment on 23 May"])
    assert reply == "Noted: your dentist appointment is off."
