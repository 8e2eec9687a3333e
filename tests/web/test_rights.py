"""Who may write what: every role, every kind of entry, at its post, above, elsewhere, and in another operation."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from sansang.commands import access, operation
from sansang.commands.access import GrantToOneself, UnknownRole
from sansang.commands.installation import Installation
from sansang.commands.operation import NoSuchLine, NotAllowed, Refused
from sansang.model.access.actor import SYSTEM, Actor
from sansang.model.access.contacts import ContactListed, ContactRemoved, ContactsApproved
from sansang.model.access.erasures import Erased
from sansang.model.access.grants import FirstPasswordGiven, Granted, GrantRevoked, PersonShutOut
from sansang.model.access.outreach import CannotReach
from sansang.model.access.record import ACCESS
from sansang.model.access.replicas import Checkpointed, ReplicaStarted
from sansang.model.access.rights import RIGHTS, Right, Role, within
from sansang.model.access.roster import PersonListed, PostListed, StandingUnitListed, StandingUnitRemoved
from sansang.model.fact import Fact
from sansang.model.operation.aid import AidAnswered, AidRequested, ServiceCalled
from sansang.model.operation.calls_for_help import HelpAcknowledged, HelpCalled
from sansang.model.operation.counts import CheckedIn, Counted
from sansang.model.operation.levels import LevelDeclared, LevelRevoked
from sansang.model.operation.log import ClockDoubted, Corrected, Noted, PhotoAdded, WrittenUp
from sansang.model.operation.messages import ContactReached, MessageAcknowledged, MessageSent, ReportMissing
from sansang.model.operation.opening import Closed, Opened, PeriodStarted
from sansang.model.operation.orders import OrderAnswered, UnitOrdered
from sansang.model.operation.record import OPERATION
from sansang.model.operation.roads import RoadClosed, RoadOpened
from sansang.model.operation.roles import HandoverAccepted, HandoverOffered, RoleLeft, RoleTaken
from sansang.model.operation.situations import SituationReported, SituationResolved, SituationsJoined, SituationVerified
from sansang.model.operation.units import UnitBackInService, UnitListed, UnitOutOfService
from sansang.site.data_directory import DataDirectory
from tests.installations import AN, NIGHT, Clock, cast, installation_at, new_directory, write_line

#: One fact of every kind.
EXAMPLES: dict[str, Any] = {
    "opened": Opened("x", "real"),
    "closed": Closed(),
    "role_taken": RoleTaken("trực ban", "u-an"),
    "role_left": RoleLeft("trực ban", "u-an"),
    "handover_offered": HandoverOffered("ca", "trực ban", "u-an", "u-binh"),
    "handover_accepted": HandoverAccepted("ca", "u-binh"),
    "situation_reported": SituationReported("s1"),
    "situations_joined": SituationsJoined("s1", "s2"),
    "situation_verified": SituationVerified("s1"),
    "situation_resolved": SituationResolved("s1"),
    "unit_listed": UnitListed("to", "Tổ"),
    "unit_out_of_service": UnitOutOfService("to", "hỏng"),
    "unit_back_in_service": UnitBackInService("to"),
    "unit_ordered": UnitOrdered("o1", "to", "s1"),
    "order_answered": OrderAnswered("o1", "acknowledged"),
    "aid_requested": AidRequested("a1", "p6", "một tổ"),
    "aid_answered": AidAnswered("a1", True),
    "service_called": ServiceCalled("114", "s1"),
    "message_sent": MessageSent("m1", ("p6",), "x"),
    "message_acknowledged": MessageAcknowledged("m1", "u-an"),
    "road_closed": RoadClosed("d1", "cầu Số 3"),
    "road_opened": RoadOpened("d1"),
    "help_called": HelpCalled("help-1", ("p4",), "x"),
    "help_acknowledged": HelpAcknowledged("help-1", "Phường 4"),
    "level_declared": LevelDeclared("c1", 1, "a", "b", "c", "d", "e"),
    "level_revoked": LevelRevoked("c1"),
    "period_started": PeriodStarted("k1"),
    "checked_in": CheckedIn("to", "cổng", 5),
    "counted": Counted("evacuated", 1),
    "report_missing": ReportMissing("r1", "p6"),
    "noted": Noted("x"),
    "written_up": WrittenUp("x"),
    "photo_added": PhotoAdded("anh"),
    "corrected": Corrected("operation/x/p4/r", 1, "y"),
    "contact_reached": ContactReached("ai", "sms", "x"),
    "clock_doubted": ClockDoubted("operation/x/p4/r", 1, 1, 400),
    "replica_started": ReplicaStarted("r" * 12, "x", "00"),
    "post_listed": PostListed("p9", "Phường 9", "79/p4/9"),
    "person_listed": PersonListed("u-moi", "Mới (hư cấu)"),
    "standing_unit_listed": StandingUnitListed("to-9", "Tổ 9", "p4"),
    "standing_unit_removed": StandingUnitRemoved("to-of-them"),
    "granted": Granted("g-moi", "u-dung", "observer", "79/p4"),
    "grant_revoked": GrantRevoked("g-of-them"),
    "first_password_given": FirstPasswordGiven("u-chi"),
    "person_shut_out": PersonShutOut("u-chi"),
    "contact_listed": ContactListed("ai", "dt", "sms", "Ai", "0900000300"),
    "contacts_approved": ContactsApproved("dt", ("ai",)),
    "contact_removed": ContactRemoved("ai", "dt"),
    "erased": Erased("x"),
    "checkpointed": Checkpointed((), "", ""),
}
KINDS = OPERATION.kinds | ACCESS.kinds
ROLES: tuple[Role, ...] = get_args(Role)


def test_every_kind_has_an_example_and_every_role_its_rights() -> None:
    assert set(EXAMPLES) == set(KINDS)
    assert set(ROLES) == set(RIGHTS)
    assert {right for rights in RIGHTS.values() for right in rights} == set(get_args(Right))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A installation with somebody in every role: at the ward, above it, beside it, and in one operation only."""
    place = new_directory("sqlite", tmp_path_factory.mktemp("rights") / "d")
    with installation_at(place, Clock()) as installation:
        cast(installation)
        for role in ROLES:
            for where, path, scope in (
                ("here", "79/p4", ""),
                ("above", "79", ""),
                ("beside", "79/p6", ""),
                ("like", "79/p", ""),
                ("scoped", "79/p4", "chay"),
                ("otherwise", "79/p4", "khac"),
            ):
                granted = Granted(f"g-{role}-{where}", f"u-{role}-{where}", role, path, scope)
                access.write_fact(installation, SYSTEM, granted)
        for kind in ("noted", "unit_ordered", "level_declared", "closed"):
            for post in ("p4", "p6"):
                line = operation.LineRequest(f"system-{kind}-{post}", "chay", post, EXAMPLES[kind], is_on_line=False)
                operation.write(installation, SYSTEM, line).result()
        yield installation


def log_of(installation: Installation, post: str) -> str:
    """The log of a post in the operation; its first four entries are a note, an order, a level and the close."""
    return f"operation/chay/{post}/{installation.store.replica}"


def may_write(installation: Installation, person: str, kind: str) -> bool:
    """Whether the command gets past the rights; what the state says to it is another matter."""
    command = f"{person}-{kind}"
    fact = EXAMPLES[kind]
    if isinstance(fact, Corrected):
        fact = dataclasses.replace(fact, log=log_of(installation, "p4"))
    line = operation.LineRequest(command, "chay", "p4", fact)
    try:
        operation.write(installation, Actor(person), line).result()
    except NotAllowed:
        return False
    except Refused:
        return True
    return True


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", sorted(OPERATION.kinds))
def test_each_role_writes_in_an_operations_log_what_its_row_of_the_table_allows(
    installation: Installation, role: Role, kind: str
) -> None:
    allowed = KINDS[kind].right in RIGHTS[role]
    got = {
        where: may_write(installation, f"u-{role}-{where}", kind)
        for where in ("here", "above", "beside", "like", "scoped", "otherwise")
    }
    expected = {"here", "above", "scoped"} if allowed else set()
    assert {where for where, may in got.items() if may} == expected


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", ["noted", "unit_ordered", "level_declared", "closed"])
@pytest.mark.parametrize("withdrawn", [False, True])
def test_an_entry_is_withdrawn_only_by_a_person_who_may_write_it_at_its_post(
    installation: Installation, role: Role, kind: str, withdrawn: bool
) -> None:
    number = ["noted", "unit_ordered", "level_declared", "closed"].index(kind) + 1

    def may(where: str, post: str) -> bool:
        person = f"u-{role}-{where}"
        # Always written in the log of p4, whosever entry it takes back.
        fact = Corrected(log_of(installation, post), number, "y", withdrawn)
        line = operation.LineRequest(f"{person}-{post}-{number}-{withdrawn}", "chay", "p4", fact)
        try:
            operation.write(installation, Actor(person), line).result()
        except NotAllowed:
            return False
        return True

    allowed = {"log", KINDS[kind].right} <= RIGHTS[role]
    assert {(where, post) for where in ("here", "above", "beside") for post in ("p4", "p6") if may(where, post)} == (
        {("here", "p4"), ("above", "p4"), ("above", "p6")} if allowed else set()
    )


@pytest.mark.parametrize(
    "log", ["operation/chay/p4/khong-co", "operation/khac/p4/x", "access/x", "x", "operation/chay/p4"]
)
@pytest.mark.parametrize("number", [0, -1, 99, 2**80])
def test_an_entry_that_does_not_exist_can_not_be_corrected(installation: Installation, log: str, number: int) -> None:
    line = operation.LineRequest(f"nothing-{log}-{number}", "chay", "p4", Corrected(log, number, "y"))
    with pytest.raises(NoSuchLine):
        operation.write(installation, Actor("u-chair-here"), line).result()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", sorted(ACCESS.kinds))
def test_each_role_writes_in_the_access_log_what_its_row_allows(
    installation: Installation, role: Role, kind: str
) -> None:
    allowed = KINDS[kind].right in RIGHTS[role]
    for where in ("beside", "otherwise", "here"):
        fact = EXAMPLES[kind]
        if kind == "standing_unit_removed":
            access.write_fact(installation, SYSTEM, StandingUnitListed("to-of-them", "Tổ", "p4"))
        if kind == "grant_revoked":
            access.write_fact(installation, SYSTEM, Granted("g-of-them", "u-dung", "observer", "79/p4"))
        # An entry about a place needs the right there; one about no place needs it everywhere.
        is_placed = kind in (
            *("post_listed", "standing_unit_listed", "standing_unit_removed", "granted", "grant_revoked"),
            *("first_password_given", "person_shut_out"),
        )
        is_drills = kind in ("contact_listed", "contacts_approved", "contact_removed")
        expected = allowed and ((is_placed and where == "here") or (is_drills and where != "otherwise"))
        try:
            access.write_fact(installation, Actor(f"u-{role}-{where}"), fact)
        except NotAllowed:
            got = False
        except CannotReach:
            got = True
        else:
            got = True
        assert (where, got) == (where, expected)


def test_a_stranger_has_no_right(installation: Installation) -> None:
    assert [kind for kind in OPERATION.kinds if may_write(installation, "u-nobody", kind)] == []


def test_no_person_is_listed_under_the_name_of_the_installation(installation: Installation) -> None:
    for actor in (SYSTEM, Actor("u-administrator-above")):
        with pytest.raises(NotAllowed):
            access.write_fact(installation, actor, PersonListed("system", "Hệ thống"))


def test_a_person_gives_no_role_to_themselves_and_no_unknown_role(installation: Installation) -> None:
    head = Actor("u-administrator-above")
    with pytest.raises(GrantToOneself):
        access.write_fact(installation, head, Granted("g-x", head.person, "chair", "79/p4"))
    with pytest.raises(UnknownRole):
        access.write_fact(installation, head, Granted("g-x", "u-dung", "king", "79/p4"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "area", "is_within"),
    [("79/p4", "79", True), ("79/p4", "79/p", False), ("79", "79/p4", False), ("", "79", False), ("79", "", True)],
)
def test_an_area_contains_the_paths_below_it(path: str, area: str, is_within: bool) -> None:
    assert within(path, area) is is_within


@pytest.mark.parametrize("person", ["u-administrator-here", "u-administrator-beside"])
@pytest.mark.parametrize(
    "taken",
    [
        PostListed("p6-tram", "Trạm", "79/p4/tram"),
        PostListed("p4-tram", "Trạm", "79/p6/tram"),
        StandingUnitListed("to-p6", "Tổ", "p4"),
        StandingUnitListed("to-p4", "Tổ", "p6"),
    ],
    ids=str,
)
def test_a_record_of_another_area_is_neither_taken_over_nor_moved_there(
    installation: Installation, person: str, taken: Fact
) -> None:
    for post in ("p4", "p6"):
        access.write_fact(installation, SYSTEM, PostListed(f"{post}-tram", "Trạm", f"79/{post}/tram"))
        access.write_fact(installation, SYSTEM, StandingUnitListed(f"to-{post}", "Tổ", post))
    with pytest.raises(NotAllowed):
        access.write_fact(installation, Actor(person), taken)
    with pytest.raises(access.FactRefused):
        access.write_facts(installation, Actor(person), [taken])
    access.write_fact(installation, Actor("u-administrator-above"), taken)


def test_a_grant_ends_at_its_hour_and_when_it_is_revoked(tmp_path: Path) -> None:
    clock = Clock()
    place: DataDirectory = new_directory("sqlite", tmp_path / "d")
    with installation_at(place, clock) as installation:
        cast(installation)
        write_line(installation, Opened("x", "real"))
        until = NIGHT + timedelta(hours=1)
        access.write_fact(installation, SYSTEM, Granted("g-t", "u-dung", "duty_officer", "79/p4", "", until))
        write_line(installation, Noted("còn hạn"), Actor("u-dung"))
        clock.at = until + timedelta(seconds=1)
        with pytest.raises(NotAllowed):
            write_line(installation, Noted("hết hạn"), Actor("u-dung"))
        access.write_fact(installation, SYSTEM, GrantRevoked("g-an"))
        with pytest.raises(NotAllowed):
            write_line(installation, Noted("đã thu hồi"), AN)
