"""What is written is stored once, in order and whole; on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from sansang.commands.access import write_facts
from sansang.commands.installation import Installation
from sansang.commands.operation import (
    CommandConflict,
    InvalidName,
    LineReceipt,
    LineRequest,
    NotAllowed,
    Refused,
    write,
)
from sansang.ledger.heads import all_heads
from sansang.ledger.history import INDEXED_KINDS, timeline
from sansang.ledger.store import Transaction
from sansang.ledger.writer import Stopped
from sansang.model.access.actor import SYSTEM
from sansang.model.access.grants import GrantRevoked
from sansang.model.access.roster import PersonListed
from sansang.model.operation.aid import AidRequested
from sansang.model.operation.counts import Counted
from sansang.model.operation.levels import LevelDeclared
from sansang.model.operation.log import Noted
from sansang.model.operation.messages import MessageAcknowledged, MessageSent, ReportMissing
from sansang.model.operation.opening import Opened
from sansang.model.operation.orders import OrderAnswered, UnitOrdered
from sansang.model.operation.record import OPERATION, stream_of
from sansang.model.operation.roles import HandoverOffered
from sansang.model.operation.situations import SituationReported
from sansang.model.operation.state import OperationState, fold_operation
from sansang.model.operation.units import UnitListed
from sansang.site.data_directory import DataDirectory
from tests.installations import (
    AN,
    BINH,
    CHI,
    DUNG,
    KINDS,
    Clock,
    Kind,
    all_boards,
    boards_of,
    cast,
    crashed_installation,
    every_post,
    installation_at,
    new_directory,
    rebuilt,
    verified,
    write_line,
)

OPEN = Opened("Cháy hẻm 5", "real")
REPORT = SituationReported("s1", reporter="Người gọi", phone="0900000123", place="hẻm 5", kind="cháy")
ORDER = UnitOrdered("o1", "to-bom", "s1", task="dập lửa")


@pytest.fixture(params=KINDS)
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> DataDirectory:
    """An installation, on each database."""
    kind: Kind = request.param
    return new_directory(kind, tmp_path / "data")


@pytest.fixture
def clock() -> Clock:
    """A clock that a test may set."""
    return Clock()


@pytest.fixture
def installation(directory: DataDirectory, clock: Clock) -> Iterator[Installation]:
    """Its installation at work, with the cast."""
    with installation_at(directory, clock) as installation:
        cast(installation)
        yield installation


def test_a_line_has_its_number_and_position_and_is_read_as_it_was_written(installation: Installation) -> None:
    first, second = (
        write_line(installation, OPEN),
        write_line(installation, REPORT, happened=None, on_behalf_of="114, qua điện thoại"),
    )
    assert (first.ref.number, second.ref.number) == (1, 2)
    assert second.position == first.position + 1
    assert second.time > first.time
    latest, before = timeline(installation.store.alias, installation.store.keyring, stream_of("chay"), every_post)
    assert latest.entry.fact == REPORT
    assert latest.entry.on_behalf_of == "114, qua điện thoại"
    assert latest.entry.author == "u-an"
    assert before.entry.fact == OPEN


def test_each_post_has_its_own_log_and_number(installation: Installation) -> None:
    write_line(installation, OPEN)
    here, there = write_line(installation, REPORT), write_line(installation, Noted("nghe báo"), post="p6")
    assert (here.ref.number, there.ref.number) == (2, 1)
    assert here.ref.log == f"operation/chay/p4/{installation.store.replica}"
    assert there.ref.log == f"operation/chay/p6/{installation.store.replica}"


def test_a_command_sent_again_is_answered_with_its_first_result(installation: Installation) -> None:
    write_line(installation, OPEN)
    first = write_line(installation, REPORT, command="thiết-bị-1:7")
    again = write_line(installation, REPORT, command="thiết-bị-1:7")
    assert again.is_repeat
    assert (again.position, again.ref, again.hash) == (first.position, first.ref, first.hash)
    assert len(timeline(installation.store.alias, installation.store.keyring, stream_of("chay"), every_post)) == 2


def test_a_command_sent_again_with_other_words_is_a_conflict(installation: Installation) -> None:
    write_line(installation, OPEN)
    first = write_line(installation, Noted("một"), command="c")
    with pytest.raises(CommandConflict) as conflict:
        write_line(installation, Noted("hai"), command="c")
    assert conflict.value.ref == first.ref


def test_a_repeat_that_says_something_else_is_a_conflict_also_without_words(installation: Installation) -> None:
    write_line(installation, OPEN)
    write_line(installation, REPORT)
    until = datetime(2026, 11, 14, 15, 30, tzinfo=UTC) + timedelta(minutes=5)
    first = write_line(
        installation, UnitOrdered("o1", "to-bom", "s1", answer_by=until), command="an-order-without-words"
    )
    again = write_line(
        installation, UnitOrdered("o1", "to-bom", "s1", answer_by=until), command="an-order-without-words"
    )
    assert (again.ref, again.is_repeat) == (first.ref, True)
    with pytest.raises(CommandConflict):
        write_line(installation, UnitOrdered("o1", "to-bom", "s1"), command="an-order-without-words")


def test_the_same_command_twice_in_one_group_counts_once(installation: Installation) -> None:
    write_line(installation, OPEN)
    line = LineRequest("d:1", "chay", "p4", Counted("injured", 2))
    answers = [write(installation, AN, line) for _ in range(20)]
    assert sorted(answer.result().is_repeat for answer in answers) == [False] + [True] * 19
    assert {answer.result().ref.number for answer in answers} == {2}


def test_what_may_not_be_done_is_refused_and_leaves_nothing(
    installation: Installation, directory: DataDirectory
) -> None:
    write_line(installation, OPEN)
    before = all_boards(installation)
    with pytest.raises(NotAllowed) as refused:
        write_line(installation, REPORT, CHI)
    assert (refused.value.person, refused.value.right) == ("u-chi", "log")
    for actor, post in ((DUNG, "p4"), (BINH, "p6")):
        with pytest.raises(NotAllowed):
            write_line(installation, REPORT, actor, post=post)
    with pytest.raises(NotAllowed):
        write_line(installation, LevelDeclared("c1", 1, "cháy", "di dời", "hẻm 5", "6 giờ", "UBND"), BINH)
    with pytest.raises(Refused) as act:
        write_line(installation, OPEN)
    assert act.value.refusal.reason == "opened-already"
    for name in ("", "a/b", "x" * 81, "../p4", " p4"):
        with pytest.raises(InvalidName):
            write_line(installation, REPORT, post=name)
    assert all_boards(installation) == before
    assert verified(directory).faults == ()


def test_a_line_from_an_outbox_is_appended_and_flagged_never_refused(installation: Installation, clock: Clock) -> None:
    from sansang.commands import access
    from sansang.model.access.actor import SYSTEM

    write_line(installation, OPEN)
    write_line(installation, REPORT)
    write_line(installation, ORDER)
    written = clock.at
    access.write_fact(installation, SYSTEM, GrantRevoked("g-binh"))
    clock.at += timedelta(hours=1)
    with pytest.raises(NotAllowed):
        write_line(installation, Noted("khói dày"), BINH)
    late = write_line(installation, Noted("khói dày"), BINH, is_on_line=False, written=written)
    assert late.doubts == ("right-ended",)
    double = write_line(installation, UnitOrdered("o2", "to-bom", "s1"), is_on_line=False)
    assert double.doubts == ("refused-then",)
    codes = {flag.code for flag in boards_of(installation)["flags"]}
    assert codes == {"right-ended", "refused-then", "unit-double"}
    with pytest.raises(NotAllowed):
        write_line(installation, Noted("người lạ"), DUNG, is_on_line=False)
    # Written while the device could not know, it is appended; long after, it is refused.
    clock.at = written + timedelta(days=4, minutes=1)
    unaware = write_line(installation, Noted("còn trực"), BINH, is_on_line=False, written=written + timedelta(days=2))
    assert unaware.doubts == ("right-ended",)
    with pytest.raises(NotAllowed):
        write_line(installation, Noted("năm sau"), BINH, is_on_line=False, written=written + timedelta(days=4))


def test_a_line_is_appended_whatever_the_clock_of_the_device_says_and_the_doubt_is_noted(
    installation: Installation, clock: Clock
) -> None:
    write_line(installation, OPEN)
    now = clock.at
    for wrong in (timedelta(hours=1), timedelta(days=400), timedelta(days=-4000)):
        came = write_line(installation, Noted(f"lệch {wrong}"), is_on_line=False, written=now + wrong)
        assert came.doubts == ("clock-doubtful",)
    for right in (timedelta(minutes=2), timedelta(hours=-72)):
        assert write_line(installation, Noted(f"đúng {right}"), is_on_line=False, written=now + right).doubts == ()
    assert {flag.code for flag in boards_of(installation)["flags"]} == {"clock-doubtful"}


def test_a_command_that_fails_does_not_fail_the_others_of_its_group(
    installation: Installation, directory: DataDirectory
) -> None:
    write_line(installation, OPEN)

    def spoils(work: Transaction) -> None:
        work.cursor.execute("UPDATE ledger_log SET stream = 'x'")
        raise RuntimeError("ours")

    good = [write(installation, AN, LineRequest(f"g{n}", "chay", "p4", Noted(f"dòng {n}"))) for n in range(10)]
    bad: Future[None] = installation.submit(spoils)
    more = [write(installation, AN, LineRequest(f"h{n}", "chay", "p4", Noted(f"dòng {n}"))) for n in range(10)]
    assert sorted(answer.result().ref.number for answer in (*good, *more)) == list(range(2, 22))
    with pytest.raises(RuntimeError, match="ours"):
        bad.result()
    assert verified(directory).faults == ()


def test_boards_show_the_night_and_equal_their_rebuild(installation: Installation) -> None:
    for fact in (
        OPEN,
        REPORT,
        UnitListed("to-bom", "Tổ bơm"),
        ORDER,
        OrderAnswered("o1", "acknowledged"),
        AidRequested("a1", "quan-11", "một xe bồn", "s1"),
        MessageSent("m1", ("p6",), "Di dời hẻm 5", ("Hòa", "Lan")),
        MessageAcknowledged("m1", "Hòa"),
        HandoverOffered("h1", "trực ban", "An", "Bình", ("o1",)),
        Counted("evacuated", 12, "s1"),
        ReportMissing("r1", "p6", "báo cáo 23 giờ"),
        LevelDeclared("c1", 1, "cháy", "di dời", "hẻm 5", "6 giờ", "UBND"),
    ):
        write_line(installation, fact)
    shown = boards_of(installation)
    assert (shown["head"][""].title, shown["head"][""].mode) == ("Cháy hẻm 5", "real")
    assert [(level.level, level.revoked) for level in shown["levels"].values()] == [(1, None)]
    assert shown["totals"] == {"evacuated": 12}
    (situation,) = shown["situations"].values()
    assert situation.phone == "0900000123"
    (unit,) = shown["units"].values()
    assert (unit.availability, unit.order) == ("assigned", "o1")
    assert shown["orders"]["o1"].is_open
    assert shown["orders"]["o1"].is_answered
    assert shown["aid"]["a1"].granted is None
    assert shown["handovers"]["h1"].accepted is None
    assert shown["owed"]["r1"].arrived is None
    (message,) = shown["messages"].values()
    assert (len(message.owing), message.asked) == (1, ("Hòa", "Lan"))
    assert rebuilt(installation) == {"chay": shown}


def test_after_a_start_the_state_is_the_same_and_the_numbers_go_on(directory: DataDirectory, clock: Clock) -> None:
    with crashed_installation(directory, clock) as installation:
        cast(installation)
        write_line(installation, OPEN)
        write_line(installation, REPORT)
        before = all_boards(installation)
    with installation_at(directory, clock) as installation:
        assert all_boards(installation) == before
        assert write_line(installation, ORDER).ref.number == 3
        with pytest.raises(Refused):
            write_line(installation, UnitOrdered("o2", "to-bom", "s1"))
        assert rebuilt(installation) == all_boards(installation)
    whole = verified(directory)
    assert whole.faults == ()
    assert whole.checkpoints == 1


def test_many_changes_of_rights_in_a_row_do_not_query_all_heads_at_each(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def counted(cursor: Any) -> dict[str, tuple[int, bytes]]:
        asked.append(1)
        return all_heads(cursor)

    monkeypatch.setattr("sansang.commands.installation.CHECKPOINT_INTERVAL", 10)
    monkeypatch.setattr("sansang.commands.installation.all_heads", counted)
    cast(installation)
    write_facts(installation, SYSTEM, [PersonListed(f"nguoi-{n}", f"Người {n}") for n in range(100)])
    assert 1 <= len(asked) <= 12


def test_a_long_operation_starts_from_its_snapshot(
    directory: DataDirectory, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sansang.boards.projector.SNAPSHOT", 10)
    with crashed_installation(directory, clock) as installation:
        cast(installation)
        write_line(installation, OPEN)
        for n in range(97):
            write_line(installation, SituationReported(f"s{n}", place=f"hẻm {n}"))
        with installation.store.reading() as cursor:
            cursor.execute("SELECT entries FROM board_snapshot ORDER BY entries")
            kept = [row[0] for row in cursor.fetchall()]
    assert kept[-1] >= 98 * 3 // 4
    assert 1 < len(kept) < 9
    with installation_at(directory, clock) as installation:
        live = installation.run(lambda work: installation.projector.live(work, stream_of("chay")))
        assert len(live.window) == 98 - kept[-1]
        entries = timeline(installation.store.alias, installation.store.keyring, stream_of("chay"), every_post, 1_000)
        assert OperationState(live.fold) == fold_operation(one.entry for one in entries)
        assert rebuilt(installation) == all_boards(installation)


def test_many_writers_at_once_have_every_number_once(installation: Installation, directory: DataDirectory) -> None:
    write_line(installation, OPEN)
    answers: list[LineReceipt] = []

    def writes(who: int) -> None:
        for n in range(15):
            answers.append(write_line(installation, Noted(f"{who}-{n}"), command=f"w{who}-{n}"))

    threads = [threading.Thread(target=writes, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.ref.number for answer in answers) == list(range(2, 122))
    assert len({answer.position for answer in answers}) == 120
    assert verified(directory).faults == ()


def test_the_clock_of_the_ledger_never_goes_back(
    installation: Installation, clock: Clock, directory: DataDirectory
) -> None:
    first = write_line(installation, OPEN)
    clock.at -= timedelta(hours=3)
    second = write_line(installation, REPORT)
    assert second.time > first.time
    assert verified(directory).faults == ()


def test_after_the_stop_nothing_is_written(directory: DataDirectory) -> None:
    with installation_at(directory) as installation:
        cast(installation)
    with pytest.raises(Stopped):
        write_line(installation, OPEN)


def test_the_timeline_is_paged_backwards_by_the_clock(installation: Installation) -> None:
    write_line(installation, OPEN)
    for n in range(130):
        write_line(installation, Noted(str(n)), post="p4" if n % 3 else "p6")
    alias, keyring = installation.store.alias, installation.store.keyring
    pages = [timeline(alias, keyring, stream_of("chay"), every_post, 50)]
    while pages[-1]:
        last = pages[-1][-1].entry
        pages.append(timeline(alias, keyring, stream_of("chay"), every_post, 50, before=last.time))
    entries = [one.entry for page in pages for one in page]
    assert len(entries) == 131
    assert [entry.order for entry in entries] == sorted((entry.order for entry in entries), reverse=True)
    of_one = timeline(alias, keyring, stream_of("chay"), lambda post: post == "p6", 20)
    assert {one.entry.post for one in of_one} == {"p6"}
    assert len(of_one) == 20


def test_corrections_are_found_among_very_many_lines_without_reading_them(installation: Installation) -> None:
    write_line(installation, OPEN)
    with connections[installation.store.alias].cursor() as cursor:
        explain = "EXPLAIN QUERY PLAN" if cursor.db.vendor == "sqlite" else "EXPLAIN"
        if explain == "EXPLAIN":
            # Few lines are read through by any planner.
            cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            f"{explain} SELECT number FROM ledger_entry WHERE log_id = 1 AND kind IN {INDEXED_KINDS}"
            " AND kind = 'corrected' ORDER BY number DESC"
        )
        assert "ledger_entry_looked_for" in str(cursor.fetchall())


def test_more_operations_than_stay_in_memory_go_on_where_they_were(
    installation: Installation, directory: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sansang.boards.projector.IN_MEMORY", 3)
    for _ in range(3):
        for n in range(8):
            write_line(installation, Counted("evacuated", 1), operation=f"o{n}")
    assert len([stream for stream in installation.projector.lives if stream.kind == OPERATION.name]) == 3
    assert [all_boards(installation)[f"o{n}"]["totals"] for n in range(8)] == [{"evacuated": 3}] * 8
    assert rebuilt(installation) == all_boards(installation)
