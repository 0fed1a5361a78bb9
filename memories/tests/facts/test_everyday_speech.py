"""What people say in passing about abstinence, several children, ends and moved plans."""

from __future__ import annotations

import pytest

from memories.evaluation.facts import facts_of

DAYS = ("2026-03-02T18:00:00+00:00", "2026-03-03T18:00:00+00:00")


def heard(*texts: str) -> list[str]:
    """Return what holds after some messages, a day apart."""
    facts = facts_of([{"text": text, "at": at} for text, at in zip(texts, DAYS, strict=False)])
    return [fact.text() for fact in facts if fact.until is None]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("I don't drink coffee", "They drink no coffee."),
        ("I don't smoke", "They are a non-smoker."),
        ("I can't have gluten", "They eat no gluten."),
        ("im a student", "They are a student."),
        ("My exam is on Friday 13 March.", "They have an exam on Friday, 13 March 2026."),
        ("MOT due next Tuesday, must not forget", "They have an MOT on Tuesday, 10 March 2026."),
        (
            "My mother is called Halina, she lives still in Poland.",
            "Their mother Halina lives in Poland.",
        ),
    ],
)
def test_a_message_is_kept_as_what_it_says(text, sentence):
    assert sentence in heard(text)


@pytest.mark.parametrize(
    "text",
    [
        "I don't have asthma",
        "I don't vape",
        "we are planning to buy a flat in Whitefield",
        "I hate it when it rains",
    ],
)
def test_what_somebody_has_not_is_no_fact(text):
    assert heard(text) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("wife loves opera", "Their wife loves opera."),
        ("son plays the drums", "Their son plays the drums."),
        ("uncle runs a bakery in Fez", "Their uncle runs a bakery."),
        ("mam's 80 on thursday", "Their mother is 79 years old."),
    ],
)
def test_what_is_said_of_somebody_without_my_is_theirs(text, sentence):
    assert sentence in heard(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Grew up over a chip shop, literally, in Hull", "They come from Hull."),
        ("I swim in the sea every morning", "They swim."),
        ("carpal tunnel op on Friday", "They have a carpal tunnel op on Friday, 6 March 2026."),
        ("The name is Bartholomew, Bart to my friends", "They want to be called Bart."),
        ("Evening all, Shaz from Geelong here", "They live in Geelong."),
        ("Me da's from Cork and me ma's from Kingston", "Their mother comes from Kingston."),
        ("Parrot's name is Gizmo", "Their parrot is called Gizmo."),
        ("birthday's on Halloween", "Their birthday is 31 October."),
        ("my birthday's in June, the 14th", "Their birthday is 14 June."),
        ("I broke my wrist skiing", "They broke their wrist."),
        ("I've got arthritis in both hands", "They have arthritis."),
        ("I've chronic pain", "They have chronic pain."),
        ("Greg is my line manager", "Their boss is called Greg."),
        ("work in retail, send help", "They work in retail."),
        ("visiting my nan, then home to Brighton on Sunday", "They live in Brighton."),
    ],
)
def test_what_is_said_in_passing_is_kept(text, sentence):
    assert sentence in heard(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I collect old scales, got 40 odd", "years old"),
        ("our Lee's in Dubai doing who knows what", "Dubai"),
        ("so there's this guy, 34, a baker, anyway he's taken", "34"),
        ("My knee surgery went well", "have"),
        ("my students call me Mr B", "called"),
        ("I eat anything apart from bacon", "bacon"),
        ("we broke up and then we got back together", "broke up"),
        ("Ellie's party on Saturday, thirty six-year-olds, pray", "years old"),
        ("I'm off to Athens on Friday with my sister", "live with"),
        ("I collect vinyl and bad mugs", "like bad."),
        ("Mum: you're a disgrace. Me: I'm an artist.", "artist"),
    ],
)
def test_what_only_looks_like_one_s_own_is_not_kept(text, kind):
    assert not any(kind in one for one in heard(text))


def test_what_is_said_of_somebody_and_oneself_is_one_s_own():
    assert heard("Wife and I live in York") == ["They live in York."]


def test_who_lists_what_they_are_is_heard_in_few_words():
    assert "They work as a plumber." in heard("dad of two, plumber, from York")


def test_an_age_that_is_said_of_several_is_that_of_each():
    ages = [one for one in heard("We have twins, Lena and Oskar, they're 7") if "years" in one]
    assert ages == ["Their child Lena is 7 years old.", "Their child Oskar is 7 years old."]


def test_an_age_of_children_is_not_their_mother_s():
    found = heard("My wife Adaeze and I have twin girls, Kamsi and Kosi, they're 6 months")
    assert "Their daughter Kosi is 6 months old." in found
    assert not [one for one in found if "wife" in one and "old" in one]


@pytest.mark.parametrize(
    ("told", "later", "gone", "now"),
    [
        ("im a student", "graduated today!!! 🎓", "They are a student.", "They graduated."),
        ("my son is 4", "he turned 5 yesterday", "4 years old", "Their son is 5 years old."),
        ("I'm 29", "haha I lied I'm 32", "29", "They are 32 years old."),
        ("I smoke", "quit smoking last week", "They smoke.", ""),
        ("I work for Deloitte", "they let me go", "Deloitte", ""),
        ("I'm married", "the divorce came through last week", "married", "They are divorced."),
        ("my parrot is called Mango", "Mango flew off and never came back", "Mango", ""),
        ("flying to Rome on Friday", "trip's off, airline strike", "Rome", ""),
        ("I'm engaged to Farah", "we tied the knot!", "engaged", "They are married."),
        ("I'm engaged", "we tied the knot on Saturday!", "engaged", "They are married."),
        ("I smoke ten a day", "haven't had a fag since Easter", "smoke", ""),
        ("my favourite band is Muse", "my fav band's Idles now", "Muse", ""),
        (
            "dentist on Wednesday",
            "they moved the dentist to Friday",
            "Wednesday",
            "They have a dentist on Friday, 6 March 2026.",
        ),
    ],
)
def test_what_is_over_holds_no_more(told, later, gone, now):
    found = heard(told, later)
    assert not [one for one in found if gone in one]
    assert not now or now in found


def test_what_belongs_to_somebody_who_is_named_is_not_one_s_own():
    assert heard("Susan has two boys, Jack and Ollie") == []


def test_who_stays_with_somebody_lives_there():
    assert "They live in Tottenham." in heard("I stay with my nan in Tottenham")


def test_who_died_in_the_same_breath_keeps_their_name():
    facts = facts_of([{"text": "my wife Jean died four years ago", "at": DAYS[0]}])
    assert "Their wife was called Jean." in [fact.text() for fact in facts]
