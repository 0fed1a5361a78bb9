"""The console and the web chat for an ASGI server."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

from whisper.environment.faults import exit_on_bad_environment
from whisper.http.uploads import LimitedBody

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whisper.settings")
exit_on_bad_environment()

pages = LimitedBody(get_asgi_application())

# The apps' models can be imported only after Django has been set up.
from botrunner.web.origins import SameOrigin  # noqa: E402
from whisper import tracing  # noqa: E402
from whisper.urls import websocket_urlpatterns  # noqa: E402

tracing.start()
application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": SameOrigin(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
