"""Answers to questions on what the person told: from all known facts, else from their own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.asked import Asked, asked, asking, is_question
from botrunner.offline.days import (
    asks_plans,
    day_without_words,
    news,
    no_plans,
    on_a_day,
    plans,
)
from botrunner.offline.feelings import asks_for_feelings
from botrunner.offline.feelings import told as felt
from botrunner.offline.grouping import told
from botrunner.offline.nearest import SURE, nearest, nearest_taste
from botrunner.offline.notes import Known, Notes, lowered
from botrunner.offline.phrases import choose
from botrunner.offline.quoting import (
    ASKING,
    best_line,
    clue,
    earlier_clue,
    quote,
    quoted,
    shared,
    stems,
    telling,
)
from botrunner.offline.relatives import through_others
from botrunner.offline.telling import MOST_OF_A_GROUP, MOST_TOLD, YES_NO, current_first, tell
from botrunner.offline.themes import all_known
from memories.facts.kinship import LOVES, are_alike, is_animal, is_person, means, subject_of
from memories.facts.predicates import PREDICATES, SELF
from memories.wording.words import terms

_ABOUT_ME = re.compile(
    r"\bwhat (?:else |all |exactly )?(?:do|have|can) you (?:know|remember|learn(?:ed|t)?|got"
    r"|tell me|store|keep|kept|saved)"
    r"(?: (?:about|of|on) (?:me|myself))?\W*$|\btell me (?:everything |something |all "
    r"|what you know )*about (?:me|myself)\b"
    r"|\bwhat (?:all )?have i (?:told|said to) you\W*(?:so far|about me|about myself)?\W*$"
    r"|\bdo you (?:still )?(?:know|remember) (?:me|who i am)\b|\bdescribe me\b"
    r"|\beverything you (?:know|remember)\b|\bwho am i\W*$|^\W*(?:yo |hey "
    r"|hi )?(?:you )?remember me\W*$"
    r"|\b(?:know|remember) about me\b|\bwho am i to you\b|\bsum me up\b|\bwhat i(?: have"
    r"|'ve)? told you\W*$"
)
_TOPIC = re.compile(
    r"\bwhat (?:did i|have i|i) (?:tell|told|say|said|mention|mentioned)\b|\b(?:do|can"
    r"|don't) you (?:still )?(?:remember|know|recall)\b"
    r"|\bwhat do you (?:know|remember) (?:about|of)\b|\b(?:did|have) i (?:ever |already )?(?:tell"
    r"|told|mention|say|said)\b"
    r"|\bremind me (?:of|about|what|who|when|where)\b|\btell me about\b"
)
_NAME = re.compile(r"[^\W\d_][\w'-]+")
# A name as people write it: capitalised in the middle of a sentence.
_USED_NAME = re.compile(r"(?<=[\w,&] )[A-Z][^\W\d_]*[a-z][^\W\d_]*\b")
_GIVEN_NAME = re.compile(r"\b(?:called|named|names?(?: is|'s)?) ([^\W\d_]{3,})")
_CAPITALS = """
i january february march april may june july august september october november december monday
tuesday wednesday thursday friday saturday sunday english god mum mom dad christmas
"""
_NO_NAMES = frozenset(_CAPITALS.split())
_ABOUT_SELF = re.compile(r"\b(?:i|me|mine|my|we|our|us|myself)\b")
_TO_COMPANION = re.compile(
    r"\b(?:can|could|would|should|may|shall) (?:you|i|we)\b(?! (?:eat|drink|have|like))"
    r"|\bwill you\b"
    r"|\bdo you think\b|\bhelp\b"
    r"|\bhow (?:do|can|should|could) i\b"
)
# “Did you miss me?” asks nothing about the person.
_OF_COMPANION = re.compile(
    r"^\W*(?:(?:so|and|but|hey|ok|yo) )*(?:do|did|are|were|have|had|will|can|would|could) you\b"
    r"(?! (?:still )?(?:know|remember|recall)\b)"
)
MOST_LINES_ABOUT = 3
MOST_TASTES = 4
_TASTES = frozenset(terms("allergy allergic allergies hobby hobbies health problem illness"))
# “What do I like to drink?” asks for some of them, “what do I enjoy?” for all.
_ASKS_TASTE = _TASTES | frozenset(
    terms("enjoy prefer fond adore into fan likes interests pastime dislike detest loathe things")
)
_LOVE_WORDS = frozenset(LOVES)
_KINDS_OF = {
    "bird": ("parrot", "budgie", "cockatiel", "canary", "duck", "goose", "chicken"),
    "fish": ("goldfish",),
    "lizard": ("gecko", "bearded dragon"),
    "turtle": ("tortoise",),
}
_IS_MY = re.compile(r"^(?:so |and |wait )*(?:is|was) (?P<name>[^\W\d_]+) (?:my|our)\b")
_WHO = re.compile(r"\bwho(?:m|se)?\b|\bcalled\b|\bnames?\b")


def about_person(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Answer a question about the person and theirs from what is known."""
    text = asking(text)
    if not is_question(text):
        return None
    question = asked(text)
    if _ABOUT_ME.search(question.text):
        return all_known(context, notes)
    if asks_for_feelings(text):
        today = context.now.astimezone(notes.zone).date()
        return felt(notes.felt, today) or choose(phrases.NO_MOODS, context)
    for answer in (news, on_a_day, plans, _whether_kin, _of_facts, _named, _by_words):
        if found := answer(context, question, notes):
            return found
    return None


def about_topic(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Quote what was said about something that is asked for, or say that it is not known."""
    text = asking(text)
    if not is_question(text):
        return None
    question = asked(text)
    topic = _TOPIC.search(question.text)
    personal = _is_personal(question, notes)
    if not topic and not personal:
        return None
    said = quote(context, text, notes)
    if not said and personal and question.subjects == (SELF,):
        said = clue(context, question.predicates, notes)
    return said or nearest(context, text, notes) or _unknown(context, question, notes)


def _is_personal(question: Asked, notes: Notes) -> bool:
    """Return whether a question is about the person, theirs, or what they spoke of by name."""
    if _TO_COMPANION.search(question.text) or _OF_COMPANION.match(question.text):
        return False
    return (
        bool(_ABOUT_SELF.search(question.text))
        or question.subjects != (SELF,)
        or asks_plans(question)
        or _speaks_of_theirs(question, notes)
        or bool(_names_in(question, notes))
    )


def _speaks_of_theirs(question: Asked, notes: Notes) -> bool:
    """Return whether a question is about a kind of relative that is known: “which brother”."""
    spoken = re.findall(r"[^\W\d_][\w-]*", question.text.replace("'s", ""))
    asked_of = {subject for word in spoken if (subject := subject_of(word))}
    known = {one.fact.subject for one in notes.facts if not one.own}
    return any(are_alike(one, other) for one in asked_of for other in known)


def _names_in(question: Asked, notes: Notes) -> set[str]:
    """Return the names in a question that the person has used, in lower case."""
    asked_of = {word.removesuffix("'s") for word in _NAME.findall(question.text)}
    used = {one.fact.name.lower() for one in notes.facts if one.fact.name}
    for line in notes.lines:
        names = [*_USED_NAME.findall(line.text), *_GIVEN_NAME.findall(line.text)]
        used.update(name.lower() for name in names)
    return (asked_of & used) - _NO_NAMES


def _unknown(context: ReplyContext, question: Asked, notes: Notes) -> str:
    if question.predicates[:1] == ("name",) and SELF in question.subjects and context.person.name:
        return f"You're {context.person.name}."
    if said := day_without_words(context, question, notes) or no_plans(context, question):
        return said
    if of_them := [one for one in notes.facts if not one.own and _is_of(one, question.subjects)]:
        return choose(phrases.ONLY_KNOWN, context, said=" ".join(told(of_them[-MOST_TOLD:])))
    known = context.person.remembers
    return choose(phrases.UNKNOWN if known else phrases.UNKNOWN_FORGETFUL, context)


def other_question(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Answer a question about the world from what was told, or honestly not at all."""
    if not text.endswith("?") and not is_question(text):
        return None
    told = shared(context) or quote(context, asking(text), notes, wholly=True)
    return told or choose(phrases.NO_MODEL, context)


# Facts ------------------------------------------------------------------------------------------


def _of_facts(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer from the facts of the subjects and predicates that a question names."""
    if question.subjects != (SELF,):
        return _of_others(context, question, notes)
    if not question.predicates:
        return None
    wanted = [name for name in question.predicates if name in PREDICATES]
    facts = [one for one in notes.facts if one.own]
    if "LOVE" in question.predicates:
        loves = [one for one in notes.facts if one.fact.subject in _LOVE_WORDS]
        own = [one for one in facts if one.fact.predicate != "name"]
        facts, wanted = [*own, *loves], [*wanted, "name"]
    if wanted[0] in {"favourite", "like", "dislike", "health", "hobby"}:
        if found := _taste(context, question, facts, wanted, notes):
            return found
        if YES_NO.search(question.text) or wanted[0] == "favourite":
            return None
    return _of_predicates(context, question, facts, wanted, notes)


def _whether_kin(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer “is Jay my brother?” with what Jay is, if that is known to be something else."""
    asks = _IS_MY.match(question.text)
    named = [
        one
        for one in notes.facts
        if asks and not one.own and one.fact.name.lower() == asks["name"] and not one.over
    ]
    if not named or any(_is_of(one, question.subjects) for one in named):
        return None
    name = next((one for one in named if one.fact.predicate == "name"), named[0])
    return f"No: {lowered(name.sentence)}"


def _of_others(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    facts = [one for one in notes.facts if _is_of(one, question.subjects)]
    if not facts:
        return through_others(context, question, notes)
    named = [one for one in facts if one.fact.name and one.fact.name.lower() in question.text]
    facts = named or facts
    if not question.predicates:
        return _any_of(context, question, facts, notes)
    wanted = [name for name in question.predicates if name in PREDICATES]
    if wanted == ["death"] and not any(one.fact.predicate == "death" for one in facts):
        return quote(context, question.text, notes) or None
    found = _of_predicates(context, question, facts, wanted, notes)
    if not found and question.subjects == ("FAMILY",):
        return _any_of(context, question, facts, notes)
    return found


def _any_of(
    context: ReplyContext, question: Asked, facts: Sequence[Known], notes: Notes
) -> str | None:
    """Answer if it isn't clear what is asked about a person: with what shares words, else all."""
    words = telling(question.text)
    near = [one for one in facts if words & stems(one.fact.value) and one.fact.predicate != "name"]
    found = current_first(near or facts, past=question.past)
    if _TOPIC.search(question.text):
        return _all_about(context, question, found, notes)
    beyond = telling(question.text) - stems(" ".join(map(means, question.subjects)))
    more = bool(beyond) or (len(found) == 1 and not YES_NO.search(question.text))
    return tell(context, question, found, notes, besides=not near and more, instead=bool(beyond))


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


def _is_of(known: Known, subjects: Sequence[str]) -> bool:
    subject = known.fact.subject
    if subject == SELF:
        whole = {"relationship": "LOVE", "home_with": "FAMILY"}
        return whole.get(known.fact.predicate) in subjects
    for one in subjects:
        if one == "PET" and is_animal(subject):
            return True
        if one == "FAMILY" and is_person(subject):
            return True
        if one == "LOVE" and subject in _LOVE_WORDS:
            return True
        if means(subject) in _KINDS_OF.get(one, ()):
            return True
        if are_alike(subject, one):
            return True
    return False


def _of_predicates(
    context: ReplyContext,
    question: Asked,
    facts: Sequence[Known],
    names: Sequence[str],
    notes: Notes,
) -> str | None:
    """Answer from the facts of the first predicates that anything is known of."""
    found = _first_known(facts, names, past=question.past, former=question.former)
    if not found:
        return None
    first = found[-1].fact.predicate
    if question.former and not any(one.over for one in found):
        line = earlier_clue(found[-1], notes)
        return quoted(line, context) if line else quote(context, question.text, notes) or None
    asks_who = bool(_WHO.search(question.text)) and "name" in names
    # “What was my husband's job?”: that he is retired is known, and more may have been said.
    was = question.past and first != names[0] and not any(one.over for one in found)
    besides = first not in _same_as(names[0]) or was or (asks_who and first == "relationship")
    return tell(context, question, found, notes, besides=besides)


def _same_as(name: str) -> frozenset[str]:
    """Return the predicates that answer the same question."""
    groups = (
        {"name", "nickname", "count", "death"},
        {"age", "birthday", "birth_year", "death"},
        {"origin", "birthplace", "nationality"},
        {"job", "status", "business", "studies"},
        {"studies", "school"},
        {"relationship", "name"},
        {"like", "favourite", "hobby", "dislike"},
        {"language", "learning"},
        {"home", "death"},
    )
    return frozenset({name}.union(*(group for group in groups if name in group)))


def _first_known(
    facts: Sequence[Known], names: Sequence[str], *, past: bool, former: bool = False
) -> list[Known]:
    dead = [one for one in facts if one.fact.predicate == "death"]
    if past:
        over = [one for one in facts if one.over and one.fact.predicate in names]
        asked_for = [one for one in facts if one.fact.predicate == names[0]]
        if over and asked_for and not former and not any(one.over for one in asked_for):
            over = asked_for
        if over:
            return [*over, *_deaths_of(over, dead)]
    first = names[:2] if names[0] == "count" else names[:1]
    for group in (first, names):
        found = [one for one in facts if one.fact.predicate in group and not one.over]
        if found:
            return [*_over_of(facts, group, names), *_with_death(found, facts, dead)]
    over = [one for one in facts if one.fact.predicate in names and one.over][-2:]
    return [*dict.fromkeys([*over, *_deaths_of(over, dead)])]


def _over_of(facts: Sequence[Known], group: Sequence[str], names: Sequence[str]) -> list[Known]:
    """Return what is over of the kind that was asked for, where only other kinds hold."""
    if len(group) == 1 or names[0] not in {"employer", "home", "school"}:
        return []
    return [one for one in facts if one.over and one.fact.predicate == names[0]][-1:]


def _with_death(
    found: Sequence[Known], facts: Sequence[Known], dead: Sequence[Known]
) -> list[Known]:
    """Return facts with what is over of the same, where those have died."""
    gone = {one.fact.entity for one in dead}
    names = [one for one in facts if one.fact.entity in gone and one.fact.predicate == "name"]
    shown = [one for one in found if one.fact.predicate == "death" or one.fact.entity not in gone]
    return [*shown, *(names if any(one in dead for one in found) else [])]


def _deaths_of(facts: Sequence[Known], dead: Sequence[Known]) -> list[Known]:
    entities = {one.fact.entity for one in facts}
    return [one for one in dead if one.fact.entity in entities]


def _taste(
    context: ReplyContext,
    question: Asked,
    facts: Sequence[Known],
    wanted: Sequence[str],
    notes: Notes,
) -> str | None:
    """Answer on likes and the like: whether one is there, or all of them."""
    words = telling(question.text)
    kinds = {*wanted, "like", "dislike", "favourite", "hobby", "health"}
    tastes = [one for one in facts if one.fact.predicate in kinds]
    # “What food don't I like?” isn't about the favourite food.
    by_thing = wanted[0] != "dislike"
    near = [
        one
        for one in tastes
        if words & stems(f"{one.fact.thing if by_thing else ''} {one.fact.value}")
    ]
    if near:
        found = current_first(near, past=question.past)
        return tell(context, question, found, notes, yes_no=True)
    eats = wanted[0] == "health" and re.search(r"\bcan'?t? i\b", question.text)
    if not eats and YES_NO.search(question.text) and words - _TASTES:
        return None
    if wanted[0] == "favourite":
        return None
    first = [one for one in tastes if one.fact.predicate == wanted[0]]
    # A few are told all, of many only those of the kind that is asked for.
    picked = words - _ASKS_TASTE and (wanted[0] != "dislike" or len(first) > MOST_TASTES)
    if picked and (said := nearest_taste(context, tastes, notes)):
        return said
    too = {"like": "favourite", "hobby": "like"}.get(wanted[0])
    also = [one for one in tastes if one.fact.predicate == too]
    listed = [*first, *also] or [one for one in tastes if one.fact.predicate in wanted[:2]]
    found = current_first(listed, past=question.past)
    beyond = not first or (wanted[0] != "dislike" and bool(words - _TASTES))
    return tell(context, question, found, notes, besides=beyond)


def _named(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer about a named person: “who is Tom?”"""
    words = set(re.findall(r"[\w'-]+", question.text.replace("'s", "")))
    words |= {word[:-1] for word in words if word.endswith("s")}
    named = {
        one.fact.entity
        for one in notes.facts
        if one.fact.name and one.fact.entity != SELF and set(one.fact.name.lower().split()) & words
    }
    facts = [one for one in notes.facts if one.fact.entity in named]
    if not facts:
        return None
    predicates = asked(f"my friend {question.text}").predicates
    bare = replace(question, subjects=("?",), predicates=predicates)
    found = _first_known(facts, predicates, past=question.past) if predicates else []
    if not found:
        return _any_of(context, bare, facts, notes)
    return tell(context, bare, found, notes, besides=found[-1].fact.predicate not in predicates[:2])


def _by_words(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer with the facts that share the most telling words with a question."""
    if _WHAT_I_SAID.search(question.text):
        return None
    words = telling(question.text)
    # “Does my husband like to fish?”: that there is a husband is no answer.
    words = words - _kin_in(question) or words
    scored = [(len(words & stems(one.sentence)), one) for one in notes.facts]
    best = max((score for score, _ in scored), default=0)
    if not best:
        return None
    found = [one for score, one in scored if score == best]
    line = best_line(context, question.text, notes)
    if line is not None and len(words & stems(line.text)) > best:
        return quote(context, question.text, notes)
    near = current_first(found, past=question.past)[:3]
    return tell(context, question, near, notes, besides=True)


def _kin_in(question: Asked) -> set[str]:
    """Return the stems of the words for people in a question."""
    spoken = re.findall(r"[^\W\d_][\w-]*", question.text.replace("'s", ""))
    return stems(" ".join(word for word in spoken if is_person(subject_of(word))))


Answer = Callable[[ReplyContext, Asked, Notes], str | None]


_ADVICE = re.compile(
    r"\bshould (?:i|we)\b|\bdo you think\b|\bwhat (?:would|can|could) (?:i|you) do\b"
    r"|\bwhat do i do\W*$|\bany (?:advice|tips|ideas)\b|\bwhat (?:would|will) you (?:do|say)\b"
    r"|\bhow (?:can|could) i\b|\b(?:can|could) you help\b|\badvice\b|^help me\b",
    re.IGNORECASE,
)
# It asks for the person's own words.
_WHAT_I_SAID = re.compile(r"\bwhat (?:did|have|had) i (?:\w+ )?(?:tell|told|say|said|mention)")
_WHAT_I_DO = re.compile(r"(?i)\bwhat do i do\W*$")
_REASON = re.compile(
    r"\bwhy (?:am i|are we|do i|does my|is my|can't i|do they|does (?:he|she|it)|is it|me"
    r"|always)\b",
    re.IGNORECASE,
)


def advice(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Say honestly that advice and reasons are beyond it."""
    if _ADVICE.search(text):
        if _WHAT_I_DO.search(text) and (told := clue(context, ("job",), notes)):
            return told
        return choose(phrases.ADVICE, context)
    if is_question(text) and _REASON.search(text):
        found = quote(context, text, notes) or nearest(context, text, notes, least=SURE)
        return found or choose(phrases.ADVICE, context)
    return None
