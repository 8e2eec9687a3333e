"""Whatever is changed in the record afterwards is found and named: one bit, a cut tail, a rewritten chain, a board."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from pysqlite3 import dbapi2

from sansang.boards.verify import changed_rows
from sansang.commands.peers import CannotReceive, export_logs, receive
from sansang.ledger.backup import back_up
from sansang.ledger.chain import Fault, Head, local_sum
from sansang.ledger.draft import Draft, build_entry
from sansang.ledger.envelope import BEGINNING, envelope_bytes, hash_of, parse_envelope
from sansang.ledger.exchange import Damaged, FileHeader, FileLine, FileReader, check_file, write_lines
from sansang.ledger.keyring import board_keys
from sansang.ledger.verify import LedgerSource, verify
from sansang.model.entry import HybridTime
from sansang.model.operation.log import Noted
from sansang.model.operation.messages import MessageSent
from sansang.model.operation.opening import Opened
from sansang.model.operation.orders import OrderAnswered, UnitOrdered
from sansang.model.operation.record import stream_of
from sansang.model.operation.situations import SituationReported
from sansang.model.operation.units import UnitListed
from sansang.site.data_directory import DataDirectory
from sansang.site.restore import NotWhole, restore
from tests.installations import (
    KINDS,
    NIGHT,
    Clock,
    Kind,
    boards_of,
    cast,
    installation_at,
    new_directory,
    rebuilt,
    verified,
    write_line,
)


@pytest.fixture(params=KINDS)
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> DataDirectory:
    """An installation with a small night on it, on each database."""
    kind: Kind = request.param
    return night_at(new_directory(kind, tmp_path / "data"))


def night_at(directory: DataDirectory) -> DataDirectory:
    """A few entries of each sort, two posts, a checkpoint at the end."""
    with installation_at(directory, Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Cháy hẻm 5", "real"))
        write_line(installation, SituationReported("s1", phone="0900000123", place="hẻm 5", kind="cháy"))
        write_line(installation, UnitListed("to-bom", "Tổ bơm"))
        write_line(installation, UnitOrdered("o1", "to-bom", "s1", task="dập lửa"))
        write_line(installation, Noted("khói dày"), post="p6")
        write_line(installation, MessageSent("m1", ("p6",), "di dời", ("Hòa",)))
        write_line(installation, OrderAnswered("o1", "acknowledged"))
    return directory


@contextmanager
def behind(directory: DataDirectory) -> Iterator[Any]:
    """A connection past the ledger, as somebody with the password has it; nothing guards the tables."""
    if directory.database:
        with psycopg.connect(directory.database, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            yield connection
        return
    with closing(dbapi2.connect(str(directory.ledger), isolation_level=None)) as connection:
        yield connection


def mark(directory: DataDirectory) -> str:
    """How a parameter is written."""
    return "%s" if directory.database else "?"


def flipped(value: Any, chance: random.Random) -> Any:
    """The value with one bit of it changed."""
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(31))
    data = bytearray(value.encode() if isinstance(value, str) else bytes(value))
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def test_one_bit_in_any_column_of_any_entry_is_found_and_named(directory: DataDirectory) -> None:
    chance = random.Random(7)
    sign = mark(directory)
    tried = 0
    with behind(directory) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT * FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id ORDER BY position")
        names = [column[0] for column in cursor.description][:-3]
        rows = cursor.fetchall()
        for row in rows:
            named = dict(zip(names, row, strict=False))
            log = row[-2]
            for column in names:
                value = named[column]
                if value in (None, ""):
                    continue
                changed = flipped(value, chance)
                if isinstance(value, str):
                    # A text that is no UTF-8 any more stands in a file; PostgreSQL lets none in.
                    changed = changed.decode("utf-8", "replace").replace("\0", "?") if directory.database else changed
                as_text = f"CAST({sign} AS text)" if isinstance(value, str) else sign
                where = "position" if column != "position" else "hash"
                found = named[where]
                try:
                    cursor.execute(
                        f"UPDATE ledger_entry SET {column} = {as_text} WHERE {where} = {sign}", (changed, found)
                    )
                except (psycopg.IntegrityError, psycopg.DataError, dbapi2.IntegrityError):
                    # It would stand where another stands, or does not fit: the database itself refuses it.
                    continue
                said = verified(directory).faults
                about = [fault for fault in said if (fault.log, fault.number) == (log, named["number"])]
                orphan = [fault for fault in said if fault.code == "orphan" and fault.number == named["number"]]
                moved = [f for f in said if column in ("number", "log_id") and f.code in ("gap", "tail-cut", "fork")]
                assert about or orphan or moved, (column, log, named["number"], said)
                cursor.execute(f"UPDATE ledger_entry SET {column} = {as_text} WHERE {where} = {sign}", (value, found))
                tried += 1
    assert tried > 100
    assert verified(directory).faults == ()


def test_a_bit_in_the_rows_of_logs_of_peers_or_of_the_installation_is_found(directory: DataDirectory) -> None:
    chance = random.Random(8)
    sign = mark(directory)
    with behind(directory) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT name, number, hash FROM ledger_log l JOIN ledger_entry e ON e.log_id = l.id LIMIT 1")
        log, number, digest = cursor.fetchone()
        cursor.execute(
            f"INSERT INTO ledger_peer_head (peer, log, number, hash) VALUES ('laptop', {sign}, {sign}, {sign})",
            (log, number, digest),
        )
        assert verified(directory).faults == ()
        for table, columns in (
            ("ledger_log", ("name", "stream", "id")),
            ("ledger_peer_head", ("log", "number", "hash")),
            ("ledger_installation", ("replica", "name")),
        ):
            for column in columns:
                cursor.execute(f"SELECT id, {column} FROM {table} ORDER BY id LIMIT 1")
                key, value = cursor.fetchone()
                changed = flipped(value, chance)
                if isinstance(value, str):
                    changed = changed.decode("utf-8", "replace").replace("\0", "?")
                cursor.execute(f"UPDATE {table} SET {column} = {sign} WHERE id = {sign}", (changed, key))
                assert verified(directory).faults, (table, column)
                at = changed if column == "id" else key
                cursor.execute(f"UPDATE {table} SET {column} = {sign} WHERE id = {sign}", (value, at))
    assert verified(directory).faults == ()


def test_a_changed_row_of_any_board_is_named_and_repaired_by_a_rebuild(directory: DataDirectory) -> None:
    chance = random.Random(9)
    source = LedgerSource(directory.ledger, directory.database)
    sign = mark(directory)
    tried = 0
    assert list(changed_rows(source, board_keys(directory.keys))) == []
    with behind(directory) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT r.stream, MIN(b.id) FROM board_row b JOIN board_record r ON r.generation = b.generation"
            " GROUP BY r.stream, b.board"
        )
        for stream, row_id in cursor.fetchall():
            for column in ("generation", "board", "key", "data"):
                cursor.execute(f"SELECT board, key, {column} FROM board_row WHERE id = {sign}", (row_id,))
                board, key, value = cursor.fetchone()
                changed = flipped(value, chance) if column != "generation" else value ^ 1
                if isinstance(value, str):
                    changed = changed.decode("utf-8", "replace").replace("\0", "?")
                cursor.execute(f"UPDATE board_row SET {column} = {sign} WHERE id = {sign}", (changed, row_id))
                found = list(changed_rows(source, board_keys(directory.keys)))
                if column == "generation":
                    # The row belongs to no board that is shown: it is missing there, as a deleted one.
                    assert found == []
                else:
                    assert [(one.code, one.log) for one in found] == [("board-changed", f"board/{stream}")]
                    assert column in ("board", "key") or found[0].about == f"{board} {bytes(key).hex()}"
                cursor.execute(f"UPDATE board_row SET {column} = {sign} WHERE id = {sign}", (value, row_id))
                tried += 1
        assert tried > 15
        cursor.execute(f"UPDATE board_row SET data = {sign} WHERE board = 'units'", (b"?" * 40,))
    with installation_at(directory) as installation:
        rebuilt(installation)
        (unit,) = boards_of(installation)["units"].values()
        assert unit.availability == "assigned"
    assert list(changed_rows(source, board_keys(directory.keys))) == []


def test_a_cut_tail_and_a_rewritten_chain_are_found_from_the_heads_a_peer_knows(
    directory: DataDirectory, tmp_path: Path
) -> None:
    there = new_directory("sqlite", tmp_path / "peer")
    with installation_at(directory) as installation, installation_at(there) as peer:
        ours, theirs = tmp_path / "ours.sansang", tmp_path / "theirs.sansang"
        give(installation, ours)
        receive(peer, ours)
        open_there(peer)
        give(peer, theirs)
        receive(installation, theirs)
        log = f"operation/chay/p4/{installation.store.replica}"
    whole = entries_of(directory, log)
    rewrite(directory, log, whole[:-1])
    assert ("tail-cut", log, len(whole)) in found_in(directory)
    # Everything from the second entry on is rewritten by somebody who can compute hashes.
    head, rows = whole[0], [whole[0]]
    for data, _ in whole[1:]:
        before = parse_envelope(data)
        lie = envelope_bytes(
            type(before)(
                **{name: getattr(before, name) for name in before.__struct_fields__}
                | {"previous": head[1], "author": "x"}
            )
        )
        head = (lie, hash_of(lie))
        rows.append(head)
    rewrite(directory, log, rows)
    codes = {(code, number) for code, at, number in found_in(directory) if at == log}
    assert ("rewritten", len(whole)) in codes
    assert "broken-link" not in {code for code, _ in codes}


def found_in(directory: DataDirectory) -> set[tuple[str, str, int]]:
    """What is wrong: code, log, number."""
    return {(fault.code, fault.log, fault.number) for fault in verified(directory).faults}


def give(installation: Any, path: Path) -> None:
    """An export of everything."""
    with path.open("wb") as file:
        export_logs(installation, file)


def open_there(installation: Any) -> None:
    """Something that the peer itself has written."""
    cast_at_peer = Draft(stream_of("chay"), Noted("ở máy xách tay"), "u-an", "p4")
    installation.run(lambda work: work.append(cast_at_peer))


def entries_of(directory: DataDirectory, log: str) -> list[tuple[bytes, bytes]]:
    """Bytes and hash of each entry of a log."""
    with behind(directory) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT data, hash FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id"
            f" WHERE l.name = {mark(directory)} ORDER BY number",
            (log,),
        )
        return [(bytes(data), bytes(digest)) for data, digest in cursor.fetchall()]


def rewrite(directory: DataDirectory, log: str, rows: list[tuple[bytes, bytes]]) -> None:
    """A log's entries replaced by hand, with every column and sum in order."""
    sign = mark(directory)
    with behind(directory) as connection:
        cursor = connection.cursor()
        cursor.execute(f"SELECT id FROM ledger_log WHERE name = {sign}", (log,))
        log_id = cursor.fetchone()[0]
        cursor.execute(f"DELETE FROM ledger_entry WHERE log_id = {sign} AND number > {sign}", (log_id, len(rows)))
        cursor.execute("SELECT COALESCE(MAX(position), 0) FROM ledger_entry")
        position = cursor.fetchone()[0]
        for number, (data, digest) in enumerate(rows, 1):
            one = parse_envelope(data)
            cursor.execute(
                f"UPDATE ledger_entry SET data = {sign}, hash = {sign} WHERE log_id = {sign} AND number = {sign}",
                (data, digest, log_id, number),
            )
            if cursor.rowcount == 0:
                position += 1
                values = (position, log_id, number, one.millis, one.counter, one.kind, one.command or None)
                cursor.execute(
                    "INSERT INTO ledger_entry (position, log_id, number, millis, counter, kind, command, data, hash,"
                    f" local_sum) VALUES ({', '.join([sign] * 10)})",
                    (*values, data, digest, local_sum(position, None, None)),
                )


def test_one_bit_in_an_exported_file_is_found(tmp_path: Path) -> None:
    directory = night_at(new_directory("sqlite", tmp_path / "data"))
    path = tmp_path / "all.sansang"
    with installation_at(directory) as installation:
        give(installation, path)
    whole = path.read_bytes()
    assert check_file(BytesIO(whole)).faults == ()
    chance = random.Random(10)
    named = 0
    for _ in range(1_500):
        data = bytearray(whole)
        at = chance.randrange(len(data))
        data[at] ^= 1 << chance.randrange(8)
        try:
            said = check_file(BytesIO(bytes(data))).faults
        except Damaged as wrong:
            assert wrong.what
            continue
        assert said, at
        named += 1
    assert named > 1_000


def test_a_changed_bit_in_a_file_is_reported_at_its_entry(tmp_path: Path) -> None:
    directory = night_at(new_directory("sqlite", tmp_path / "data"))
    path = tmp_path / "all.sansang"
    with installation_at(directory) as installation:
        give(installation, path)
    with path.open("rb") as file:
        reading = FileReader(file)
        lines = list(reading.rows())
    for at, (row, line) in enumerate(lines):
        for data, key in ((flip(line.data), line.key), (line.data, flip(line.key) if line.key else None)):
            if key is None:
                continue
            changed = [one for _, one in lines]
            changed[at] = FileLine(data, line.hash, key)
            made = BytesIO()
            write_lines(made, reading.header, changed)
            try:
                made.seek(0)
                said = check_file(made).faults
            except Damaged as wrong:
                assert "entry" in wrong.what
                continue
            assert any((fault.log, fault.number) == (row.log, row.number) for fault in said)


def flip(data: bytes) -> bytes:
    """A bit in the middle."""
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]


def test_a_backup_with_one_bit_changed_is_not_restored(tmp_path: Path) -> None:
    directory = night_at(new_directory("sqlite", tmp_path / "data"))
    path = tmp_path / "b.sansang"
    back_up(LedgerSource(directory.ledger, directory.database), path, 0)
    whole = path.read_bytes()
    chance = random.Random(11)
    for _ in range(60):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(data))
        back = DataDirectory(tmp_path / "back")
        with pytest.raises((Damaged, NotWhole)):
            restore(back, path, None, None)
        assert not back.folder.exists()


def test_a_fork_made_by_hand_is_named_and_nothing_is_imported(tmp_path: Path) -> None:
    here, there = new_directory("sqlite", tmp_path / "a"), new_directory("sqlite", tmp_path / "b")
    path = tmp_path / "f.sansang"
    with installation_at(here) as installation, installation_at(there) as peer:
        cast(installation)
        for n in range(5):
            write_line(installation, Opened("x", "real") if n == 0 else Noted(str(n)))
        give(installation, path)
        receive(peer, path)
        with path.open("rb") as file:
            reading = FileReader(file)
            lines = [line for _, line in reading.rows()]
        log = f"operation/chay/p4/{installation.store.replica}"
        forged: list[FileLine] = []
        head = None
        for line in lines:
            one = parse_envelope(line.data)
            if one.log != log or one.number < 4:
                forged.append(line)
                continue
            previous = head or Head(log, one.number - 1, one.previous)
            draft = Draft(stream_of("chay"), Noted("viết lại"), "u-an", "p4")
            made = build_entry(previous, draft, HybridTime(one.millis, one.counter), NIGHT, bytes)
            head = Head(log, one.number, made.hash)
            forged.append(FileLine(made.data, made.hash, made.key))
        with path.open("wb") as file:
            header = FileHeader(reading.header.replica, 0, "export", (), "x")
            write_lines(file, header, forged)
        before = verified(there).entries
        with pytest.raises(CannotReceive) as refused:
            receive(peer, path)
        (fork,) = refused.value.forks
        assert (fork.ref.log, fork.ref.number) == (log, 4)
        assert fork.ours != fork.theirs
    assert verified(there).entries == before + 1  # the peer's own last checkpoint


def test_a_forged_checkpoint_is_named(directory: DataDirectory) -> None:
    sign = mark(directory)
    with behind(directory) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT e.log_id, l.name, e.number, e.data FROM ledger_entry e JOIN ledger_log l ON l.id = e.log_id"
            " WHERE e.kind = 'checkpointed' ORDER BY number DESC LIMIT 1"
        )
        log_id, log, number, data = cursor.fetchone()
        one = parse_envelope(bytes(data))
        at = len(one.clear) - 10  # within the signature, which stands last
        clear = one.clear[:at] + (b"0" if one.clear[at : at + 1] != b"0" else b"1") + one.clear[at + 1 :]
        lie = envelope_bytes(msgspec.structs.replace(one, clear=clear))
        cursor.execute(
            f"UPDATE ledger_entry SET data = {sign}, hash = {sign} WHERE log_id = {sign} AND number = {sign}",
            (lie, hash_of(lie), log_id, number),
        )
    assert Fault("checkpoint-forged", log, number) in verified(directory).faults


def test_an_empty_ledger_and_one_with_many_processes_are_verified_as_well(tmp_path: Path, monkeypatch: Any) -> None:
    empty = new_directory("sqlite", tmp_path / "empty")
    assert verified(empty).entries == 0
    directory = night_at(new_directory("sqlite", tmp_path / "data"))
    monkeypatch.setattr("sansang.ledger.verify.SPAN", 3)
    seen: list[tuple[int, int]] = []
    report: Callable[[int, int], None] = lambda done, of: seen.append((done, of))  # noqa: E731
    many = verify(LedgerSource(directory.ledger), 2, report)
    assert many.faults == ()
    assert seen[-1] == (many.entries, many.entries)
    assert bytes(32) == BEGINNING
