"""Figures of memories: of a person for themself, of a server, and of all for the console."""

from __future__ import annotations

import logging
from datetime import datetime

from django.utils import timezone

from memories.analytics import sql
from memories.analytics.base import Figures, Question, Unanswered, View
from memories.analytics.people import question_on, shown
from memories.analytics.report import FiguresReport, report
from memories.index.health import MOST_BEHIND, behind
from whisper.database.access import in_database
from whisper.environment import environment

__all__ = ["FiguresReport", "Unanswered", "View", "analytics"]

logger = logging.getLogger(__name__)

ELASTICSEARCH, RECORD = "elasticsearch", "record"


async def analytics(view: View, *, now: datetime | None = None) -> FiguresReport:
    """Return the figures of a view, counted by Elasticsearch where it is used, or from the record.

    Both count the same; the report says who did.

    Args:
        now: the present, for what is still true and what was said lately.

    Raises:
        Unanswered: the record holds too many memories to count them in time.
    """
    question = await in_database(question_on, view, now or timezone.now())
    engine, figures = await _counted(question)
    beside = await in_database(shown, question, figures.words)
    return report(question, figures, beside, engine=engine)


async def _counted(question: Question) -> tuple[str, Figures]:
    if environment.memory_index != "elasticsearch":
        return RECORD, await in_database(sql.figures, question)
    # Brings packages that the record does not need.
    from memories.analytics import elasticsearch

    try:
        if await in_database(behind) > MOST_BEHIND:
            raise Unanswered("it is behind the record")
        return ELASTICSEARCH, await elasticsearch.figures(question)
    except Unanswered as error:
        logger.warning("analytics: Elasticsearch does not count: %s", error)
    found = await in_database(sql.figures, question)
    found.notes.append("Elasticsearch can't count now: the database was counted instead.")
    return RECORD, found
