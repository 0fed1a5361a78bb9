"""The static files are looked for once: each client of a test would look for all of them again."""

from __future__ import annotations

from typing import Any

from servestatic.middleware import ServeStaticMiddleware

_look_for_them = ServeStaticMiddleware.add_files_from_finders
_found: dict[str, Any] = {}


def add_files_once(middleware: ServeStaticMiddleware) -> None:
    """Add the files, in place of servestatic's `add_files_from_finders`."""
    if middleware.autorefresh:  # it looks for each when it is asked for
        _look_for_them(middleware)
        return
    if not _found:
        _look_for_them(middleware)
        _found.update(middleware.files)
    middleware.files.update(_found)
