"""What is said and asked of others isn't taken for the person's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from botrunner.offline.gathering import heard
from botrunner.offline.intents import reply_to as reply_with
from botrunner.offline.notes import Line, Notes
from botrunner.offline.phrases import hearing
from botrunner.tests.offline.test_offline import (
    NOW,
    ZONE,
    dialogue,
    facts,
    reply_to,
    said_before,
    talk,
)


def test_the_job_of_somebody_named_is_not_ones_own():
    known = ["I was a weaver until I retired", "My daughter Elin is a judge"]
    assert "judge" in reply_to(talk("What does Elin do for a living?"), known)


def test_what_somebody_named_studies_is_not_ones_own():
    known = ["I study law", "My nephew Oskar plays chess"]
    assert "law" not in reply_to(talk("what will Oskar study?"), known)


def test_a_sentence_about_somebody_named_states_nothing_of_ones_own():
    assert "you study" not in reply_to(
        talk("Oskar starts uni in Lund in May, doing marine biology")
    )


def test_which_of_them_is_answered_by_what_is_asked_of_them():
    line = "Nils has eczema and Nora is left-handed"
    both = "I'm the proud mum of twins, Nils and Nora"
    recalled = [said_before(both, dense=0.5), said_before(line, dense=0.4)]
    assert line in reply_to(talk("which of my twins has eczema?", recalled=recalled), [both])


def test_what_is_noted_of_one_person_is_said_together():
    reply = reply_to(talk("My wife Ana works as a nurse and lives in Bath"))
    assert reply.count("your wife Ana") == 1
    assert "nurse and lives in Bath" in reply


@pytest.mark.parametrize(
    ("said", "phrases"),
    [
        ("beat my personal best today!!", hearing.GOOD_NEWS),
        ("Anja is expecting her second baby!", hearing.GOOD_NEWS),
        ("my shoulder is killing me", hearing.HURT),
    ],
)
def test_records_babies_and_pains_get_their_own_words(said, phrases):
    assert reply_to(talk(said)) in phrases


def test_by_when_asks_for_the_day_of_what_was_asked_before():
    replies = dialogue("I have to renew my passport on 14 August", "what must I renew?", "by when?")
    assert "14 August" in replies[-1]


def test_what_was_noted_for_a_day_is_told():
    replies = dialogue("I have the dentist on Friday", "what did you note about Friday?")
    assert "dentist" in replies[-1]


@pytest.mark.parametrize(
    "said",
    ["no, the physio is on Friday, not Thursday", "it's not Thursday the physio, it's Friday"],
)
def test_the_day_that_is_not_meant_makes_room_for_the_one_that_is(said):
    replies = dialogue("on Thursday I have the physio", said, "when is the physio?")
    assert "Friday, 23 May" in replies[-1]
    assert "Thursday" not in replies[-1]


def test_what_one_has_got_on_is_asked_of_days_to_come():
    replies = dialogue("on Thursday I have the physio", "what have I got on this month?")
    assert "physio on Thursday, 22 May" in replies[-1]


def test_where_one_comes_from_is_no_answer_to_who_is_coming():
    line = "my nan comes to us in June"
    recalled = [said_before(line, dense=0.6)]
    reply = reply_to(talk("when is my nan coming?", recalled=recalled), ["I come from Gdynia"])
    assert line in reply
    assert "You come" not in reply


def test_how_something_went_is_told_by_what_was_said_of_it_later():
    known = facts("I have an audition on 4 June")
    later = "didn't get the audition, oh well"
    notes = Notes(facts=known, lines=[Line(later, NOW - timedelta(days=1))], zone=ZONE)
    context = talk("how did my audition go?")
    assert later in reply_with(context, async_to_sync(heard)(context, notes))
