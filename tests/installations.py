"""Installations for tests: on SQLite and on PostgreSQL, with a clock that a test may set, and the night's cast.

People, posts and numbers are invented.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sansang.ledger.verify import LedgerSource, Verification, verify
from sansang.model.access.actor import SYSTEM, Actor
from sansang.model.access.grants import Granted
from sansang.model.access.roster import PersonListed, PostListed
from sansang.model.fact import Fact
from sansang.model.operation.record import OPERATION, stream_of
from sansang.site.data_directory import DataDirectory
from sansang.site.django_setup import load_django
from tests.postgres import new_database

load_django()

from django.db import connections  # noqa: E402

from sansang.boards.queries import load, records  # noqa: E402
from sansang.commands import access, operation  # noqa: E402
from sansang.commands.installation import Installation  # noqa: E402
from sansang.ledger.appended import Appended  # noqa: E402
from sansang.ledger.history import timeline  # noqa: E402
from sansang.site.install import connect, install, opened  # noqa: E402

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
NIGHT = datetime(2026, 11, 14, 15, 30, tzinfo=UTC)

#: The people of the night: a commander over the city's wards, a duty officer and an observer of one ward.
AN, BINH, CHI, DUNG = Actor("u-an"), Actor("u-binh"), Actor("u-chi"), Actor("u-dung")
_numbers = itertools.count()


@dataclass
class Clock:
    """A clock that goes a millisecond forward each time that it is read, and wherever a test sets it."""

    at: datetime = NIGHT

    def __call__(self) -> datetime:
        """The time."""
        self.at += timedelta(milliseconds=1)
        return self.at


def new_directory(kind: Kind, folder: Path) -> DataDirectory:
    """An installation in an empty folder."""
    directory = DataDirectory(folder)
    install(directory, "Phường 4", new_database() if kind == "postgresql" else "")
    return directory


@contextmanager
def installation_at(directory: DataDirectory, clock: Callable[[], datetime] | None = None) -> Iterator[Installation]:
    """The installation of a data directory at work; its connections are closed at the end."""
    installation = opened(directory)
    if clock is not None:
        installation.store.now = clock
    try:
        with installation:
            yield installation
    finally:
        connections[installation.store.alias].close()


@contextmanager
def crashed_installation(
    directory: DataDirectory, clock: Callable[[], datetime] | None = None
) -> Iterator[Installation]:
    """An installation that is left without a last checkpoint, as a process that was killed leaves it."""
    installation = opened(directory)
    if clock is not None:
        installation.store.now = clock
    try:
        yield installation.start()
    finally:
        installation.writer.stop()
        connections[installation.store.alias].close()


def close(directory: DataDirectory) -> None:
    """Close this thread's connection to an installation."""
    connections[connect(directory)].close()


def cast(installation: Installation) -> None:
    """Two posts and three people with their roles; Dũng is known and may do nothing."""
    for fact in (
        PostListed("p4", "Phường 4", "79/p4"),
        PostListed("p6", "Phường 6", "79/p6"),
        PersonListed("u-an", "Trần Văn An (hư cấu)", "0900000101"),
        PersonListed("u-binh", "Lê Thị Bình (hư cấu)", "0900000102"),
        PersonListed("u-chi", "Phạm Thị Chi (hư cấu)", "0900000103"),
        PersonListed("u-dung", "Võ Văn Dũng (hư cấu)", "0900000104"),
        Granted("g-an", "u-an", "chair", "79"),
        Granted("g-binh", "u-binh", "duty_officer", "79/p4"),
        Granted("g-chi", "u-chi", "observer", "79/p4"),
    ):
        access.write_fact(installation, SYSTEM, fact)


def write_line(installation: Installation, fact: Fact, actor: Actor = AN, **given: Any) -> operation.LineReceipt:
    """Append a fact, at Phường 4 in the operation "chay" unless given otherwise, and wait."""
    values: dict[str, Any] = {"command": f"c-{next(_numbers)}", "operation": "chay", "post": "p4"} | given
    return operation.write(installation, actor, operation.LineRequest(fact=fact, **values)).result()


BoardRows = dict[str, dict[Any, Any]]


def boards_of(installation: Installation, name: str = "chay") -> BoardRows:
    """Everything that the boards show of an operation: the rows of each table by key."""
    boards = load(installation.store.alias, installation.store.keyring, stream_of(name))
    return {board: dict(rows) for board, rows in boards.rows.items()}


def all_boards(installation: Installation) -> dict[str, BoardRows]:
    """Everything that all boards of operations show."""
    found = records(installation.store.alias, OPERATION.name)
    return {stream.id: boards_of(installation, stream.id) for stream in found}


def rebuilt(installation: Installation) -> dict[str, BoardRows]:
    """Everything that all boards show once they are rebuilt from the ledger alone."""
    for stream in records(installation.store.alias, OPERATION.name):
        installation.rebuilds.begin(stream, whole=True)
    installation.settle()
    return all_boards(installation)


def verified(directory: DataDirectory) -> Verification:
    """The verification of the whole ledger."""
    return verify(LedgerSource(directory.ledger, directory.database))


def every_post(post: str) -> bool:
    """Whether the logs of a post are wanted: of each."""
    return bool(post)


def timeline_of(installation: Installation, name: str = "chay") -> list[Appended]:
    """Every entry of an operation, the newest first."""
    return timeline(installation.store.alias, installation.store.keyring, stream_of(name), every_post, 1_000_000)


def differing(one: dict[str, BoardRows], other: dict[str, BoardRows]) -> list[Any]:
    """The rows that only one of two has: operation, board and key of each."""
    found = []
    for name in one.keys() | other.keys():
        for board in one.get(name, {}).keys() | other.get(name, {}).keys():
            mine, theirs = (have.get(name, {}).get(board, {}) for have in (one, other))
            found += [(name, board, key) for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)]
    return found
