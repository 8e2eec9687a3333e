"""An installation whose process is killed while twenty write: what was answered is there, once, and all of it is whole.

Everything runs in forked children, so that the parent has neither threads nor connections to pass on.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, NoReturn

from sansang.commands import operation
from sansang.model.fact import Fact
from sansang.model.operation.counts import Counted
from sansang.model.operation.log import Noted
from sansang.model.operation.messages import MessageSent
from sansang.model.operation.opening import Opened
from sansang.model.operation.orders import UnitOrdered
from sansang.model.operation.situations import SituationReported
from sansang.model.operation.units import UnitListed
from sansang.site.data_directory import DataDirectory
from sansang.site.install import install
from tests.installations import (
    AN,
    Kind,
    all_boards,
    cast,
    differing,
    installation_at,
    rebuilt,
    verified,
    write_line,
)
from tests.postgres import new_database

WRITERS = 20
_POSTS = ("p4", "p6")


@dataclass
class KilledInstallation:
    """One installation over its life: which commands were sent, and which answered with which reference."""

    directory: DataDirectory
    sent: list[tuple[str, int]] = field(default_factory=list)
    answered: dict[str, str] = field(default_factory=dict)
    kills: int = 0


def directory_apart(kind: Kind, folder: Path) -> DataDirectory:
    """An installation made in a child process, so that the parent has no connection to it."""
    directory = DataDirectory(folder)
    address = new_database() if kind == "postgresql" else ""
    in_child(lambda: install(directory, "Phường 4", address))
    return directory


def new_night(kind: Kind, folder: Path) -> KilledInstallation:
    """An installation with its cast and an open operation."""
    directory = directory_apart(kind, folder)

    def make() -> None:
        with installation_at(directory) as installation:
            cast(installation)
            write_line(installation, Opened("Cháy hẻm 5", "real"), command="opened")

    in_child(make)
    return KilledInstallation(directory, [("opened", -1)])


def fact_of(number: int) -> Fact:
    """What a command says: always the same for its number."""
    match number % 6:
        case 0:
            return SituationReported(f"s{number}", place=f"hẻm {number}", reporter="Người gọi (hư cấu)")
        case 1:
            return Counted("evacuated", number % 5 + 1)
        case 2:
            return UnitListed(f"to-{number % 40}", f"Tổ {number % 40}")
        case 3:
            return UnitOrdered(f"o{number}", f"to-{number % 40}", f"s{number - 3}")
        case 4:
            return MessageSent(f"m{number}", ("p6",), f"Báo lại {number}", ("u-binh",))
        case _:
            return Noted(f"ghi {number}")


def write_then_kill(killed: KilledInstallation, chance: Random, longest: float = 0.15) -> None:
    """Twenty write; at a random moment their process is killed, and what it had answered is noted."""
    reading, writing = os.pipe()
    first = len(killed.sent) * 1_000
    child = os.fork()
    if child == 0:
        os.close(reading)
        _end(lambda: _write_for_ever(killed.directory, writing, first))
    os.close(writing)
    # One in ten is killed while it starts; the others once they have begun to write.
    moment = time.monotonic() + chance.uniform(0.0, 0.1) if chance.random() < 0.1 else None
    said = bytearray()
    while moment is None or time.monotonic() < moment:
        wait = 30.0 if moment is None else max(0.0, moment - time.monotonic())
        ready, _, _ = select.select([reading], [], [], wait)
        if ready:
            more = os.read(reading, 1 << 16)
            if not more:
                break
            said += more
        if moment is None:
            # Counted from the moment when the first line is sent.
            moment = time.monotonic() + chance.uniform(0.0, longest)
    os.kill(child, signal.SIGKILL)
    while more := os.read(reading, 1 << 16):
        said += more
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise AssertionError(f"the writing process ended by itself: {bytes(said[-2000:]).decode()}")
    killed.kills += 1
    for line in said[: said.rfind(b"\n") + 1].decode().splitlines():
        verb, command, rest = line.split(" ", 2)
        if verb == "sent":
            killed.sent.append((command, int(rest)))
        else:
            killed.answered[command] = rest


def _write_for_ever(directory: DataDirectory, pipe: int, first: int) -> None:
    with installation_at(directory) as installation:

        def one(writer: int) -> None:
            for n in range(1_000_000):
                number = first + n * WRITERS + writer
                command = f"k{number}"
                line = operation.LineRequest(command, "chay", _POSTS[writer % 2], fact_of(number), is_on_line=False)
                os.write(pipe, f"sent {command} {number}\n".encode())
                answer = operation.write(installation, AN, line).result()
                os.write(pipe, f"answered {command} {answer.ref}\n".encode())

        threads = [threading.Thread(target=one, args=(writer,)) for writer in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def check_after_restart(killed: KilledInstallation) -> list[str]:
    """Start again as after any crash, send again what was sent, and say everything that is not as it must be."""
    wrong: list[str] = in_child(lambda: _checked_after_restart(killed))
    return wrong


def _checked_after_restart(killed: KilledInstallation) -> list[str]:
    wrong: list[str] = []
    with installation_at(killed.directory) as installation:
        installation.settle()
        there = _commands(installation)
        for command, ref in killed.answered.items():
            if there.get(command) != [ref]:
                wrong.append(f"{command} was answered with {ref} and is {there.get(command)}")
        wrong += [f"{command} is there {len(refs)} times" for command, refs in there.items() if len(refs) > 1]
        # A device that had no answer sends again: once only.
        again = [one for one in killed.sent if one[0] not in killed.answered and one[1] >= 0][-2 * WRITERS :]
        for command, number in again:
            line = operation.LineRequest(
                command, "chay", _POSTS[number % WRITERS % 2], fact_of(number), is_on_line=False
            )
            answer = operation.write(installation, AN, line).result()
            if answer.is_repeat != (command in there):
                wrong.append(f"{command} was {'not ' * (command not in there)}there, and is_repeat={answer.is_repeat}")
        wrong += [f"{c} is there {len(refs)} times" for c, refs in _commands(installation).items() if len(refs) > 1]
        shown = all_boards(installation)
        again_made = rebuilt(installation)
        wrong += [f"a board is not what its rebuild makes: {row}" for row in differing(again_made, shown)]
    wrong += [str(fault) for fault in verified(killed.directory).faults]
    return wrong


def _commands(installation: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with installation.store.reading() as cursor:
        cursor.execute(
            "SELECT e.command, l.name, e.number FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id"
            " WHERE e.command IS NOT NULL"
        )
        for command, log, number in cursor.fetchall():
            found.setdefault(command, []).append(f"{log}#{number}")
    return found


def in_child(work: Callable[[], Any]) -> Any:
    """What a function gives, run in a process of its own; raises AssertionError with what it raised."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)

        def run() -> None:
            given = pickle.dumps(work())
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(given)

        _end(run)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        given = pipe.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise AssertionError(f"the process ended with status {status}")
    return pickle.loads(given)


def _end(work: Callable[[], None]) -> NoReturn:
    """The end of a child: nothing of the parent's is run in it."""
    status = 1
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001 the parent gets the status
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)
