"""How often Python looks for garbage."""

from __future__ import annotations

import gc

# New objects before a look at them, instead of 700: a recall alone makes about a thousand that live
# for a moment, and a look may go on to all the memories that are held.
NEW_OBJECTS = 20_000


def settle() -> None:
    """Leave what the process holds by now out of all looks for garbage, and look more seldom.

    To be called once everything is loaded. Measured: a recall through Elasticsearch took a tenth
    less.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
