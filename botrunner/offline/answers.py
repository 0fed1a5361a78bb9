"""Answers to questions on what the person told: from all known facts, else from their own words."""

from __future__ import annotations

import re
from dataclasses import replace

from botrunner.history.base import CachedMessage
from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import ASKS_WHAT_WAS_SAID, Asked, asked, asking, is_question
from botrunner.offline.asked.halves import halves
from botrunner.offline.choosing import is_of, meaning
from botrunner.offline.days import (
    asks_plans,
    day_without_words,
    news,
    next_plan,
    no_plans,
    on_a_day,
    plans,
)
from botrunner.offline.feelings import asks_for_feelings
from botrunner.offline.feelings import told as felt
from botrunner.offline.from_facts import by_words, of_facts, of_named, whether_kin
from botrunner.offline.given import given
from botrunner.offline.grouping import told
from botrunner.offline.in_full import BARE, in_full
from botrunner.offline.nearest import nearest
from botrunner.offline.notes import Likely, Notes
from botrunner.offline.personal import is_personal, of_companion_alone
from botrunner.offline.phrases import choose, itself, knowledge
from botrunner.offline.quoting import (
    clue,
    in_honesty,
    names_in,
    quote,
    rare,
    shared,
    telling,
)
from botrunner.offline.spelling import spelled
from botrunner.offline.telling import MOST_TOLD
from botrunner.offline.themes import all_known
from botrunner.offline.tongues import tongue_of
from memories.facts.predicates import SELF

_ABOUT_ME = re.compile(
    r"\bwhat (?:else |all |exactly )?(?:do|have|can) you (?:know|remember|learn(?:ed|t)?|got"
    r"|tell me|store|keep|kept|saved)"
    r"(?: (?:about|of|on) (?:me|myself))?\W*$|\btell me (?:everything |something |all "
    r"|what you know )*about (?:me|myself)\b"
    r"|\bwhat (?:all )?have i (?:told|said to) you\W*(?:so far|about me|about myself)?\W*$"
    r"|\bdo you (?:still )?(?:know|remember) (?:me|who i am)\b|\bdescribe me\b"
    r"|\beverything you (?:know|remember)\b|\bwho am i\W*$|^\W*(?:yo |hey "
    r"|hi )?(?:you )?remember me\W*$"
    r"|\b(?:know|remember) (?:of|about) me\b|\bwho am i to you\b|\bsum me up\b|\bwhat i(?: have"
    r"|'ve)? told you\W*$"
)
# “What does Simi study?” isn't answered by what the person studies.
_OF_SELF = re.compile(r"\b(?:i|me|my|mine|we|us|our)\b")
# “Do you know what grief is?”
_ABOUT_WORLD = re.compile(r"\bdo you (?:\w+ )?know\b")
# It asks about what was just spoken of, without naming it: “and the other one?”
_LEANS = re.compile(
    r"(?i)^\W*(?:(?:and|so|but|ok|what about|how about|or) )*(?:(?:who|what|which|where|when"
    r"|how(?: old"
    r"| many| long| often)?|why|is|are|was|were|does|do|did|has|have|(?:will|can)(?! it (?:rain"
    r"|snow|be)\b))(?:'s| is| are| was"
    r"| does| did| do)? )*(?:it|he|she|they|him|her|them|his|their|that one|this one|those"
    r"|the other"
    r"(?: ones?)?|which one|the (?:first|second|last) one)\b(?: \w+){0,3}\W*$"
)


def about_person(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Answer a question about the person and theirs from what is known, or each of two."""
    if two := halves(asking(text)):
        return _of_both(context, two, notes)
    text = in_full(context, asking(text), notes)
    if not is_question(text) or of_companion_alone(text):
        return None
    question = asked(text)
    if asks_for_feelings(text):
        today = context.now.astimezone(notes.zone).date()
        return felt(notes.felt, today) or choose(knowledge.NO_MOODS, context)
    if _ABOUT_ME.search(question.text):
        return all_known(context, notes)
    for answer in (news, on_a_day, rare, plans):
        if found := answer(context, question, notes):
            return in_honesty(context, question.text, found)
    meant = meaning(question, notes)
    for answer in (whether_kin, of_facts, of_named, by_words):
        if found := answer(context, meant, notes):
            return in_honesty(context, question.text, found)
    return None


def _of_both(context: ReplyContext, two: tuple[str, str], notes: Notes) -> str | None:
    """Answer what is known of two questions asked at once."""
    alone = replace(notes, likely=Likely())
    said = context
    answers = []
    for question in two:
        answers.append(about_person(said, question, alone) or quote(said, question, alone))
        # “Where does Shane live and what does he do?”: the first says who “he” is.
        said = replace(context, history=[*context.history, _just_said(context, question)])
    return " ".join(dict.fromkeys(filter(None, answers))) or None


def _just_said(context: ReplyContext, text: str) -> CachedMessage:
    return CachedMessage(
        id=0,
        person_id=context.person.id,
        author_name="",
        from_companion=False,
        text=text,
        sent_at=context.now,
        channel_id=0,
    )


def about_topic(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Quote what was said about something that is asked for, or say that it is not known."""
    text = in_full(context, asking(text), notes)
    if not is_question(text):
        return None
    question = asked(text)
    topic = ASKS_WHAT_WAS_SAID.search(question.text)
    personal = is_personal(question, notes)
    if not topic and not personal:
        return None
    if asks_plans(question):
        # What comes nearest to “what have I got this week?” need not be a plan.
        return (
            given(context, text)
            or quote(context, text, notes)
            or _unknown(context, question, notes)
        )
    said = given(context, text)
    if not said and personal and question.former:
        said = clue(context, question, notes)
    said = said or quote(context, text, notes)
    if not said and personal and question.subjects == (SELF,) and _OF_SELF.search(question.text):
        said = clue(context, question, notes)
    if said:
        return in_honesty(context, question.text, said)
    if not personal and _ABOUT_WORLD.search(question.text):
        return None
    if not (question.subjects == (SELF,) and "name" in question.predicates[:1]):
        # Whatever comes nearest to a name is somebody else's.
        said = nearest(context, text, notes)
    return said or _unknown(context, question, notes)


def _unknown(context: ReplyContext, question: Asked, notes: Notes) -> str:
    if question.predicates[:1] == ("name",) and SELF in question.subjects and context.person.name:
        return f"You're {context.person.name}."
    if said := day_without_words(context, question, notes) or no_plans(context, question, notes):
        return said
    if of_them := [one for one in notes.facts if not one.own and is_of(one, question.subjects)]:
        return choose(knowledge.ONLY_KNOWN, context, said=" ".join(told(of_them[-MOST_TOLD:])))
    if question.asks_when and (said := next_plan(context, notes)):
        return said
    known = context.person.remembers
    if (
        not question.predicates
        and not telling(question.text)
        and not names_in(question.text, notes)
    ):
        return choose(knowledge.VAGUE, context)
    if any(tongue_of(line.text) != "en" for line in notes.lines):
        return choose(knowledge.UNREAD, context)
    return choose(knowledge.UNKNOWN if known else knowledge.UNKNOWN_FORGETFUL, context)


def other_question(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Answer a question about the world from what was told, or honestly not at all."""
    if not text.endswith("?") and not is_question(asking(text)):
        return None
    question = in_full(context, asking(text), notes)
    if told := shared(context):
        return told
    if told := given(context, question) or quote(context, question, notes, wholly=True):
        return in_honesty(context, spelled(question), told)
    if of_companion_alone(question):
        return choose(itself.NOT_IN_IT, context)
    leans = _LEANS.match(question) or BARE.match(question)
    return choose(knowledge.WHICH_ONE if leans else itself.NO_MODEL, context)
