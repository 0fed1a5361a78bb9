"""Names that people and servers choose, made safe to show, store and put into prompts."""

from __future__ import annotations

import json
import re
import unicodedata

from whisper.stop_words import ENGLISH

LONGEST = 64
# Controls, invisible formatting such as bidi marks and joiners, lone surrogates, private use.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
# Shown as nothing as well, though Unicode files them under letters and marks.
_BLANK = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u2800", "\u3164", "\uffa0"}
# JSON leaves them as they are.
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
# Some scripts put no spaces between words: a whole sentence is one.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_MARKS = re.compile('["“”„«»]')
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def one_line(text: str) -> str:
    """Return text in NFKC on one line, with single spaces and nothing that can't be seen."""
    spaced = " ".join(text.split())
    seen = "".join(filter(_is_seen, unicodedata.normalize("NFKC", spaced)))
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def safe_name(name: str) -> str:
    """Return a name as one line of at most 64 characters; empty if nothing of it can be seen.

    Whoever reads or writes a name of a person, server or channel calls this: what they choose may
    hold line breaks, controls, text that runs backwards, or no visible character at all.
    """
    return one_line(name)[:LONGEST].rstrip()


def quoted_name(name: str) -> str:
    """Return a safe name as a JSON string: in a prompt nothing in it can pass for instructions."""
    return quoted_text(safe_name(name))


def quoted_text(text: str) -> str:
    """Return text as a JSON string on one line, whatever ends a line in Unicode."""
    said = json.dumps(text, ensure_ascii=False)
    return _LINE_ENDS.sub(lambda end: f"\\u{ord(end[0]):04x}", said)


def among_words(name: str) -> str:
    """Return a safe name as it stands among what a person says: it can't pass for their words.

    What is more than a word, or a first name and a surname, stands in quotation marks, which the
    hearing of facts takes for what somebody else says.
    """
    safe = safe_name(name)
    if not safe or _is_plain(safe):
        return safe
    inner = _MARKS.sub("'", safe)
    return f"“{inner}”"


def _is_plain(name: str) -> bool:
    if _UNSPACED.search(name) or _MARKS.search(name):
        return False
    words = name.split()
    if len(words) == 1:
        return True
    return len(words) == 2 and all(one.isalpha() and one.lower() not in ENGLISH for one in words)


def _is_seen(character: str) -> bool:
    if unicodedata.category(character) in _UNSEEN or character in _BLANK:
        return False
    return not any(ord(character) in selectors for selectors in _VARIATION_SELECTORS)
