"""Replies fit what was meant: nothing false, nothing brisk, nothing that wasn't asked."""

from __future__ import annotations

import pytest

from botrunner.offline.phrases import hearing, itself, meeting
from botrunner.offline.sounds import chat
from botrunner.tests.offline.test_offline import dialogue, reply_to, talk
from botrunner.tests.offline.test_plain_talk import fits
from botrunner.tests.offline.test_quoting import reply
from profiles.models import Emotion


@pytest.mark.parametrize(
    ("said", "phrases_that_fit"),
    [
        ("whats this server for", meeting.INTRODUCTION),
        ("how often do u sleep", itself.NEVER),
        ("can you phone my sister", itself.CANT_ACT),
        ("could u tell him to stop", itself.CANT_ACT),
        ("put eggs on the shopping list", itself.LISTS),
        ("whats the english word for aubergine", itself.CANT_DO),
        ("how do you say cheers in german", itself.CANT_DO),
        ("can u quiz me on the kings of France", itself.CANT_DO),
        ("do you see my screen", itself.CANT_SEE),
        ("and who sees this", itself.SECRET),
        ("do you remember like people do", itself.MEMORY),
        ("do you really think?", itself.FEELINGS),
        ("you have any kids yourself?", itself.PLAIN_LIFE),
        ("cheer me up", meeting.JOKES),
        ("distract me please", meeting.JOKES),
        ("sorry, that was rude of me", meeting.SORRY_ACCEPTED),
        ("sorry I'm rambling", meeting.SORRY_ACCEPTED),
        ("anyone ever tell you you're lovely", meeting.PRAISE),
        ("you've been so patient with me", meeting.PRAISE),
        ("you forgot my sister", meeting.LEFT_OUT),
        ("you are not at all listening", meeting.CRITICISED),
        ("see you then, adios amigo", meeting.FAREWELLS),
        ("time to hit the hay", meeting.GOOD_NIGHTS),
        ("ok. night now", meeting.GOOD_NIGHTS),
        ("you reckon we should sell it?", itself.ADVICE),
        ("can you please forget my ex", itself.FORGET_HELP),
        ("our parrot is missing", hearing.BAD_NEWS),
        ("im gonna flunk chemistry", hearing.WORRIED),
        ("i was very lonely at christmas", hearing.HARD),
        ("no one talks to me at work", hearing.HARD),
        ("cant sleep again", hearing.BAD_NEWS),
        ("I'm run ragged", hearing.DRAINED),
        ("she made the team!", hearing.GOOD_NEWS),
        ("it's our silver wedding on Sunday", hearing.GOOD_NEWS),
        ("he is in heaven now", hearing.LOSS),
        ("two residents passed last night", hearing.LOSS),
    ],
)
def test_what_is_said_gets_a_reply_of_its_kind(said, phrases_that_fit):
    found = reply_to(talk(said, emotion=Emotion.NEUTRAL))
    assert fits(found, phrases_that_fit), found


@pytest.mark.parametrize("said", ["mornin", "good evenin", "wsg"])
def test_greetings_are_heard_as_people_type_them(said):
    assert fits(
        reply_to(talk(said)),
        [
            one.replace("{daytime}", f"Good {daytime}")
            for one in meeting.GREETINGS
            for daytime in ("morning", "evening")
        ],
    )


def test_nobody_is_told_how_to_set_up_a_model_who_did_not_ask():
    asked = ["what's the tallest tree", "write me a song", "help me with my tax", "draw a cat"]
    assert not any("LLM_" in one for one in dialogue(*asked))


def test_a_cheerful_mood_alone_is_not_cheered():
    said = "the neighbour's boy has a new trombone"
    certain = talk(said, emotion=Emotion.HAPPY, certainty=0.99)
    assert not fits(chat(certain, said), hearing.GLAD)


def test_nothing_brisk_follows_bad_news():
    assert dialogue("I was so sad today, my heart hurts", "she was texting Ben all year")[1] in (
        *hearing.GENTLE,
        *hearing.HARD,
    )


def test_what_is_told_of_people_is_not_promised_to_be_kept_briskly():
    said = "some days he thinks the carer is his mother"
    assert chat(talk(said, emotion=Emotion.NEUTRAL), said) in hearing.HEARD_OF_PEOPLE


def test_a_correction_is_quoted_with_what_it_corrects():
    found = reply("who ate the cake", "Leo ate the whole cake", "wait no it was Mina")
    assert "ate the whole cake" in found
    assert "it was Mina" in found


def test_what_became_of_something_is_quoted_with_it():
    said = ("i owe Tunde 40 for the concert tickets", "lovely sun today", "paid Tunde back")
    assert "paid Tunde back" in reply("how much do i owe Tunde", *said)


def test_words_about_the_talk_are_not_quoted():
    said = ("My cousin Ada sings in a choir in Lagos", "I asked where Ada sings")
    assert "I asked" not in reply("where does Ada sing", *said)


def test_a_question_that_is_asked_again_is_understood():
    said = ("We are five in the bakery: Olu, Kim and the rest",)
    assert "Olu" in reply("I didn't ask about my sister, I asked who is in the bakery", *said)


def test_a_name_alone_does_not_make_two_questions_the_same():
    asked = dialogue("when is Nadia's thing", "the car is broken", "what does Nadia want to be")
    assert "car" not in asked[-1]


def test_the_next_plan_is_told_where_none_is_on_the_days_asked_for():
    found = reply_to(talk("what have I got this week?"), ["I have a checkup on 19 June"])
    assert "19 June" in found
    assert "Nothing for then" in found


def test_days_until_a_plan_are_counted():
    assert "In 30 days" in reply_to(
        talk("how long until my checkup?"), ["I have a checkup on 19 June"]
    )


def test_an_age_is_no_birthday():
    found = reply_to(talk("when is my birthday?"), ["I am 33 years old"])
    assert "You are 33" not in found


def test_a_job_says_nothing_of_a_day():
    assert not reply_to(talk("do I work this weekend?"), ["I work as a nurse"]).startswith("No")


def test_what_others_do_is_not_answered_with_what_the_person_does():
    found = reply("what does Simone study", "I study law in Leeds", "my friend Simone came by")
    assert "law" not in found


def test_a_fact_that_shares_only_the_name_makes_way_for_what_was_said():
    found = reply(
        "what made Joan laugh",
        "Joan laughed at a seagull today",
        known=["my wife Joan has arthritis"],
    )
    assert "seagull" in found
    assert "arthritis" not in found


def test_whom_somebody_plays_is_not_who_they_are():
    found = reply(
        "who does Irina play",
        "Irina plays the queen in the school show",
        known=["my daughter is called Irina"],
    )
    assert "queen" in found


def test_a_colour_is_found_where_it_is_asked_for():
    assert "purple" in reply("what colour was the scarf", "She wore a purple scarf at the party")


def test_a_partner_of_somebody_else_is_not_ones_own():
    found = reply("what was my husband called", "My son Jan came by with Eva and her husband Piet")
    assert "Piet" not in found


def test_a_name_that_was_not_asked_for_is_not_offered():
    assert "Olga" not in reply("what's my cat called", "It's Olga.")


@pytest.mark.parametrize("said", ["Remind me daily at 7 to stretch", "remind me each Monday"])
def test_a_repeated_reminder_is_not_taken_for_a_plan(said):
    assert reply_to(talk(said)) == hearing.REMIND_ONCE


def test_a_mere_sum_of_the_person_lists_all_that_is_known():
    known = ["I live in Ghent", "my dog is called Bo"]
    assert "Ghent" in reply_to(talk("sum up what you know about me"), known)
    assert "Ghent" in reply_to(talk("summarise what you know of me please"), known)


def test_today_is_told_as_a_date():
    assert "20 May 2025" in reply_to(talk("what's today?"))


def test_a_plan_that_is_a_deed_is_called_off_in_words():
    known = ["I'm going to sell the boat on 3 June"]
    said = reply_to(talk("I'm not going to sell the boat after all"), known)
    assert "your sell" not in said


def test_a_view_is_beyond_it_whoever_is_known():
    known = ["my best friend is called Lena"]
    assert reply_to(talk("do you reckon she is angry with me"), known) in itself.ADVICE


def test_how_long_a_stay_lasts_is_not_how_far_off_it_is():
    found = reply_to(talk("how long are we in Lisbon for?"), ["I'm going to Lisbon on 3 June"])
    assert "In 14 days" not in found


def test_a_day_since_when_is_no_day_of_what_happens():
    found = reply("when does Ida come", "Ida comes next week, first time since Easter")
    assert "April" not in found


def test_a_line_on_somebody_unnamed_may_answer_for_who_is_named():
    said = ("my son Theo loves maths", "the rain stopped", "his coach Mr Abara says he is quick")
    assert "Abara" in reply("who is Theo's coach", *said)
