"""A local embeddings endpoint that behaves as it is told."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DIMENSION = 8


class EmbeddingServer(ThreadingHTTPServer):
    """Answers each request as the next of `behaviours` says, the last one for ever.

    A behaviour that is JSON is the answer itself. A text of more than `longest` characters is
    refused, as by servers of small models.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviours = ["right"]
        self.longest = 1_000_000
        self.asked: list[dict[str, Any]] = []
        self.stop_stalling = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: EmbeddingServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        behaviours = self.server.behaviours
        behaviour = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
        if behaviour == "stall":
            self.server.stop_stalling.wait()
            return
        if behaviour.isdigit():
            self._send(int(behaviour), b'{"error": {"message": "no"}}')
            return
        if behaviour.startswith("{"):
            self._send(200, behaviour.encode())
            return
        if any(len(text) > self.server.longest for text in body["input"]):
            self._send(400, b'{"error": {"message": "too long"}}')
            return
        texts = body["input"][1:] if behaviour == "one too few" else body["input"]
        rows = [{"index": n, "embedding": vector(text)} for n, text in enumerate(texts)]
        if behaviour == "reversed":
            rows.reverse()
        answer = b"<html>" if behaviour == "garbage" else json.dumps({"data": rows}).encode()
        self._send(200, answer)

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def vector(text: str) -> list[float]:
    """Return a vector that depends on the text, not of unit length."""
    digest = hashlib.sha256(text.encode()).digest()
    return [float(byte) - 128 for byte in digest[:DIMENSION]]


@contextmanager
def embedding_server() -> Iterator[EmbeddingServer]:
    """Run a server on a free port."""
    server = EmbeddingServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.stop_stalling.set()
    server.shutdown()
    server.server_close()
