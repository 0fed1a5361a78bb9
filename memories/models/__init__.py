"""The tables of what was said and what is remembered of it."""

from memories.models.places import Place, PlaceDecision, PlaceName, RemovedPlace
from memories.models.remembered import ForgottenMemory, ImportedRow, Memory, Partition
from memories.models.said import Message, ReplyTrace

__all__ = [
    "ForgottenMemory",
    "ImportedRow",
    "Memory",
    "Message",
    "Partition",
    "Place",
    "PlaceDecision",
    "PlaceName",
    "RemovedPlace",
    "ReplyTrace",
]
