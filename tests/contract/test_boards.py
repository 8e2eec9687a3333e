"""Boards after steps that fail, late entries, erasures in between, other programs' rows and unknown record kinds."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sansang.boards.encryption import Seal, bound_to_row
from sansang.boards.projector import shown_records
from sansang.boards.queries import load
from sansang.boards.verify import changed_rows
from sansang.commands.access import append_fact, erase, write_fact, write_facts
from sansang.commands.installation import Installation
from sansang.commands.operation import LineRequest, append_line
from sansang.commands.peers import export_logs, receive
from sansang.ledger.chain import StoredEntry
from sansang.ledger.draft import Draft
from sansang.ledger.envelope import envelope_bytes, hash_of, mapping_bytes, parse_envelope
from sansang.ledger.exchange import Damaged, Export, build_export, render_export
from sansang.ledger.history import streams
from sansang.ledger.keyring import board_keys
from sansang.ledger.store import Transaction
from sansang.ledger.verify import LedgerSource
from sansang.ledger.writer import Stopped
from sansang.model.access.actor import SYSTEM
from sansang.model.access.erasures import Erased
from sansang.model.access.grants import GRANTS, Granted
from sansang.model.access.record import ACCESS_STREAM
from sansang.model.access.roster import PEOPLE, PersonListed
from sansang.model.access.state import fold_access
from sansang.model.entry import HybridTime
from sansang.model.fact import Unknown
from sansang.model.operation.counts import Counted
from sansang.model.operation.log import Noted
from sansang.model.operation.opening import Opened
from sansang.model.operation.record import stream_of
from sansang.model.operation.situations import SituationReported
from sansang.model.stream import Stream
from sansang.site.data_directory import DataDirectory
from sansang.site.doctor import examine
from tests.installations import (
    AN,
    KINDS,
    NIGHT,
    Clock,
    Kind,
    all_boards,
    cast,
    crashed_installation,
    installation_at,
    new_directory,
    rebuilt,
    verified,
    write_line,
)

NAME = "Phạm Thị Chi (hư cấu)"
CASE = Stream("case", "c1")


@pytest.fixture(params=KINDS)
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> DataDirectory:
    """An installation on each database."""
    kind: Kind = request.param
    return new_directory(kind, tmp_path / "here")


@pytest.fixture
def installation(directory: DataDirectory) -> Iterator[Installation]:
    """An open operation with the cast."""
    with installation_at(directory, Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Cháy hẻm", "real"))
        yield installation


def granted(name: str) -> Granted:
    """A role at Phường 4 for somebody new."""
    return Granted(name, f"u-{name}", "duty_officer", "79/p4")


def grant(installation: Installation, name: str) -> Callable[[Transaction], None]:
    """A step that gives a role."""

    def step(work: Transaction) -> None:
        append_fact(installation, work, SYSTEM, granted(name))

    return step


def in_one_transaction(installation: Installation, *steps: Callable[[Transaction], Any]) -> list[Future[Any]]:
    """Steps that share a transaction: they wait for the writer together."""
    gate = threading.Event()
    installation.submit(lambda work: gate.wait())
    futures = [installation.submit(step) for step in steps]
    gate.set()
    for future in futures:
        future.exception()
    return futures


def rights_on_boards(installation: Installation) -> set[str]:
    """The grants that the stored rows show."""
    return set(load(installation.store.alias, installation.store.keyring, ACCESS_STREAM)[GRANTS])


def folded_rights(installation: Installation) -> Any:
    """The rights that follow from the access logs alone."""
    from sansang.ledger.history import in_order

    with installation.store.reading() as cursor:
        return fold_access(one.entry for one in in_order(cursor, installation.store.keyring, ACCESS_STREAM, {}))


def rights_are_right(installation: Installation) -> None:
    """What every thread reads, what the writer works on, the stored rows and the logs say the same."""
    expected = folded_rights(installation)
    assert installation.rights() == expected
    assert installation.run(installation.access) == expected
    assert rights_on_boards(installation) == set(expected.grants)


# Steps of one transaction


def test_a_step_that_fails_leaves_the_rights_that_another_step_has_changed(installation: Installation) -> None:
    def fails(work: Transaction) -> None:
        append_fact(installation, work, SYSTEM, granted("g-fails"))
        raise RuntimeError("ours")

    for steps in (
        (grant(installation, "g-1"), fails),
        (fails, grant(installation, "g-2")),
        (grant(installation, "g-3"), fails, grant(installation, "g-4"), fails),
    ):
        installation.rights()
        futures = in_one_transaction(installation, *steps)
        assert [future.exception() is not None for future in futures] == [step is fails for step in steps]
        rights_are_right(installation)
    assert {"g-1", "g-2", "g-3", "g-4"} <= rights_on_boards(installation)
    assert "g-fails" not in installation.rights().grants


def test_a_step_that_fails_after_it_has_reached_into_the_database_leaves_the_others(installation: Installation) -> None:
    def spoils(work: Transaction) -> None:
        append_fact(installation, work, SYSTEM, granted("g-spoils"))
        work.cursor.execute("UPDATE ledger_log SET stream = 'x'")
        raise RuntimeError("ours")

    installation.rights()
    in_one_transaction(installation, grant(installation, "g-1"), spoils, grant(installation, "g-2"))
    rights_are_right(installation)
    assert {"g-1", "g-2"} <= set(installation.rights().grants)


def test_rights_can_be_read_while_people_are_erased(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first reading after an erasure runs on the writer; another erasure may follow at once.
    run = installation.run

    def run_then_erase(work: Callable[[Transaction], Any]) -> Any:
        found = run(work)
        installation.projector.published.pop(ACCESS_STREAM, None)
        return found

    installation.projector.published.clear()
    monkeypatch.setattr(installation, "run", run_then_erase)
    assert "g-an" in installation.rights().grants


# Late entries


def late_grant(name: str) -> tuple[Any, Any, bytes]:
    """An entry of a peer's access log, from an hour before the night."""
    time = HybridTime(int(NIGHT.timestamp() * 1000) - 3_600_000)
    made = build_export([("peer", Draft(ACCESS_STREAM, granted(name), "u-an"), time)], bytes)
    (row,) = made.rows
    return row, row.data, b""


def test_rights_are_right_after_a_late_entry_in_the_same_transaction(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sansang.ledger.envelope import parse_envelope

    write_facts(installation, SYSTEM, [PersonListed(f"nguoi-{n}", f"Người {n}") for n in range(250)])
    row, data, key = late_grant("g-late")
    seen: list[set[str]] = []

    def work(work: Transaction) -> None:
        append_fact(installation, work, SYSTEM, granted("g-before"))
        installation.project(work, ACCESS_STREAM, [work.append_received(row, parse_envelope(data), key)])
        seen.append(set(installation.access(work).grants))
        append_fact(installation, work, SYSTEM, granted("g-after"))
        seen.append(set(installation.access(work).grants))

    def fails(inner: Transaction) -> None:
        work(inner)
        raise RuntimeError("ours")

    installation.rights()
    (failed,) = in_one_transaction(installation, fails)
    assert str(failed.exception()) == "ours"
    rights_are_right(installation)
    assert "g-late" not in installation.rights().grants
    in_one_transaction(installation, grant(installation, "g-0"), work, grant(installation, "g-1"))
    assert {"g-before", "g-late"} <= seen[-2]
    assert {"g-before", "g-late", "g-after"} <= seen[-1]
    rights_are_right(installation)
    assert {"g-0", "g-before", "g-late", "g-after", "g-1"} <= set(installation.rights().grants)
    installation.settle()
    assert unused_rows(installation) == set()


def unused_rows(installation: Installation) -> set[int]:
    """Generations of which there are rows though no record shows them."""
    with installation.store.reading() as cursor:
        cursor.execute("SELECT generation FROM board_record")
        shown = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT DISTINCT generation FROM board_row UNION SELECT DISTINCT generation FROM board_snapshot")
        return {row[0] for row in cursor.fetchall()} - shown


def test_a_peers_long_roster_from_before_does_not_rebuild_the_rights_at_each_person(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = Clock(NIGHT - timedelta(hours=2))
    with installation_at(new_directory("sqlite", tmp_path / "there"), earlier) as peer:
        write_facts(peer, SYSTEM, [PersonListed(f"khac-{n}", f"Khác {n}") for n in range(400)])
        path = tmp_path / "x"
        with path.open("wb") as file:
            export_logs(peer, file)
    write_facts(installation, SYSTEM, [PersonListed(f"nguoi-{n}", f"Người {n}") for n in range(400)])
    keys: list[int] = []
    new_board_key = installation.store.keyring.new_board_key

    def counted() -> int:
        keys.append(1)
        return new_board_key()

    monkeypatch.setattr(installation.store.keyring, "new_board_key", counted)
    receive(installation, path)
    assert len(keys) <= 12
    assert len(installation.rights().people) == 804
    rights_are_right(installation)


def test_a_file_with_more_operations_than_stay_in_memory_is_received(
    installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "x"
    for n in range(40):
        write_line(installation, Counted("evacuated", n), operation=f"o{n:02}")
    with path.open("wb") as file:
        export_logs(installation, file)
    with installation_at(new_directory("sqlite", tmp_path / "there"), Clock()) as peer:
        receive(peer, path)
        peer.settle()
        assert all_boards(peer) == all_boards(installation)
        assert rebuilt(peer) == all_boards(peer)


# Erasures


def board_texts(directory: DataDirectory) -> str:
    """Everything in stored rows of any generation that a key of the key store opens."""
    found = []
    with LedgerSource(directory.ledger, directory.database).connect() as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT generation, board, key, data FROM board_row")
        rows = cursor.fetchall()
    keys = board_keys(directory.keys)
    for generation, board, key, data in rows:
        secret = keys.get(generation)
        if secret is not None:
            bound = bound_to_row(generation, board, bytes(key))
            found.append(Seal(secret, bytes).unseal(bytes(data), bound).decode("utf-8", "replace"))
    return "\n".join(found)


def killed_before_obeying(directory: DataDirectory, monkeypatch: pytest.MonkeyPatch, fact: Erased) -> None:
    """A night whose process is killed once that somebody is erased has been written, before a key is destroyed."""
    with crashed_installation(directory, Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Cháy hẻm", "real"))
        write_line(installation, SituationReported("s1", phone="0900000777"))
        with monkeypatch.context() as patch:
            patch.setattr(
                "sansang.commands.installation.destroy_erased_keys", lambda *_: (_ for _ in ()).throw(OSError("killed"))
            )
            write_fact(installation, SYSTEM, fact)


def test_killed_before_the_key_of_a_person_is_destroyed_no_board_shows_them_after_the_next_start(
    directory: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_before_obeying(directory, monkeypatch, Erased("thôi việc", subject="u-chi"))
    assert NAME in board_texts(directory)
    with installation_at(directory, Clock()) as installation:
        installation.settle()
        people = load(installation.store.alias, installation.store.keyring, ACCESS_STREAM)[PEOPLE]
        assert people["u-chi"].name == "∅"
        assert installation.rights().people["u-chi"].name == "∅"
        assert NAME not in repr(installation.run(installation.access).people)
    assert NAME not in board_texts(directory)


def slow_rebuild(installation: Installation, slices: int) -> threading.Event:
    """A whole rebuild that stops after some slices until the event is set."""
    go_on, reached = threading.Event(), threading.Event()
    submit = installation.rebuilds.submit
    done = []

    def counted(work: Callable[[Transaction], None]) -> Future[None]:
        done.append(1)
        if len(done) == slices + 1:
            installation.rebuilds.submit = submit
            reached.set()

            def later() -> None:
                go_on.wait()
                with contextlib.suppress(Stopped):
                    submit(work).add_done_callback(lambda future: None)

            threading.Thread(target=later).start()
            return Future()
        return submit(work)

    installation.rebuilds.submit = counted
    installation.rebuilds.begin(stream_of("chay"), whole=True)
    reached.wait()
    return go_on


@pytest.mark.parametrize("slices", [1, 2, 3])
def test_words_that_are_erased_while_a_rebuild_is_on_its_way_are_on_none_of_its_rows(
    installation: Installation, directory: DataDirectory, monkeypatch: pytest.MonkeyPatch, slices: int
) -> None:
    monkeypatch.setattr("sansang.boards.rebuild.SLICE", 4)
    monkeypatch.setattr("sansang.boards.rebuild.LONGEST_SLICE", 4)
    for n in range(7):
        write_line(installation, SituationReported(f"s{n}", phone=f"0900000{n}77"))
    go_on = slow_rebuild(installation, slices)
    erase_later: Future[Any] = Future()

    def erases() -> None:
        erase_later.set_result(
            erase(installation, SYSTEM, "yêu cầu", [(f"operation/chay/p4/{installation.store.replica}", 3)])
        )

    threading.Thread(target=erases).start()
    installation.writer.run(lambda work: None)
    while "s1" not in str(folded_rights(installation).erased) and not folded_rights(installation).erased:
        installation.writer.run(lambda work: None)
    go_on.set()
    erase_later.result(60)
    assert "0900000177" not in board_texts(directory)
    assert "0900000277" in board_texts(directory)
    assert unused_rows(installation) == set()
    assert rebuilt(installation) == all_boards(installation)


def test_killed_in_the_transaction_that_shows_a_rebuild_and_erases_nothing_erased_is_shown(
    directory: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crashed_installation(directory, Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Cháy hẻm", "real"))
        write_line(installation, SituationReported("s1", phone="0900000777"))
        fact = Erased("yêu cầu", ((f"operation/chay/p4/{installation.store.replica}", 2),))

        def erases(work: Transaction) -> None:
            append_fact(installation, work, SYSTEM, fact)

        def shows(work: Transaction) -> None:
            # As when its state was lost: it is folded from its entries, whose keys are still there.
            installation.projector.lives.pop(stream_of("chay"), None)
            installation.projector.live(work, stream_of("chay"))

        with monkeypatch.context() as patch:
            patch.setattr(
                "sansang.commands.installation.destroy_erased_keys", lambda *_: (_ for _ in ()).throw(OSError("killed"))
            )
            in_one_transaction(installation, erases, shows)
    assert "0900000777" in board_texts(directory)
    with installation_at(directory, Clock()) as installation:
        installation.settle()
        assert "0900000777" not in repr(all_boards(installation))
    assert "0900000777" not in board_texts(directory)


# Rebuilds


def test_rows_of_a_rebuild_that_was_interrupted_are_gone_after_the_next_start(
    directory: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sansang.boards.rebuild.SLICE", 4)
    monkeypatch.setattr("sansang.boards.rebuild.LONGEST_SLICE", 4)
    with crashed_installation(directory, Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Cháy hẻm", "real"))
        for n in range(20):
            write_line(installation, SituationReported(f"s{n}"))
        go_on = slow_rebuild(installation, 7)
        assert unused_rows(installation) != set()
        before = all_boards(installation)
    go_on.set()
    with installation_at(directory, Clock()) as installation:
        installation.settle()
        assert unused_rows(installation) == set()
        assert all_boards(installation) == before


def test_rebuilds_wait_while_they_are_held_and_are_done_afterwards(installation: Installation) -> None:
    write_line(installation, Noted("khói dày"))
    before = shown_generation(installation)
    with installation.rebuilds.hold():
        with installation.rebuilds.hold():
            installation.rebuilds.begin(stream_of("chay"), whole=True)
        for _ in range(3):
            installation.run(lambda work: None)
        assert shown_generation(installation) == before
        assert stream_of("chay") in installation.rebuilds.running
    installation.settle()
    assert shown_generation(installation) != before
    assert installation.rebuilds.running == set()


def shown_generation(installation: Installation) -> int:
    """The generation of the operation's boards that screens read."""
    with installation.store.reading() as cursor:
        return shown_records(cursor)[stream_of("chay")].generation


def test_a_whole_rebuild_that_is_asked_for_while_one_ends_is_done(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = stream_of("chay")
    before = generation_of(installation, stream)
    end = installation.rebuilds._end
    ends: list[int] = []

    def asked_for_again(ended: Stream) -> None:
        ends.append(1)
        if len(ends) == 1:
            # From another thread, when the last slice has looked and the rebuild still counts as running.
            installation.rebuilds.begin(ended, whole=True)
        end(ended)

    monkeypatch.setattr(installation.rebuilds, "_end", asked_for_again)
    installation.rebuilds.begin(stream, whole=True)
    installation.settle()
    assert len(ends) == 2
    assert installation.rebuilds.whole == {}
    assert generation_of(installation, stream) != before


def test_rebuilt_boards_have_snapshots_along_the_way(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sansang.boards.projector.SNAPSHOT", 10)
    for n in range(60):
        write_line(installation, Noted(str(n)))
    for rebuild in (lambda: rebuilt(installation), lambda: rebuilt_now(installation)):
        rebuild()
        with installation.store.reading() as cursor:
            cursor.execute(
                "SELECT entries FROM board_snapshot WHERE generation = %s ORDER BY entries",
                (generation_of(installation, stream_of("chay")),),
            )
            found = [row[0] for row in cursor.fetchall()]
        assert found[-1] >= 45
        assert found[0] <= 30
        assert len(found) >= 3


def test_the_rebuild_of_all_boards_rebuilds_those_of_the_rights_too(installation: Installation) -> None:
    from sansang.site.writer_jobs import JOBS

    def spoils(work: Transaction) -> None:
        work.cursor.execute(
            "UPDATE board_row SET data = %s WHERE generation = %s AND board = 'grants'",
            (b"x" * 60, generation_of(installation, ACCESS_STREAM)),
        )

    installation.run(spoils)
    assert JOBS["rebuild"](installation, {}, lambda done, whole: None) == {"operations": 1}
    rights_are_right(installation)


def generation_of(installation: Installation, stream: Stream) -> int:
    """The generation that a record shows."""
    with installation.store.reading() as cursor:
        cursor.execute("SELECT generation FROM board_record WHERE stream = %s", (str(stream),))
        generation: int = cursor.fetchone()[0]
    return generation


@pytest.mark.parametrize("stream", [ACCESS_STREAM, stream_of("chay")], ids=str)
def test_boards_of_another_form_are_rebuilt_at_start(directory: DataDirectory, stream: Stream) -> None:
    with crashed_installation(directory, Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Cháy hẻm", "real"))
        write_line(installation, Noted("khói dày"))
        before, old = all_boards(installation), generation_of(installation, stream)
        rights = installation.rights()

        def of_an_earlier_program(work: Transaction) -> None:
            work.cursor.execute("UPDATE board_record SET form = 'earlier' WHERE stream = %s", (str(stream),))
            # Its tables were other ones.
            work.cursor.execute(
                "UPDATE board_row SET board = 'earlier' WHERE generation = %s AND board IN ('head', 'people')", (old,)
            )

        installation.run(of_an_earlier_program)
    with installation_at(directory, Clock()) as installation:
        assert generation_of(installation, stream) != old
        assert all_boards(installation) == before
        assert installation.rights() == rights
        rights_are_right(installation)
        installation.settle()
        assert unused_rows(installation) == set()
        assert rebuilt(installation) == before


def test_what_is_read_while_a_new_generation_is_shown_is_not_empty(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = installation.store.keyring
    key = keyring.board_key
    swapped: list[int] = []

    def swapped_meanwhile(name: int) -> bytes | None:
        if not swapped and threading.current_thread() is threading.main_thread():
            swapped.append(1)
            rebuilt_now(installation)
        return key(name)

    monkeypatch.setattr(keyring, "board_key", swapped_meanwhile)
    boards = load(installation.store.alias, keyring, stream_of("chay"))
    assert swapped
    assert boards.rows["head"]


def rebuilt_now(installation: Installation) -> None:
    """The operation's boards rebuilt, the key of those before destroyed."""
    installation.run(lambda work: installation.projector.rebuild_now(work, stream_of("chay")))


# Record kinds of a newer program


def newer_file(path: Path) -> Path:
    """A file of a newer program: a case, and a record that there is once; with words under a key."""
    drafts = [
        ("newer", Draft(CASE, Unknown("case_opened", 1, (("title", "x"),)), "u-an", "p4", on_behalf_of="114")),
        ("newer", Draft(CASE, Unknown("noted", 1, (("text", "y"),)), "u-an", "p4", command="c-1")),
        ("newer", Draft(CASE, Unknown("corrected", 1, (("log", "z"), ("number", 1))), "u-an", "p4")),
        ("newer", Draft(Stream("programme"), Unknown("planned", 3), "u-an")),
        ("newer", Draft(ACCESS_STREAM, Unknown("key_rolled", 1), "u-an")),
        ("newer", Draft(stream_of("chay"), Unknown("drone_sent", 1), "u-an", "p4")),
        ("newer", Draft(stream_of("chay"), Unknown("counted", 1, (("change", 1), ("what", "pets"))), "u-an", "p4")),
    ]
    millis = int(NIGHT.timestamp() * 1000)
    made = build_export(
        [(replica, draft, HybridTime(millis + n)) for n, (replica, draft) in enumerate(drafts)],
        bytes,
    )
    path.write_bytes(render_export(made))
    return path


@pytest.mark.parametrize(
    "change",
    [
        {"clear": b"\x05"},
        {"clear": mapping_bytes({"doubts": 5})},
        {"happened": 2**62},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_entry_of_another_shape_is_refused_with_its_place_and_nothing_is_stored(
    directory: DataDirectory, tmp_path: Path, change: dict[str, object]
) -> None:
    draft = Draft(stream_of("chay"), Noted("khói"), "u-an", "p4")
    made = build_export([("peer", draft, HybridTime(int(NIGHT.timestamp() * 1000)))], bytes)
    envelope = msgspec.structs.replace(parse_envelope(made.rows[0].data), **change)
    data = envelope_bytes(envelope)
    row = StoredEntry(envelope.log, envelope.number, data, hash_of(data))
    path = tmp_path / "odd"
    path.write_bytes(render_export(Export((row,), {})))
    with installation_at(directory, Clock()) as installation:
        before = streams_of_installation(installation)
        with pytest.raises(Damaged, match=r"an entry can't be read") as refused:
            receive(installation, path)
        assert refused.value.at > 0
        assert streams_of_installation(installation) == before


def streams_of_installation(installation: Installation) -> set[str]:
    """Every record of which there are logs."""
    with installation.store.reading() as cursor:
        return {str(stream) for stream in streams(cursor)}


def test_logs_of_a_record_kind_that_is_not_known_are_stored_exchanged_and_verified(
    directory: DataDirectory, tmp_path: Path
) -> None:
    with installation_at(directory, Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Cháy hẻm", "real"))
        came = receive(installation, newer_file(tmp_path / "newer"))
        assert (came.new, came.logs) == (7, 4)
        assert receive(installation, newer_file(tmp_path / "newer")).known == 7
        # Its command is its replica's own: ours of that name is another one.
        assert not write_line(installation, Noted("khói dày"), command="c-1").is_repeat
        installation.settle()
        before = all_boards(installation)
        assert {"drone_sent", "counted"} <= {flag.about for flag in before["chay"]["flags"]}
        assert list(before) == ["chay"]
        erase(installation, SYSTEM, "yêu cầu", [("case/c1/p4/newer", 1)])
        assert rebuilt(installation) == before
        rights_are_right(installation)
    assert [one.code for one in examine(directory) if not one.is_warning] == []
    assert verified(directory).faults == ()
    assert list(changed_rows(LedgerSource(directory.ledger, directory.database), board_keys(directory.keys))) == []
    path = tmp_path / "x"
    with installation_at(directory, Clock()) as installation:
        assert {"case/c1", "programme"} <= streams_of_installation(installation)
        assert all_boards(installation) == before
        with path.open("wb") as file:
            export_logs(installation, file)
    there = new_directory("sqlite", tmp_path / "there")
    with installation_at(there, Clock()) as peer:
        receive(peer, path)
        peer.settle()
        assert {"case/c1", "programme"} <= streams_of_installation(peer)
        assert all_boards(peer) == before
    assert verified(there).faults == ()


def test_a_line_in_an_operation_is_answered_while_logs_of_an_unknown_kind_are_appended(
    installation: Installation, tmp_path: Path
) -> None:
    receive(installation, newer_file(tmp_path / "newer"))
    line = LineRequest("after", "chay", "p4", Noted("còn ghi"))
    answer = installation.run(lambda work: append_line(installation, work, AN, line))
    assert answer.ref.number == 2
