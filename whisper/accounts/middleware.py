"""What an account has to do before anything else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from whisper.accounts.queries import lacks_required_factor
from whisper.environment import environment


class RequireSecondFactor(MiddlewareMixin):
    """Leads admins without a second factor to the pages that set one up, if one is required."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Return the way there; None for those pages themselves and for everybody else."""
        if not environment.require_second_factor or not request.user.is_authenticated:
            return None
        pages = reverse("mfa_index")
        others = ("account_reauthenticate", "admin:logout", "admin:password_change", "admin:jsi18n")
        if request.path.startswith(pages) or request.path in map(reverse, others):
            return None
        return HttpResponseRedirect(pages) if lacks_required_factor(request.user) else None
