"""Which pages may open a socket here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from whisper.environment import environment

DEFAULT_PORTS = {"http": "80", "ws": "80", "https": "443", "wss": "443"}
LOCAL_HOSTS = ["localhost", ".localhost", "127.0.0.1", "[::1]"]


class SameOrigin:
    """Lets in sockets of our own pages: same host and same port, as Django does for forms.

    A browser sends its cookies to every port of a host, so another program's page on this machine
    would else talk as whoever is signed in here.
    """

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Pass a socket on, or deny it."""
        application = self._application if is_our_page(scope) else WebsocketDenier()
        return await application(scope, receive, send)


def is_our_page(scope: Any) -> bool:
    """Return whether a socket's origin is the address that it was opened at, or a trusted one."""
    headers = {name: value.decode("latin1") for name, value in scope.get("headers", [])}
    origin, host = headers.get(b"origin", ""), headers.get(b"host", "")
    if origin.lower() in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        page = urlsplit(origin)
    except ValueError:
        return False
    domain, port = split_domain_port(host)
    allowed = settings.ALLOWED_HOSTS or LOCAL_HOSTS
    # A page that came in the clear may be anybody's between, who must not use the session.
    schemes = ("https",) if environment.behind_https else ("http", "https")
    if page.scheme not in schemes or not domain or not validate_host(domain, allowed):
        return False
    default = DEFAULT_PORTS[page.scheme]
    its_domain, its_port = split_domain_port(page.netloc.lower())
    return (its_domain, its_port or default) == (domain, port or default)
