"""Figures of memories: of a person for themself, of a server, and of all for the console."""

from __future__ import annotations

import logging
from datetime import datetime

from django.utils import timezone

from memories.analytics import sql
from memories.analytics.base import Figures, Question, View
from memories.analytics.people import question_on, shown
from memories.analytics.report import FiguresReport, report
from memories.index import memory_index
from memories.index.base import UnansweredError
from memories.index.engines import engine
from whisper.database.access import in_database
from whisper.environment import environment

__all__ = ["FiguresReport", "UnansweredError", "View", "analytics"]

logger = logging.getLogger(__name__)

DATABASE = "database"


async def analytics(view: View, *, now: datetime | None = None) -> FiguresReport:
    """Return the figures of a view, counted by the engine if it counts, else from the database.

    Both count the same; the report says who did.

    Args:
        now: the present, for what is still true and what was said lately.

    Raises:
        UnansweredError: the database holds too many memories to count them in time.
    """
    question = await in_database(question_on, view, now or timezone.now())
    engine, figures = await _counted(question)
    beside = await in_database(shown, question, figures.words)
    return report(question, figures, beside, engine=engine)


async def _counted(question: Question) -> tuple[str, Figures]:
    notes = []
    try:
        found = await memory_index().figures(question)
        if found is not None:
            return environment.memory_index, found
    except UnansweredError as error:
        title = engine().title
        logger.warning("analytics: %s does not count: %s", title, error)
        notes.append(error.note or f"{title} can't count now: the database was counted instead.")
    found = await in_database(sql.figures, question)
    found.notes += notes
    return DATABASE, found
