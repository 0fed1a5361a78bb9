"""The table of rules: how each kind of fact is said, and how it is kept.

A pattern is searched in one clause, without regard to case. `{name}` in slot and text is what the
group of that name matched. A newer fact of a slot takes the older one's place, so what can be true
of several things at once has the thing in its slot: "like.jazz", "person.sister.lena".
"""

from __future__ import annotations

from memories.facts.table import others, places, tastes, who
from memories.facts.table.rule import FactRule

# Of rules for the same slot the first one that fits a clause counts.
RULES: tuple[FactRule, ...] = (*who.RULES, *others.RULES, *places.RULES, *tastes.RULES)

__all__ = ["RULES", "FactRule"]
