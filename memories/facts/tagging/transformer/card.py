"""The card of the transformer's weights, written beside them by the command that trains them."""

from __future__ import annotations

from memories.facts.tagging.transformer.network import BELOW, HEADS, LAYERS
from memories.facts.tagging.transformer.training import SMOOTHED
from memories.facts.tagging.words import TAGGED_PREDICATES

_TEXT = """# The transformer that reads facts

Marks in an English message which words say something of the person or of theirs, under
{predicates} predicates, beside [the window networks](README.md). This page and the weights are
written by `manage.py train_transformer`; the same sentences give the same weights but for rounding.

- **Input:** what layer {below} of all-MiniLM-L6-v2 (the embedder that is loaded anyway) makes of
  each token, and how its word is written.
- **Output:** begin and inside tags of the predicates, of whom a fact is about (S) and of what a
  favourite is one of (T); whether it is somebody else's; whether it is over.
- **Network:** {layers} layers of a transformer with {heads} heads, in numpy: the embedder's next
  layers (Apache License 2.0, <https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2>),
  trained further. A word is the mean of its tokens. Tags follow each other as they can (Viterbi).
- **Data:** {messages:,} messages made of all written sentences (`../sentences`), filled from lists
  and roughened with slang, slips and lower case; each is seen {epochs:g} times, with a label
  smoothing of {smoothed}. All of it was written for this project; no message of any person is in
  it. Licence: that of the project.
- **Share of words tagged right** on 2,000 made messages that it didn't see: {right:.3f}.
- **Limits:** English. What both it and the window networks mark counts, and what one of them is
  very sure of; rules have the last word. How well all of it hears is measured by
  `manage.py evaluate facts` and `changes`, see docs/facts.md.
"""


def card(*, messages: int, epochs: float, right: float) -> str:
    """Return the card in Markdown.

    Args:
        messages: that were made.
        epochs: times that each was seen.
        right: share of words tagged right, 0 to 1.
    """
    return _TEXT.format(
        predicates=len(TAGGED_PREDICATES),
        below=BELOW,
        layers=LAYERS,
        heads=HEADS,
        messages=messages,
        epochs=epochs,
        smoothed=SMOOTHED,
        right=right,
    )
