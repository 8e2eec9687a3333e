"""How is an installation created, migrated and opened? Its database, key store and replica."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sansang.site.data_directory import DataDirectory
from sansang.site.databases import database_of
from sansang.site.django_setup import load_django

load_django()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

from sansang.commands.installation import Installation  # noqa: E402
from sansang.ledger.keyring import Keyring  # noqa: E402
from sansang.ledger.store import NotInstalled, Store, insert_installation, installation_row  # noqa: E402
from sansang.site.settings import DIRECTORY  # noqa: E402
from sansang.site.settings_file import BadSettings, address_error  # noqa: E402
from sansang.site.writer_socket import listening  # noqa: E402


class AlreadyInstalled(Exception):
    """There is an installation in this directory already."""


class NoInstallation(Exception):
    """There is no installation in this directory."""


class NeedsMigration(Exception):
    """Its tables are of an earlier version: ``sansang init`` migrates them."""


class InUse(Exception):
    """Another process writes in this directory."""


def new_replica() -> str:
    """A random name for a new replica: twelve characters."""
    return "".join(secrets.choice("0123456789abcdefghjkmnpqrstvwxyz") for _ in range(12))


def now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


def connect(directory: DataDirectory) -> str:
    """Register a directory's database with Django; its alias."""
    alias = "default" if directory.folder == DIRECTORY.folder else f"at:{directory.folder}"
    wanted = database_of(directory)
    registered = connections.databases.get(alias)
    if registered is None or any(registered.get(name) != value for name, value in wanted.items()):
        if registered is not None:
            # Registered when the settings were loaded, before `init` got the option --database.
            connections[alias].close()
            del connections[alias]
        connections.databases[alias] = wanted
        connections.configure_settings(connections.databases)
    return alias


def install(directory: DataDirectory, name: str, database: str = "", restored_from: str = "") -> str:
    """Create an installation: folder, settings, database, key store; its replica. An existing one is migrated.

    Raises BadSettings for an invalid address, and django.db.Error where the database can't be reached; nothing is
    created then.
    """
    why = address_error(database) if database else ""
    if why:
        raise BadSettings("--database", why)
    directory.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_new = not directory.settings.exists()
    if is_new:
        _write_settings(directory, database)
    try:
        alias = connect(directory)
        migrate(alias)
    except BaseException:
        if is_new:
            directory.settings.unlink(missing_ok=True)
        raise
    Keyring(directory.keys)
    if not directory.secret.exists():
        _write_privately(directory.secret, secrets.token_urlsafe(64))
    with connections[alias].cursor() as cursor:
        try:
            return installation_row(cursor)[0]
        except NotInstalled:
            replica = new_replica()
            insert_installation(cursor, replica, name, restored_from)
            return replica


def _write_settings(directory: DataDirectory, database: str) -> None:
    content = (
        f"database = {json.dumps(database)}" if database else '# database = "postgresql://user:password@host/name"'
    )
    _write_privately(directory.settings, f"{content}\n")


def _write_privately(path: Path, text: str) -> None:
    temporary = path.with_suffix(".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def migrate(alias: str) -> None:
    """Migrate the tables to the present version."""
    # Accounts are for the installation that is served; a peer opened beside it needs its ledger only.
    for app in (None,) if alias == "default" else ("contenttypes", "ledger", "boards"):
        call_command("migrate", *([app] if app else []), database=alias, verbosity=0, interactive=False)


def database_error() -> type[Exception]:
    """The exception that is raised when the database can't be reached or written."""
    from django.db import Error

    return Error


def is_current(alias: str, with_accounts: bool = False) -> bool:
    """Whether the tables of ledger and boards are of the present version; ``with_accounts``: all tables."""
    executor = MigrationExecutor(connections[alias])
    leaves = executor.loader.graph.leaf_nodes()
    return not executor.migration_plan([leaf for leaf in leaves if with_accounts or leaf[0] in ("ledger", "boards")])


def opened(directory: DataDirectory) -> Installation:
    """The installation in this directory, not yet started. Raises NotInstalled or NeedsMigration."""
    if not directory.is_installed:
        raise NoInstallation(str(directory.folder))
    alias = connect(directory)
    if not is_current(alias):
        raise NeedsMigration(str(directory.folder))
    return Installation(Store(alias, Keyring(directory.keys), now, os.urandom))


@contextmanager
def locked(directory: DataDirectory) -> Iterator[IO[bytes]]:
    """Hold the lock of the process that writes; raises InUse when another one holds it.

    A lock of the kernel: it ends with the process, however that ends.
    """
    with directory.lock.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as wrong:
            raise InUse(str(directory.lock)) from wrong
        yield file


@contextmanager
def working(directory: DataDirectory) -> Iterator[Installation]:
    """The started installation; this process is the only one that writes, and others hand their jobs over to it.

    Raises InUse, NotInstalled or NeedsMigration.
    """
    if not directory.is_installed:
        raise NoInstallation(str(directory.folder))
    with locked(directory):
        installation = opened(directory)
        with installation, listening(directory.socket, installation):
            yield installation
