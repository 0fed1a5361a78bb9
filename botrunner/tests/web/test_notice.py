"""What the web chat says at its top where no language model is connected."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from botrunner.offline import HOW_TO_CONNECT, NO_MODEL


@pytest.mark.django_db
@pytest.mark.parametrize("is_staff", [True, False])
def test_only_staff_are_told_how_a_model_is_connected(client, monkeypatch, is_staff):
    monkeypatch.setattr("botrunner.llm.endpoints.endpoint", lambda purpose: None)
    client.force_login(User.objects.create_user("ann", is_staff=is_staff))
    page = client.get(reverse("chat")).content.decode()
    assert NO_MODEL in page
    assert (HOW_TO_CONNECT in page) is is_staff
