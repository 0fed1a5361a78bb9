"""The console's pages, which are loaded with the addresses."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.urls import get_resolver


def console_pages() -> list[ModelAdmin[Any]]:
    """Return the page of each table that the console shows."""
    assert get_resolver().url_patterns
    return list(admin.site._registry.values())
