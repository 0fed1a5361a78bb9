"""Metrics of replies; they count, and hold nothing of what anybody said."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

MESSAGES = Counter("whisper_messages", "Messages to the companion, from any platform.")
REPLIES = Counter("whisper_replies", "Replies by what became of them.", ["outcome"])
MODEL_SECONDS = Histogram(
    "whisper_model_seconds",
    "Time that the language model or the rules took for a reply.",
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 40, 80),
)
MODEL_TOKENS = Counter(
    "whisper_model_tokens",
    "Tokens that language models read and wrote, counted here.",
    ["kind"],
)
MODEL_COST = Counter(
    "whisper_model_cost_dollars",
    "What those tokens cost by the table of prices; a model that is not in it costs nothing.",
    ["model"],
)
# So that a rate of failures is zero, not missing, until the first one.
ANSWERED, FAILED = REPLIES.labels("answered"), REPLIES.labels("failed")
TOKENS = {kind: MODEL_TOKENS.labels(kind) for kind in ("prompt", "answer")}
