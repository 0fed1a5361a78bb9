"""Language models that write replies."""

from __future__ import annotations

from botrunner.llm.endpoints import chat_model, start_notice

__all__ = ["chat_model", "start_notice"]
