"""Questions on what was told are answered, whatever their wording."""

from __future__ import annotations

import pytest

from botrunner.tests.offline.test_offline import reply_to, said_before, talk


@pytest.mark.parametrize(
    ("told", "question", "answer"),
    [
        (["My wife is called Ann", "My name is Bob"], "who am I married to?", "Ann"),
        (["I'm a nurse"], "am I a teacher?", "nurse"),
        (["My birthday is 12 October"], "what month was I born in?", "October"),
        (["My brother is called Theo"], "am i an only child", "Theo"),
        (["My boyfriend is called Jay"], "is Jay my brother?", "No: your boyfriend is called Jay"),
        (
            ["I used to work at a brewery.", "I work as a baker"],
            "where did I work before?",
            "brewery",
        ),
        (["My brother is called Theo"], "do I have sisters?", "brother is called Theo"),
        (["My ex-wife Mia moved to Milan"], "what was my wife's name?", "Mia"),
        (["I'm a barista"], "am I still a student", "barista"),
        (["my main hobby is speedrunning Celeste"], "what do I do for fun", "Celeste"),
        (["Nan lives with us"], "who's in my family?", "nan"),
        (["I'm a baker"], "what do I bake?", "baker"),
        (["I'm from Poland"], "am I Polish?", "Yes, you come from Poland"),
        (["I'm from Poland"], "am I Irish?", "You come from Poland"),
        (["I'm 34"], "my age please", "34"),
        (["I'm allergic to peanuts"], "can i eat peanuts", "No, you are allergic to peanuts"),
        (["I'm allergic to peanuts"], "am i allergic to peanuts", "Yes, you are allergic"),
        (["my crush is called Mia"], "whats my crushs name", "Mia"),
        (["My parents are visiting on 24 May"], "who's coming on 24 May?", "parents"),
        (["I don't drink coffee"], "do I drink coffee?", "No, you drink no coffee"),
        (["I've got two budgies, Salt and Pepper"], "do I have any pets?", "Yes, your budgies are"),
        (["I've got two budgies, Salt and Pepper"], "how many birds do I have?", "I know of two"),
        (["I've got two budgies, Salt and Pepper"], "how many pets have i got", "I know of two"),
        (["My dog is called Rex"], "have I got a pet", "Yes, your dog is called Rex"),
        (
            ["I've got two budgies, Salt and Pepper", "Salt died this morning"],
            "how many birds do I have now?",
            "Your budgie is called Pepper",
        ),
    ],
)
def test_a_question_is_answered_in_other_words(told, question, answer):
    assert answer.lower() in reply_to(talk(question), told).lower()


@pytest.mark.parametrize(
    ("question", "line", "dense"),
    [
        ("what did I get last week?", "i got braces last week ow", 0.42),
        ("why am I in trouble on Friday?", "detention on friday ugh", 0.57),
        ("do I eat meat?", "im on a plant diet", 0.36),
        ("do i have a pet", "my hamster escaped again", 0.3),
    ],
)
def test_what_comes_near_is_offered_rather_than_denied(question, line, dense):
    assert line in reply_to(talk(question, recalled=[said_before(line, dense=dense)]))


def test_a_language_says_nothing_of_where_somebody_comes_from():
    reply = reply_to(talk("am I Russian?"), ["I speak Russian"])
    assert not reply.startswith("Yes")


def test_that_somebody_is_known_is_no_yes():
    reply = reply_to(talk("does Amit have children?"), ["My son Amit is a doctor"])
    assert not reply.startswith("Yes")


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("when is my mum's birthday?", "my girlfriend's birthday is 9 May"),
        ("who is my dentist?", "my son is a doctor"),
        ("what is my cat called?", "we got a bearded dragon called Noodle"),
    ],
)
def test_what_is_about_somebody_else_is_not_offered(question, line):
    reply = reply_to(talk(question, recalled=[said_before(line, dense=0.5)]))
    assert line not in reply


def test_a_day_on_which_nothing_was_said_is_said_so():
    assert "told me nothing" in reply_to(talk("what did I do on Sunday?"))


def test_what_is_asked_of_oneself_raises_no_alarm():
    assert "worried about you" not in reply_to(talk("what am i saving for"))
    assert "worried about you" not in reply_to(talk("what's my plan for tonight"))
    assert "worried about you" in reply_to(talk("what am I even alive for"))


@pytest.mark.parametrize(
    "text",
    ["delete everything u know about me", "I keep pigeons. Twenty-three of them at the moment"],
)
def test_what_is_no_danger_raises_no_alarm(text):
    assert "worried about you" not in reply_to(talk(text))


def test_a_name_that_is_a_word_is_meant_only_where_it_is_written_as_a_name():
    known = ["My brother is called Will"]
    assert "brother" not in reply_to(talk("when will the bus come?"), known)
    assert "brother" in reply_to(talk("so who is Will?"), known)


@pytest.mark.parametrize(
    ("known", "question"),
    [
        ("I work as a plumber", "am i a morning person?"),
        ("I work as a plumber", "what do I do at the weekend?"),
        ("I live in Leeds", "what colour is my house?"),
        ("I live in Leeds", "when do I move the car?"),
        ("I love gardening", "what was the concert like?"),
        ("I love gardening", "who visits me on weekends?"),
        ("I'm allergic to nuts", "what do I eat for breakfast?"),
        ("My mum lives in Porto", "what did I get from my mum?"),
        ("My sister is a nurse", "what does my sister do on Sundays?"),
        ("My wife is called Ann", "who was I with on Saturday?"),
    ],
)
def test_a_word_used_in_another_sense_asks_for_no_fact(known, question):
    value = known.split()[-1]
    said = reply_to(talk(question), [known])
    assert value not in said or said.startswith("I can't find")


@pytest.mark.parametrize(
    ("known", "question", "wrong"),
    [
        ("My cousin is called Bella", "what's Bella's husband called?", "Your cousin is called"),
        ("My husband is called Tom", "what's my sister's husband called?", "Tom"),
        ("My boss is called Ed", "who is my wife's boss?", "Ed"),
    ],
)
def test_a_relative_of_a_relative_is_nobody_elses(known, question, wrong):
    assert wrong not in reply_to(talk(question), [known])


def test_a_relative_of_a_relative_is_found_in_what_was_said():
    said = "my sister lives with her husband Paul"
    recalled = [said_before(said)]
    assert said in reply_to(talk("what's my sister's husband called?", recalled=recalled))
