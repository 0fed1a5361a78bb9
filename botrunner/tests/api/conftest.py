"""What tests of the API and the MCP server share: two people, an admin, and tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from memories.actions import remember
from memories.models import Memory, Place
from memories.tests.factories import draft
from profiles.actions import decide_consent, meet
from whisper.action_log import command
from whisper.tokens import TokenScope
from whisper.tokens.actions import create_token

ANN, BEN = 410_000_000_000_000_401, 410_000_000_000_000_402
SECRET = "Ann hides her diary under the stairs"
GUILD, CHANNEL = 900, 910


@pytest.fixture(autouse=True)
def people(transactional_db, settings, tmp_path):
    """Let Ann and Ben agree, and Ann have said something in private and in public."""
    settings.DATA_DIR = tmp_path
    for person_id, name in ((ANN, "Annabel"), (BEN, "Benedict")):
        decide_consent(person_id, granted=True, source="test")
        meet(person_id, name=name, at=timezone.now())
    remember(draft(SECRET, ANN))
    public = {"place": Place.PUBLIC_CHANNEL, "guild_id": GUILD, "channel_id": CHANNEL}
    remember(draft("Ann grows tomatoes in her garden", ANN, **public))
    fact = {"kind": Memory.Kind.USER_FACT, "category": "pet"}
    remember(draft("Ann's cat is called Miso", ANN, **fact))
    remember(draft("Ben hides his diary in the attic", BEN))


@pytest.fixture
def officer(people):
    """Return a data officer, who may read, export and erase."""
    account = User.objects.create_user("officer", password="a long password", is_staff=True)
    account.groups.add(Group.objects.get(name="Data officer"))
    return account


@pytest.fixture
def token(people):
    """Return a function that makes a token and returns its text."""

    def made(*scopes, person_id=ANN, account=None, valid=timedelta(days=1)):
        _, text = create_token(
            "assistant",
            scopes or list(TokenScope),
            valid=valid,
            actor=command(),
            reason="A test.",
            account=account,
            person_id=None if account is not None else person_id,
        )
        return text

    return made


@pytest.fixture
def ask(client):
    """Return a function that sends a request with a token, and returns status and answer."""

    def asked(text, method, path, body=None, reason="", **headers):
        given = {"authorization": f"Bearer {text}"} | ({"x-reason": reason} if reason else {})
        response = getattr(client, method)(
            f"/api/v1{path}", body, content_type="application/json", headers=given | headers
        )
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return response.status_code, response.json() if is_json else response.content

    return asked
