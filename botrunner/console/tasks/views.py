"""Views of jobs: the list, each job with how far it is, and what starts one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from botrunner.console.pages import page, shown
from botrunner.console.tasks import front, queries  # noqa: F401 - front adds to the front page
from botrunner.console.tasks.forms import FOLDERS, WHAT, ImportForm, StartForm
from memories.tasks import UPLOAD
from whisper.action_log import log
from whisper.admin import acting
from whisper.backups.folder import backup_folder
from whisper.backups.manifest import FILE as MANIFEST
from whisper.console.reading import may_read_private, reason_for, require_reason
from whisper.models import ImportRun, Task
from whisper.personal_data.actions import Certificate
from whisper.tasks import TaskError, ask, files, kind_of
from whisper.tasks.actions import ask_again
from whisper.tasks.kinds import TaskKind
from whisper.tasks.rights import SEE_ALL, allowed_kinds, may_see_all, may_see_jobs

# Its file has all that a person said, in private too.
EXPORT = "export"
# What is started with a reason alone.
SIMPLE = ("backup", "index_status", "index_verify", "index_rebuild")


@page(may_see_jobs)
def tasks(request: HttpRequest) -> HttpResponse:
    """List jobs, and offer those that the admin may start; others' for those who may see them."""
    return _list(request)


def _list(request: HttpRequest, **forms: Any) -> HttpResponse:
    sees_all = may_see_all(request.user)
    kinds = allowed_kinds(request.user) if sees_all else []
    rows, following = queries.listed(request, request.GET.get("after", ""))
    uploads = [kind.name for kind in kinds if kind.name in WHAT]
    return shown(
        request,
        "tasks",
        "Jobs",
        rows=rows,
        sees_all=sees_all,
        slice={"rows": rows, "next": following},
        simple=[kind for kind in kinds if kind.name in SIMPLE],
        backups=queries.backups_made() if request.user.has_perm("whisper.maintain") else [],
        start_form=forms.get("start") or StartForm(auto_id="start_%s"),
        import_form=(forms.get("upload") or ImportForm(uploads)) if uploads else None,
    )


@page(may_see_jobs)
def task_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a job; its part that changes alone where that is asked for."""
    task = queries.task_of(request, pk)
    if task is None:
        raise Http404
    (one,) = queries.shown([task])
    context = {
        "one": one,
        "task": task,
        "certificate": queries.certificate_of(task),
        "run": queries.run_of(task),
        "form": StartForm(auto_id="start_%s"),
        "may_start": request.user.has_perm(SEE_ALL),
        "may_maintain": request.user.has_perm("whisper.maintain"),
    }
    if request.GET.get("part"):
        return TemplateResponse(request, "console/task_part.html", context)
    return shown(request, "task", one.title, **context)


@page(SEE_ALL)
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """Start something that needs no more than a reason."""
    found = kind_of(kind) if kind in SIMPLE else None
    if found is None or request.method != "POST":
        raise Http404
    _require(request, found.permission)
    form = StartForm(request.POST, auto_id="start_%s")
    if not form.is_valid():
        return _list(request, start=form)
    return _opened(ask(found, actor=acting(request), reason=form.cleaned_data["reason"]))


@page(SEE_ALL)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file that is to be imported, and try it."""
    if request.method != "POST":
        raise Http404
    allowed = [kind.name for kind in allowed_kinds(request.user) if kind.name in WHAT]
    form = ImportForm(allowed, request.POST, request.FILES)
    if not allowed:
        raise PermissionDenied
    if form.is_valid():
        try:
            return _opened(_tried(request, form.cleaned_data))
        except TaskError as error:
            form.add_error("file", str(error))
    return _list(request, upload=form)


def _tried(request: HttpRequest, given: dict[str, Any]) -> Task:
    """Keep an uploaded file and have it tried."""
    kind, file = kind_of(given["kind"]), given["file"]
    if kind is None:
        raise Http404
    folder = files.new_folder()
    try:
        # Only the ending is the browser's.
        name = UPLOAD + Path(file.name).suffix.lower()
        path = files.save(folder, name, file.chunks())
        if kind.name in FOLDERS:
            unpacked = path.with_suffix("")
            files.unpack(path, unpacked)
            path.unlink()
            name = str(files.the_only_folder(unpacked).relative_to(files.folder_of(folder)))
    except TaskError:
        files.drop(folder)
        raise
    chosen = {name: given[name] for name in ("facts", "consent_given")}
    return ask(
        kind,
        actor=acting(request),
        reason=given["reason"],
        person_id=given["person"],
        options={**chosen, "file": name, "dry_run": True},
        folder=folder,
    )


def _to_start(request: HttpRequest, pk: int) -> tuple[Task, TaskKind]:
    """Return a job from which another is to be started, and its kind.

    Raises:
        Http404: it doesn't exist, or is only looked at.
    """
    task = queries.task_of(request, pk)
    kind = kind_of(task.kind) if task is not None else None
    if task is None or kind is None or request.method != "POST":
        raise Http404
    return task, kind


@page(SEE_ALL)
def import_tried(request: HttpRequest, pk: int) -> HttpResponse:
    """Import what was tried."""
    task, kind = _to_start(request, pk)
    (one,) = queries.shown([task])
    if not one.is_trial:
        messages.error(request, "Its file is gone: upload it again.")
        return _opened(task)
    made = ask(
        kind,
        actor=acting(request),
        reason=task.reason,
        person_id=task.person_id,
        options=task.options | {"dry_run": False},
        folder=task.folder,
    )
    return _opened(made)


@page(SEE_ALL)
def start_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a job that failed once more, for the same reason."""
    task, kind = _to_start(request, pk)
    again = ask_again(kind, task, actor=acting(request))
    if again is None:
        messages.error(request, "It can't be started again, or somebody has done so already.")
    return _opened(again or task)


@page("whisper.maintain")
def roll_back(request: HttpRequest, run: int) -> HttpResponse:
    """Take back what a run of an import brought."""
    found, kind = ImportRun.objects.filter(pk=run).first(), kind_of("rollback")
    if found is None or kind is None or request.method != "POST":
        raise Http404
    form = StartForm(request.POST, auto_id="start_%s")
    if not form.is_valid():
        messages.error(request, "Write a short reason. It goes into the log.")
        return redirect("console:tasks")
    reason = form.cleaned_data["reason"]
    return _opened(ask(kind, actor=acting(request), reason=reason, options={"run": found.pk}))


@page(may_see_jobs)
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the certificate of an erasure as text, to hand to the person who was erased."""
    task = queries.task_of(request, pk)
    found = queries.certificate_of(task) if task is not None else None
    if task is None or found is None or found.person_id is None:
        raise Http404
    text = Certificate(
        found.person_id, found.at, task.reason, dict(found.removed), dict(found.left)
    )
    headers = {"Content-Disposition": f'attachment; filename="erasure-{found.person_id}.txt"'}
    return HttpResponse(
        "\n".join([*text.lines(), ""]), content_type="text/plain; charset=utf-8", headers=headers
    )


@page(may_see_jobs)
def fetch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand over the file that a job made."""
    task = queries.task_of(request, pk)
    name = task.result.get("file") if task is not None else None
    if task is None or not name or not task.folder:
        raise Http404
    if task.kind == EXPORT and not may_read_private(request):
        raise PermissionDenied
    log(
        "task.fetch",
        actor=acting(request),
        reason=task.reason,
        person_id=task.person_id,
        on=task,
    )
    return _file(files.folder_of(task.folder) / str(name))


@page("whisper.maintain")
def fetch_backup(request: HttpRequest, name: str, file: str) -> HttpResponseBase:
    """Hand over a file of a backup to an owner, who says why: it holds what everybody said."""
    if not request.user.is_superuser:
        raise PermissionDenied
    if (asked := require_reason(request)) is not None:
        return asked
    known = {one.name: one for one in queries.backups_made()}
    if name not in known or file not in (MANIFEST, known[name].file):
        raise Http404
    log("backup.fetch", actor=acting(request), reason=reason_for(request, None))
    return _file(backup_folder() / name / file)


def _file(path: Path) -> FileResponse:
    try:
        opened = path.open("rb")
    except OSError as error:
        raise Http404 from error
    return FileResponse(opened, as_attachment=True, filename=path.name)


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _opened(task: Task) -> HttpResponse:
    return redirect(reverse("console:task", args=[task.pk]))
