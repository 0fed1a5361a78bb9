"""People who write in another language get polite words in theirs."""

from __future__ import annotations

import pytest

from botrunner.offline.quoting.foreign import kin_in
from botrunner.offline.tongues import in_other_tongue, tongue_of
from botrunner.tests.offline.test_offline import reply_to, said_before, talk


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Hallo, wie geht es dir?", "de"),
        ("Salut ! Ça va ?", "fr"),
        ("J'habite à Nantes avec mon frère.", "fr"),
        ("Hola, ¿qué puedes hacer?", "es"),
        ("Ciao, come stai?", "it"),
        ("Olá, tudo bem com você?", "pt"),
        ("Hoi, hoe gaat het met je?", "nl"),
        ("Cześć, jak się masz?", "pl"),
        ("Merhaba, nasılsın?", "tr"),
        ("Привет, как дела?", "ru"),
        ("你好，你会做什么？", "zh"),
        ("こんにちは、元気ですか？", "ja"),
        ("good morning, how are you?", "en"),
        ("no no, come on", "en"),
    ],
)
def test_a_language_is_told_by_its_small_words_and_letters(said, code):
    assert tongue_of(said) == code


@pytest.mark.parametrize(
    "said", ["Hallo, wie geht es dir?", "Salut ! Ça va ?", "Merhaba, nasılsın?", "Cześć, co tam?"]
)
def test_the_reply_is_in_the_language_of_the_message(said):
    assert tongue_of(in_other_tongue(said, remembers=True)) == tongue_of(said)


def test_limits_are_told_once_and_then_what_becomes_of_a_message():
    first = in_other_tongue("Hallo, wie geht es dir?", remembers=True)
    told = in_other_tongue("Ich wohne in Kassel", remembers=True, said=[first])
    asked = in_other_tongue("Kannst du mir einen Witz erzählen?", remembers=True, said=[first])
    assert told == "Gut, das merke ich mir."
    assert "nicht antworten" in asked


def test_nobody_is_promised_that_what_they_say_is_kept_if_it_is_not():
    first = in_other_tongue("Hallo, wie geht es dir?")
    told = in_other_tongue("Ich wohne in Kassel", said=[first])
    assert "merke" not in first + told


@pytest.mark.parametrize(("said", "reply"), [("Danke dir!", "Gern!"), ("merci", "Avec plaisir !")])
def test_thanks_are_answered_as_thanks(said, reply):
    assert in_other_tongue(said) == reply


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("Meine Frau heißt Anke", "what is my wife's name?"),
        ("J'ai un chien qui s'appelle Médor", "what is my dog called?"),
        ("mi hermana vive en Sevilla", "where does my sister live?"),
    ],
)
def test_a_line_in_another_language_is_quoted_of_whom_it_names(said, question):
    assert f"“{said}”" in reply_to(talk(question, recalled=[said_before(said)]))


def test_an_english_word_is_no_foreign_one():
    assert kin_in("the chat was fun, and my man sent mixed papa memes") == []
