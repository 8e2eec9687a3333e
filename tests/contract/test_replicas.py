"""Several installations write for one night while apart; once they have exchanged files they have one state."""

from __future__ import annotations

import itertools
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from sansang.commands import access, operation
from sansang.commands.installation import Installation
from sansang.commands.peers import CannotReceive, export_logs, receive
from sansang.ledger.backup import back_up
from sansang.ledger.verify import LedgerSource
from sansang.model.access.actor import SYSTEM
from sansang.model.access.grants import Granted
from sansang.model.operation.counts import Counted
from sansang.model.operation.log import Noted
from sansang.model.operation.opening import Opened
from sansang.model.operation.orders import UnitOrdered
from sansang.model.operation.record import stream_of
from sansang.model.operation.situations import SituationReported
from sansang.model.operation.state import OperationState, fold_operation
from sansang.model.operation.units import UnitListed
from sansang.site.data_directory import DataDirectory
from sansang.site.restore import restore
from tests.fact_strategies import FACTS, POSTS
from tests.installations import (
    AN,
    Clock,
    Kind,
    all_boards,
    cast,
    differing,
    installation_at,
    new_directory,
    rebuilt,
    timeline_of,
    verified,
    write_line,
)

_commands = itertools.count()


def exported(installation: Installation, path: Path, **given: Any) -> Path:
    """What an installation exports, in a file."""
    with path.open("wb") as file:
        export_logs(installation, file, **given)
    return path


def meet(*installations: Installation) -> None:
    """Everybody has everything, twice over."""
    with tempfile.TemporaryDirectory() as folder:
        for one, other in itertools.permutations(installations, 2):
            receive(other, exported(one, Path(folder) / "x"))
            other.settle()
        for one, other in itertools.permutations(installations, 2):
            receive(other, exported(one, Path(folder) / "x"))
            other.settle()


def same_everywhere(*installations: Installation) -> None:
    """Boards, timelines, rights and the fold of the timeline: one state, which equals its rebuild."""
    boards = [all_boards(installation) for installation in installations]
    timelines = [[one.entry for one in timeline_of(installation)] for installation in installations]
    rights = [installation.rights() for installation in installations]
    for other in range(1, len(installations)):
        assert differing(boards[other], boards[0]) == []
        assert timelines[other] == timelines[0]
        assert rights[other] == rights[0]
    if timelines[0]:
        state = installations[0].run(lambda work: installations[0].state(work, stream_of("chay")))
        assert OperationState(state) == fold_operation(timelines[0])
    for installation, before in zip(installations, boards, strict=True):
        assert differing(rebuilt(installation), before) == []


class Night(RuleBasedStateMachine):
    """Three installations; files travel late, twice or never; one is lost and comes back from its backup."""

    kind: Kind = "sqlite"

    @initialize()
    def begin(self) -> None:
        """Three installations, apart; the first has the cast."""
        self.stack = ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.files: list[Path] = []
        self.backups: list[tuple[int, Path]] = []
        self.clock = Clock()
        self.installations: list[Installation] = []
        self.directories: list[DataDirectory] = []
        for n in range(3):
            self.opened(new_directory(self.kind if n == 0 else "sqlite", self.folder / f"d{n}"))
        cast(self.installations[0])
        meet(*self.installations)

    def opened(self, directory: DataDirectory) -> Installation:
        """An installation at work."""
        installation = self.stack.enter_context(installation_at(directory, self.clock))
        self.installations.append(installation)
        self.directories.append(directory)
        return installation

    @rule(at=st.integers(0, 2), fact=FACTS, post=st.sampled_from(POSTS), seconds=st.integers(0, 90))
    def writes(self, at: int, fact: Any, post: str, seconds: int) -> None:
        """Somebody writes at one of them, whatever it is, as from an outbox."""
        self.clock.at += timedelta(seconds=seconds)
        line = operation.LineRequest(f"d{next(_commands)}", "chay", post, fact, is_on_line=False)
        operation.write(self.installations[at], SYSTEM, line).result()

    @rule(one=st.integers(0, 2), other=st.integers(0, 2))
    def sends_one_command_to_two(self, one: int, other: int) -> None:
        """A device does not know whether its line arrived, and sends it elsewhere as well."""
        line = operation.LineRequest(f"d{next(_commands)}", "chay", "p4", Counted("evacuated", 3))
        for at in (one, other):
            operation.write(self.installations[at], AN, line).result()

    @rule(at=st.integers(0, 2), person=st.sampled_from(["u-chi", "u-dung"]))
    def grants(self, at: int, person: str) -> None:
        """A right is given."""
        fact = Granted(f"g{next(_commands)}", person, "duty_officer", "79/p6")
        access.write_fact(self.installations[at], SYSTEM, fact)

    @rule(at=st.integers(0, 2), whole=st.booleans())
    def exports(self, at: int, whole: bool) -> None:
        """A file is written, of everything or of what is new to somebody."""
        self.files.append(
            exported(self.installations[at], self.folder / f"f{len(self.files)}", after=None if whole else self.known())
        )

    def known(self) -> dict[str, int]:
        """How far the third has each log."""
        with self.installations[2].store.reading() as cursor:
            cursor.execute(
                "SELECT l.name, MAX(e.number) FROM ledger_log l JOIN ledger_entry e ON e.log_id = l.id GROUP BY l.name"
            )
            return dict(cursor.fetchall())

    @precondition(lambda self: self.files)
    @rule(at=st.integers(0, 2), data=st.data(), settles=st.booleans())
    def a_file_arrives(self, at: int, data: st.DataObject, settles: bool) -> None:
        """Any file written so far arrives, perhaps again; one that begins too late is refused whole."""
        path = data.draw(st.sampled_from(self.files))
        try:
            receive(self.installations[at], path)
        except CannotReceive as refused:
            assert refused.missing
            assert not refused.forks
            assert not refused.faults
        if settles:
            self.installations[at].settle()

    @rule(at=st.integers(0, 2))
    def is_backed_up(self, at: int) -> None:
        """A backup is written, of the state at some time."""
        path = self.folder / f"b{len(self.backups)}"
        directory = self.directories[at]
        back_up(LedgerSource(directory.ledger, directory.database), path, 0)
        self.backups.append((at, path))

    @precondition(lambda self: self.backups and len(self.installations) < 5)
    @rule(data=st.data())
    def an_old_backup_comes_back(self, data: st.DataObject) -> None:
        """An installation is lost, and what was backed up comes back as a new replica in its place."""
        at, path = data.draw(st.sampled_from(self.backups))
        keys = self.directories[at].keys
        directory = DataDirectory(self.folder / f"r{next(_commands)}")
        restore(directory, path, keys, None)
        self.opened(directory)
        # The lost one is not lost to the others yet: what it had written and given out is still on its way.
        self.installations[at], self.installations[-1] = self.installations[-1], self.installations[at]
        self.directories[at], self.directories[-1] = self.directories[-1], self.directories[at]

    def teardown(self) -> None:
        """They all meet."""
        try:
            # One that was lost is here once more for what nobody else has of it.
            meet(*self.installations)
            same_everywhere(*self.installations)
            for directory in self.directories:
                assert verified(directory).faults == ()
        finally:
            self.stack.close()


class NightOnPostgreSQL(Night):
    """The same with a centre on PostgreSQL."""

    kind: Kind = "postgresql"


OFTEN = settings(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
Night.TestCase.settings = OFTEN
NightOnPostgreSQL.TestCase.settings = settings(OFTEN, max_examples=8)
TestNight = Night.TestCase
TestNightOnPostgreSQL = NightOnPostgreSQL.TestCase


def test_the_centre_and_a_cut_off_laptop_both_write_for_one_post(tmp_path: Path) -> None:
    centre, laptop = new_directory("postgresql", tmp_path / "centre"), new_directory("sqlite", tmp_path / "laptop")
    clock = Clock()
    with installation_at(centre, clock) as here, installation_at(laptop, clock) as there:
        cast(here)
        write_line(here, Opened("Cháy hẻm 5", "real"))
        write_line(here, SituationReported("s1", place="hẻm 5"))
        write_line(here, UnitListed("to-bom", "Tổ bơm"))
        meet(here, there)
        # The network is gone: both go on writing for Phường 4, and both order the same unit.
        write_line(here, UnitOrdered("o1", "to-bom", "s1"))
        write_line(there, UnitOrdered("o2", "to-bom", "s1"))
        write_line(there, Noted("mất mạng, vẫn ghi"))
        write_line(here, Noted("không liên lạc được phường"))
        meet(here, there)
        same_everywhere(here, there)
        codes = {flag.code for flag in all_boards(here)["chay"]["flags"]}
        assert codes == {"unit-double"}
        assert len(timeline_of(here)) == 7


def test_an_old_copy_of_the_database_restored_by_hand_is_named(tmp_path: Path) -> None:
    import shutil

    here, there = new_directory("sqlite", tmp_path / "a"), new_directory("sqlite", tmp_path / "b")
    path = tmp_path / "x"
    with installation_at(here) as installation:
        cast(installation)
        write_line(installation, Opened("x", "real"))
    shutil.copy(here.ledger, tmp_path / "old")
    with installation_at(here) as installation, installation_at(there) as peer:
        write_line(installation, Noted("đã gửi đi"))
        receive(peer, exported(installation, path))
    for file in here.folder.glob("ledger.sqlite3*"):
        file.unlink()
    shutil.copy(tmp_path / "old", here.ledger)
    with installation_at(here) as installation, installation_at(there) as peer:
        with pytest.raises(CannotReceive) as refused:
            receive(installation, exported(peer, path))
        assert refused.value.old_copy is not None
        assert refused.value.old_copy.log.endswith(installation.store.replica)
        # And once it has gone on writing, its own log is a fork.
        write_line(installation, Noted("khác"))
        with pytest.raises(CannotReceive) as forked:
            receive(peer, exported(installation, path))
        assert forked.value.forks


def test_a_clock_three_hours_ahead_is_flagged_and_not_followed(tmp_path: Path) -> None:
    here, there = new_directory("sqlite", tmp_path / "a"), new_directory("sqlite", tmp_path / "b")
    wrong = Clock()
    wrong.at += timedelta(hours=3)
    with installation_at(here, Clock()) as installation, installation_at(there, wrong) as peer:
        cast(installation)
        write_line(installation, Opened("x", "real"))
        meet(installation, peer)
        write_line(peer, Noted("đồng hồ sai"))
        meet(installation, peer)
        after = write_line(installation, Noted("đồng hồ đúng"))
        assert after.time.millis < wrong.at.timestamp() * 1000 - 2 * 3_600_000
        assert "clock-doubtful" in {flag.code for flag in all_boards(installation)["chay"]["flags"]}
        meet(installation, peer)
        same_everywhere(installation, peer)
