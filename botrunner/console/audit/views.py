"""The view of the action log."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from botrunner.console.audit.forms import AuditForm
from botrunner.console.audit.queries import listed
from botrunner.console.audit.wanted import Wanted
from botrunner.console.pages import page, shown
from botrunner.console.rights.views import not_allowed
from whisper.console.reading import note_reading, reading_of, require_reason


@page("whisper.view_actionentry")
def audit(request: HttpRequest) -> HttpResponse:
    """Show the action log, narrowed by what is asked for.

    Values before and after are what people said of themselves: they are shown on demand, to those
    who may read all of that, once a reason is given.
    """
    wanted = Wanted.of(request.GET.dict())
    form = AuditForm(wanted, request.POST if "sought" in request.POST else None)
    if form.is_valid():
        return redirect(f"{request.path}?{form.wanted.address}")
    values = request.GET.get("values") == "1"
    reading = reading_of(request)
    if values and not reading.private:
        return not_allowed(request)
    if values and (asked := require_reason(request, wanted.who)) is not None:
        return asked
    found = listed(wanted, request.GET.get("after", ""))
    if values:
        note_reading(request, found.changed, what="log")
    return shown(
        request,
        "audit",
        "Action log",
        wanted=wanted,
        form=form,
        found=found,
        values=values,
        reading=reading,
    )
