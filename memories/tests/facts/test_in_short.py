"""What people say in few words of work, home, health and pastimes, and what only sounds like it."""

from __future__ import annotations

import pytest

from memories.tests.facts.test_asides import heard


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nights at the cannery this month, feed my cat please", "They work at the cannery."),
        ("on the tills at M&S so I get the discount", "They work at M&S."),
        ("been with the ferry company since '04", "They work at the ferry company."),
        ("went part time at the library after the baby came", "They work at the library."),
        ("my uncle drives for Arriva", "Their uncle works at Arriva."),
        ("teaching assistant by day, goblin by night", "They work as a teaching assistant."),
        ("we bought a tent when I got the ranger job", "They work as a ranger."),
        ("I do the accounts for two pubs", "They do the accounts."),
        ("full time carer for my sister", "They work as a full time carer."),
        ("my son's bought a place in Hull", "Their son lives in Hull."),
        ("my cousin's lot are out in Cork", "Their cousin lives in Cork."),
        ("my brother Idris is a welder in Cardiff", "Their brother Idris lives in Cardiff."),
        ("finally out of halls, tiny flat in Sale", "They live in Sale."),
        ("second year law at Durham, send coffee", "They go to Durham."),
        ("I'm on the BTEC course, two evenings a week", "They study BTEC."),
        ("on warfarin so mind the knives", "They take warfarin."),
        ("my hay fever is a cruel joke", "They have hay fever."),
        ("mum's got dementia, music still calms her", "Their mum has dementia."),
        ("my brother Niall lives with me, he has Down's", "Their brother Niall has Down's."),
        ("my brother Niall lives with me, he has Down's", "They live with their brother Niall."),
        ("vegetarian since the flood", "They are vegetarian."),
        ("fencing Mondays, choir Fridays, work the rest", "They go in for fencing."),
        ("hip op is down for 14 December", "They have a hip op on Monday, 14 December 2026."),
        ("I've the optician at 3 tomorrow", "the optician on Tuesday, 3 March 2026"),
        ("viva on Friday, hide me", "They have a viva on Friday, 6 March 2026."),
        ("Wilf, 72, retired lighthouse engineer, before you ask", "They are retired."),
        ("my dad, 72, retired postman", "Their dad is 72 years old."),
        ("our Maja is three and starts school in August", "Their child Maja is 3 years old."),
        ("dropped out, I'm a barista at Reed & Sons", "They work at Reed & Sons."),
        ("off to Malta on Friday for a week", "They are going to Malta on Friday, 6 March 2026."),
        ("can't do spiders, massive phobia", "They do not like spiders."),
        ("I can't do dairy", "They eat no dairy."),
        ("I had my hip replaced last year", "They have a new hip."),
        ("I collect old maps", "They go in for collecting old maps."),
        ("we live in Kelso, moved up from Derby in 2004", "They live in Kelso."),
        ("weekends at the garden centre again", "They work at the garden centre."),
        ("My husband's deaf in one ear, so shout", "Their husband is deaf in one ear."),
        ("husband's called Otto, he's an organist", "Their husband Otto works as an organist."),
        ("my best friend here is Bo, he's a tailor", "Their best friend Bo works as a tailor."),
        ("I drive the mobile library round the dales", "They drive the mobile library."),
        ("my son's in Munich with Siemens", "Their son lives in Munich."),
        ("i share a house in Chelmsford with Ben and Otto", "They live with Ben and Otto."),
        ("just started seeing a woman called Mila", "They are seeing Mila."),
        ("I'm a district nurse these days", "They work as a district nurse."),
        ("grandad of five and counting", "They have five grandchildren."),
        ("I've got Polish, German and terrible French", "They speak German."),
        ("our Leo's six now and can read", "Their child Leo is 6 years old."),
        ("sixty-eight next birthday", "They are 67 years old."),
    ],
)
def test_what_is_said_in_few_words_is_kept(text, sentence):
    found = heard(text)
    assert any(sentence in one or one.startswith(sentence[:-1]) for one in found), found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("my asthma's bad today", "They have asthma."),
        ("my eczema's back", "They have eczema."),
        ("I have Crohn's disease", "They have Crohn's disease."),
    ],
)
def test_an_illness_ends_where_its_name_does(text, sentence):
    assert sentence in heard(text)


@pytest.mark.parametrize(
    "text",
    [
        "been at the hospital since six this morning",
        "been at the beach for hours",
        "last year I was in Paris",
        "meeting Mondays, gym closed Fridays",
        "my cousin cooks for Ramadan",
        "my birthday is set for pizza",
        "is your mum on warfarin?",
        "the ranger in my campaign got a job at the inn",
        "he has dementia",
        "my son's in Munich for the weekend",
        "had beetroot roasted",
        "still on plot 31",
        "I'm lost, number 40 is where?",
    ],
)
def test_what_only_sounds_like_it_is_not_kept(text):
    assert heard(text) == []


def test_what_somebody_of_theirs_is_is_not_the_author_s():
    found = heard("my dad, 72, retired postman")
    assert not {"They are 72 years old.", "They are retired."} & set(found)


def test_a_name_in_capitals_ends_somewhere():
    found = heard("our cat Mango is missing since Sunday", "MANGO CAME HOME")
    assert [one for one in found if "called" in one] == ["Their cat is called Mango."]


def test_feet_and_mouths_are_no_illness():
    assert heard("vegetarian since foot and mouth") == ["They are vegetarian."]


def test_the_age_of_a_child_is_not_the_author_s():
    assert "They are 6 years old." not in heard("our Leo's six now and can read")


def test_what_is_said_of_somebody_by_name_is_theirs():
    found = heard("three sons: Ivo, Rupert and Bo", "Ivo's in Munich with Siemens")
    assert "Their son Ivo lives in Munich." in found
