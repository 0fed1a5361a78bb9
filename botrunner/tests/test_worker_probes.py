"""The worker of its own process answers probes and shows its metrics."""

from __future__ import annotations

import signal
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from whisper.tests.commands import started
from whisper.tests.redis.redis_server import free_port
from whisper.tests.waiting import until_it_succeeds

pytestmark = pytest.mark.process


def read(url: str) -> str:
    with urlopen(url, timeout=10) as answer:
        text: str = answer.read().decode()
        return text


async def test_a_worker_can_be_watched(tmp_path):
    address = f"http://127.0.0.1:{free_port()}"
    with started(tmp_path, "runworker", "--web", address.removeprefix("http://")) as worker:

        async def live() -> str:
            return read(f"{address}/health/live")

        assert '"ok"' in await until_it_succeeds(live, OSError)
        assert "whisper_outbox" in read(f"{address}/metrics")
        with pytest.raises(HTTPError, match="404"):
            read(f"{address}/admin/")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
