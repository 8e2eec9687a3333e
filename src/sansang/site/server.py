"""How does the server process start and stop? A stop by a signal cleans up as Ctrl-C does."""

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
    """The address or port can't be listened at; ``errno`` and ``reason`` are the system's."""

    def __init__(self, wrong: OSError) -> None:
        super().__init__(str(wrong))
        self.errno = wrong.errno
        self.reason = wrong.strerror or str(wrong)


def _end(number: int, _: object) -> None:
    if number == signal.SIGHUP:
        # The terminal was closed. uvicorn does not handle this signal, so raise one that it does.
        signal.raise_signal(signal.SIGTERM)
    else:
        # uvicorn stops by a handler of its own, then restores this one and raises the signal again.
        sys.exit(0)


@contextmanager
def ending_cleanly() -> Iterator[None]:
    """Within it a signal to stop the process closes what was opened; the exit code is 0."""
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
    """A listening socket. Raises :class:`CannotListen`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), port), family=family, backlog=2048)
    except OSError as wrong:
        raise CannotListen(wrong) from wrong


class _Server(uvicorn.Server):
    on_start: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.on_start()


def run(
    application: Any,
    listener: socket.socket,
    certificate: Path | None,
    key: Path | None,
    proxies: list[str],
    on_start: Callable[[], None],
) -> None:
    """Serve on a socket until the process is stopped; ``on_start`` is called when it answers.

    Only these ``proxies`` are trusted to pass on a client's address.
    """
    server = _Server(
        uvicorn.Config(
            application,
            ssl_certfile=certificate,
            ssl_keyfile=key,
            log_level="warning",
            access_log=False,
            # Any client may send such a header; only a configured proxy overwrites it.
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies,
            # Open streams would delay a stop for ever.
            timeout_graceful_shutdown=2,
            timeout_keep_alive=30,
            server_header=False,
        )
    )
    server.on_start = on_start
    try:
        server.run([listener])
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()
