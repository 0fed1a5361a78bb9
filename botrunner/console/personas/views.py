"""Views of personas: edit, preview, restore a version, choose where which is used."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from botrunner.console.pages import page, shown
from botrunner.console.personas.forms import ChooseForm, DeleteForm, PersonaForm
from botrunner.console.personas.showing import (
    chosen,
    listed,
    shipped,
    versions_of,
    without_choice,
)
from botrunner.conversation.persona import most_tokens, with_name
from botrunner.llm.tokens import count_tokens
from botrunner.models import Persona
from botrunner.personas.actions import (
    PersonaConflictError,
    PersonaError,
    change_persona,
    choose_persona,
    delete_persona,
    make_persona,
    rename_persona,
    restrict_persona,
)
from botrunner.personas.queries import latest_version
from whisper.admin import acting

VIEW, CHANGE = "botrunner.view_persona", "botrunner.change_persona"


@page(VIEW)
def personas(request: HttpRequest) -> HttpResponse:
    """List personas, and where which is used; choose one for a place."""
    form = ChooseForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        _require_change(request)
        if form.is_valid():
            given = form.cleaned_data
            choose_persona(
                given["place"], given["persona"], actor=acting(request), reason=given["reason"]
            )
            messages.success(request, "Saved. It applies from the next message on.")
            return redirect("console:personas")
    return shown(
        request,
        "personas",
        "Personas",
        rows=listed(),
        chosen=chosen(),
        otherwise=without_choice(),
        form=form,
        may_change=request.user.has_perm(CHANGE),
    )


@page(CHANGE)
def new_persona(request: HttpRequest) -> HttpResponse:
    """Make a persona, from nothing or from one that is shipped."""
    texts = dict(shipped())
    start = request.GET.get("from", "")
    initial = {"text": texts.get(start, ""), "name": start if start in texts else ""}
    form = _form(request, initial=initial)
    if form.is_bound and form.is_valid() and (made := _make(request, form)) is not None:
        return redirect("console:persona", made.pk)
    return _edited(request, form, None, examples=list(texts))


@page(VIEW)
def persona_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a persona with its versions; change it."""
    persona = get_object_or_404(Persona, pk=pk)
    latest = latest_version(pk)
    initial = {
        "text": latest.wording,
        "name": persona.name,
        "seen": latest.number,
        "age_restricted": persona.age_restricted,
    }
    form = _form(request, initial=initial)
    if form.is_bound:
        _require_change(request)
        if form.is_valid() and _change(request, persona, form):
            return redirect("console:persona", pk)
    return _edited(request, form, persona, latest=latest, versions=versions_of(persona))


@page(CHANGE)
@require_POST
def restore_persona(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make an earlier version the one in use, as a new version."""
    persona = get_object_or_404(Persona, pk=pk)
    earlier = get_object_or_404(persona.versions, number=number)
    form = DeleteForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Write a short reason. It goes into the log.")
        return redirect("console:persona", pk)
    change_persona(
        persona,
        earlier.wording,
        seen=latest_version(pk).number,
        actor=acting(request),
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, f"Version {number} is in use again.")
    return redirect("console:persona", pk)


@page(CHANGE)
@require_POST
def remove_persona(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a persona that is used nowhere."""
    persona = get_object_or_404(Persona, pk=pk)
    form = DeleteForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Write a short reason. It goes into the log.")
        return redirect("console:persona", pk)
    try:
        delete_persona(persona, actor=acting(request), reason=form.cleaned_data["reason"])
    except PersonaError as error:
        messages.error(request, str(error))
        return redirect("console:persona", pk)
    messages.success(request, f"Deleted: {persona.name}.")
    return redirect("console:personas")


@page(VIEW)
def persona_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Send a version as a text file."""
    version = get_object_or_404(Persona, pk=pk).versions.filter(number=number).first()
    if version is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="persona-{pk}-{number}.md"'}
    return HttpResponse(
        version.wording, content_type="text/markdown; charset=utf-8", headers=headers
    )


def _require_change(request: HttpRequest) -> None:
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied


def _form(request: HttpRequest, initial: dict[str, Any]) -> PersonaForm:
    if request.method == "POST":
        return PersonaForm(request.POST, request.FILES)
    return PersonaForm(initial=initial)


def _make(request: HttpRequest, form: PersonaForm) -> Persona | None:
    given = form.cleaned_data
    try:
        made = make_persona(
            given["name"], given["text"], actor=acting(request), reason=given["reason"]
        )
        restrict_persona(made, given["age_restricted"], actor=acting(request))
    except PersonaError as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, "Made. Choose below where it is used.")
    return made


def _change(request: HttpRequest, persona: Persona, form: PersonaForm) -> bool:
    given, actor = form.cleaned_data, acting(request)
    try:
        rename_persona(persona, given["name"], actor=actor, reason=given["reason"])
        restrict_persona(persona, given["age_restricted"], actor=actor, reason=given["reason"])
        version = change_persona(
            persona, given["text"], seen=given["seen"], actor=actor, reason=given["reason"]
        )
    except PersonaConflictError as error:
        # What they wrote stays in the form; sent again, it follows the other's version.
        form.add_error(None, f"{error} Save again to put yours after it.")
        form.data = {**form.data, **given, "seen": latest_version(persona.pk).number}
        return False
    except PersonaError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, f"Version {version.number} is in use from the next message on.")
    return True


def _edited(
    request: HttpRequest, form: PersonaForm, persona: Persona | None, **context: Any
) -> HttpResponse:
    text = str(form["text"].value() or "")
    return shown(
        request,
        "persona",
        persona.name if persona else "New persona",
        form=form,
        persona=persona,
        preview=with_name(text),
        tokens=count_tokens(text),
        most=most_tokens(),
        may_change=request.user.has_perm(CHANGE),
        **context,
    )
