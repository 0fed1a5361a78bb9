"""From what is said to the few memories worth telling."""

from __future__ import annotations

from memories.recall.recalling import CANDIDATES, Recalled, embedded, held_back, recall, recall_for

__all__ = ["CANDIDATES", "Recalled", "embedded", "held_back", "recall", "recall_for"]
