"""Tests of finding facts by rules."""

from __future__ import annotations

import time

import pytest

from memories.facts.rules import extract

STATED = [
    ("My name is Ann", "name", "Their name is Ann."),
    ("hi, my name's Ann Marie and I like tea", "name", "Their name is Ann Marie."),
    ("I'm called Ben.", "name", "Their name is Ben."),
    ("call me Annie", "name.preferred", "They want to be called Annie."),
    ("Please call me Cleo!", "name.preferred", "They want to be called Cleo."),
    ("everyone calls me Bee", "name.preferred", "They want to be called Bee."),
    ("My cat is called Miso.", "pet.cat.name", "Their cat is called Miso."),
    ("my cat is called miso", "pet.cat.name", "Their cat is called miso."),
    ("my cat's name is Miso", "pet.cat.name", "Their cat is called Miso."),
    ("Our dog is named Rex", "pet.dog.name", "Their dog is called Rex."),
    ("my cat is Miso", "pet.cat.name", "Their cat is called Miso."),
    ("my old dog is Rex, he snores", "pet.dog.name", "Their dog is called Rex."),
    ("I have a dog named Rex", "pet.dog.name", "Their dog is called Rex."),
    ("we got a new hamster, Pip!", "pet.hamster.name", "Their hamster is called Pip."),
    ("I just adopted a kitten called Bee", "pet.kitten.name", "Their kitten is called Bee."),
    ("no, my cat is called Tofu", "pet.cat.name", "Their cat is called Tofu."),
    ("I have a rabbit", "pet.rabbit", "They have a rabbit."),
    ("I have two cats", "pet.cat", "They have a cat."),
    ("I live in Ghent", "home.city", "They live in Ghent."),
    ("I live in Ghent now", "home.city", "They live in Ghent."),
    ("I'm living in New York with my sister", "home.city", "They live in New York."),
    ("actually I moved to Lyon", "home.city", "They live in Lyon."),
    ("We just moved to Porto last week!", "home.city", "They live in Porto."),
    ("I've finally moved to Gdańsk", "home.city", "They live in Gdańsk."),
    ("I'm from Turin", "home.origin", "They come from Turin."),
    ("I come from Malmö originally", "home.origin", "They come from Malmö."),
    ("I was born in Cork", "home.origin", "They come from Cork."),
    ("I grew up in Split, by the sea", "home.origin", "They come from Split."),
    ("I work as a nurse", "work.job", "They work as a nurse."),
    ("I work as a nurse at the hospital", "work.job", "They work as a nurse."),
    ("I'm a bike mechanic", "work.job", "They work as a bike mechanic."),
    ("I am an engineer", "work.job", "They work as an engineer."),
    ("I just got a job as a train driver!", "work.job", "They work as a train driver."),
    ("I started as a baker this week", "work.job", "They work as a baker."),
    ("I work at Spotify", "work.employer", "They work at Spotify."),
    ("I work for the city library", "work.employer", "They work at city library."),
    ("I got a new job at Acme", "work.employer", "They work at Acme."),
    ("I study marine biology", "work.studies", "They study marine biology."),
    ("I'm studying law in Leeds", "work.studies", "They study law."),
    ("My wife's name is Sara", "person.wife.name", "Their wife is called Sara."),
    ("my boss is called Omar", "person.boss.name", "Their boss is called Omar."),
    ("my brother lives in Basel", "person.brother.home", "Their brother lives in Basel."),
    ("my sister Lena lives in Porto", "person.sister.home", "Their sister Lena lives in Porto."),
    ("my dad is a carpenter", "person.dad.job", "Their dad is a carpenter."),
    ("My birthday is on 3 May", "birthday", "Their birthday is 3 May."),
    ("my birthday is March 14th", "birthday", "Their birthday is March 14th."),
    ("my birthday is in June", "birthday", "Their birthday is June."),
    ("I was born on the 3rd of May", "birthday", "Their birthday is the 3rd of May."),
    ("I'm 34", "age", "They are 34 years old."),
    ("I just turned 40!", "age", "They are 40 years old."),
    ("I'm 19 years old", "age", "They are 19 years old."),
    ("my favourite colour is green", "favourite.colour", "Their favourite colour is green."),
    ("My favorite food is ramen.", "favourite.food", "Their favourite food is ramen."),
    ("I am allergic to peanuts", "", "They are allergic to peanuts."),
    ("I'm vegan", "", "They are vegan."),
    ("I love pizza", "", "They like pizza."),
    ("I really enjoy long walks", "", "They like long walks."),
    ("I don't like olives", "", "They dislike olives."),
    ("I can't stand techno", "", "They dislike techno."),
    ("I play the cello", "", "They play cello."),
    ("I speak Dutch and French", "languages", "They speak Dutch and French."),
    ("I'm learning Polish", "", "They are learning Polish."),
    ("I have an exam on Friday", "", "They have an exam on Friday."),
    ("I'm flying to Rome in May", "", "They are flying to Rome in May."),
    ("we're moving to Graz next month", "", "They are moving to Graz next month."),
]
NOT_STATED = [
    "",
    "is my cat called Miso?",
    "What is my name?",
    "do you know that my name is Ann?",
    "if I lived in Rome I would eat better",
    "I wish I lived in Rome",
    "I might have moved to Lyon",
    "I used to live in Ghent",
    "he said my name is Bob",
    "Ben told me my dog is called Rex, wrong",
    "I don't live in Ghent any more",
    "my cat isn't called Miso",
    "I'm not a nurse",
    "I'm tired",
    "I'm a bit sad today",
    "I love you",
    "I love it when you say that",
    "I hate this",
    "I like how you think",
    "my dog is sick",
    "my cat is asleep on the sofa",
    "she lives in Porto",
    "Their cat is called Miso",
    "call me when you can",
    "I have a dream",
    "I have no idea",
    "I'm going to bed",
    "I work hard",
    "pretend my name is Batman",
    "my character is called Zed",
    "👋🙂",
    "مرحبا كيف حالك",
]


@pytest.mark.parametrize(("said", "slot", "text"), STATED)
def test_a_plainly_stated_fact_is_found(said, slot, text):
    assert [(fact.slot, fact.text) for fact in extract(said)][:1] == [(slot, text)]


@pytest.mark.parametrize("said", NOT_STATED)
def test_what_states_no_fact_about_the_author_gives_none(said):
    assert extract(said) == []


def test_several_facts_of_one_message_are_all_found():
    found = extract("I'm Ann. I live in Ghent and my cat is called Miso, and I work as a nurse.")
    assert {fact.slot for fact in found} == {"home.city", "pet.cat.name", "work.job"}


def test_of_one_slot_the_last_statement_of_a_message_counts():
    found = extract("I live in Ghent. No, actually I moved to Lyon.")
    assert [fact.text for fact in found] == ["They live in Lyon."]


@pytest.mark.parametrize("unit", ["i have a ", "a", "my cat is called ", ". ", "\x00", "my "])
def test_a_very_long_message_takes_no_long_time(unit):
    started = time.perf_counter()
    extract((unit * 100_000)[:100_000])
    assert time.perf_counter() - started < 1
