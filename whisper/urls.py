"""Addresses of the console."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from botrunner.console.live.consumers import LiveConsumer
from botrunner.web import consumers, views
from whisper.accounts.views import SignIn
from whisper.metrics import metrics_page

urlpatterns = [
    path("", views.chat, name="chat"),
    path("remembering/", views.set_remembering, name="set_remembering"),
    path("privacy/", views.privacy, name="privacy"),
    path("export/", views.export, name="export"),
    path("forget-me/", views.forget_me, name="forget_me"),
    path("metrics", metrics_page, name="metrics"),
    path("account/", include("whisper.accounts.urls")),
    # Before the console's own: it is the sign-in of everybody, and leads to the second factor.
    path("admin/login/", SignIn.as_view()),
    path("admin/", include("botrunner.console.urls")),
    path("admin/", admin.site.urls),
]
websocket_urlpatterns = [
    path("ws/chat/", consumers.ChatConsumer.as_asgi()),
    path("ws/live/", LiveConsumer.as_asgi()),
]
