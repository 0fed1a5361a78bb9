"""What was withdrawn is found in other texts, and taken out of them."""

from __future__ import annotations

import pytest

from whisper.personal_data.quotations import Quotations


@pytest.mark.parametrize(
    ("withdrawn", "text", "left"),
    [
        ("My cat is called Miso.", "Miso is a lovely name!", "[…] is a lovely name!"),
        ("My cat is called Miso.", "You said “my cat is called Miso”.", "You said “[…]”."),
        ("I live in Ghent", "How is Ghent's weather?", "How is […]'s weather?"),
        ("I live in Ghent", "Are you one of the Ghenters?", "Are you one of the […]?"),
        ("The code is 7731", "So 7731, then.", "So […], then."),
        ("我的猫叫米索", "米索是个好名字。", "[…]是个好名字。"),
        ("Меня зовут Зорблакс", "Привет, ЗОРБЛАКС!", "Привет, […]!"),
        ("How are you?", "How are you?", "[…]"),
        ("How are you?", "I wonder how you are.", "I wonder how you are."),
        ("It was so nice of you", "It was good to see you.", "It was good to see you."),
        ("My cat is called Miso.", "", ""),
        ("", "Nothing of it.", "Nothing of it."),
    ],
)
def test_a_quotation_is_taken_out(withdrawn, text, left):
    assert Quotations([withdrawn]).without(text) == left


def test_a_word_that_the_person_says_elsewhere_is_no_quotation():
    quotations = Quotations(["My cat Miso is ill"], kept=["I love my cat"])
    assert quotations.without("Your cat Miso will be fine.") == "Your cat […] will be fine."


def test_what_an_edit_left_is_no_quotation():
    quotations = Quotations(["My cat is called Miso"], kept=["My cat is called Nori"])
    assert quotations.without("My cat is called Miso") == "[…]"
    assert quotations.without("So your cat is called Miso?") == "So your cat […]?"


def test_a_sentence_that_was_made_of_it_goes_as_a_whole():
    quotations = Quotations(["I'm from Lyon"], made=["They come from Lyon."], kept=["They come"])
    told = "- They come from Lyon.\n- They come often."
    assert quotations.without(told) == "- […]\n- They come often."


def test_every_text_of_a_json_value_is_looked_at():
    value = [{"role": "user", "content": "Miso sleeps"}, 3, None, {"deep": ["Miso"]}]
    assert Quotations(["Miso"]).without_in(value) == [
        {"role": "user", "content": "[…] sleeps"},
        3,
        None,
        {"deep": ["[…]"]},
    ]
