"""Tests of the API: what each token may do, about whom, and what is logged of it."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from botrunner.api import callers
from botrunner.tests.api.conftest import ANN, BEN, SECRET
from memories.models import Memory
from profiles.actions import choose_level, decide_consent
from profiles.models import Consent, Profile
from whisper.action_log import Actor
from whisper.environment import environment
from whisper.models import AccessToken, ActionEntry
from whisper.tokens import TokenScope
from whisper.tokens.actions import revoke_token

READ = TokenScope.READ_MEMORIES
WHY = "Ann asked for help."
RECALL = ("post", f"/people/{ANN}/recall", {"text": "Where is the diary hidden?"})
SEARCH = ("post", f"/people/{ANN}/search", {"text": "diary", "mode": "words"})
# Each address, with the scope that it needs and what an admin needs for it.
ROUTES = {
    "profile": (("get", f"/people/{ANN}/profile", None), TokenScope.READ_PROFILE),
    "facts": (("get", f"/people/{ANN}/facts", None), READ),
    "recall": (RECALL, READ),
    "search": (SEARCH, READ),
    "export": (("post", f"/people/{ANN}/export", None), TokenScope.EXPORT),
    "erase": (("post", f"/people/{ANN}/erase", {"confirm": str(ANN)}), TokenScope.ERASE),
}
REMEMBER = ("post", f"/people/{ANN}/facts", {"text": "I live in Ghent."})


def code(answer):
    status, body = answer
    return status, body["error"]["code"]


def texts(answer):
    status, body = answer
    assert status == 200
    return [one["text"] for one in body["memories"]]


def test_a_person_recalls_searches_and_reads_what_is_theirs(ask, token):
    text = token()
    assert SECRET in texts(ask(text, *RECALL))
    assert texts(ask(text, *SEARCH)) == [SECRET]
    status, known = ask(text, "get", "/people/me/profile")
    assert (status, known["name"], known["person_id"]) == (200, "Annabel", str(ANN))
    _, facts = ask(text, "get", f"/people/{ANN}/facts")
    assert [one["text"] for one in facts["facts"]] == ["Ann's cat is called Miso"]


def test_recall_keeps_to_the_level_that_the_person_chose(ask, token):
    asked = ("post", "/people/me/recall", {"text": "What does Ann grow in her garden?"})
    assert "Ann grows tomatoes in her garden" in texts(ask(token(), *asked))
    choose_level(ANN, Consent.Level.STRICT, source="test")
    assert "Ann grows tomatoes in her garden" not in texts(ask(token(), *asked))


def test_of_who_declined_nothing_is_recalled(ask, token):
    text = token()
    decide_consent(ANN, granted=False, source="test")
    assert texts(ask(text, *RECALL)) == []
    assert code(ask(text, *REMEMBER)) == (403, "not_agreed")


@pytest.mark.parametrize("name", ROUTES)
def test_a_token_of_another_person_is_refused(ask, token, name):
    asked, _ = ROUTES[name]
    assert code(ask(token(person_id=BEN), *asked)) == (403, "another_person")
    assert Profile.objects.filter(person_id=ANN).exists()


@pytest.mark.parametrize("name", ROUTES)
def test_a_token_of_another_scope_is_refused(ask, token, name):
    asked, scope = ROUTES[name]
    others = [one for one in TokenScope if one is not scope]
    assert code(ask(token(*others), *asked)) == (403, "scope_missing")
    assert code(ask(token(READ), *REMEMBER)) == (403, "scope_missing")
    assert Profile.objects.filter(person_id=ANN).exists()


def test_only_a_token_that_holds_opens_anything(ask, token):
    text = token()
    assert ask(text, "get", "/token")[0] == 200
    for wrong in ("", "whisper_", text[:-1], text + "x", text.upper(), "x" * 5_000):
        assert code(ask(wrong, "get", "/token")) == (401, "token_invalid")


def test_an_expired_token_and_a_revoked_one_open_nothing(ask, token):
    expired, revoked = token(), token()
    AccessToken.objects.filter(digest=digest(expired)).update(expires_at=timezone.now())
    revoke_token(AccessToken.objects.get(digest=digest(revoked)).pk, actor=Actor.admin(1))
    assert code(ask(expired, "get", "/token")) == (401, "token_invalid")
    assert code(ask(revoked, "get", "/token")) == (401, "token_invalid")


def digest(text):
    from whisper.tokens.queries import digest_of

    return digest_of(text)


def test_a_cookie_opens_nothing(admin_client):
    answer = admin_client.get("/api/v1/token")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_text_of_a_token_is_kept_nowhere(token):
    text = token()
    held = json.dumps(
        [list(AccessToken.objects.values()), list(ActionEntry.objects.values())], default=str
    )
    assert text not in held
    assert text.removeprefix("whisper_")[5:] not in held


@pytest.mark.heavy
@pytest.mark.parametrize("name", ROUTES)
def test_an_admin_gives_a_reason_and_leaves_a_line(ask, token, officer, name):
    asked, _ = ROUTES[name]
    text = token(account=officer)
    assert code(ask(text, *asked)) == (400, "reason_missing")
    assert (
        ActionEntry.objects.exclude(action__startswith="token").filter(actor_kind="admin").count()
        == 0
    )
    assert ask(text, *asked, reason=WHY)[0] == 200
    entry = ActionEntry.objects.filter(actor_kind="admin", actor_id=officer.pk).latest("pk")
    expected = "person" if name in ("export", "erase") else "read"
    assert entry.action == f"{expected}.{name}"
    assert entry.person_id == (None if name == "erase" else ANN)
    assert WHY in entry.reason


@pytest.mark.parametrize("name", ROUTES)
def test_a_token_does_no_more_than_its_account(ask, token, officer, name):
    asked, _ = ROUTES[name]
    text = token(account=officer)
    officer.groups.clear()
    # Reading public channels isn't enough: what a person said comes from all places.
    codenames = Q(codename__startswith="view_") | Q(codename="read_public")
    officer.user_permissions.set(Permission.objects.filter(codenames))
    assert code(ask(text, *asked, reason=WHY)) == (403, "not_allowed")
    officer.is_active = False
    officer.save()
    assert code(ask(text, *asked, reason=WHY)) == (401, "token_invalid")


def test_nobody_remembers_in_the_name_of_another(ask, token, officer):
    assert code(ask(token(account=officer), *REMEMBER, reason=WHY)) == (403, "another_person")
    assert code(ask(token(person_id=BEN), *REMEMBER)) == (403, "another_person")
    assert not Memory.objects.filter(text__contains="Ghent").exists()


def test_what_is_hidden_is_found_by_admins_alone(ask, token, officer):
    Memory.objects.filter(text=SECRET).update(hidden=True)
    assert texts(ask(token(), *SEARCH)) == []
    assert texts(ask(token(account=officer), *SEARCH, reason=WHY)) == [SECRET]


def test_a_fact_is_remembered_once(ask, token):
    text = token()
    for _ in range(2):
        assert ask(text, *REMEMBER) == (201, {"kept": True})
    kept = Memory.objects.get(person_id=ANN, text__contains="Ghent")
    assert (kept.place, kept.kind) == ("direct", "user_fact")


@pytest.mark.parametrize("said", ["Don't remember this: I am ill.", " ", "x" * 501])
def test_what_is_not_to_be_kept_is_refused(ask, token, said):
    status, _ = ask(token(), "post", "/people/me/facts", {"text": said})
    assert status in (400, 422)
    assert Memory.objects.filter(person_id=ANN).count() == 3


def test_a_secret_in_a_fact_is_left_out(ask, token):
    text = token()
    said = f"My token is {text}"
    assert ask(text, "post", "/people/me/facts", {"text": said})[0] == 201
    assert not Memory.objects.filter(text__contains=text[8:]).exists()


def test_an_export_holds_what_the_person_gets(ask, token):
    status, archive = ask(token(), "post", "/people/me/export")
    assert status == 200
    names = zipfile.ZipFile(BytesIO(archive)).namelist()
    assert {"memories.json", "tokens.json"} <= set(names)
    rows = json.loads(zipfile.ZipFile(BytesIO(archive)).read("tokens.json"))
    assert [row["name"] for row in rows] == ["assistant"]
    assert "digest" not in rows[0]


def test_an_erasure_is_confirmed_and_takes_the_tokens_along(ask, token):
    text = token()
    wrong = ask(text, "post", "/people/me/erase", {"confirm": str(BEN)})
    assert code(wrong) == (400, "not_confirmed")
    status, certificate = ask(text, "post", "/people/me/erase", {"confirm": str(ANN)})
    assert (status, certificate["left"]) == (200, {})
    assert code(ask(text, "get", "/token")) == (401, "token_invalid")
    assert Profile.objects.filter(person_id=BEN).exists()


def test_health_needs_its_scope(ask, token):
    status, found = ask(token(TokenScope.HEALTH), "get", "/health")
    assert status == 200
    assert "database" in found["checks"]
    assert code(ask(token(READ), "get", "/health")) == (403, "scope_missing")


def test_too_many_requests_are_refused_for_a_minute(ask, token, monkeypatch):
    monkeypatch.setattr(environment, "api_requests_per_minute", 3)
    text, other = token(), token()
    assert [ask(text, "get", "/token")[0] for _ in range(4)] == [200, 200, 200, 429]
    assert ask(other, "get", "/token")[0] == 200


def test_wrong_tokens_are_refused_before_they_are_many(ask):
    found = [ask("whisper_x", "get", "/token")[0] for _ in range(callers.WRONG_TOKENS + 1)]
    assert found == [401] * callers.WRONG_TOKENS + [429]


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("get", "/nowhere", None, (404, "not_found")),
        ("delete", "/token", None, (405, "method_not_allowed")),
        ("post", "/people/me/recall", "{", (400, "bad_request")),
        ("post", "/people/me/recall", {"text": "a", "who": 5}, (422, "invalid")),
        ("post", "/people/me/search", {"cursor": "made up"}, (400, "search_invalid")),
        ("get", "/people/0/profile", None, (422, "invalid")),
        ("get", f"/people/{2**63}/profile", None, (404, "nobody")),
        ("get", "/people/" + "9" * 5_000 + "/profile", None, (422, "invalid")),
        ("post", "/people/me/search", {"text": "\x00"}, (200, None)),
    ],
)
def test_errors_have_one_shape(ask, token, method, path, body, expected):
    status, found = ask(token(), method, path, body)
    assert (status, found.get("error", {}).get("code")) == expected


def test_an_error_quotes_nothing_that_was_sent(ask, token, caplog):
    _, found = ask(token(), "post", "/people/me/recall", {"text": SECRET, "limit": SECRET})
    assert SECRET not in json.dumps(found)
    assert SECRET not in caplog.text


def test_a_fault_is_told_without_its_words(ask, token, monkeypatch, caplog):
    async def broken(*args, **how):
        raise RuntimeError(SECRET)

    monkeypatch.setattr("botrunner.api.doing.recall", broken)
    assert code(ask(token(), *RECALL)) == (500, "failed")


def test_no_answer_is_kept_by_a_browser_or_a_proxy(client, token):
    for text in (token(), "wrong"):
        answer = client.get("/api/v1/token", headers={"authorization": f"Bearer {text}"})
        assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.heavy
def test_the_page_that_describes_it_loads_nothing_from_elsewhere(client):
    assert client.get("/api/v1/docs").status_code == 302
    assert client.get("/api/v1/openapi.json").status_code == 302
    client.force_login(User.objects.create_user("ann"))
    page = client.get("/api/v1/docs")
    assert "http://" not in page.content.decode()
    assert "https://" not in page.content.decode()
    assert "unsafe-eval" not in page.headers["Content-Security-Policy"]
    assert client.get("/api/v1/openapi.json").json()["info"]["title"] == "Whisper"


def test_another_hosts_name_is_refused(token):
    answer = Client().get(
        "/api/v1/token", headers={"authorization": f"Bearer {token()}", "host": "evil.example"}
    )
    assert answer.status_code == 400


def test_a_token_holds_for_a_year_at_most(token):
    from whisper.tokens.actions import TokenError

    with pytest.raises(TokenError):
        token(valid=timedelta(days=400))
