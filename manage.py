#!/usr/bin/env python
"""Run Whisper's commands."""

from __future__ import annotations

import os
import sys

from whisper.environment import exit_on_bad_environment


def main() -> None:
    """Check the environment, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whisper.settings")
    exit_on_bad_environment()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
