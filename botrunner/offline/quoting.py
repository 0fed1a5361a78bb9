"""Quotes what the person said, with its date, where no fact answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.asked import is_question, spelled
from botrunner.offline.notes import Line, Notes
from botrunner.offline.phrases import choose
from botrunner.offline.when import on
from memories.facts.dates import dates_in
from memories.facts.kinship import means, subject_of
from memories.models import Memory
from memories.wording.words import terms

QUOTE_LENGTH = 160
# Cosines of all-MiniLM-L6-v2: about the same thing, and surely about it.
RELATED, CLOSE = 0.45, 0.6
# With a telling word in common, less is enough.
RELATED_BY_WORDS = 0.3
# Share of a question's telling words that a line has where no cosine is at hand.
ENOUGH_WORDS = 0.5
# Words of a question that tell nothing of what it is about.
ASKING = frozenset(
    terms(
        "what which where when who whose whom why how long many much old name called tell told say said"
        " know remember do did have am is are was were my me i you still favourite live work like"
        " love hate kind thing any anything again mention about time day since ever go get happen"
        " yesterday today tomorrow week month year last next monday tuesday wednesday thursday"
        " friday saturday sunday good really please got"
    )
)


_ASKS_WHEN = re.compile(r"\b(?:when|since|how long|what (?:date|day|year))\b")
_BACK = re.compile(r"(?i)\b(?:last|ago|yesterday|since|was|were|did|had|\w+ed|went|got|began)\b")


def _looks_back(text: str) -> bool:
    return bool(_BACK.search(text))


@dataclass(frozen=True, slots=True)
class _Candidate:
    line: Line
    dense: float | None = None


def quote(context: ReplyContext, text: str, notes: Notes) -> str:
    """Return what surely has to do with a text, as a quotation; empty for none."""
    line = best_line(context, text, notes)
    if line is None:
        return ""
    dated = dated_words(line, notes.zone) if _ASKS_WHEN.search(spelled(text)) else ""
    return quoted(line, context) + dated


def dated_words(line: Line, zone: ZoneInfo) -> str:
    """Return the date that a line's words mean, in brackets; empty where it has no date.

    «I moved last week» says little some weeks later.
    """
    found = dates_in(line.text, line.said_at, zone, past=_looks_back(line.text))
    return f" ({found[0].said().removeprefix('on ')})" if found else ""


def shared(context: ReplyContext) -> str:
    """Return what belongs to a server or to all and has to do with the message, as it is."""
    for one in context.recalled:
        if one.entry.person_id is None and one.dense is not None and one.dense >= RELATED:
            return one.entry.text
    return ""


def best_line(context: ReplyContext, text: str, notes: Notes) -> Line | None:
    """Return what the person said that best answers a question; None if nothing surely does."""
    words = telling(text)
    scored = [
        (score, one.line.said_at, one.line)
        for one in _candidates(context, notes)
        if (score := _score(one, words)) > 0
    ]
    return max(scored, key=lambda found: found[:2])[2] if scored else None


def clue(context: ReplyContext, predicates: Sequence[str], notes: Notes) -> str:
    """Return the latest line that seems to tell a kind of fact, as a quotation; empty for none.

    Args:
        predicates: the kinds of fact asked for of the person, the likeliest first.
    """
    pattern = _CLUES.get(predicates[0]) if predicates else None
    if pattern is None:
        return ""
    lines = [line for line in notes.lines if pattern.search(line.text)]
    return quoted(lines[-1], context) if lines else ""


def quoted(line: Line, context: ReplyContext) -> str:
    """Return a line with when it was said: "You told me on 3 May: «…»"."""
    when = on(line.said_at, context.now)
    values = {"when": when, "When": when[0].upper() + when[1:], "text": shortened(line.text)}
    return choose(phrases.QUOTES, context, **values)


def shortened(text: str) -> str:
    """Return a text on one line, cut at a word where it is long."""
    said = " ".join(text.split())
    return said if len(said) <= QUOTE_LENGTH else said[:QUOTE_LENGTH].rsplit(" ", 1)[0] + " …"


def telling(text: str) -> set[str]:
    """Return the stems of the words that say what a question is about."""
    return _stems(text) - ASKING


def _stems(text: str) -> set[str]:
    said = spelled(text)
    kin = (means(subject) for word in said.split() if (subject := subject_of(word.strip("?!.,'"))))
    return {_SAME.get(stem, stem) for stem in terms(said)} | set(terms(" ".join(kin)))


# What a line has in it that tells a kind of fact, where no fact was heard in it.
_CLUES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "name": r"\bmy name|\bcall me\b|(?-i:\b[Ii]'?m [A-Z]\w+)"
        r"|^(?:hi|hey|hello|yo)\W+(?:i'm|im|i am|this is) \w+",
        "age": r"\b(?:i'm|i am|im|turn(?:ed|ing)?) \d+|\byears? old\b|\bi have \d+ years\b",
        "birthday": r"\bbirthday|\bbday\b|\bborn\b",
        "birthplace": r"\bborn\b|\bgrew up\b",
        "origin": r"\bfrom\b|\bborn\b|\bgrew up\b",
        "home": r"\bliv(?:e|ed|ing)\b|\bmoved?\b|\bflat\b|\bhouse\b|\bapartment\b",
        "home_with": r"\blive with\b|\blives with\b|\broommate|\bflatmate|\bshare\b",
        "job": r"\bwork|\bjob\b|\bprofession|\bfor a living\b",
        "employer": r"\bwork|\bjob\b|\bcompany\b|\boffice\b|\bstart(?:ed|ing)? at\b",
        "business": r"\bbusiness\b|\bshop\b|\bcompany\b|\brun an?\b",
        "studies": r"\bstud(?:y|ying|ied)\b|\bdegree\b|\bmajor",
        "school": r"\bschool\b|\buni(?:versity)?\b|\bcollege\b|\bstud(?:y|ying|ied)\b",
        "relationship": r"\bmarried\b|\bsingle\b|\bdating\b|\bseeing\b|\bengaged\b|\bbroke up\b",
        "language": r"\bspeak|\bfluent\b|\blanguage|\bbilingual\b",
        "learning": r"\blearn|\blessons?\b",
        "health": r"\ballerg|\bill\b|\bsick\b|\bpain\b|\bdiagnos|\bvegan|\bvegetarian",
    }.items()
}

# Stems of words that mean the same.
_SAME = {"bike": "bicycl", "cycl": "bicycl", "mom": "mother", "mum": "mother", "dad": "father",
         "film": "movi", "uni": "univers", "exam": "test", "holiday": "trip", "flat": "apart",
         "boss": "manag", "town": "citi", "purchas": "bought", "buy": "bought", "ate": "eat",
         "bake": "bake", "gave": "give", "taught": "teach"}  # fmt: skip


def _candidates(context: ReplyContext, notes: Notes) -> Iterator[_Candidate]:
    """Yield what the person stated, each once: what comes to mind, then the sources of facts."""
    seen: set[str] = set()
    for one in _stated(context, notes):
        key = one.line.text.casefold()
        if key not in seen:
            seen.add(key)
            yield one


def _stated(context: ReplyContext, notes: Notes) -> Iterable[_Candidate]:
    for one in context.recalled:
        entry = one.entry
        own = entry.kind == Memory.Kind.CONVERSATION and entry.person_id is not None
        if own and not is_question(entry.text):
            yield _Candidate(Line(entry.text, entry.said_at), one.dense)
    for known in notes.facts:
        if known.source and not is_question(known.source):
            yield _Candidate(Line(known.source, known.said_at))
    for line in notes.lines:
        yield _Candidate(line)


def _score(one: _Candidate, words: set[str]) -> float:
    """Return how well a line answers; 0 where that is unsure."""
    common = words & _stems(one.line.text)
    share = len(common) / len(words) if words else 0.0
    if one.dense is None:
        return share if share >= ENOUGH_WORDS else 0.0
    if one.dense >= CLOSE or (common and one.dense >= RELATED_BY_WORDS):
        return one.dense + share
    return 0.0
