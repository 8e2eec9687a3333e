"""How does a second process write? It hands its work to the one that holds the lock, over a socket in the folder."""

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
from sansang.site.writer_jobs import JOBS, Progress, Values


class NoAnswer(Exception):
    """The process that holds the lock does not listen: nothing can be handed over."""


@contextmanager
def _near(path: Path) -> Iterator[str]:
    """The socket's path by its open folder: an address of a socket may have 107 bytes only."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


@contextmanager
def listening(path: Path, installation: Installation) -> Iterator[None]:
    """Take work from other processes while this one writes."""
    path.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _near(path) as near:
        server.bind(near)
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

        def tell(said: Values) -> None:
            stream.write(json.dumps(said).encode() + b"\n")
            stream.flush()

        try:
            asked = json.loads(stream.readline())
            job = JOBS[asked["job"]]
            tell({"done": job(installation, asked["values"], lambda done, of: tell({"progress": [done, of]}))})
        except (ValueError, KeyError, TypeError) as wrong:
            tell({"failed": f"not understood: {wrong}"})
        except OSError:
            raise
        except Exception as wrong:  # noqa: BLE001 the other process is told
            tell({"failed": f"{type(wrong).__name__}: {wrong}"})


class Failed(Exception):
    """The process that writes could not do it; says why."""


def hand_over(path: Path, job: str, values: Values, progress: Progress) -> Values:
    """Have the process that writes do a job; what came of it. Raises NoAnswer, or Failed with the reason."""
    asking = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with asking:
        try:
            with _near(path) as near:
                asking.connect(near)
        except OSError as wrong:
            raise NoAnswer(str(path)) from wrong
        with asking.makefile("rwb") as stream:
            stream.write(json.dumps({"job": job, "values": values}).encode() + b"\n")
            stream.flush()
            for line in stream:
                said: dict[str, Any] = json.loads(line)
                if "progress" in said:
                    progress(*said["progress"])
                elif "done" in said:
                    done: Values = said["done"]
                    return done
                else:
                    raise Failed(said.get("failed", ""))
    raise NoAnswer(str(path))
