"""Questions that lean on the talk, asked in full: “and her birthday?” after “Ann is my sister”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import asked, is_question
from botrunner.offline.notes import Known, Notes
from memories.facts.kinship import gender_of, is_animal, is_person
from memories.facts.predicates import SELF

# How many messages before a question are searched for the person it means.
MOST_MESSAGES = 6
_AND = r"^\W*(?:(?:and|so|but|ok|oh|or)\W+)*"
BARE = re.compile(
    rf"(?i){_AND}(?P<asks>where(?: to| from)?|when|who(?: with)?|with whom|why|since when"
    rf"|(?:until|till|by|from) when"
    r"|how (?:long|often|many|much|old)|what (?:for|time)|which day)(?: (?:is|was) (?:that|it"
    r"|this))?(?: then| again)?\W*$"
)
_HEAD = re.compile(
    rf"(?i){_AND}(?:(?:since |until )?when|where|whom?|why|how(?: (?:long|often|many|much|old))?"
    r"|(?:what|which)(?: (?!is\b|are\b|was\b|were\b|do\b|does\b|did\b)\w+)?(?='| (?:is|are|was|were"
    r"|do|does|did|have|has|can|will|must|should)\b))(?:'s|s\b)? ?"
)
_INSTEAD = re.compile(rf"(?i){_AND}(?:what about |how about |and )?(?P<whom>(?:my )?[\w'-]+)\W*$")
# “Any allergies?” asks for the person's own; “any tips?” asks the companion.
_ANY = re.compile(
    rf"(?i){_AND}(?P<any>any (?!(?:idea|news|tips?|advice|suggestions?|thoughts?|questions?|luck"
    r"|chance|recommendations?|recs|jokes?|better|more|other|last|good|one|way|ideas|clue|help|plans?"
    r"|updates?|recipes?)\b)(?:(?!i\b|we\b|you\b|u\b|to\b|for\b|of\b|on\b|in\b|he\b|she\b|they\b)"
    r"[\w'-]+ ?){1,3})\?+\W*$"
)
_BEST_FOR_ME = re.compile(
    rf"(?i){_AND}(?P<best>(?:the )?best|fave?|favou?rite|worst) (?P<thing>[\w-]+(?: [\w-]+)?)"
    r"(?: (?:ever|of all time))? (?:for me|in my (?:book|opinion))\W*$"
)
_OWNED = re.compile(r"(?i)\b(?P<who>his|her|their|its)\b(?= [^\W\d_])")
_MEANT = re.compile(r"(?i)\b(?P<who>he|she|they|him|her|them|it)(?P<is>'s|s(?= )|'re)?(?=\W|$)")
# “Will it rain?”, “is it wrong to go?”: nobody is meant.
_NOBODY = re.compile(
    r"(?i)\bit(?:'s|'ll)? (?:will |would |might |may |is |be |going to |gonna |really |still )*"
    r"(?:rain|snow|hail|thunder|freez)\w*\b|\b(?:is|was|would|will) it (?:be |really |so |too )*"
    r"(?:(?!an?\b|the\b|my\b)[\w-]+ (?:to|that|if|when)\b|(?:true|normal|ok|okay|alright|worth|late"
    r"|early|cold|hot|warm|wrong|possible|weird|safe|fair|because|time)\b)"
)
_PRONOUNS = {"his": "he", "him": "he", "he": "he", "her": "she", "she": "she"}


def in_full(context: ReplyContext, question: str, notes: Notes) -> str:
    """Return a question with what it leans on filled in; unchanged if nothing known is meant.

    “How old is he?” becomes “how old is my son Léo?” where Léo was spoken of just before, “where?”
    after “what do I teach?” becomes “where do I teach?”, and “and Max?” after “how old is Ella?”
    becomes “how old is Max?”. “Any allergies?” leans on nothing and becomes “do I have any
    allergies?”.
    """
    if any_own := _ANY.match(question):
        return f"do I have {any_own['any'].strip()}?"
    if best := _BEST_FOR_ME.match(question):
        worst = best["best"].lower() == "worst"
        return (
            f"what {best['thing']} do I hate?"
            if worst
            else f"what is my favourite {best['thing']}?"
        )
    if asked(question).subjects != (SELF,):
        return question
    return (
        _bare(context, question)
        or _of_whom(context, question, notes)
        or _of_another(context, question, notes)
        or question
    )


def _bare(context: ReplyContext, question: str) -> str:
    """Return the question before, asked with “where?” or the like; empty for a longer question."""
    bare, before = BARE.match(question), _said_before(context)
    if bare is None or not is_question(before):
        return ""
    rest = _HEAD.sub("", before, count=1)
    return f"{bare['asks']} {rest}" if len(rest.split()) > 1 else ""


def _said_before(context: ReplyContext) -> str:
    """Return the person's message before this one."""
    own = (one.text for one in reversed(context.history) if not one.from_companion)
    return next(own, "")


def _of_whom(context: ReplyContext, question: str, notes: Notes) -> str:
    """Return a question with whom “he”, “her” or “it” means in it; empty if that isn't known."""
    pronoun = _OWNED.search(question) or _MEANT.search(question)
    if pronoun and pronoun["who"].lower() == "it" and _NOBODY.search(question):
        return ""
    known = _spoken_of(context, notes, pronoun["who"].lower()) if pronoun else None
    if pronoun is None or known is None:
        return ""
    whom = f"my {known.fact.subject} {known.fact.name}".strip()
    owns = pronoun.re is _OWNED
    tail = "'s" if owns else " is" if pronoun.groupdict().get("is") else ""
    return f"{question[: pronoun.start()]}{whom}{tail}{question[pronoun.end() :]}"


def _spoken_of(context: ReplyContext, notes: Notes, pronoun: str) -> Known | None:
    """Return whom a pronoun may mean: the one of theirs who was mentioned last."""
    for text in _recently(context):
        for known in reversed(notes.facts):
            if not known.own and _may_be(known, pronoun) and _is_named(known, text):
                return known
    return None


def _recently(context: ReplyContext) -> Iterator[str]:
    return (one.text.lower() for one in reversed(context.history[-MOST_MESSAGES:]))


def _may_be(known: Known, pronoun: str) -> bool:
    subject = known.fact.subject
    if pronoun in {"it", "its"}:
        return is_animal(subject)
    gender = gender_of(subject) if is_person(subject) else ""
    return not gender or gender == _PRONOUNS.get(pronoun, gender)


def _is_named(known: Known, text: str) -> bool:
    whom = [f"(?:my|your) {re.escape(known.fact.subject)}"]
    if known.fact.name:
        whom.append(re.escape(known.fact.name.lower()))
    return bool(re.search(rf"\b(?:{'|'.join(whom)})\b", text))


def _of_another(context: ReplyContext, question: str, notes: Notes) -> str:
    """Return the question before, asked about somebody else; empty if it isn't “and Max?”."""
    instead, before = _INSTEAD.match(question), _said_before(context)
    if instead is None or not is_question(before):
        return ""
    names = {one.fact.name for one in notes.facts if one.fact.name and not one.own}
    whom = instead["whom"]
    if whom.lower() not in {name.lower() for name in names}:
        return ""
    for name in names - {whom}:
        other = re.compile(rf"(?i)(?:\bmy [\w-]+ )?\b{re.escape(name)}\b")
        if other.search(before):
            return other.sub(whom, before, count=1)
    return ""
