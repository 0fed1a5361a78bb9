"""Lists that name the place where something was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from memories.models import Place
from memories.queries import names_of_places, place_in_words
from whisper.console.lists import NamedRows


class PlacesByName(NamedRows):
    """A list with the column `said_in`, which leads to the conversation.

    Mixed in before `BaseAdmin`.
    """

    def name_rows(self, rows: Sequence[Any]) -> None:
        """Add the names of channels."""
        super().name_rows(rows)
        names = names_of_places(row.channel_id for row in rows)
        for row in rows:
            row.place_name = place_in_words(row.place, row.channel_id, names)

    @admin.display(description="said in", ordering="place")
    def said_in(self, row: Any) -> SafeString | str:
        """Return the place, with a link to what was said there."""
        # A channel that was never one of Discord's has no page.
        if row.place == Place.IMPORT or (row.channel_id or 0) <= 0:
            return str(row.place_name)
        address = reverse("console:conversation", args=[row.channel_id])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, row.place_name)
