"""What protects the way to Elasticsearch: certificates, credentials, a key of few privileges."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import trustme
from asgiref.sync import async_to_sync
from django.core.management import CommandError
from pydantic import SecretStr

from conftest import require_service
from memories.access import Scope
from memories.index import memory_index, reset
from memories.index.elasticsearch.engine import ElasticsearchIndex
from memories.index.elasticsearch.temporary import temporary_index
from memories.management.commands import memory_index as memory_index_command
from memories.tests.factories import ANN, DIMENSION, MODEL, asked, said, texts
from memories.tests.index.test_memory_index_command import run
from memories.tests.indices import Searched
from memories.tests.proxy import Proxy
from whisper import health
from whisper.environment import environment

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def index(monkeypatch):
    """Give an empty index; a test then goes another way to it with `reach`."""
    address = [SecretStr(require_service("elasticsearch"))]
    monkeypatch.setattr(environment, "elasticsearch_url", address)
    monkeypatch.setattr(environment, "memory_index", "elasticsearch")
    monkeypatch.setattr(memory_index_command, "require_usable_database", lambda: None)
    reset()
    with temporary_index(MODEL, DIMENSION):
        yield Searched()
        monkeypatch.undo()
        monkeypatch.setattr(environment, "elasticsearch_url", address)
        reset()
    reset()


@pytest.fixture
def authority():
    return trustme.CA()


@pytest.fixture
def proxy(authority):
    """Give a way by TLS."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    proxy = Proxy(require_service("elasticsearch"), tls)
    yield proxy
    proxy.refuse()


@pytest.fixture
def reach(monkeypatch, tmp_path):
    """Let the index be reached at an address, with who signed its certificate."""

    def reach(url, authority=None):
        monkeypatch.setattr(environment, "elasticsearch_url", [SecretStr(url)])
        if authority is not None:
            authority.cert_pem.write_to_path(tmp_path / "ca.pem")
            monkeypatch.setattr(environment, "elasticsearch_ca_file", tmp_path / "ca.pem")
        reset()

    return reach


def recalled(index):
    return texts(index.search_as_it_is(asked("miso"), Scope.direct(ANN)))


def breaker():
    index = memory_index()
    assert isinstance(index, ElasticsearchIndex)
    return index.breaker


def test_a_certificate_of_the_named_authority_is_trusted(index, reach, proxy, authority):
    said("Miso sleeps")
    index.settle()
    reach(proxy.url, authority)
    assert recalled(index) == ["Miso sleeps"]
    assert (breaker().last_error, b"_msearch" in proxy.heard) == ("", True)


def test_an_address_without_tls_needs_no_authority(index, reach, authority):
    said("Miso sleeps")
    index.settle()
    reach(require_service("elasticsearch"), authority)
    assert breaker().last_error == ""
    assert recalled(index) == ["Miso sleeps"]


@pytest.mark.parametrize("other", [trustme.CA(), None])
def test_a_certificate_of_another_is_refused_and_recall_goes_on(
    index, reach, proxy, other, caplog, monkeypatch
):
    # On a busy machine a handshake alone may take longer than a check may.
    monkeypatch.setattr(health, "CHECK_SECONDS", 60.0)
    said("Miso sleeps")
    reach(proxy.url, other)
    assert recalled(index) == ["Miso sleeps"]
    assert "certificate is not trusted" in breaker().last_error
    assert "certificate is not trusted" in caplog.text
    assert "away" in async_to_sync(health.report)()["memory index"].detail
    assert proxy.heard == b""
    with pytest.raises(CommandError, match="certificate is not trusted: see ELASTICSEARCH_CA_FILE"):
        run("status")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"api_key": SecretStr("a2V5")}, "ApiKey a2V5"),
        (
            {"user": "ann", "password": SecretStr("geheim")},
            "Basic " + base64.b64encode(b"ann:geheim").decode(),
        ),
    ],
)
def test_credentials_go_with_every_request(
    index, reach, proxy, authority, monkeypatch, caplog, given, expected
):
    for name, value in given.items():
        monkeypatch.setattr(environment, f"elasticsearch_{name}", value)
    caplog.set_level("DEBUG")
    reach(proxy.url, authority)
    told = run("status") + run("status", "--json")
    heard = proxy.heard.lower()
    header = f"authorization: {expected}\r\n".lower().encode()
    assert heard.count(b" http/1.1\r\n") == heard.count(header) > 0
    proxy.refuse()
    recalled(index)
    assert "a call failed" in caplog.text
    secret = given.get("api_key") or given["password"]
    for one in (secret.get_secret_value(), expected.split()[1]):
        assert one not in told + caplog.text


def test_without_security_the_request_for_a_key_is_shown(index):
    with pytest.raises(CommandError, match="has security off") as told:
        run("api_key")
    request = json.loads(str(told.value).split("api_key\n", 1)[1])
    (role,) = request["role_descriptors"].values()
    own = f"{environment.elasticsearch_index_prefix}-memories-"
    assert role["indices"][0]["names"] == [f"{own}v*", f"{own}read", f"{own}write"]
    assert role["cluster"] == ["monitor", "manage_index_templates"]
    assert json.loads(run("api_key", "--print").split("api_key\n", 1)[1]) == request


class Secured(BaseHTTPRequestHandler):
    """A node with security on, as far as keys go; no node of tests has it."""

    status = 200
    asked: tuple[str, dict[str, Any]]

    def do_PUT(self):
        """Answer who asks for a key."""
        length = int(self.headers["Content-Length"])
        Secured.asked = self.path, json.loads(self.rfile.read(length))
        self.send_response(self.status)
        body = json.dumps({"encoded": "a2V5", "error": {"type": "security_exception"}}).encode()
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Be quiet."""


@pytest.fixture
def secured(reach, index):
    with HTTPServer(("127.0.0.1", 0), Secured) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        reach(f"http://127.0.0.1:{server.server_port}")
        yield Secured
        server.shutdown()


def test_a_key_is_made_and_shown_once(secured, monkeypatch):
    monkeypatch.setattr(environment, "elasticsearch_snapshot_path", "/mnt/snapshots")
    assert run("api_key") == "a2V5\n"
    path, request = secured.asked
    assert path == "/_security/api_key"
    assert "cluster:admin/snapshot/*" in request["role_descriptors"]["whisper"]["cluster"]


def test_who_may_make_no_key_is_told_who_may(secured, monkeypatch):
    monkeypatch.setattr(secured, "status", 403)
    with pytest.raises(CommandError, match="These credentials may make no API key"):
        run("api_key")


def test_a_key_is_kept_in_a_file_for_its_account_alone_and_made_once(secured, tmp_path):
    file = tmp_path / "key"
    assert str(file) in run("api_key", "--into", str(file))
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("a2V5\n", 0o600)
    file.write_text("another")
    run("api_key", "--into", str(file))
    assert file.read_text() == "another"
