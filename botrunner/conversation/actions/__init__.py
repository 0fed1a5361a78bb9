"""The only writer of a conversation: what comes in, and what went out."""

from __future__ import annotations

from botrunner.conversation.actions.asked import (
    introduce,
    remember_earlier,
    remember_history,
    remember_message,
)
from botrunner.conversation.actions.describing import describe, scores_of
from botrunner.conversation.actions.rating import rate_reply
from botrunner.conversation.actions.receiving import (
    KNOWN_FACTS,
    claim_due,
    receive_all,
    store_all,
)
from botrunner.conversation.actions.replying import (
    SentReply,
    StoredReply,
    begin_sending,
    store_reply,
)
from botrunner.conversation.actions.starting import forget_fresh_starts, start_afresh

__all__ = [
    "KNOWN_FACTS",
    "SentReply",
    "StoredReply",
    "begin_sending",
    "claim_due",
    "describe",
    "forget_fresh_starts",
    "introduce",
    "rate_reply",
    "receive_all",
    "remember_earlier",
    "remember_history",
    "remember_message",
    "scores_of",
    "start_afresh",
    "store_all",
    "store_reply",
]
