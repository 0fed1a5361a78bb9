"""What the templates of pages that aren't ours alone need."""

from __future__ import annotations

from django.http import HttpRequest

from whisper.environment import environment


def names(request: HttpRequest) -> dict[str, str]:
    """Return the companion's name, for the head of each page."""
    return {"bot_name": environment.bot_name}
