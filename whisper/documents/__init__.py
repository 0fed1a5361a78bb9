"""Pages of docs/ that are generated from the code, so that they are never wrong.

`manage.py document` writes them; a test fails if one is stale.
"""

from __future__ import annotations

from collections.abc import Callable

from whisper.documents.commands import commands_page
from whisper.documents.drawing import architecture_drawing
from whisper.documents.handlers import handlers_page
from whisper.documents.messages import messages_page
from whisper.documents.schema import schema_page
from whisper.documents.variables import example_env, settings_page

PAGES: dict[str, Callable[[], str]] = {
    "docs/architecture.svg": architecture_drawing,
    "docs/settings.md": settings_page,
    "docs/commands.md": commands_page,
    "docs/schema.md": schema_page,
    "docs/outbox.md": handlers_page,
    "docs/troubleshooting.md": messages_page,
    ".env.example": example_env,
}
