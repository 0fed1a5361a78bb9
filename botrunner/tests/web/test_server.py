"""The console's server: where it can listen, and what it says where it can't."""

from __future__ import annotations

import asyncio
import socket

import pytest

from botrunner.web.server import WebError, listen, serve, url_of

FREE = 0
# Of a block kept for documentation: no machine has it.
NOT_OURS = "192.0.2.1"


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", FREE)) as listening:
        yield listening.getsockname()[1]


def test_a_port_in_use_is_told_with_what_to_do_and_in_no_other_line(taken, caplog):
    with pytest.raises(WebError) as caught:
        listen("127.0.0.1", taken)
    assert str(caught.value) == (
        f"Can't listen on 127.0.0.1:{taken}: another program uses this port. "
        "Choose another with --web, or with PORT= for make run."
    )
    assert caplog.text == ""


@pytest.mark.parametrize("host", [NOT_OURS, "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_not_said_to_be_in_use(host):
    with pytest.raises(WebError) as caught:
        listen(host, 8000)
    assert str(caught.value).startswith(f"Can't listen on {host}:8000: ")
    assert "uses this port" not in str(caught.value)


@pytest.mark.django_db(transaction=True)
async def test_it_serves_until_it_is_stopped():
    stop = asyncio.Event()
    listening = listen("127.0.0.1", FREE)
    port = listening.getsockname()[1]
    serving = asyncio.ensure_future(serve(listening, stop))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 ")
    writer.close()
    stop.set()
    await serving


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://localhost:8001"),
        ("0.0.0.0", "http://localhost:8001"),
        ("192.0.2.1", "http://192.0.2.1:8001"),
        ("2001:db8::1", "http://[2001:db8::1]:8001"),
    ],
)
def test_a_browser_gets_an_address_that_it_can_open(host, url):
    assert url_of(host, 8001) == url
