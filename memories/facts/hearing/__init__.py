"""From what the tagger marked to statements: whose words, about whom, true or not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence

from memories.facts.hearing.assemble import statements
from memories.facts.hearing.by_rules import by_rules, pastimes
from memories.facts.hearing.cues import cues
from memories.facts.hearing.people import people_beside
from memories.facts.hearing.reminders import with_reminders
from memories.facts.hearing.scope import plain
from memories.facts.ledger import Fact
from memories.facts.statements import Claim, Said, Statement
from memories.facts.tagging.spans import Tagged
from memories.facts.tagging.tagger import tags

# Marks the words of a text.
Tagger = Callable[[str], Sequence[Tagged]]


class HearingExtractor:
    """Finds facts without a language model."""

    async def statements(self, said: Said, known: Sequence[Fact]) -> list[Statement]:
        """Return what a message states, ends first."""
        return await asyncio.to_thread(heard, said, known)


def heard(said: Said, known: Sequence[Fact], tagger: Tagger = tags) -> list[Statement]:
    """Return what a message states, ends first: what is over makes room for what is new.

    It blocks for some milliseconds: call it in a thread.

    Args:
        known: the facts that hold.
        tagger: marks the words of a text.

    Raises:
        EmbeddingError: the tagger's model can't be loaded.
    """
    said = Said(plain(said.text), said.at, said.zone)
    introduced = _introduced(said.text, known)
    spoken = Said(introduced, said.at, said.zone)
    stated = statements(spoken, tagger(introduced))
    stated += by_rules(spoken, stated)
    stated += pastimes(spoken, stated)
    stated = people_beside(spoken, stated)
    stated = with_reminders(spoken, stated)
    ends = cues(said, known, stated)
    corrected = {(one.subject, one.predicate) for one in ends if one.instead_of}
    stated = [
        one
        for one in stated
        if (one.subject, one.predicate) not in corrected or one.claim is not Claim.HOLDS
    ]
    over = [one for one in stated if one.claim is not Claim.HOLDS]
    return [*over, *ends, *(one for one in stated if one.claim is Claim.HOLDS)]


def _introduced(text: str, known: Sequence[Fact]) -> str:
    """Say who somebody is whose name opens a sentence: «My brother Kofi moved to Berlin»."""
    for fact in known:
        if fact.predicate != "name" or fact.subject == "self" or len(fact.value) < 2:
            continue
        opening = re.compile(
            rf"(?:^|(?<=[.!?]\s)|(?<=\n))(?P<name>{re.escape(fact.value)})(?=(?:'s|’s)?\s+(?:is"
            rf"|was|has|had|just|now|also|finally|never|always|still|got|quit|left|went|came|became"
            r"|bought|grew|found|wants|(?!and\b)[a-z]{2,}(?:s|ed))\b)",
            re.IGNORECASE,
        )
        text = opening.sub(rf"My {fact.subject} \g<name>", text)
    return text
