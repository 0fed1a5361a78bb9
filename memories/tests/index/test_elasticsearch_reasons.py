"""Why Elasticsearch can't be reached is told apart, in words that lead to the setting."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import SecretStr

from memories.index.elasticsearch import client
from whisper.environment import environment


async def reason_at(monkeypatch, url: str) -> str:
    monkeypatch.setattr(environment, "elasticsearch_url", [SecretStr(url)])
    client.reset()
    try:
        await (await client.connected()).info()
    except client.FAULTS as error:
        return client.reason(error)
    finally:
        client.reset()
    raise AssertionError("it answered")


async def test_a_port_where_nothing_listens(monkeypatch):
    found = await reason_at(monkeypatch, "http://127.0.0.1:9")
    assert found == "it can't be reached: Connection refused"


async def test_a_name_that_nobody_knows(monkeypatch):
    found = await reason_at(monkeypatch, "http://nowhere.invalid:9200")
    assert found.startswith("it can't be reached: ")
    assert "nowhere" not in found


async def test_a_server_without_tls_is_not_taken_for_an_untrusted_one(monkeypatch):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        found = await reason_at(monkeypatch, f"https://127.0.0.1:{port}")
    assert found == "it speaks HTTP without TLS: see ELASTICSEARCH_URL"


async def test_a_file_without_a_certificate(monkeypatch, tmp_path):
    (tmp_path / "ca.crt").write_text("127.0.0.1 localhost\n")
    monkeypatch.setattr(environment, "elasticsearch_ca_file", tmp_path / "ca.crt")
    found = await reason_at(monkeypatch, "https://127.0.0.1:9")
    assert found == "its authority can't be read: see ELASTICSEARCH_CA_FILE"


@pytest.mark.parametrize("words", ["wrong version number", "record layer failure"])
def test_each_version_of_openssl_has_its_own_words(words):
    assert client.NOT_TLS.search(f"[SSL: {words.upper().replace(' ', '_')}] {words} (_ssl.c:992)")
