"""What is wrong with this installation, and how is it mended? Looked at from outside, without a web framework."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from importlib import import_module, resources
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from sansang.ledger.keyring import FORGOTTEN, KeyringDamaged, forgotten_in, read_key_file
from sansang.ledger.verify import Source, Unreadable
from sansang.site.data_directory import BEHIND_PROXY, BadSettings, DataDirectory

#: SQLite 3.7.0 to 3.51.2 can damage a file in WAL mode with two writers or checkpointers (the "WAL reset" fault).
OLDEST_SQLITE = (3, 51, 3)
#: Less than this left on the disk is a warning.
LEAST_FREE = 2**30
#: A clock further ahead of ours than this (seconds) is doubtful.
AHEAD = 300

Code = Literal[
    "not-installed",
    "settings-unreadable",
    "folder-open",
    "not-ours",
    "secret-missing",
    "secret-unreadable",
    "sqlite-old",
    "sqlite-missing",
    "database-unreadable",
    "not-in-wal-mode",
    "tables-old",
    "tables-newer",
    "disk-nearly-full",
    "key-damaged",
    "keys-missing",
    "keys-open",
    "forgotten-unreadable",
    "boards-late",
    "boards-without-key",
    "writer-deaf",
    "clock-behind",
    "no-installation-row",
    "address-not-secure",
    "address-of-proxy",
]
#: What only asks for attention; everything else is an error.
WARNINGS = frozenset(
    {
        "disk-nearly-full",
        "folder-open",
        "keys-open",
        "boards-late",
        "boards-without-key",
        "clock-behind",
        "address-not-secure",
        "address-of-proxy",
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and the values that its sentence names."""

    code: Code
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def is_warning(self) -> bool:
        """Whether it only asks for attention."""
        return self.code in WARNINGS


def look(directory: DataDirectory) -> list[Finding]:
    """Everything that is wrong at this place; an empty list when nothing is."""
    try:
        if not directory.is_installed:
            return [Finding("not-installed", {"folder": directory.folder})]
        # Everything that serving would read, so that both say the same.
        source = Source(directory.ledger, directory.database)
        found = [*_library(), *_folders(directory), *_secret(directory), *_writer(directory), *_address(directory)]
    except BadSettings as wrong:
        return [Finding("settings-unreadable", {"file": wrong.where, "reason": wrong})]
    except PermissionError as wrong:
        return [Finding("not-ours", {"path": wrong.filename})]
    keys, damaged = _keys(directory)
    found += damaged
    try:
        with closing(source.connect()) as connection:
            found += _database(connection, source, keys, directory)
    except Unreadable as wrong:
        found.append(Finding("database-unreadable", {"reason": wrong}))
    return found


def sqlite_version() -> str:
    """The version of the SQLite that the ledger uses; raises ImportError when it is not there."""
    return str(import_module("pysqlite3.dbapi2").sqlite_version)


def _library() -> Iterator[Finding]:
    try:
        version = sqlite_version()
    except ImportError:
        yield Finding("sqlite-missing")
        return
    if tuple(int(part) for part in version.split(".")) < OLDEST_SQLITE:
        yield Finding("sqlite-old", {"version": version, "oldest": ".".join(map(str, OLDEST_SQLITE))})


def _folders(directory: DataDirectory) -> Iterator[Finding]:
    free = shutil.disk_usage(directory.folder).free
    if free < LEAST_FREE:
        yield Finding("disk-nearly-full", {"folder": directory.folder, "free": round(free / 2**20)})
    if directory.folder.stat().st_mode & 0o077:
        yield Finding("folder-open", {"folder": directory.folder})
    if directory.keys.exists() and directory.keys.stat().st_mode & 0o077:
        yield Finding("keys-open", {"folder": directory.keys})

    closed = directory.closed()
    if closed is not None:
        yield Finding("not-ours", {"path": closed})


def _secret(directory: DataDirectory) -> Iterator[Finding]:
    try:
        if not directory.signing_secret:
            yield Finding("secret-missing", {"file": directory.secret, "folder": directory.folder})
    except BadSettings as wrong:
        yield Finding("secret-unreadable", {"file": wrong.where, "reason": wrong})


def _writer(directory: DataDirectory) -> Iterator[Finding]:
    if not directory.lock.exists() or not os.access(directory.lock, os.R_OK):
        return
    with directory.lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            asking = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            folder = os.open(directory.folder, os.O_RDONLY)
            with asking:
                try:
                    asking.connect(f"/proc/self/fd/{folder}/{directory.socket.name}")
                except OSError:
                    yield Finding("writer-deaf", {"socket": directory.socket})
                finally:
                    os.close(folder)


def _address(directory: DataDirectory) -> Iterator[Finding]:
    """Browsers let a page write without a network only at an address that nobody can listen to."""
    address = directory.address.read_text("utf-8").strip() if directory.address.exists() else ""
    if address == BEHIND_PROXY:
        yield Finding("address-of-proxy")
    host = urlsplit(address).hostname or ""
    if address.startswith("http://") and host != "localhost" and not host.startswith("127."):
        yield Finding("address-not-secure", {"address": address})


def _keys(directory: DataDirectory) -> tuple[set[int] | None, list[Finding]]:
    """The ids of the keys that can be read, None where nobody can tell which there are; and what is wrong with them."""
    keys: set[int] = set()
    found: list[Finding] = []
    if directory.keys.exists() and not os.access(directory.keys, os.R_OK | os.X_OK):
        # Told already, as a folder that this account can't write.
        return None, found
    for path in sorted(directory.keys.glob("*.key")):
        try:
            keys.add(read_key_file(path).id)
        except (KeyringDamaged, OSError) as wrong:
            found.append(Finding("key-damaged", {"file": path, "reason": getattr(wrong, "why", wrong)}))
    try:
        forgotten_in(directory.keys / FORGOTTEN)
    except (KeyringDamaged, OSError) as wrong:
        values = {"file": directory.keys / FORGOTTEN, "reason": getattr(wrong, "why", wrong)}
        found.append(Finding("forgotten-unreadable", values))
    return keys, found


def _database(connection: Any, source: Source, keys: set[int] | None, directory: DataDirectory) -> Iterator[Finding]:
    cursor = connection.cursor()
    if not source.address:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        if mode.lower() != "wal":
            yield Finding("not-in-wal-mode", {"mode": mode})
    yield from _tables(cursor)
    cursor.execute("SELECT COUNT(*) FROM ledger_installation")
    if cursor.fetchone()[0] != 1:
        yield Finding("no-installation-row")
    if keys is not None:
        yield from _words(cursor, keys, directory)
        yield from _boards(cursor, keys)
    cursor.execute("SELECT MAX(millis) FROM ledger_entry")
    latest = cursor.fetchone()[0] or 0
    ahead = latest / 1000 - time.time()
    if ahead > AHEAD:
        yield Finding("clock-behind", {"minutes": round(ahead / 60)})


def _tables(cursor: Any) -> Iterator[Finding]:
    cursor.execute("SELECT app, name FROM django_migrations WHERE app IN ('ledger', 'boards')")
    there = {(app, name) for app, name in cursor.fetchall()}
    ours = {
        (app, Path(file.name).stem)
        for app in ("ledger", "boards")
        for file in resources.files(f"sansang.{app}.migrations").iterdir()
        if file.name[:4].isdigit()
    }
    if ours - there:
        yield Finding("tables-old", {"missing": ", ".join(f"{app}.{name}" for app, name in sorted(ours - there))})
    if there - ours:
        yield Finding("tables-newer", {"more": ", ".join(f"{app}.{name}" for app, name in sorted(there - ours))})


def _words(cursor: Any, keys: set[int], directory: DataDirectory) -> Iterator[Finding]:
    try:
        _, subjects = forgotten_in(directory.keys / FORGOTTEN)
    except (KeyringDamaged, OSError):
        # Told already; what is missing can't be told from what was forgotten.
        return
    cursor.execute("SELECT page, COUNT(*) FROM ledger_entry WHERE page IS NOT NULL GROUP BY page")
    missing = [(page, many) for page, many in cursor.fetchall() if page not in keys]
    # A subject's key that was destroyed is missing rightly; there are no more such keys than subjects forgotten.
    if len(missing) > len(subjects):
        yield Finding("keys-missing", {"entries": sum(many for _, many in missing), "folder": directory.keys})


def _boards(cursor: Any, keys: set[int]) -> Iterator[Finding]:
    cursor.execute("SELECT name, generation, late_millis FROM board_operation ORDER BY name")
    rows = cursor.fetchall()
    late = [name for name, _, millis in rows if millis is not None]
    if late:
        yield Finding("boards-late", {"operations": ", ".join(late)})
    without = [name for name, generation, _ in rows if generation not in keys]
    if without:
        yield Finding("boards-without-key", {"operations": ", ".join(without)})
