"""What a message states, before it is compared with what is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from memories.facts.dates import When
from memories.facts.predicates import SELF


class Claim(StrEnum):
    """What a statement says about a fact."""

    HOLDS = "holds"
    OVER = "over"  # It was true once: “I used to live in Porto”.
    DENIED = "denied"  # It is not true, perhaps never was: “I'm not a nurse”.


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a person states.

    Args:
        subject: "self", or what somebody is to the person: "sister", "dog".
        predicate: a name of the table of predicates.
        value: in the person's words, their "my" as "their".
        claim: whether it holds.
        name: what the subject is called, where the message says so.
        thing: of a favourite, what kind of thing: "colour".
        verb: of likes and dislikes, the person's own: "love".
        instead_of: the value that it corrects: "Julia" in “Julie, not Julia”.
        another: whether it is one more: “I also have”, “a second dog”.
        definite: whether a name is said of the one of its kind: “my dog is called Rex”.
        when: the date of a plan or of a change.
        until: when what is over ended, if that was said.
        confidence: 0 to 1.
        start: where its value stands in the message.
    """

    subject: str
    predicate: str
    value: str
    claim: Claim = Claim.HOLDS
    name: str = ""
    thing: str = ""
    verb: str = ""
    instead_of: str = ""
    another: bool = False
    definite: bool = False
    when: When | None = None
    until: When | None = None
    confidence: float = 0.9
    start: int = 0

    @property
    def own(self) -> bool:
        return self.subject == SELF


@dataclass(frozen=True, slots=True)
class Said:
    """A message as hearing takes it.

    Args:
        text: as it was said.
        at: when.
        zone: name of the person's time zone.
        before: what they said just before it, if anything.
        before_at: when that was; None where it isn't known.
    """

    text: str
    at: datetime
    zone: str
    before: str = ""
    before_at: datetime | None = None
