#!/usr/bin/env python
"""Run Whisper's commands."""

from __future__ import annotations

import os
import sys

from whisper.processes.garbage_collection import collect_seldom


def main() -> None:
    """Check the environment, then hand over to Django."""
    collect_seldom()
    from whisper.environment.faults import EXIT_BAD_ENVIRONMENT, exit_on_bad_environment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whisper.settings")
    exit_on_bad_environment()
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        # Django would hold the error back, and then not know our commands.
        settings.INSTALLED_APPS  # noqa: B018
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
        raise SystemExit(EXIT_BAD_ENVIRONMENT) from None
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        # Not the command's fault: the database is away, full or locked.
        from whisper.database.checks import EXIT_DATABASE_UNUSABLE, unusable

        print(unusable(error), file=sys.stderr)
        raise SystemExit(EXIT_DATABASE_UNUSABLE) from None


if __name__ == "__main__":
    main()
