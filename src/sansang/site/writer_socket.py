"""How does a second process write? It hands a job to the one that holds the lock, over a socket in the folder."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sansang.commands.installation import Installation
from sansang.ledger.progress import Progress
from sansang.site.writer_jobs import JOBS, Values


class NoAnswer(Exception):
    """The process that holds the lock does not answer: nothing can be handed over."""


class JobFailed(Exception):
    """The process that writes could not do the job; says why."""


@contextmanager
def _short_address(path: Path) -> Iterator[str]:
    """The socket's address through its open folder: the address of a socket may have 107 bytes at most."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


@contextmanager
def listening(path: Path, installation: Installation) -> Iterator[None]:
    """Take jobs from other processes while this one writes."""
    path.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _short_address(path) as address:
        server.bind(address)
    path.chmod(0o600)
    server.listen()
    thread = threading.Thread(target=_accept, args=(server, installation), name="ledger-listener", daemon=True)
    thread.start()
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()
        path.unlink(missing_ok=True)


def _accept(server: socket.socket, installation: Installation) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, installation), daemon=True).start()


def _serve(connection: socket.socket, installation: Installation) -> None:
    with contextlib.suppress(OSError), connection, connection.makefile("rwb") as stream:

        def send(answer: Values) -> None:
            stream.write(json.dumps(answer).encode() + b"\n")
            stream.flush()

        try:
            request = json.loads(stream.readline())
            job = JOBS[request["job"]]
            send({"done": job(installation, request["values"], lambda done, of: send({"progress": [done, of]}))})
        except (ValueError, KeyError, TypeError) as wrong:
            send({"failed": f"not understood: {wrong}"})
        except OSError:
            raise
        except Exception as wrong:  # noqa: BLE001 the other process reports it
            send({"failed": f"{type(wrong).__name__}: {wrong}"})


def hand_over(path: Path, job: str, values: Values, progress: Progress) -> Values:
    """Have the process that writes do a job; its result. Raises NoAnswer, or JobFailed with the reason."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with connection:
        try:
            with _short_address(path) as address:
                connection.connect(address)
        except OSError as wrong:
            raise NoAnswer(str(path)) from wrong
        with connection.makefile("rwb") as stream:
            stream.write(json.dumps({"job": job, "values": values}).encode() + b"\n")
            stream.flush()
            for line in stream:
                answer: dict[str, Any] = json.loads(line)
                if "progress" in answer:
                    progress(*answer["progress"])
                elif "done" in answer:
                    result: Values = answer["done"]
                    return result
                else:
                    raise JobFailed(answer.get("failed", ""))
    raise NoAnswer(str(path))
