"""Lists that name the person a row belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from profiles.queries import names_of_people
from whisper.console.lists import NamedRows


class PeopleByName(NamedRows):
    """A list with the column `person`, which leads to the page of whoever a row belongs to.

    Mixed in before `BaseAdmin`.
    """

    def name_rows(self, rows: Sequence[Any]) -> None:
        """Add the names of people."""
        super().name_rows(rows)
        names = names_of_people(row.person_id for row in rows)
        for row in rows:
            row.person_name = names.get(row.person_id, "")

    @admin.display(description="person", ordering="person_id", empty_value="everybody")
    def person(self, row: Any) -> SafeString | str | None:
        """Return what the person is called, with a link; of somebody without a profile the id."""
        if row.person_id is None:
            return None
        return link_to(row.person_id, row.person_name) if row.person_name else str(row.person_id)


def link_to(person_id: int, name: str) -> SafeString:
    """Return a link to a person's page."""
    address = reverse("console:person", args=[person_id])
    return format_html('<a href="{}"><bdi>{}</bdi></a>', address, name)
