"""One thing for another: what is over, and what has come in its place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync

from memories.evaluation.facts import facts_of
from memories.facts import hear
from memories.facts.statements import Said
from memories.tests.facts.test_asides import heard


def heard_at_once(first, second):
    """Return what holds after two messages, the second a minute after the first."""
    at, later = datetime(2026, 3, 2, 18, tzinfo=UTC), datetime(2026, 3, 2, 18, 1, tzinfo=UTC)
    known = hear_all(Said(first, at, "UTC"), [])
    known = hear_all(Said(second, later, "UTC", first, at), known)
    return [fact.text() for fact in known]


def hear_all(said, known):
    """Return what holds after a message."""
    changes = async_to_sync(hear)(said, known)
    ended = [one.fact for one in changes.ended]
    return [one for one in known if one not in ended] + [one.fact for one in changes.added]


@pytest.mark.parametrize(
    ("told", "later", "over", "now"),
    [
        ("We live in Ludlow", "sold up, we're in Hove now", "Ludlow", "They live in Hove."),
        ("I work at Lidl", "left Lidl for Aldi", "Lidl", "They work at Aldi."),
        ("I work at Lidl", "jumped ship from Lidl to Aldi", "Lidl", "They work at Aldi."),
        (
            "my husband works at Lidl",
            "he's left Lidl and gone to Aldi",
            "Lidl",
            "Their husband works at Aldi.",
        ),
        ("I do pottery", "swapped pottery for life drawing", "pottery", "They do life drawing"),
        ("my favourite band is Blur", "it's Pulp over Blur now", "Blur", "Their favourite band is"),
        (
            "I'm at St Bede's",
            "finished at St Bede's, off to sixth form at Thornhill",
            "Bede",
            "They go to Thornhill.",
        ),
        ("I work at Costa", "jacked in Costa, I'm at Pret now", "Costa", "They work at Pret."),
        ("We live in Derby", "sold the house in Derby, Hove now", "Derby", "They live in Hove."),
        ("we've three cats", "Mog died so it's two cats", "three", "They have two cats."),
        ("my boss is called Ken", "got a new boss, Priya", "Ken", "Their boss is called Priya."),
        ("I'm out of work", "got taken on at the bakery!", "out of", "They work at the bakery."),
        ("hello", "swapped Leeds for Whitby last spring", "Leeds", "They live in Whitby."),
        ("my uncle works at Asda", "he quit Asda, he's a cabbie now", "Asda", "Their uncle works"),
        ("my aunt lives in Bath", "she's moved, she's in Ely now", "Bath", "Their aunt lives"),
        ("my nephew lives in Hove", "he's up in Leith now", "Hove", "Their nephew lives in Leith"),
        ("my aunt studies law", "she's switched to botany", "law", "Their aunt studies botany"),
        ("I'm a plasterer", "they've made me foreman", "plasterer", "They work as a foreman."),
        ("we have nine ducks", "sold four ducks, that makes five", "nine", "They have five ducks"),
        ("my favourite band is Blur", "nah, Suede's my favourite now", "Blur", "Their favourite"),
        ("I live alone", "my niece came to live with me", "alone", "They live with their niece"),
        ("we have four cats", "down to three cats, we lost Mog", "four", "They have three cats."),
        ("my nan lives in Goole", "nan moved in with us", "Goole", "They live with their nan"),
    ],
)
def test_what_takes_the_place_of_something_holds_instead(told, later, over, now):
    found = heard(told, later)
    assert not any(over in one for one in found)
    assert any(one.startswith(now.removesuffix(".")) for one in found), found


@pytest.mark.parametrize(
    ("told", "later", "over"),
    [
        ("I work for Nokia", "got the boot from nokia", "Nokia"),
        ("I work for Nokia", "they let me go on Monday", "Nokia"),
        ("I work for Nokia", "I quit.", "Nokia"),
        ("I wait tables", "quit yesterday, my knees are done", "wait"),
        ("I play Halo", "uninstalled Halo for good", "Halo"),
        ("I love kippers", "can't even look at a kipper now", "kippers"),
        ("I study bookkeeping", "course finished, I've the certificate", "bookkeeping"),
        ("we have a parrot called Kiki", "Kiki has gone to live with my aunt", "Kiki"),
        ("Kim is my flatmate", "kim isn't my flatmate any longer", "Kim"),
        ("I'm learning Greek", "gave Greek the boot, learning Finnish now", "Greek"),
        ("I'm allergic to eggs", "turns out I'm not allergic to eggs after all", "eggs"),
        ("I love courgettes", "after this I never want to see another courgette", "courgettes"),
        ("I hate beetroot", "had beetroot roasted, I'm a convert", "beetroot"),
        ("I live with my parents", "got my own front door at last", "parents"),
        ("I'm looking for work", "found something! I start on Monday", "looking"),
        ("my girlfriend Nadia paints", "Nadia and I called time on it", "girlfriend"),
        ("I'm learning Welsh", "I've thrown in the towel with Welsh", "Welsh"),
        ("I play chess", "Gave up chess for lent", "chess"),
        ("I love chocolate", "giving up chocolate for Ramadan this year", "chocolate"),
        ("I love bread", "I've cut out bread", "bread"),
        ("I love crisps", "swearing off crisps for January", "crisps"),
        ("I love cider", "laying off the cider til spring", "cider"),
        ("I do pilates", "knocked pilates on the head", "pilates"),
        ("I do judo", "packing in judo for my knees", "judo"),
        ("I have a hamster called Nibbles", "Nibbles is no more", "is called Nibbles"),
        ("I work nights at Tesco", "they made me redundant", "Tesco"),
        ("I run a cafe", "the cafe went under", "cafe"),
        ("I smoke", "packed in the fags", "smoke"),
        ("I teach maths", "I've left teaching", "maths"),
        ("I've a broken arm", "cast's off, arm's fine", "broken arm"),
        ("I'm married", "decree came through today", "They are married"),
        ("I'm a vegetarian", "had a bacon sandwich, oops, that's that", "vegetarian"),
    ],
)
def test_what_is_given_up_is_over(told, later, over):
    assert not any(over in one for one in heard(told, later))


@pytest.mark.parametrize(
    "text",
    [
        "Gave up chess for lent",
        "Given up crisps for good",
        "quit pottery for the summer",
        "dropped judo for my knees",
        "swearing off chocolate for January",
    ],
)
def test_neither_what_is_given_up_nor_why_is_a_taste(text):
    assert heard(text) == []


@pytest.mark.parametrize(
    ("told", "later", "still"),
    [
        ("I do pottery", "I'm cut out for pottery", "They do pottery for fun."),
        ("I live in Ludlow", "my sister sold up, she's in Hove now", "They live in Ludlow."),
        ("I work at Lidl", "Aldi is cheaper than Lidl", "They work at Lidl."),
        ("I do pottery", "should I swap pottery for life drawing?", "They do pottery for fun."),
    ],
)
def test_what_others_or_guesses_exchange_stays(told, later, still):
    assert still in heard(told, later)


def test_a_postponed_plan_holds_on_its_new_day():
    found = heard("exam on Thursday", "they postponed the exam to the 20th")
    assert found == ["They have an exam on Friday, 20 March 2026."]


def test_a_date_of_what_comes_next_ends_nothing():
    told = {"text": "I work at the clinic", "at": "2026-03-02T18:00:00+00:00"}
    later = {
        "text": "I quit the clinic, starting my own practice in May",
        "at": "2026-03-06T18:00:00+00:00",
    }
    (clinic,) = [one for one in facts_of([told, later]) if one.predicate == "employer"]
    assert clinic.until == datetime(2026, 3, 6, 18, tzinfo=UTC)


def test_the_death_of_one_ends_no_count_of_several():
    found = heard("my dog is called Ace", "we have three dogs", "Ace died")
    assert "They have three dogs." in found


def test_a_pronoun_means_nobody_where_several_can_be_meant():
    found = heard("my sister lives in Leeds, mum lives in Hull", "she's moved, she's in York now")
    assert {"Their sister lives in Leeds.", "Their mum lives in Hull."} <= set(found)


@pytest.mark.parametrize(
    ("told", "instead", "now"),
    [
        ("my brother's name is Carl", "just kidding, it's Craig", "Their brother is called Craig."),
        ("my dad is a pilot", "jk he's a plumber", "Their dad works as a plumber."),
        ("my flatmate is called Jo", "scratch that, it's Flo", "Their flatmate is called Flo."),
        ("I'm Tom", "lol just kidding. I'm Tim", "Their name is Tim."),
    ],
)
def test_who_takes_back_what_they_told_may_tell_it_otherwise(told, instead, now):
    assert heard_at_once(told, instead) == [now]


def test_an_animal_is_named_by_what_it_is_said_to_be():
    assert "Their puppy is called Rolo." in heard_at_once("we got a puppy!", "He's Rolo")
    assert not any("Scottish" in one for one in heard_at_once("my boss is new", "He's Scottish"))
