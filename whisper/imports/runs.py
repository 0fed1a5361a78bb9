"""One run of an importer: its report, its checkpoint, and its row in the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, OutputWrapper

from whisper.backups import BackupError, backup_before
from whisper.imports import actions
from whisper.imports.report import ImportReport
from whisper.models import ImportRun

EXIT_INTERRUPTED = 130


@dataclass(slots=True)
class Running:
    """An import while it runs.

    Args:
        row: its row in the database; None in a dry run.
        checkpoint: where it continues; empty at the start.
    """

    row: ImportRun | None
    report: ImportReport = field(default_factory=ImportReport)
    checkpoint: dict[str, Any] = field(default_factory=dict)

    def keep(self, checkpoint: dict[str, Any]) -> None:
        """Keep how far the run is; call it in the transaction of the rows."""
        self.checkpoint = checkpoint
        if self.row is not None:
            actions.keep_progress(self.row, checkpoint=checkpoint, report=self.report)


@contextmanager
def running(kind: str, source: str, options: dict[str, Any]) -> Iterator[Running]:
    """Yield a run, and finish it if nothing is raised; a stopped one can be resumed.

    Args:
        kind: what is imported, such as profiles.
        source: name of the file, folder or table, without passwords.
        options: the parsed options: `dry_run` keeps no row, `resume` continues a stopped run.
    """
    run = _begin(kind, source, options)
    try:
        yield run
    except KeyboardInterrupt:
        raise CommandError(
            "Stopped; finished work is kept. Continue with --resume.", returncode=EXIT_INTERRUPTED
        ) from None
    if run.row is not None:
        actions.finish_run(run.row, run.report)


def tell(run: Running, out: OutputWrapper, options: dict[str, Any]) -> None:
    """Write the report to the screen, and to the file that `--report` names.

    Raises:
        CommandError: the file can't be written.
    """
    for line in run.report.lines():
        out.write(line)
    if run.row is None:
        out.write("Nothing was written: this was a dry run.")
    else:
        out.write(f"Run {run.row.pk} is complete.")
    if options["report"]:
        text = json.dumps(run.report.as_json(with_values=True), ensure_ascii=False, indent=1)
        try:
            Path(options["report"]).write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"The report can't be written: {error}") from error


def _begin(kind: str, source: str, options: dict[str, Any]) -> Running:
    stopped = None
    if options["resume"]:
        rows = ImportRun.objects.filter(kind=kind, source=source[-actions.SOURCE_LENGTH :])
        stopped = rows.filter(finished_at=None, rolled_back_at=None).order_by("-pk").first()
    if stopped is not None:
        row = None if options["dry_run"] else stopped
        return Running(row, ImportReport.from_json(stopped.report), stopped.checkpoint)
    if options["dry_run"]:
        return Running(None)
    _back_up(kind)
    kept = {name: options[name] for name in ("timezone", "consent_given") if name in options}
    return Running(actions.start_run(kind, source, kept))


def _back_up(kind: str) -> None:
    try:
        backup_before(f"import-{kind}")
    except BackupError as error:
        raise CommandError(f"Nothing was imported: {error}") from error
