"""A way to a service that a test can cut, hold up, encrypt or overhear."""

from __future__ import annotations

import random
import select
import socket
import ssl
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

# When a packet that is lost is sent again; some are lost again until nobody waits.
RESENT_SECONDS, ENDED_SHARE = 0.3, 0.1


class Proxy:
    """Passes connections on to a service, until it is told to refuse or to hold them.

    Args:
        url: of the service.
        tls: how it shows who it is, where it is to be reached by `https://`.
    """

    def __init__(self, url: str, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.heard = b""
        parts = urlsplit(url)
        self._to = (parts.hostname or "", parts.port or 9200)
        self._delay = self._loss = 0.0
        self._flows = threading.Event()
        self._flows.set()
        self._open: list[socket.socket] = []
        self._listen(0)

    @property
    def url(self) -> str:
        """Return the address to connect to."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    def refuse(self) -> None:
        """Take no connections, and end those that there are."""
        # A listener that is only closed wakes nobody who waits in accept.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def accept(self) -> None:
        """Take connections again."""
        self._listen(self.port)

    def hold(self) -> None:
        """Take connections and pass nothing on."""
        self._flows.clear()

    def release(self) -> None:
        """Pass on what was held."""
        self._flows.set()

    def worsen(self, *, delay: float, loss: float) -> None:
        """Let what is passed on take longer from now on.

        Args:
            delay: in seconds, twice as long at most; a packet that was lost takes RESENT_SECONDS.
            loss: share of the packets that are lost. One in ten of those ends the connection.
        """
        self._delay, self._loss = delay, loss

    def _listen(self, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, args=(self._listener,), daemon=True).start()

    def _serve(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        """Pass what either side says to the other until one of them ends."""
        if self._tls:
            try:
                near = self._tls.wrap_socket(near, server_side=True)
            except OSError:
                # Whoever came does not trust it.
                return
        with suppress(OSError), near, socket.create_connection(self._to) as far:
            self._open.append(near)
            other = {near: far, far: near}
            while True:
                for source in select.select([near, far], [], [])[0]:
                    data = source.recv(65_536)
                    if not data:
                        return
                    if source is near:
                        self.heard += data
                    self._flows.wait()
                    if not self._arrives():
                        return
                    other[source].sendall(data)

    def _arrives(self) -> bool:
        """Wait as long as a packet takes; return whether it arrives at all."""
        if self._delay:
            time.sleep(random.uniform(0, 2 * self._delay))
        if random.random() >= self._loss:
            return True
        time.sleep(RESENT_SECONDS)
        return random.random() >= ENDED_SHARE
