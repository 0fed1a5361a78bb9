"""What tests of recall set memories up with: Ann's, Ben's, and axes in place of real vectors."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from memories.actions import MemoryDraft, remember, store_embeddings
from memories.index.base import Query
from memories.models import Memory, Place

ANN, BEN, CLEO = 101, 102, 103
GUILD, CHANNEL = 900, 910
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
MODEL, DIMENSION = "axes", 8


def draft(text, owner=ANN, **values):
    """Return something said in direct messages, unless told otherwise."""
    kind = Memory.Kind.SHARED_FACT if owner is None else Memory.Kind.CONVERSATION
    known = {"kind": kind, "place": Place.DIRECT, "said_at": NOON, "channel_id": owner}
    return MemoryDraft(person_id=owner, text=text, **(known | values))


def said(text, owner=ANN, **values):
    """Remember it."""
    return remember(draft(text, owner, **values))


def axis(number):
    """Return the unit vector along an axis."""
    return np.eye(DIMENSION, dtype=np.float32)[number]


def give_vector(memory, vector, model=MODEL):
    """Store a memory's vector as the worker does."""
    store_embeddings([memory], np.array([vector]), model=model)


def asked(text, vector=None):
    """Return a query, with a vector of the tests' model if one is given."""
    return Query(text, vector, MODEL if vector is not None else "")


def texts(found):
    """Return the texts of candidates or of what was recalled."""
    return [one.entry.text for one in found]
