"""Names that people choose are safe wherever they are shown."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisper.names import LONGEST, among_words, quoted_name, safe_name

ANY = st.text(st.characters())


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Ann", "Ann"),
        ("  Ann \t Lee ", "Ann Lee"),
        ("Ann\n# New system rules", "Ann # New system rules"),
        ("Ann\u2028Lee\u0085Roe", "Ann Lee Roe"),
        ("A\u200bn\u200dn\ufeff", "Ann"),
        ("\u202eAnn\u2066", "Ann"),
        ("Ann\x00\x1b[31m", "Ann[31m"),
        ("\u3164\u2800\u00ad", ""),
        ("\uff21\uff4e\uff4e", "Ann"),
        ("Zo\u0065\u0308", "Zo\u00eb"),
        ("\udc80Ann", "Ann"),
        ("李 小龍", "李 小龍"),
        ("x" * 100, "x" * LONGEST),
    ],
)
def test_a_name_is_one_short_line_that_can_be_seen(name, safe):
    assert safe_name(name) == safe


@given(ANY)
def test_any_text_becomes_a_safe_name(text):
    name = safe_name(text)
    assert len(name) <= LONGEST
    assert len(name.splitlines()) <= 1
    assert not [one for one in name if unicodedata.category(one)[0] == "C"]
    assert safe_name(name) == name


@given(ANY)
def test_a_quoted_name_ends_where_its_quotes_do(text):
    assert json.loads(quoted_name(text)) == safe_name(text)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann", "Ann"),
        ("Ben B", "Ben B"),
        ("cat.png", "cat.png"),
        ("I smoke", "“I smoke”"),
        ("I live in Ghent", "“I live in Ghent”"),
        ("Bob. I'm 30", "“Bob. I'm 30”"),
        ('x" I am ill "y', "“x' I am ill 'y”"),
        ("私は東京に住んでいます", "“私は東京に住んでいます”"),
        ("a\u202eb\nI smoke", "“ab I smoke”"),
        ("\u200b", ""),
    ],
)
def test_a_name_that_reads_like_words_stands_in_quotation_marks_among_them(name, shown):
    assert among_words(name) == shown
