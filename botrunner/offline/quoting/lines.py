"""Chooses what the person said that answers a question best."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import ASKS_WHEN, YES_NO, Asked, asked
from botrunner.offline.choosing import meaning, meant_of_named
from botrunner.offline.notes import Known, Line, Notes
from botrunner.offline.quoting.clues import clue_in, is_own, tells_of_before
from botrunner.offline.quoting.leaning import going_on, leaning_on, led_by, settled
from botrunner.offline.quoting.people import names_in, off_subject, speaks_of
from botrunner.offline.quoting.saying import quoted, shortened
from botrunner.offline.quoting.stems import SMALL, TIMES, stems, telling
from botrunner.offline.quoting.wanted import (
    ASKS_NOW,
    DATE,
    dated_words,
    has_needed,
    has_rare,
    has_wanted,
    wants,
)
from botrunner.offline.spelling import spelled
from botrunner.offline.stating import stating
from memories.facts.predicates import SELF
from memories.models import Memory

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
# How much better a line answers if it has the date or number that is asked for.
FAR_AHEAD = 0.45
# What it gains by seeming to tell the kind of fact that is asked for.
OF_KIND = 0.35
# What a word counts that only the line before has, on which it leans.
OF_BEFORE = 0.5
_WORD = re.compile(r"[^\W\d_]+")
# “Which tree”, “what kind of cake”, “who”: what a line that answers has another word for.
_HEAD = re.compile(
    r"^(?:(?:so|and|but|ok|hey) )*(?:who(?! (?:is|was|are|were)\b)|(?:which|what|whose)"
    r"(?: (?:kind|sort|type|colour|flavour) of)?(?: \w+)?) (?=(?:is|are|was|were|did|does|do|has"
    r"|have|had|can|will|needs?|wants?|\w+s|\w+ed)\b)"
)
# How many words of a question a line must have just as they are.
FEWEST_IN_A_ROW = 3
_SOMEBODY = re.compile(r"(?i)\b(?:he|she|they|him|her|them|his|hers|their|it|its)\b")
_WHICH_OF = re.compile(r"\b(?:which|who)(?: one)? of (?:my|our|the) (?:\w+ )??(?P<kind>[\w-]+)\b")
_AM_I = re.compile(r"\b(?:am|was|do|did|have) i\b")
_OF_SELF = re.compile(r"\b(?:i|me|my|we|our)\b")
# “What is grief?”
_ASKS_WHAT_IT_IS = re.compile(
    r"^(?:so |and |but )*what (?:is|are|does) (?:an? )?[\w-]+(?: mean)?\W*$"
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    line: Line
    dense: float | None = None


# How well a line answers, when it was said, and itself.
_Scored = tuple[float, datetime, Line]


def quote(context: ReplyContext, text: str, notes: Notes, *, wholly: bool = False) -> str:
    """Return what surely has to do with a text, as a quotation; empty for none.

    Args:
        wholly: whether it must have all telling words of the text.
    """
    lines = best_lines(context, text, notes)
    if not lines or (wholly and not _is_wholly(lines[0], context, text, notes)):
        return ""
    asks_when = ASKS_WHEN.search(asked(text).text)
    dated = [dated_words(line, notes.zone) if asks_when else "" for line in lines]
    said = [f"{quoted(line, context)}{day}" for line, day in zip(lines, dated, strict=True)]
    if len(lines) > 1:
        return " ".join(said)
    # “Who is Tobi?”: “my flatmate is snoring”, “his name is Tobi”
    led = None if _SOMEBODY.search(text) else led_by(lines[0], notes)
    if led is not None:
        return f"{quoted(led, context)} “{shortened(lines[0].text)}”{dated[0]}"
    more = going_on(lines[0], notes) or settled(lines[0], notes)
    return " ".join([*said, *([f"“{shortened(more.text)}”"] if more else [])])


def _is_wholly(line: Line, context: ReplyContext, text: str, notes: Notes) -> bool:
    """Return whether a line surely is about what a text asks: all its words, or its meaning."""
    words = telling(text)
    if not words or (len(words) == 1 and _asks_loosely(text, notes)):
        return False
    if words <= stems(line.text) or _completes(line, text):
        return True
    # “Which night is the bingo?” after “bingo every Monday”
    about = telling(_HEAD.sub("", spelled(text), count=1))
    if about and about <= stems(line.text) and has_wanted(line, spelled(text)):
        return True
    dense = max(
        (one.dense or 0.0 for one in _candidates(context, notes) if one.line.text == line.text),
        default=0.0,
    )
    return dense >= CLOSE and bool(words & stems(line.text))


def _asks_loosely(text: str, notes: Notes) -> bool:
    """Return whether a question with one telling word may well be about anything: “is it cold?”"""
    said = spelled(text)
    loose = YES_NO.search(said) or _ASKS_WHAT_IT_IS.search(said)
    return bool(loose) and not names_in(said, notes)


def _completes(line: Line, question: str) -> bool:
    """Return whether a line has the rest of a question: “which tree” *isn't doing well*."""
    rest = _HEAD.sub("", spelled(question), count=1)
    words = _WORD.findall(rest)
    if rest == spelled(question) or not telling(rest):
        return False
    said = f" {' '.join(_WORD.findall(spelled(line.text)))} "
    verbatim = len(words) >= FEWEST_IN_A_ROW and f" {' '.join(words)} " in said
    return verbatim or (len(telling(rest)) > 1 and telling(rest) <= stems(line.text))


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
    read = read_with(text, notes)
    # Names tell which lines are about somebody, and nothing of what is asked of them.
    named = names_in(read.text, notes)
    names = [*named, *(one.fact.name for one in about)]
    words = telling(text) - stems(" ".join(names))
    theirs, of_self = speaks_of(asked(text)), _asks_of_self(read)
    asks_of_self = _OF_SELF.search(read.text)
    asks_when, mistaken = ASKS_WHEN.search(read.text), _mistaken(notes)
    is_off, before = off_subject(text, notes), leaning_on(notes)
    which = _WHICH_OF.search(read.text)
    # “Which of my twins has asthma?”: what answers need not speak of them as twins.
    is_which_of = which is not None and bool(words - stems(which["kind"]))
    if which and is_which_of:
        words -= stems(which["kind"])
    # A line that says no more than a question affirms it where it asks for yes or no.
    repeated = "" if YES_NO.search(read.text) else read.text
    known = stems(f"{repeated} {besides}") | SMALL if besides else frozenset()

    def weighed(one: _Candidate) -> _Scored | None:
        line = one.line
        if not is_which_of and is_off(line.text):
            return None
        if besides and not _says_more(line, known, read.text):
            return None
        if asks_when and " ".join(line.text.split()) in mistaken:
            return None
        if of_self and not is_own(line):
            return None
        of_them = 1.0 if theirs else _about(line, about, named, before)
        if named and not of_them and not (words and (asks_of_self or _SOMEBODY.search(line.text))):
            # “What happened to Ed?”; “I study law” for “what does Ed study?”
            return None
        leans_on = before(line.text)
        score = _score(one, words, read, leans_on=leans_on, about=bool(of_them))
        return (score + ABOUT_THEM * of_them, line.said_at, line) if score > 0 else None

    found = map(weighed, _candidates(context, notes))
    scored = [one for one in found if one is not None]
    with_it = [one for one in scored if has_needed(one[2], read.text)]
    # What happened without a date was told on a day: “when did the cat come home?”
    ahead = max((one[0] for one in scored), default=0.0) - FAR_AHEAD
    if all(one[0] < ahead for one in with_it):
        with_it = scored
    best = _first_two(with_it, later=bool(ASKS_NOW.search(read.text)))
    # A second line has to have as many words of the question as the first one.
    common = [len(words & stems(one.text)) for one in best]
    also = best[1:] if common[1:] and common[1] >= max(common[0], bool(words)) else []
    return [*best[:1], *also]


def _mistaken(notes: Notes) -> Set[str]:
    """Return the lines of which no fact is left, such as those that name a day that was moved."""
    return notes.heard - {one.source for one in notes.facts}


def _asks_of_self(question: Asked) -> bool:
    """Return whether a question asks for a kind of fact of the person: “what am I scared of?”"""
    asks = question.subjects == (SELF,) and question.predicates
    return bool(asks and _AM_I.search(question.text))


def read_with(text: str, notes: Notes) -> Asked:
    """Return what a question asks for, of somebody named as of the person."""
    read = meaning(asked(text), notes)
    if read.subjects == ("LOVE",) and not read.predicates:
        return replace(read, predicates=("relationship",))
    if read.predicates or _OF_SELF.search(read.text):
        return read
    predicates = asked(f"my friend {text}").predicates or meant_of_named(read, notes)
    return replace(read, subjects=("?",), predicates=predicates)


def rare(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Quote the latest line that has something rare that is asked for: a dream, a fear."""
    if question.subjects != (SELF,):
        return None
    found = [line for line in notes.lines if has_rare(line, question.text) and is_own(line)]
    return quoted(found[-1], context) if found else None


def clue(context: ReplyContext, question: Asked, notes: Notes, *, least: float = 0.0) -> str:
    """Return the line that best tells the kind of fact asked for, as a quotation; empty for none.

    Of lines that seem as good the latest counts.

    Args:
        least: how well it has to answer.
    """
    words, before = telling(question.text), leaning_on(notes)
    sources = {
        one.source for one in notes.facts if one.own and one.fact.predicate in question.predicates
    }

    def tells_it(line: Line) -> bool:
        heard = line.text in sources and tells_of_before(line) == question.former
        return heard or clue_in(line, question.predicates, former=question.former)

    scored = [
        (
            _score(one, words, question, leans_on=before(one.line.text), about=True),
            one.line.said_at,
            one.line,
        )
        for one in _candidates(context, notes)
        if tells_it(one.line)
    ]
    found = _first_two([one for one in scored if one[0] >= least], later=True)
    return quoted(found[0], context) if found else ""


def _first_two(scored: Sequence[_Scored], *, later: bool) -> list[Line]:
    """Return the best line and the next where it is as good; the later first if that matters."""
    ranked = sorted(scored, key=lambda found: found[:2], reverse=True)
    if not ranked:
        return []
    margin = MARGIN_NOW if later else MARGIN
    near = [one for one in ranked if ranked[0][0] - one[0] <= margin][:2]
    newest = sorted(near, key=lambda found: found[1], reverse=True) if later else near
    return [line for _, _, line in (newest[:1] if later else newest)]


def _about(
    line: Line, facts: Sequence[Known], named: Set[str], before: Callable[[str], str]
) -> float:
    """Return how far a line is about those whom facts are about or a question names, 0 to 1.

    A line that a fact was taken from is about them.
    """
    said = " ".join(line.text.split())
    whole = f"{before(line.text)} {said}"
    spoken_of = named & set(_WORD.findall(whole.lower()))
    if spoken_of:
        return len(spoken_of) / len(named)
    return any(
        one.source == said
        or (not one.own and one.fact.name and re.search(rf"\b{re.escape(one.fact.name)}\b", whole))
        for one in facts
    )


def _says_more(line: Line, known: Set[str], asked: str) -> bool:
    new = stems(line.text) - known
    return bool(new - TIMES) or bool(new and wants(asked, DATE))


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
        if own and (said := stating(entry.text)):
            yield _Candidate(Line(said, entry.said_at), one.dense)
    for known in notes.facts:
        if said := stating(known.source):
            yield _Candidate(Line(said, known.said_at))
    for line in notes.lines:
        yield _Candidate(line)


def _score(
    one: _Candidate, words: set[str], question: Asked, *, leans_on: str = "", about: bool = False
) -> float:
    """Return how well a line answers; 0 if unsure.

    Args:
        leans_on: the line before, which it needs to be understood.
        about: whether it is about whom the question is about.
    """
    common = words & stems(one.line.text)
    leaned = (words & stems(leans_on)) - common if leans_on else set()
    share = (len(common) + OF_BEFORE * len(leaned)) / len(words) if words else 0.0
    has = has_wanted(one.line, question.text)
    has_it, lacks_it = has is True, has is False
    own = question.subjects == (SELF,)
    told = (own or about) and clue_in(
        one.line, question.predicates, own=own, former=question.former
    )
    dense = one.dense or 0.0
    sure = (
        share >= ENOUGH_WORDS
        or dense >= CLOSE
        or (dense >= RELATED_BY_WORDS and (common or (has_it and not words)))
        or (dense >= RELATED and has_it)
        or (about and (has_it or told or not (words or question.predicates)))
    )
    if not words and question.predicates and not (told or about):
        # “Who lives with me?”: that a line names somebody says nothing of it.
        return 0.0
    return dense + share + BONUS * (has_it - lacks_it) + OF_KIND * told if sure else 0.0
