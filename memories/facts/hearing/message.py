"""A message with what its words gave: the tagger's marks, its sentences, the people it names."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from memories.facts.hearing.scope import Sentence
from memories.facts.hearing.subjects import Mention
from memories.facts.statements import Said
from memories.facts.tagging.spans import Tagged


@dataclass(frozen=True, slots=True)
class Heard:
    """What one message gives to work with."""

    said: Said
    text: str
    zone: ZoneInfo
    marks: list[Tagged]
    sentences: list[Sentence]
    people: list[Mention]
