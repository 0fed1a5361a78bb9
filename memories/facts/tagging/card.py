"""The card of the tagger's weights, written beside them by the command that trains them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from memories.facts.tagging.network import LOTS
from memories.facts.tagging.second_look import LEAST_LIKELY
from memories.facts.tagging.training import EPOCHS_AGAIN
from memories.facts.tagging.words import TAGGED_PREDICATES

_TEXT = """# The tagger of facts

Marks in an English message which words say something of the person or of theirs, under
{predicates} predicates. This page and the weights are written by `manage.py train_facts`; the same
sentences give the same weights but for rounding.

The networks come in lots. Those of `facts.npz` know common ways to say things, those of
`registers.npz` further registers too, and those of `passing.npz` what is said in passing. They are
asked in this order, and what only a later lot marks counts from a confidence of {sure} on,
chosen on the dev halves of the sets: averaged, they would all become unsure.{kept}

- **Input:** for each word and two to each side, the mean token states of layers 3 and 6 of
  all-MiniLM-L6-v2 (the embedder that is loaded anyway), and how the word is written.
- **Output:** begin and inside tags of the predicates, of whom a fact is about (S) and of what a
  favourite is one of (T); whether it is somebody else's; whether it is over.
- **Network:** projection to 96, a hidden layer of 192, numpy alone. The networks of a lot
  are averaged: after one is trained from nothing, each continues from the one before. With further
  sentences they continued from there. Tags follow each other as they can (Viterbi).
- **Data:** messages made of written sentences (`../sentences`), filled from lists and roughened
  with slang, slips and lower case; {epochs} passes, and {again} more for each network. All of it
  was written for this project; no message of any person is in it. Licence: that of the project.
- **Second look:** `second_look.npz`, a logistic regression over the mean state of a mark's sentence
  and what each lot says of it, makes guesses of marks that are less likely right than
  {likely:.0%}; a guess counts only where a rule says the same. Trained on 8,000 made messages;
  chosen on lines that no network had seen, where it doubted 10 of 31 wrong marks and 2 of 188 right
  ones.
- **Share of words tagged right** on 2,000 made messages of all kinds that none of them saw:
{lots}
- **Limits:** English; what it marks is a proposal. Questions, wishes, jokes, quotations and others'
  words are sorted out by rules (`memories/facts/hearing`), which have the last word. How well all
  of it hears is measured by `manage.py evaluate facts` and `changes`, see docs/facts.md.
"""


_KEPT = """
{names} stayed as they were: of earlier runs of the same steps, made
while the sentences were being written."""


def card(epochs: int, shares: Mapping[str, Sequence[float]], kept: Sequence[str] = ()) -> str:
    """Return the card in Markdown.

    Args:
        shares: by file of weights, the share of words that each of its networks tags right, 0 to 1.
        kept: files of weights that this run did not make.
    """
    return _TEXT.format(
        kept=_KEPT.format(names=" and ".join(f"`{name}`" for name in kept)) if kept else "",
        sure=" and ".join(f"{lot.sure:.2f}" for lot in LOTS[1:]),
        likely=LEAST_LIKELY,
        again=EPOCHS_AGAIN,
        predicates=len(TAGGED_PREDICATES),
        epochs=epochs,
        lots="\n".join(
            f"  - `{lot.name}`, {lot.messages:,} messages of "
            + " and ".join(f"`{name}`" for name in lot.sentences)
            + (f", then {lot.more:,} more" if lot.more else "")
            + ": "
            + ", ".join(f"{share:.3f}" for share in shares[lot.name])
            for lot in LOTS
        ),
    )
