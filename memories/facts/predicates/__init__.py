"""The table of predicates: all that can be known of a person, one row for each kind of fact.

Hearing, supersession, the prompt, the assistant, the console and search read it. A fact says that
a *subject* ("self", or what somebody is to the person: "sister", "dog") has a *value* under a
*predicate*. To use the table:

- `PREDICATES[name]` is a row; `Category` groups rows by theme, in the order they are told.
- `present(about, value)`, `past(about, value, until=...)` and `question(about)` of a row say a fact
  as a sentence; `about(subject, name=..., to=...)` says whom it is about, to the person ("you") or
  of them ("they").
- `row.slot(entity, value)` is what a newer fact of it takes the place of.

`endings.py` lists what else ends when a fact starts.

A new predicate is one row of `table.py`, and sentences with its name as a tag in
`facts/tagging/sentences`.
"""

from memories.facts.predicates.predicate import (
    SELF,
    SLOT_LENGTH,
    About,
    Cardinality,
    Category,
    Predicate,
    about,
)
from memories.facts.predicates.table import PREDICATES

__all__ = [
    "PREDICATES",
    "SELF",
    "SLOT_LENGTH",
    "About",
    "Cardinality",
    "Category",
    "Predicate",
    "about",
]
