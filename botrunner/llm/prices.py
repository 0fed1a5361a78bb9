"""What replies cost, from a table of prices."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("prices.toml")
MILLION = 1_000_000


def cost_of(model: str, prompt: int, answer: int) -> float:
    """Return what a reply cost in US dollars; 0 for a model without a price.

    Args:
        model: its name, perhaps with its maker before it.
        prompt: tokens that it read.
        answer: tokens that it wrote.
    """
    price = prices().get(model.rpartition("/")[2], {"prompt": 0.0, "answer": 0.0})
    return (prompt * price["prompt"] + answer * price["answer"]) / MILLION


@cache
def prices() -> dict[str, dict[str, float]]:
    """Return the table: dollars for a million tokens of prompt and answer, by model."""
    table: dict[str, dict[str, float]] = tomllib.loads(TABLE.read_text())["models"]
    return table
