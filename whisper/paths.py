"""Leaves folders out of what people read: where files lie concerns only the server."""

from __future__ import annotations

import re

from django.conf import settings

# Folders before a file's name, not those of a web address.
_FOLDERS = re.compile(r"(?<![\w:/.])/(?:[^\s/'\":,]+/)+")


def without_folders(text: str) -> str:
    """Return a text with the names of files in place of their paths."""
    for folder in (settings.DATA_DIR, settings.BASE_DIR):
        # Names of folders may hold spaces.
        text = text.replace(f"{folder}/", "/./")
    return _FOLDERS.sub("", text)
