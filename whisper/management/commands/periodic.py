"""List periodic jobs, or run one now."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import CommandError, CommandParser

from whisper import periodic
from whisper.management.base import BaseCommand
from whisper.models import PeriodicJob


class Command(BaseCommand):
    """List periodic jobs, with their due times and last results, or run one now.

    `runbot` and `runworker` run them when they are due. Exit code 1: the job failed.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["list", "run"], help="List all jobs, or run one now.")
        parser.add_argument("name", nargs="?", help="Which job to run.")
        parser.add_argument(
            "--clock-is-right",
            action="store_true",
            help="Run a job that deletes by age even if the clock jumped in the last 6 hours.",
        )

    def handle(
        self, *, what: str, name: str | None, clock_is_right: bool = False, **options: Any
    ) -> None:
        if what == "list":
            for line in self._lines():
                self.stdout.write(line)
            return
        if not name:
            raise CommandError(f"Which job? There are {', '.join(periodic.jobs())}.")
        try:
            succeeded = async_to_sync(periodic.run_now)(name, clock_is_right=clock_is_right)
        except periodic.JobError as error:
            raise CommandError(str(error)) from error
        result = PeriodicJob.objects.get(name=name).result
        if not succeeded:
            raise CommandError(f"{name} failed: {result}")
        self.stdout.write(f"{name}: {result}")

    def _lines(self) -> list[str]:
        rows = {row.name: row for row in PeriodicJob.objects.all()}
        lines = []
        for name, job in periodic.jobs().items():
            row = rows.get(name) or PeriodicJob(name=name)
            every = "on request" if job.interval is None else f"every {job.interval}"
            lines.append(f"{name} ({every}): {job.what}")
            due = f"due {row.due_at:%Y-%m-%d %H:%M}" if row.due_at else "not due"
            last = f"last {row.finished_at:%Y-%m-%d %H:%M}" if row.finished_at else "never done"
            failed = f", {row.failures} failures in a row" if row.failures else ""
            lines.append(f"    {due}; {last}{failed}{f': {row.result}' if row.result else ''}")
        return lines
