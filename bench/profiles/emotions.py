"""How long judging the mood of a message takes."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from bench.registry import Row, benchmark, percentile
from profiles.emotions import classify

MESSAGES = 1_000
# Of a message of usual length. The longest are read in a thread, as all are.
REQUIRED_MILLISECONDS = 15.0
_WORDS = (
    "I you we my sister boss dog train exam today again really never always so happy sad angry "
    "worried thanks love hate think feel went bought made lost found because but and the a to of "
    "with about what why how 😂 😭 ! ? ."
)


@benchmark("emotions")
def emotions(scale: float) -> Sequence[Row]:
    """Measure how much of one core's time judging the mood of a message takes."""
    chance = random.Random(0)
    classify("The first message loads the model.")
    return [
        _row("a message of 3 to 40 words", int(MESSAGES * scale), (3, 40), chance, required=True),
        # Discord's longest message has 2,000 characters, some 400 words.
        _row("a message of 400 words", int(MESSAGES * scale / 20), (400, 400), chance),
    ]


def _row(
    what: str, count: int, words: tuple[int, int], chance: random.Random, *, required: bool = False
) -> Row:
    texts = (
        " ".join(chance.choices(_WORDS.split(), k=chance.randint(*words)))
        for _ in range(max(count, 1))
    )
    taken = [_milliseconds(text) for text in texts]
    p95 = percentile(taken, 0.95)
    return Row(
        f"emotion of {what}, ms",
        {"median": f"{percentile(taken, 0.5):.2f}", "p95": f"{p95:.2f}"},
        f"p95 under {REQUIRED_MILLISECONDS:.0f}" if required else "",
        p95 < REQUIRED_MILLISECONDS if required else None,
    )


def _milliseconds(text: str) -> float:
    start = time.thread_time()
    classify(text)
    return (time.thread_time() - start) * 1000
