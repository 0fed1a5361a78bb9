"""Facts that people state about themselves and theirs.

How it works: the tagger (`tagging`) marks who and what in a message, `hearing` keeps what the
person states as true, and the `ledger` compares it with what is known: which facts are new, and
which are over. `predicates` is the table that says what can be known and how it is said.

For code that states facts (prompt, assistant, console):

- `memories.facts.stored.told(memory, now=…, zone=…, to_person=…)` says a stored fact now: as "you"
  or "they", a plan gone by and what is over as past. `memory.text` is its sentence when stored.
- A row's `entity` says whose it is ("self", "person.brother", "pet.dog.2"): the facts of one
  brother share it; `predicate`, `value`, `subject` are its parts, `qualifier` a favourite's thing.
- A row holds while `valid_to` is empty. `ending` says why it does not: "over" and "replaced" may be
  told as past, "corrected" was never true and is not told.
- A plan has `happens_at` and `happens_until`; it is to come while the latter is in the future.
- `PREDICATES[name].category_of(subject)` is the theme, `Category` in the order of telling.
- `hear(said, known)` returns what a message changes without storing it, so that a reply can say
  what was noted; `known_facts(person_id)` in `memories.facts.queries` gives `known`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from memories.facts.base import FactDraft, FactError, FactExtractor
from memories.facts.ledger import Changes, Fact, Ledger
from memories.facts.statements import Said, Statement
from whisper.analysers import Analyser

logger = logging.getLogger(__name__)


class HearingExtractor:
    """Finds facts without a language model. Its rules are loaded when they are needed."""

    async def statements(self, said: Said, known: Sequence[Fact]) -> list[Statement]:
        """Return what a message states, ends first."""
        from memories.facts.hearing import heard

        return await asyncio.to_thread(heard, said, known)


_hearing = HearingExtractor()
EXTRACTOR: Analyser[FactExtractor] = Analyser(_hearing)


async def hear(said: Said, known: Sequence[Fact]) -> Changes:
    """Return what a message changes in what is known of its author.

    If the chosen extractor does not answer, hearing without a model does.

    Args:
        known: the facts that hold.

    Raises:
        EmbeddingError: the model whose token states hearing reads can't be loaded.
    """
    try:
        stated = await EXTRACTOR.current.statements(said, known)
    except FactError as error:
        logger.warning("facts: the extractor did not answer (%s), hearing does", error)
        stated = await _hearing.statements(said, known)
    return await asyncio.to_thread(Ledger(known, said.at).apply, stated)


__all__ = ["EXTRACTOR", "FactDraft", "FactError", "FactExtractor", "HearingExtractor", "hear"]
