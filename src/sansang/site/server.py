"""How does the one process listen, and how does it end? A stop by a signal clears up as Ctrl-C does."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class CannotListen(Exception):
    """Nobody can listen there; ``errno`` and ``reason`` are the system's."""

    def __init__(self, wrong: OSError) -> None:
        super().__init__(str(wrong))
        self.errno = wrong.errno
        self.reason = wrong.strerror or str(wrong)


def _end(number: int, _: object) -> None:
    if number == signal.SIGHUP:
        # The terminal was closed. uvicorn does not know this one, but what means the same.
        signal.raise_signal(signal.SIGTERM)
    else:
        # uvicorn stops by a handler of its own, then puts this one back and raises the signal once more.
        sys.exit(0)


@contextmanager
def ending_cleanly() -> Iterator[None]:
    """Within it a signal to stop is an end like any other: what was opened is closed. The exit code is 0."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.getsignal(one) for one in _SIGNALS}
    for one, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(one, _end)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises :class:`CannotListen`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), port), family=family, backlog=2048)
    except OSError as wrong:
        raise CannotListen(wrong) from wrong


class _Server(uvicorn.Server):
    begun: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.begun()


def run(
    application: Any,
    listener: socket.socket,
    certificate: Path | None,
    key: Path | None,
    proxies: list[str],
    begun: Callable[[], None],
) -> None:
    """Serve on a socket until the process is told to stop; ``begun`` is called once it answers.

    Only these ``proxies`` are believed about a visitor's address.
    """
    server = _Server(
        uvicorn.Config(
            application,
            ssl_certfile=certificate,
            ssl_keyfile=key,
            log_level="warning",
            access_log=False,
            # Anybody may write such a header; a proxy that was announced writes it anew.
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies,
            # Open streams would hold a stop for ever.
            timeout_graceful_shutdown=2,
            timeout_keep_alive=30,
            server_header=False,
        )
    )
    server.begun = begun
    try:
        server.run([listener])
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()
