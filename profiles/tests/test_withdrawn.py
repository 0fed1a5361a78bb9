"""What a person's no leaves in their profile: a new field has to be dropped, or named here."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from profiles.actions import drop_derived
from profiles.models import Profile

ANN = 1001
# Who they are, when they were here, and what they wish for themselves.
STAYS = {"id", "person_id", "name", "first_interaction", "last_interaction", "created_at"}
STAYS |= {"archived", "distance_wished_at"}
# What is left in it is only what they want forgotten, and when.
PARTLY = {"preferences"}


def something(field: models.Field[Any, Any]) -> Any:
    """Return a value that no new profile has."""
    if field.choices:
        return list(field.choices)[-1][0]
    if isinstance(field, models.JSONField):
        return {"interests": "Ann said so"} if field.default is dict else ["Ann said so"]
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.BooleanField):
        return True
    return 7 if isinstance(field, models.IntegerField) else "Ann"


@pytest.mark.django_db
def test_after_a_no_nothing_is_left_of_what_was_made_of_what_they_said():
    fields = [field for field in Profile._meta.concrete_fields if field.name not in STAYS]
    filled = {field.name: something(field) for field in fields}
    Profile.objects.create(person_id=ANN, name="Ann", **filled)
    drop_derived(ANN)
    left = Profile.objects.get(person_id=ANN)
    kept = {
        field.name: getattr(left, field.name)
        for field in fields
        if field.name not in PARTLY and getattr(left, field.name) != field.get_default()
    }
    assert kept == {}
    assert "Ann said so" not in str(left.preferences)
