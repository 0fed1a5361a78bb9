"""What changes rows of import runs."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from whisper.action_log import Actor, command, log
from whisper.imports.report import ImportReport
from whisper.models import ImportRun

SOURCE_LENGTH = 255


def start_run(
    kind: str,
    source: str,
    options: dict[str, Any],
    *,
    actor: Actor | None = None,
    reason: str = "",
) -> ImportRun:
    """Note that an import begins."""
    with transaction.atomic():
        run = ImportRun.objects.create(kind=kind, source=source[-SOURCE_LENGTH:], options=options)
        log("import.start", actor=actor or command(), reason=reason, on=run)
    return run


def keep_progress(run: ImportRun, *, checkpoint: dict[str, Any], report: ImportReport) -> None:
    """Keep how far a run is; call it in the transaction of the rows."""
    run.checkpoint = checkpoint
    run.report = report.as_json(with_values=False)
    run.save(update_fields=["checkpoint", "report"])


def finish_run(run: ImportRun, report: ImportReport) -> None:
    """Note that an import is done."""
    run.finished_at = timezone.now()
    run.checkpoint = {}
    run.report = report.as_json(with_values=False)
    run.save(update_fields=["finished_at", "checkpoint", "report"])


def note_rollback(run: ImportRun, *, actor: Actor | None = None, reason: str = "") -> None:
    """Note that what a run brought was taken away again."""
    run.rolled_back_at = timezone.now()
    with transaction.atomic():
        run.save(update_fields=["rolled_back_at"])
        log("import.rollback", actor=actor or command(), reason=reason, on=run)
