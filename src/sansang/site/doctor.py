"""What is wrong with an installation? Checked from outside, without a web framework."""

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

from sansang.boards.verify import has_boards, record_states
from sansang.ledger.keyring import ERASED_LIST, KeyringDamaged, load_erased, read_key_file
from sansang.ledger.verify import (
    DatabaseUnreadable,
    LedgerSource,
    count_entries_by_page,
    count_installations,
    latest_clock,
)
from sansang.site.data_directory import BEHIND_PROXY, DataDirectory
from sansang.site.settings_file import BadSettings

#: SQLite 3.7.0 to 3.51.2 can damage a file in WAL mode with two writers or checkpointers (the "WAL reset" fault).
OLDEST_SQLITE = (3, 51, 3)
#: Free space on the disk below which there is a warning (bytes).
LEAST_FREE = 2**30
#: How far the last entry may be ahead of this machine's clock (seconds).
AHEAD = 300

DiagnosisCode = Literal[
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
#: Findings that are warnings; all others are errors.
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
class Diagnosis:
    """One thing that is wrong, and the values in its sentence."""

    code: DiagnosisCode
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def is_warning(self) -> bool:
        """Whether it is a warning, not an error."""
        return self.code in WARNINGS


def examine(directory: DataDirectory) -> list[Diagnosis]:
    """Everything that is wrong with the installation in this directory; an empty list when nothing is."""
    try:
        if not directory.is_installed:
            return [Diagnosis("not-installed", {"folder": directory.folder})]
        # Reads all settings that serving reads, so that both report the same.
        source = LedgerSource(directory.ledger, directory.database)
        found = [*_library(), *_folders(directory), *_secret(directory), *_writer(directory), *_address(directory)]
    except BadSettings as wrong:
        return [Diagnosis("settings-unreadable", {"file": wrong.where, "reason": wrong})]
    except PermissionError as wrong:
        return [Diagnosis("not-ours", {"path": wrong.filename})]
    keys, damaged = _keys(directory)
    found += damaged
    try:
        with closing(source.connect()) as connection:
            found += _database(connection, source, keys, directory)
    except DatabaseUnreadable as wrong:
        found.append(Diagnosis("database-unreadable", {"reason": wrong}))
    return found


def sqlite_version() -> str:
    """The version of the SQLite that the ledger uses. Raises ImportError where it is missing."""
    return str(import_module("pysqlite3.dbapi2").sqlite_version)


def _library() -> Iterator[Diagnosis]:
    try:
        version = sqlite_version()
    except ImportError:
        yield Diagnosis("sqlite-missing")
        return
    if tuple(int(part) for part in version.split(".")) < OLDEST_SQLITE:
        yield Diagnosis("sqlite-old", {"version": version, "oldest": ".".join(map(str, OLDEST_SQLITE))})


def _folders(directory: DataDirectory) -> Iterator[Diagnosis]:
    free = shutil.disk_usage(directory.folder).free
    if free < LEAST_FREE:
        yield Diagnosis("disk-nearly-full", {"folder": directory.folder, "free": round(free / 2**20)})
    if directory.folder.stat().st_mode & 0o077:
        yield Diagnosis("folder-open", {"folder": directory.folder})
    if directory.keys.exists() and directory.keys.stat().st_mode & 0o077:
        yield Diagnosis("keys-open", {"folder": directory.keys})

    path = directory.unwritable_path()
    if path is not None:
        yield Diagnosis("not-ours", {"path": path})


def _secret(directory: DataDirectory) -> Iterator[Diagnosis]:
    try:
        if not directory.signing_secret:
            yield Diagnosis("secret-missing", {"file": directory.secret, "folder": directory.folder})
    except BadSettings as wrong:
        yield Diagnosis("secret-unreadable", {"file": wrong.where, "reason": wrong})


def _writer(directory: DataDirectory) -> Iterator[Diagnosis]:
    if not directory.lock.exists() or not os.access(directory.lock, os.R_OK):
        return
    with directory.lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            folder = os.open(directory.folder, os.O_RDONLY)
            with connection:
                try:
                    connection.connect(f"/proc/self/fd/{folder}/{directory.socket.name}")
                except OSError:
                    yield Diagnosis("writer-deaf", {"socket": directory.socket})
                finally:
                    os.close(folder)


def _address(directory: DataDirectory) -> Iterator[Diagnosis]:
    """Browsers let a page write without a network only at a secure address."""
    address = directory.address.read_text("utf-8").strip() if directory.address.exists() else ""
    if address == BEHIND_PROXY:
        yield Diagnosis("address-of-proxy")
    host = urlsplit(address).hostname or ""
    if address.startswith("http://") and host != "localhost" and not host.startswith("127."):
        yield Diagnosis("address-not-secure", {"address": address})


def _keys(directory: DataDirectory) -> tuple[set[int] | None, list[Diagnosis]]:
    """The ids of the keys that can be read (None: the folder can't be read), and what is wrong with the keys."""
    keys: set[int] = set()
    found: list[Diagnosis] = []
    if directory.keys.exists() and not os.access(directory.keys, os.R_OK | os.X_OK):
        # Reported by _folders already.
        return None, found
    for path in sorted(directory.keys.glob("*.key")):
        try:
            keys.add(read_key_file(path).id)
        except (KeyringDamaged, OSError) as wrong:
            found.append(Diagnosis("key-damaged", {"file": path, "reason": getattr(wrong, "why", wrong)}))
    try:
        load_erased(directory.keys / ERASED_LIST)
    except (KeyringDamaged, OSError) as wrong:
        values = {"file": directory.keys / ERASED_LIST, "reason": getattr(wrong, "why", wrong)}
        found.append(Diagnosis("forgotten-unreadable", values))
    return keys, found


def _database(
    connection: Any, source: LedgerSource, keys: set[int] | None, directory: DataDirectory
) -> Iterator[Diagnosis]:
    cursor = connection.cursor()
    if not source.address:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        if mode.lower() != "wal":
            yield Diagnosis("not-in-wal-mode", {"mode": mode})
    yield from _tables(cursor)
    if count_installations(cursor) != 1:
        yield Diagnosis("no-installation-row")
    if keys is not None:
        yield from _missing_keys(cursor, keys, directory)
        yield from _boards(cursor, keys)
    ahead = latest_clock(cursor) / 1000 - time.time()
    if ahead > AHEAD:
        yield Diagnosis("clock-behind", {"minutes": round(ahead / 60)})


def _tables(cursor: Any) -> Iterator[Diagnosis]:
    cursor.execute("SELECT app, name FROM django_migrations WHERE app IN ('ledger', 'boards')")
    applied = {(app, name) for app, name in cursor.fetchall()}
    known = {
        (app, Path(file.name).stem)
        for app in ("ledger", "boards")
        for file in resources.files(f"sansang.{app}.migrations").iterdir()
        if file.name[:4].isdigit()
    }
    if known - applied:
        yield Diagnosis("tables-old", {"missing": ", ".join(f"{app}.{name}" for app, name in sorted(known - applied))})
    if applied - known:
        yield Diagnosis("tables-newer", {"more": ", ".join(f"{app}.{name}" for app, name in sorted(applied - known))})


def _missing_keys(cursor: Any, keys: set[int], directory: DataDirectory) -> Iterator[Diagnosis]:
    try:
        _, subjects = load_erased(directory.keys / ERASED_LIST)
    except (KeyringDamaged, OSError):
        # Reported by _keys already; missing keys can't be distinguished from destroyed ones.
        return
    missing = [(page, count) for page, count in count_entries_by_page(cursor) if page not in keys]
    # A key of an erased person is rightly missing; there are no more such keys than erased people.
    if len(missing) > len(subjects):
        yield Diagnosis("keys-missing", {"entries": sum(count for _, count in missing), "folder": directory.keys})


def _boards(cursor: Any, keys: set[int]) -> Iterator[Diagnosis]:
    if not has_boards(cursor):
        # Reported by _tables already.
        return
    rows = record_states(cursor)
    late = [stream.id or stream.kind for stream, _, is_late in rows if is_late]
    if late:
        yield Diagnosis("boards-late", {"operations": ", ".join(late)})
    without = [stream.id or stream.kind for stream, generation, _ in rows if generation not in keys]
    if without:
        yield Diagnosis("boards-without-key", {"operations": ", ".join(without)})
