"""The console's front page: is it well, what happened lately, and what waits for an admin.

Apps add to it in their `front.py`, by the functions of `parts.py`.
"""

from __future__ import annotations

from whisper.console.front.charts import Balance, Balances, Chart, Column, Shade
from whisper.console.front.figures import DAYS, Tile, compared, last_days, per_day
from whisper.console.front.parts import balances, chart, notices, panel, tile, tiles
from whisper.console.front.states import TITLES, Notice, leads_to

__all__ = [
    "DAYS",
    "TITLES",
    "Balance",
    "Balances",
    "Chart",
    "Column",
    "Notice",
    "Shade",
    "Tile",
    "balances",
    "chart",
    "compared",
    "last_days",
    "leads_to",
    "notices",
    "panel",
    "per_day",
    "tile",
    "tiles",
]
