"""What the companion knows about a person, and how it puts it in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.phrases import choose
from botrunner.offline.when import on
from memories.facts.rules import extract
from memories.index.base import Entry
from memories.models import Memory
from memories.recall import Recalled
from memories.wording.words import terms

QUOTE_LENGTH = 160
HISTORY_TEXT = 2000
FACTS_AT_ONCE = 3
# Cosines of all-MiniLM-L6-v2: about the same thing, and surely about it.
RELATED, CLOSE = 0.45, 0.6


@dataclass(frozen=True, slots=True)
class Known:
    """A fact at hand.

    Args:
        own: whether the person told it, and it is not one of a server or of all.
        now: whether it was said in this very conversation.
    """

    text: str
    slot: str
    said_at: datetime
    own: bool = True
    now: bool = False

    @property
    def sentence(self) -> str:
        """Return the fact as it is said to the person."""
        return second_person(self.text) if self.own else self.text


def facts_at_hand(context: ReplyContext) -> list[Known]:
    """Return what is known: just said, always known, and brought to mind by this message.

    The worker finds facts after the reply, so what was said a moment ago is read from history.
    """
    just_said = _said_in_history(context)
    slots = {fact.slot for fact in just_said if fact.slot}
    kept = [*context.facts, *(one.entry for one in context.recalled if is_fact(one))]
    texts = {fact.text for fact in just_said}
    found = list(just_said)
    for entry in kept:
        if entry.text not in texts and (entry.slot not in slots or not entry.slot):
            texts.add(entry.text)
            found.append(_known(entry))
    return found


def of_slots(slots: Sequence[str], facts: Sequence[Known]) -> list[Known]:
    """Return the facts of the first slots that hold any, newest first."""
    found: list[Known] = []
    for slot in slots:
        found += [fact for fact in facts if fnmatchcase(fact.slot, slot) and fact not in found]
    return sorted(found, key=lambda fact: fact.said_at, reverse=True)


def about(text: str, facts: Sequence[Known]) -> list[Known]:
    """Return the facts that share a word with a text."""
    asked = set(terms(text))
    return [fact for fact in facts if fact.own and asked & set(terms(fact.text))]


def tell(facts: Sequence[Known], context: ReplyContext) -> str:
    """Return some facts in one answer, with when they were told."""
    told = list(facts[:FACTS_AT_ONCE])
    if len(told) > 1:
        return " ".join(fact.sentence for fact in told)
    fact = told[0]
    if not fact.own:
        return fact.sentence
    return choose(
        phrases.TOLD,
        context,
        fact=fact.sentence,
        lower=fact.sentence[0].lower() + fact.sentence[1:],
        when=on(fact.said_at, context.now),
        When=_capital(on(fact.said_at, context.now)),
    )


def statements(recalled: Sequence[Recalled]) -> list[Recalled]:
    """Return recalled conversation that states something: a question answers nothing."""
    return [
        one
        for one in recalled
        if one.entry.kind == Memory.Kind.CONVERSATION and not one.entry.text.rstrip().endswith("?")
    ]


def statement_about(text: str, context: ReplyContext) -> Recalled | None:
    """Return the best statement that surely has to do with a text: by a word of it, or closely."""
    asked = set(terms(text))
    for one in statements(context.recalled):
        shared = bool(asked & set(terms(one.entry.text)))
        if (shared and is_related(one)) or (one.dense is not None and one.dense >= CLOSE):
            return one
    return None


def quoted(one: Recalled, context: ReplyContext) -> dict[str, str]:
    """Return a memory's words and date, to be filled into a phrase."""
    when = on(one.entry.said_at, context.now)
    text = " ".join(one.entry.text.split())
    if len(text) > QUOTE_LENGTH:
        text = text[:QUOTE_LENGTH].rsplit(" ", 1)[0] + " …"
    return {"when": when, "When": _capital(when), "from_when": _from(when), "text": text}


def is_related(one: Recalled) -> bool:
    """Tell whether a memory is about the same thing as the message."""
    return one.dense is None or one.dense >= RELATED


def is_fact(one: Recalled) -> bool:
    """Tell whether a memory is a fact."""
    return one.entry.kind in {Memory.Kind.USER_FACT, Memory.Kind.SHARED_FACT}


_SECOND = {
    "they": "you",
    "their": "your",
    "them": "you",
    "theirs": "yours",
    "themselves": "yourself",
    "they're": "you're",
}
_FIRST_WORD = re.compile(r"^(They're|They|Their|Theirs)\b")
_THIRD = re.compile(r"\b(they're|they|their|them|theirs|themselves)\b")


def second_person(text: str) -> str:
    """Return a sentence about «they» as one to «you»; what is written in capitals is a name."""
    opened = _FIRST_WORD.sub(lambda word: _SECOND[word.group().lower()].capitalize(), text)
    return _THIRD.sub(lambda word: _SECOND[word.group()], opened)


def _said_in_history(context: ReplyContext) -> list[Known]:
    found: dict[str, Known] = {}
    for message in context.history:
        if message.from_companion or message.person_id != context.person.id:
            continue
        for draft in extract(message.text[:HISTORY_TEXT]):
            key = draft.slot or draft.text
            found[key] = Known(draft.text, draft.slot, message.sent_at, now=True)
    return list(found.values())


def _known(entry: Entry) -> Known:
    return Known(entry.text, entry.slot, entry.said_at, own=entry.person_id is not None)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _from(when: str) -> str:
    return when.removeprefix("on ").replace("just now", "a moment ago")
