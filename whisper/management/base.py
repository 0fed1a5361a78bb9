"""What all commands of Whisper have in common."""

from __future__ import annotations

from django.core.management.base import BaseCommand as DjangoCommand

from whisper.checks import AT_START


class BaseCommand(DjangoCommand):
    """A command that checks the installation, and not the code, before it starts."""

    # Whether it is for those who change Whisper; the others are for those who run it.
    for_developers = False
    requires_system_checks: tuple[str, ...] = (AT_START,)
