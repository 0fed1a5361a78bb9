"""Which analysing language models do."""

from __future__ import annotations

from botrunner.llm import moods
from botrunner.llm.endpoints import endpoint
from memories.facts import EXTRACTOR
from memories.summaries import SUMMARISER
from profiles.emotions.judging import JUDGE


def use_models() -> None:
    """Let language models analyse what they are set for; the rest is done without."""
    JUDGE.use(moods.judge_mood if moods.is_set() else None)
    if endpoint("facts") is None:
        EXTRACTOR.use(None)
        SUMMARISER.use(None)
        return
    # Whoever has no model needn't wait at each start for what checks its facts.
    from botrunner.llm.analysis import LLMFactExtractor, summarise_session

    EXTRACTOR.use(LLMFactExtractor())
    SUMMARISER.use(summarise_session)
