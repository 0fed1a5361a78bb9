"""Quotes what the person said, with its date, if no fact answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.asked import asked, is_question, spelled
from botrunner.offline.notes import Known, Line, Notes
from botrunner.offline.phrases import choose
from botrunner.offline.when import on
from memories.facts.dates import dates_in
from memories.facts.kinship import LOVES, are_alike, means, subject_of
from memories.facts.predicates import SELF
from memories.models import Memory
from memories.wording.words import terms

QUOTE_LENGTH = 160
# Cosines of all-MiniLM-L6-v2: about the same thing, and surely about it.
RELATED, CLOSE = 0.45, 0.6
# With a telling word in common, or with what is asked for, less is enough.
RELATED_BY_WORDS = 0.3
# Share of a question's telling words that a line has where its cosine says little.
ENOUGH_WORDS = 0.5
# What a line gains by having what is asked for: a date, a number, a place; what it loses without.
BONUS = 0.2
# Lines whose scores are so close are of the same worth; where the present is asked for, the later
# one is better.
MARGIN, MARGIN_NOW = 0.1, 0.3
# What it gains by naming whom the question is about, or being what their facts were taken from.
ABOUT_THEM = 0.25
# Words that tell nothing of what a question or a line is about.
_SMALL = frozenset(
    terms(
        "what which where when who whose whom why how many much name called tell told say said know"
        " remember do did have has am is are was were my me i you still favourite live work like"
        " love hate kind thing any anything again mention about ever go get happen good really"
        " please got new want"
    )
)
TIMES = frozenset(
    terms(
        "yesterday today tomorrow week month year last next monday tuesday wednesday thursday"
        " friday saturday sunday time day since long old january february march april may june"
        " july august september october november december"
    )
)
ASKING = _SMALL | TIMES
DATE = re.compile(
    r"(?i)\b(?:\d{4}|(?:1st|2nd|3rd|\d+(?:th)?)\b(?! years?)|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|today|tomorrow|yesterday|ago"
    r"|(?:last|next|this) (?:night|week|weekend|month|year|spring"
    r"|summer|autumn|winter)|since"
    r"|new years?|easter|christmas|xmas|halloween"
    r"|(?:for|in|within) \w+ (?:days|weeks|months|years))\b"
)
_NUMBER = re.compile(r"(?i)\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twins?)\b")
_PLACE = re.compile(
    r"(?i)\b(?:in|at|near|from|to) (?:the |a |my )?(?!january|february|march|april|may\b|june|july"
    r"|august|september|october|november|december|morning|evening|afternoon|(?:mon|tues|wednes"
    r"|thurs|fri|satur|sun)day|be\b|an? (?:hour|week|month|year))[^\W\d]"
)
_NOW = re.compile(r"\b(?:now|still|currently|at the moment|these days|nowadays|any ?more|rn)\b")
_LIVES = re.compile(r"\balive\b|\bdied?\b|\bdead\b|\bpass(?:ed)? away\b")
_DIED = re.compile(
    r"(?i)\b(?:died|passed away|dead|alive|funeral|buried|late (?:wife|husband"
    r"|\w+))\b"
)
# What a question asks for, and what shows that a line has it.
_WANTED: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"\b(?:when|since|how long|what (?:date|day|year))\b"), DATE),
    (re.compile(r"\bhow (?:many|much|often)\b|\bwhat time\b"), _NUMBER),
    (re.compile(r"\bwhere\b|\b(?:city|town|country|place)\b"), _PLACE),
    (re.compile(r"\bwhy\b|\bhow come\b"), re.compile(r"(?i)\bbecause\b|\bcuz\b|\bso\b|,")),
    (re.compile(r"\bwho\b"), re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+")),
    (_LIVES, _DIED),
    (re.compile(r"\bpronouns\b"), re.compile(r"(?i)\b(?:they|she|he)\W+(?:them|her|him)\b")),
)


# What a line must have to be preferred to all others.
_NEEDED = tuple(one for one in _WANTED if one[1] in {DATE, _NUMBER, _DIED})

_ASKS_WHEN = re.compile(r"\b(?:when|since|how long|what (?:date|day|year))\b")
_BACK = re.compile(
    r"(?i)\b(?:last|ago|yesterday|was|were|did|had|went|got|began|moved|started|finished|bought"
    r"|met|born|died|married)\b"
)
# Dates that mean something else on another day.
_RELATIVE = re.compile(
    r"(?i)\b(?:last|ago|yesterday|today|tonight|tomorrow|next|this|in (?:an?|two|three|\d+) \w+"
    r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"(?!,? \d{4})|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)


_SPOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_OTHERS_OPEN = re.compile(
    r"(?i)\W*(?:(?:and|but|so|oh|btw)\W+)*(?:my|our|his|her) (?P<whom>[\w'-]+(?: [\w'-]+)?)"
    r"(?!.*\b(?:i|i'm|im|we|me)\b)"
)


def looks_back(text: str) -> bool:
    """Return whether a text seems to speak of what has been."""
    return bool(_BACK.search(text))


@dataclass(frozen=True, slots=True)
class _Candidate:
    line: Line
    dense: float | None = None


def quote(context: ReplyContext, text: str, notes: Notes, *, wholly: bool = False) -> str:
    """Return what surely has to do with a text, as a quotation; empty for none.

    Args:
        wholly: whether it must have all telling words of the text.
    """
    lines = best_lines(context, text, notes)
    if not lines or (wholly and not _is_wholly(lines[0], context, text, notes)):
        return ""
    asks_when = _ASKS_WHEN.search(spelled(text))
    dated = [dated_words(line, notes.zone) if asks_when else "" for line in lines]
    said = [f"{quoted(line, context)}{day}" for line, day in zip(lines, dated, strict=True)]
    return " ".join(said)


def _is_wholly(line: Line, context: ReplyContext, text: str, notes: Notes) -> bool:
    """Return whether a line surely is about what a text asks: all its words, or its meaning."""
    words = telling(text)
    if words <= stems(line.text):
        return True
    dense = max(
        (one.dense or 0.0 for one in _candidates(context, notes) if one.line.text == line.text),
        default=0.0,
    )
    return dense >= CLOSE and bool(words & stems(line.text))


def dated_words(line: Line, zone: ZoneInfo) -> str:
    """Return the date that a line's words mean, in brackets; empty if it has no date.

    “I moved last week” says little some weeks later.
    """
    if not _RELATIVE.search(line.text):
        return ""
    found = dates_in(line.text, line.said_at, zone, past=looks_back(line.text))
    return f" ({found[0].said().removeprefix('on ')})" if found else ""


def shared(context: ReplyContext) -> str:
    """Return what belongs to a server or to all and has to do with the message, as it is."""
    for one in context.recalled:
        if one.entry.person_id is None and one.dense is not None and one.dense >= RELATED:
            return one.entry.text
    return ""


def best_line(
    context: ReplyContext,
    text: str,
    notes: Notes,
    *,
    besides: str = "",
    about: Sequence[Known] = (),
) -> Line | None:
    """Return the first of `best_lines`; None if there is none."""
    return next(iter(best_lines(context, text, notes, besides=besides, about=about)), None)


def best_lines(
    context: ReplyContext,
    text: str,
    notes: Notes,
    *,
    besides: str = "",
    about: Sequence[Known] = (),
) -> list[Line]:
    """Return what the person said that best answers a question: a line, or two of the same worth.

    Args:
        besides: what is said anyway, so that a line has to say more.
        about: facts of whom the question is about.
    """
    question = spelled(text)
    words = telling(text)
    is_off = off_subject(text, notes)
    known = stems(f"{question} {besides}") | _SMALL if besides else frozenset()
    scored = [
        (score + ABOUT_THEM * of_them, one.line.said_at, one.line)
        for one in _candidates(context, notes)
        if not is_off(one.line.text)
        and (score := _score(one, words, question, about=(of_them := _is_about(one.line, about))))
        > 0
        and (not besides or _says_more(one.line, known, question))
    ]
    with_it = [one for one in scored if _has_wanted(one[2], question)]
    return _first_two(with_it or scored, later=bool(_NOW.search(question)))


# People of one's life who aren't relatives: “who's my dentist?”
_ROLE = re.compile(
    r"\b(?:who|name|called|birthday|how old)\b.*\b(?:my|our) (?P<role>boss|dentist|lawyer|doctor|gp"
    r"|landlord|landlady|pastor|priest|imam|rabbi|teacher|tutor|coach|plumber|accountant|barber"
    r"|hairdresser|vet|neighbou?r|manager|crush|ex|cleaner|solicitor|milkman|professor)\b"
)


def off_subject(question: str, notes: Notes) -> Callable[[str], bool]:
    """Return what says whether a text neither names nor speaks of whom a question is about."""
    read = asked(question)
    wanted = [one for one in read.subjects if one != SELF and not one.isupper()]
    if "LOVE" in read.subjects:
        wanted += LOVES
    if role := _ROLE.search(read.text):
        return lambda text: role["role"] not in text.lower() and not wanted
    if not wanted:
        return lambda text: False
    names = {
        one.fact.name.lower()
        for one in notes.facts
        if one.fact.name and any(are_alike(one.fact.subject, whom) for whom in wanted)
    }

    def is_off(text: str) -> bool:
        spoken = _SPOKEN.findall(text.lower().replace("'s", ""))
        of_them = (are_alike(subject_of(word), one) for word in spoken for one in wanted)
        return not names & set(spoken) and not any(of_them)

    return is_off


def _has_wanted(line: Line, asked: str) -> bool:
    wanted = [has.search(line.text) for pattern, has in _NEEDED if pattern.search(asked)]
    return bool(wanted) and all(wanted)


def _first_two(scored: Sequence[tuple[float, datetime, Line]], *, later: bool) -> list[Line]:
    """Return the best line and the next where it is as good; the later first if that matters."""
    ranked = sorted(scored, key=lambda found: found[:2], reverse=True)
    if not ranked:
        return []
    margin = MARGIN_NOW if later else MARGIN
    near = [one for one in ranked if ranked[0][0] - one[0] <= margin][:2]
    newest = sorted(near, key=lambda found: found[1], reverse=True) if later else near
    return [line for _, _, line in (newest[:1] if later else newest)]


def _is_about(line: Line, facts: Sequence[Known]) -> bool:
    """Return whether a line names whom facts are about, or is what one of them was taken from."""
    said = " ".join(line.text.split())
    return any(
        one.source == said
        or (not one.own and one.fact.name and re.search(rf"\b{re.escape(one.fact.name)}\b", said))
        for one in facts
    )


def _says_more(line: Line, known: Set[str], asked: str) -> bool:
    new = stems(line.text) - known
    return bool(new - TIMES) or bool(new and _wants(asked, DATE))


def _wants(asked: str, has: re.Pattern[str]) -> bool:
    return any(pattern.search(asked) for pattern, found in _WANTED if found is has)


def clue(context: ReplyContext, predicates: Sequence[str], notes: Notes) -> str:
    """Return the latest line that seems to tell a kind of fact, as a quotation; empty for none.

    Args:
        predicates: the kinds of fact asked for of the person, the likeliest first.
    """
    pattern = _CLUES.get(predicates[0]) if predicates else None
    if pattern is None:
        return ""
    lines = [
        line for line in notes.lines if pattern.search(line.text) and not _opens_with_others(line)
    ]
    return quoted(lines[-1], context) if lines else ""


def _opens_with_others(line: Line) -> bool:
    """Return whether a line is about somebody of theirs: “My brother works for …”."""
    opening = _OTHERS_OPEN.match(line.text)
    return opening is not None and any(
        subject_of(word) for word in opening["whom"].replace("'s", "").split()
    )


def earlier_clue(now: Known, notes: Notes) -> Line | None:
    """Return the latest line before a fact was told that seems to tell one of its kind."""
    pattern = _CLUES.get(now.fact.predicate)
    if pattern is None or not now.own:
        return None
    said = " ".join(now.source.split())
    lines = [
        line
        for line in notes.lines
        if line.said_at < now.said_at
        and pattern.search(line.text)
        and not _opens_with_others(line)
        and " ".join(line.text.split()) != said
    ]
    return lines[-1] if lines else None


def later_clue(over: Known, notes: Notes) -> Line | None:
    """Return the latest line since a fact ended that seems to tell one of its kind."""
    pattern, until = _CLUES.get(over.fact.predicate), over.fact.until
    if pattern is None or until is None or not over.own:
        return None
    lines = [
        line
        for line in notes.lines
        if line.said_at >= until and pattern.search(line.text) and not _opens_with_others(line)
    ]
    return lines[-1] if lines else None


def quoted(line: Line, context: ReplyContext) -> str:
    """Return a line with when it was said: "You told me on 3 May: “…”"."""
    when = on(line.said_at, context.now)
    values = {"when": when, "When": when[0].upper() + when[1:], "text": shortened(line.text)}
    return choose(phrases.QUOTES, context, **values)


def shortened(text: str) -> str:
    """Return a text on one line, cut at a word if it is long."""
    said = " ".join(text.split())
    return said if len(said) <= QUOTE_LENGTH else said[:QUOTE_LENGTH].rsplit(" ", 1)[0] + " …"


def telling(text: str) -> set[str]:
    """Return the stems of the words that say what a question is about."""
    return stems(text) - ASKING


def stems(text: str) -> set[str]:
    """Return the stems of a text's words, words of one meaning made alike."""
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
        "home_with": r"\bliv(?:e|es|ing)\b.*\bw(?:ith|/)?\b"
        r"|\blives with\b|\broommate|\bflatmate|\bshare\b",
        "job": r"\bwork|\bjob\b|\bquit\b|\bhired\b|\bfired\b|\bprofession|\bfor a living\b",
        "employer": r"\bwork|\bjob\b|\bpractice\b|\bquit\b|\bhired\b|\bfired\b|\bcompany\b"
        r"|\boffice\b|\bstart(?:ed|ing)? at\b",
        "business": r"\bbusiness\b|\bshop\b|\bcompany\b|\brun an?\b",
        "studies": r"\bstud(?:y|ying|ied)\b|\bdegree\b|\bmajor",
        "school": r"\bschool\b|\buni(?:versity)?\b|\bcollege\b|\bstud(?:y|ying|ied)\b",
        "relationship": r"\bmarried\b|\bsingle\b|\bdating\b|\bseeing\b|\bengaged\b"
        r"|\bbroke up\b|\bwidow|\bdivorc|\b(?:my|the) (?:late )?(?:husband|wife|partner|boyfriend"
        r"|girlfriend|fianc)|\bwedding\b",
        "language": r"\bspeak|\bfluent\b|\blanguage|\bbilingual\b",
        "learning": r"\blearn|\blessons?\b",
        "health": r"\bpregnant\b|\bexpecting\b|\ballerg|\bill\b|\bsick\b|\bpain\b"
        r"|\bdiagnos|\bvegan|\bvegetarian",
    }.items()
}

# Stems of words that mean the same.
_SAME = {
    "expect": "due", "pregnant": "due", "deceas": "die", "dead": "die", "oper": "surgeri",
    "wed": "marri", "marriag": "marri", "vehicl": "car", "vacat": "trip", "retir":
    "pension", "begin": "start", "began": "start", "sick": "ill", "afraid": "scare", "fear":
    "scare", "terrifi": "scare", "colleg": "univers", "doctor": "gp", "physician": "gp",
    "mobil": "phone", "laptop": "comput", "pc": "comput", "reloc": "move", "emigr": "move",
    "stay": "visit", "instructor": "teach", "teacher": "teach", "baker": "bake", "driver":
    "drive", "writer": "write", "painter": "paint", "singer": "sing", "professor": "prof",
    "lectur": "prof", "hook": "addict", "gave": "give", "bike": "bicycl", "cycl": "bicycl",
    "mom": "mother", "mum": "mother", "dad": "father", "film": "movi", "uni": "univers",
    "exam": "test", "holiday": "trip", "flat": "apart", "boss": "manag", "dish": "food",
    "meal": "food", "cuisin": "food", "tune": "song", "seri": "show", "town": "citi",
    "purchas": "bought", "buy": "bought", "ate": "eat", "taught": "teach",
}  # fmt: skip


def _candidates(context: ReplyContext, notes: Notes) -> Iterator[_Candidate]:
    """Yield what the person stated, each once: what comes to mind, then the sources of facts."""
    seen: set[str] = set()
    for one in _stated(context, notes):
        key = one.line.text.casefold()
        if key not in seen:
            seen.add(key)
            yield one


def _stated(context: ReplyContext, notes: Notes) -> Iterable[_Candidate]:
    for one in (*context.recalled, *notes.near):
        entry = one.entry
        own = entry.kind == Memory.Kind.CONVERSATION and entry.person_id is not None
        if own and not is_question(entry.text):
            yield _Candidate(Line(entry.text, entry.said_at), one.dense)
    for known in notes.facts:
        if known.source and not is_question(known.source):
            yield _Candidate(Line(known.source, known.said_at))
    for line in notes.lines:
        yield _Candidate(line)


def _score(one: _Candidate, words: set[str], asked: str, *, about: bool = False) -> float:
    """Return how well a line answers; 0 if unsure.

    Args:
        about: whether it is about whom the question is about.
    """
    common = words & stems(one.line.text)
    share = len(common) / len(words) if words else 0.0
    wanted = [has.search(one.line.text) for pattern, has in _WANTED if pattern.search(asked)]
    has_it = any(wanted)
    dense = one.dense or 0.0
    sure = (
        share >= ENOUGH_WORDS
        or dense >= CLOSE
        or (dense >= RELATED_BY_WORDS and (common or has_it))
        or (about and has_it)
    )
    lacks_it = bool(wanted) and not has_it
    return dense + share + BONUS * (has_it - lacks_it) if sure else 0.0
