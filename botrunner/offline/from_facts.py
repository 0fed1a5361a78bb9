"""Answers questions from the facts of the people and the kinds that they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import ASKS_WHAT_WAS_SAID, OF_NATIONALITY, YES_NO, Asked, asked
from botrunner.offline.choosing import (
    LOVE_WORDS,
    SHARERS,
    first_known,
    is_of,
    meant_of_named,
    same_as,
)
from botrunner.offline.grouping import told
from botrunner.offline.notes import Known, Notes, lowered
from botrunner.offline.personal import is_personal
from botrunner.offline.phrases import choose, knowledge
from botrunner.offline.quoting import (
    ASKING,
    best_line,
    clue,
    earlier_clue,
    is_meant,
    names_in,
    quote,
    quoted,
    stems,
    telling,
)
from botrunner.offline.relatives import through_others
from botrunner.offline.tastes import of_tastes
from botrunner.offline.telling import MOST_OF_A_GROUP, ON_DAYS, current_first, tell
from memories.facts.kinship import is_animal, is_person, means, subject_of
from memories.facts.predicates import PREDICATES, SELF

MOST_LINES_ABOUT = 3
_IS_MY = re.compile(r"^(?:so |and |wait )*(?:is|was) (?P<name>[^\W\d_]+) (?:my|our)\b")
_WHO_DID = re.compile(
    r"^(?:so |and |but )*who (?!am\b|is\b|are\b|was\b|were\b|does\b|did\b|do\b|lives?\b"
    r"|works?\b)\w+ "
)
_WHOM_DOES = re.compile(r"^(?:so |and |but )*whom? (?:does|did|do|will|would|can) ")
_OF_SELF = re.compile(r"\b(?:i|me|my|mine|we|us|our)\b")
_WHO = re.compile(r"\bwho(?:m|se)?\b|\bcalled\b|\bnames?\b")
# It asks for what is known of somebody: “who is she?”, “and my mum?”
_OF_THEM_ALL = re.compile(
    r"\b(?:who|which|about|know|remember|have|describe|any)\b|\bgot\b.*\?|^(?:and |so )*(?:my|our)"
    r" [\w' -]+\W*$|^(?:so |and )*(?:is|are|was|were|does|do|did|has)\b"
)
# It asks for the person's own words.
_WHAT_I_SAID = re.compile(r"\bwhat (?:did|have|had) i (?:\w+ )?(?:tell|told|say|said|mention)")


def of_facts(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer from the facts of the subjects and predicates that a question names."""
    if question.subjects != (SELF,):
        return _of_others(context, question, notes)
    if not question.predicates or _is_of_somebody(question, notes):
        return None
    wanted = [name for name in question.predicates if name in PREDICATES]
    if _WHO_DID.search(question.text) and not _OF_SELF.search(question.text):
        # “Who wrote that philosophising is learning?” isn't about what the person learns.
        return None
    facts = [one for one in notes.facts if one.own]
    on_days = YES_NO.search(question.text) and ON_DAYS.search(question.text)
    if on_days and wanted[:1] in (["job"], ["employer"]):
        # “Do I work this weekend?”: what somebody works as doesn't say.
        return quote(context, question.text, notes) or None
    if "LOVE" in question.predicates:
        loves = [one for one in notes.facts if one.fact.subject in LOVE_WORDS]
        own = [one for one in facts if one.fact.predicate != "name"]
        facts, wanted = [*own, *loves], [*wanted, "name"]
    if wanted[0] in {"favourite", "like", "dislike", "health", "hobby"}:
        if found := of_tastes(context, question, facts, wanted, notes):
            return found
        if YES_NO.search(question.text) or wanted[0] == "favourite":
            return None
    if not question.past and not _holds(facts, wanted):
        # “What's my business called?”: that they once were a pilot says nothing of it.
        over = [one for one in facts if one.fact.predicate == wanted[0]]
        if not over and (said := clue(context, question, notes)):
            return said
    return _of_predicates(context, question, facts, wanted, notes)


def _is_of_somebody(question: Asked, notes: Notes) -> bool:
    """Return whether a question names somebody and leaves the person out: “what does Ed study?”"""
    return not _OF_SELF.search(question.text) and bool(names_in(question.text, notes))


def _holds(facts: Sequence[Known], names: Sequence[str]) -> bool:
    """Return whether any fact of some predicates still holds."""
    return any(one.fact.predicate in names and not one.over for one in facts)


def whether_kin(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer “is Jay my brother?” with what Jay is, if that is known to be something else."""
    asks = _IS_MY.match(question.text)
    named = [
        one
        for one in notes.facts
        if asks and not one.own and one.fact.name.lower() == asks["name"] and not one.over
    ]
    if not named or any(is_of(one, question.subjects) for one in named):
        return None
    name = next((one for one in named if one.fact.predicate == "name"), named[0])
    return f"No: {lowered(name.sentence)}"


def _of_others(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    facts = [one for one in notes.facts if is_of(one, question.subjects)]
    if not facts and SHARERS.issuperset(question.subjects):
        facts = [one for one in notes.facts if one.fact.predicate == "home_with"]
        return tell(context, question, facts, notes, besides=True)
    if not facts and question.past and "LOVE" in question.subjects:
        # “What was my wife's name?”
        facts = [one for one in notes.facts if is_of(one, ("ex",))]
    if not facts:
        return through_others(context, question, notes) or _of_the_other_kind(question, notes)
    named = [one for one in facts if one.fact.name and one.fact.name.lower() in question.text]
    facts = named or facts
    if not question.predicates:
        return _any_of(context, question, facts, notes)
    wanted = [name for name in question.predicates if name in PREDICATES]
    if wanted[0] == "count" and _beyond(question):
        # “How many eggs did my mum buy?”: nobody counts mums.
        return None
    if wanted == ["death"] and not any(one.fact.predicate == "death" for one in facts):
        return quote(context, question.text, notes) or None
    found = _of_predicates(context, question, facts, wanted, notes)
    if not found and question.subjects == ("FAMILY",):
        return _any_of(context, question, facts, notes)
    return found


def _beyond(question: Asked) -> set[str]:
    """Return the words of a question besides those that say whom it is about."""
    return telling(question.text) - _kin_in(question) - _animals_in(question)


_OTHER_KIND = {"sister": "brother", "brother": "sister", "son": "daughter", "daughter": "son"}


def _of_the_other_kind(question: Asked, notes: Notes) -> str | None:
    """Answer “do I have sisters?” with the brothers who are known."""
    asks = YES_NO.search(question.text) or "how many" in question.text
    other = _OTHER_KIND.get(question.subjects[0]) if asks else None
    known = [one for one in notes.facts if other and is_of(one, (other,)) and not one.over]
    if not known:
        return None
    return " ".join([f"I know of no {question.subjects[0]}.", *told(known[-MOST_OF_A_GROUP:])])


def _any_of(
    context: ReplyContext, question: Asked, facts: Sequence[Known], notes: Notes
) -> str | None:
    """Answer if it isn't clear what is asked about a person: with what shares words, else all."""
    words = telling(question.text)
    near = [one for one in facts if words & stems(one.fact.value) and one.fact.predicate != "name"]
    found = current_first(near or facts, past=question.past)
    if ASKS_WHAT_WAS_SAID.search(question.text):
        return _all_about(context, question, found, notes)
    beyond = _beyond(question) - stems(" ".join(map(means, question.subjects)))
    asks_more = bool(beyond) or not _OF_THEM_ALL.search(question.text)
    if beyond and not near:
        # “How long were Ingrid and I married?” doesn't ask whether she is alive.
        found = [one for one in found if one.fact.predicate != "death"] or found
    more = asks_more or (len(found) == 1 and not YES_NO.search(question.text))
    said = tell(context, question, found, notes, besides=not near and more, instead=asks_more)
    if not said or not asks_more or near or "“" in said or question.subjects == ("FAMILY",):
        return said
    # “Is my cousin pregnant?”: that she is called Bella doesn't say.
    return choose(knowledge.ONLY_KNOWN, context, said=" ".join(told(found[-MOST_OF_A_GROUP:])))


def _all_about(context: ReplyContext, question: Asked, facts: Sequence[Known], notes: Notes) -> str:
    """Return what is known of somebody, and the person's words that say more of them."""
    sentences = told(list(facts)[-MOST_OF_A_GROUP:])
    said = " ".join(sentences)
    names = [one.fact.name for one in facts if one.fact.name]
    lines = [
        line
        for line in notes.lines
        if any(re.search(rf"\b{re.escape(name)}\b", line.text) for name in names)
        and stems(line.text) - stems(said) - ASKING
    ]
    parts = [*sentences, *(quoted(line, context) for line in lines[-MOST_LINES_ABOUT:])]
    return " ".join(dict.fromkeys(parts))


def _of_predicates(
    context: ReplyContext,
    question: Asked,
    facts: Sequence[Known],
    names: Sequence[str],
    notes: Notes,
) -> str | None:
    """Answer from the facts of the first predicates that anything is known of."""
    found = first_known(facts, names, past=question.past, former=question.former)
    if not found:
        return None
    first = found[-1].fact.predicate
    if names[0] == "birthday" and question.asks_when and first == "age":
        # “When is my birthday?”: how old somebody is doesn't say.
        return None
    if question.former and not any(one.over for one in found):
        if said := clue(context, question, notes):
            return said
        line = earlier_clue(found[-1], notes)
        return quoted(line, context) if line else quote(context, question.text, notes) or None
    named = any(one.fact.predicate == "name" for one in found)
    asks_who = bool(_WHO.search(question.text)) and "name" in names and not named
    # “What was my husband's job?”: that he is retired is known, and more may have been said.
    was = question.past and first != names[0] and not any(one.over for one in found)
    besides = first not in same_as(names[0]) or was or (asks_who and first == "relationship")
    return tell(context, question, found, notes, besides=besides)


def of_named(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer about a named person: “who is Tom?”"""
    words = set(re.findall(r"[\w'-]+", question.text.replace("'s", "")))
    words |= {word[:-1] for word in words if word.endswith("s")}
    named = {
        one.fact.entity
        for one in notes.facts
        if one.fact.name
        and one.fact.entity != SELF
        and set(one.fact.name.lower().split()) & words
        and is_meant(one.fact.name, context.text)
    }
    facts = [one for one in notes.facts if one.fact.entity in named]
    if not facts:
        return None
    if _of_theirs(question, facts):
        return None
    predicates = asked(f"my friend {question.text}").predicates or meant_of_named(question, notes)
    if predicates[:1] == ("name",) and _WHOM_DOES.search(question.text):
        # “Who does Mia play?” doesn't ask who Mia is.
        predicates = ()
    bare = replace(question, subjects=("?",), predicates=predicates)
    found = first_known(facts, predicates, past=question.past) if predicates else []
    if not found:
        return _any_of(context, bare, facts, notes)
    return tell(context, bare, found, notes, besides=found[-1].fact.predicate not in predicates[:2])


def _of_theirs(question: Asked, facts: Sequence[Known]) -> bool:
    """Return whether a question is about a relative of somebody it names: “Susan's husband”."""
    names = "|".join(re.escape(one.fact.name.lower()) for one in facts if one.fact.name)
    theirs = re.compile(rf"\b(?:{names})'s (?P<whom>[^\W\d_]+(?: [^\W\d_]+)?)")
    found = theirs.search(question.text) if names else None
    return found is not None and any(map(subject_of, found["whom"].split()))


def by_words(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer with the facts that share the most telling words with a question."""
    # That somebody speaks Russian doesn't say whether they are Russian.
    if _WHAT_I_SAID.search(question.text) or re.search(OF_NATIONALITY, question.text):
        return None
    if _of_theirs(question, notes.facts):
        return None
    words = telling(question.text)
    # “Does my husband like to fish?”: that there is a husband doesn't answer it.
    words = words - _kin_in(question)
    facts = notes.facts
    if _is_of_somebody(question, notes) or question.subjects != (SELF,):
        whom = _kin_in(question) | _animals_in(question) | names_in(question.text, notes)
        facts = [one for one in facts if not one.own or whom & _words_of(one)]
    scored = [(len(words & stems(one.sentence)), one) for one in facts]
    best = max((score for score, _ in scored), default=0)
    # “What is the capital of France?” isn't about who lives in France.
    if not best or (best < len(words) and not is_personal(question, notes)):
        return None
    found = [one for score, one in scored if score == best]
    line = best_line(context, question.text, notes)
    over = not question.past and all(one.over for one in found)
    if line is not None and len(words & stems(line.text)) > best - over:
        return quote(context, question.text, notes)
    near = current_first(found, past=question.past)[:3]
    return tell(context, question, near, notes, besides=True)


def _words_of(known: Known) -> set[str]:
    """Return the words of a fact's value, and their stems."""
    return stems(known.fact.value) | set(known.fact.value.lower().split())


def _kin_in(question: Asked) -> set[str]:
    """Return the stems of the words for people in a question."""
    return _stems_of_those_in(question, is_person)


def _animals_in(question: Asked) -> set[str]:
    """Return the stems of the words for animals in a question."""
    return _stems_of_those_in(question, is_animal) | stems("animal")


def _stems_of_those_in(question: Asked, is_one: Callable[[str], bool]) -> set[str]:
    spoken = re.findall(r"[^\W\d_][\w-]*", question.text.replace("'s", ""))
    return stems(" ".join(word for word in spoken if is_one(subject_of(word))))
