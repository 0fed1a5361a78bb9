"""Addresses of the console."""

from __future__ import annotations

from channels.security.websocket import WebsocketDenier
from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path, re_path

from botrunner.api.service import api
from botrunner.console.live.consumers import LiveConsumer
from botrunner.mcp.views import mcp
from botrunner.web import consumers, views
from whisper.accounts.views import SignIn, change_password
from whisper.metrics import metrics_page

admin.autodiscover()

handler400 = "whisper.http.error_pages.bad_request"
urlpatterns = [
    path("", views.chat, name="chat"),
    path("remembering/", views.set_remembering, name="set_remembering"),
    path("recalled/<int:question>/", views.recalled, name="recalled"),
    path("known/", views.known, name="known"),
    path("memories/<uuid:memory_id>/forget/", views.forget_memory, name="forget_memory"),
    path("follow-ups/", views.set_follow_ups, name="set_follow_ups"),
    path("privacy/", views.privacy, name="privacy"),
    path("export/", views.export, name="export"),
    path("forget-me/", views.forget_me, name="forget_me"),
    path("metrics", metrics_page, name="metrics"),
    path("api/v1/", api.urls),
    path("mcp", mcp),
    path("account/", include("whisper.accounts.urls")),
    # Before the console's own: the first two are everybody's, not only those of staff, and the
    # sign-in leads to the second factor; the third can't be used to guess a password.
    path("admin/login/", SignIn.as_view()),
    path("admin/logout/", LogoutView.as_view(next_page="admin:login")),
    path("admin/password_change/", change_password),
    path("admin/", include("botrunner.console.urls")),
    path("admin/", admin.site.urls),
]
websocket_urlpatterns = [
    path("ws/chat/", consumers.ChatConsumer.as_asgi()),
    path("ws/live/", LiveConsumer.as_asgi()),
    # Else an address that there is not is an error in the log, whoever asks for it.
    re_path("", WebsocketDenier.as_asgi()),
]
