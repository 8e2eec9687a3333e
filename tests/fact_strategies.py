"""Facts for Hypothesis: one strategy for each kind of entry of every record kind, with few ids, so that they meet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import strategies as st

from sansang.model.access.contacts import ContactListed, ContactRemoved, ContactsApproved
from sansang.model.access.erasures import Erased
from sansang.model.access.grants import FirstPasswordGiven, Granted, GrantRevoked, PersonShutOut
from sansang.model.access.replicas import Checkpointed, ReplicaStarted
from sansang.model.access.rights import Role
from sansang.model.access.roster import PersonListed, PostListed, StandingUnitListed, StandingUnitRemoved
from sansang.model.fact import Fact, Unknown
from sansang.model.operation.aid import AidAnswered, AidRequested, ServiceCalled
from sansang.model.operation.calls_for_help import HelpAcknowledged, HelpCalled
from sansang.model.operation.counts import CheckedIn, Count, Counted
from sansang.model.operation.levels import LevelDeclared, LevelRevoked
from sansang.model.operation.log import ClockDoubted, Corrected, Noted, PhotoAdded, WrittenUp
from sansang.model.operation.messages import ContactReached, MessageAcknowledged, MessageSent, ReportMissing
from sansang.model.operation.opening import Closed, Opened, PeriodStarted
from sansang.model.operation.orders import OrderAnswered, OrderStep, UnitOrdered
from sansang.model.operation.roads import RoadClosed, RoadOpened
from sansang.model.operation.roles import HandoverAccepted, HandoverOffered, RoleLeft, RoleTaken
from sansang.model.operation.situations import SituationReported, SituationResolved, SituationsJoined, SituationVerified
from sansang.model.operation.units import UnitBackInService, UnitListed, UnitOutOfService

POSTS = ("p4", "p6", "quan-11")
pick = st.sampled_from


def names(stem: str, many: int = 3) -> st.SearchStrategy[str]:
    """A few ids, so that they meet."""
    return pick([f"{stem}{n}" for n in range(many)])


SITUATION, UNIT, ORDER = names("tinh-huong-"), names("to-"), names("lenh-", 4)
MOMENTS = st.integers(0, 72).map(lambda hours: datetime(2026, 11, 14, 15, tzinfo=UTC) + timedelta(hours=hours))
OPERATION_FACTS: tuple[st.SearchStrategy[Fact], ...] = (
    st.builds(Opened, st.just("Đêm cháy"), pick(["real", "drill"])),
    st.builds(Closed),
    st.builds(RoleTaken, names("vai-"), names("nguoi-")),
    st.builds(RoleLeft, names("vai-"), names("nguoi-")),
    st.builds(HandoverOffered, names("ca-"), names("vai-"), names("nguoi-"), names("nguoi-")),
    st.builds(HandoverAccepted, names("ca-"), names("nguoi-")),
    st.builds(SituationReported, SITUATION, place=pick(["", "hẻm 5", "chợ"]), development=pick(["", "khói"])),
    st.builds(SituationsJoined, SITUATION, SITUATION),
    st.builds(SituationVerified, SITUATION, st.booleans()),
    st.builds(SituationResolved, SITUATION),
    st.builds(UnitListed, UNIT, st.just("Tổ")),
    st.builds(UnitOutOfService, UNIT, st.just("hỏng bơm")),
    st.builds(UnitBackInService, UNIT),
    st.builds(UnitOrdered, ORDER, UNIT, SITUATION),
    st.builds(OrderAnswered, ORDER, pick(get_args(OrderStep))),
    st.builds(AidRequested, names("xin-"), st.just("quan-11"), st.just("một tổ bơm")),
    st.builds(AidAnswered, names("xin-"), st.booleans()),
    st.builds(ServiceCalled, pick(["114", "115"]), SITUATION),
    st.builds(MessageSent, names("tin-"), st.just(("p4",)), st.just("báo cáo"), pick([("an",), ("an", "binh")])),
    st.builds(MessageAcknowledged, names("tin-"), pick(["an", "binh", "chi"])),
    st.builds(LevelDeclared, names("cap-"), pick([1, 2]), *[st.just("x")] * 5),
    st.builds(LevelRevoked, names("cap-")),
    st.builds(PeriodStarted, names("ky-")),
    st.builds(CheckedIn, UNIT, st.just("cổng"), st.integers(1, 9)),
    st.builds(Counted, pick(get_args(Count)), st.integers(-3, 9)),
    st.builds(ReportMissing, names("bc-"), pick(POSTS), arrived=st.booleans()),
    st.builds(Noted, st.just("một dòng")),
    st.builds(WrittenUp, st.just("từ giấy")),
    st.builds(PhotoAdded, names("anh-"), SITUATION, st.just("cổng hẻm"), st.just(bytes([255, 216]))),
    st.builds(Corrected, pick([f"operation/x/{p}/r" for p in POSTS]), st.integers(1, 8), st.just("sửa"), st.booleans()),
    st.builds(ContactReached, st.just("an"), st.just("sms"), st.just("DIỄN TẬP: tập trung")),
    st.builds(ClockDoubted, st.just("operation/x/p4/r"), st.just(1), st.just(2), st.just(400)),
    st.builds(Unknown, st.just("from-tomorrow"), st.just(9)),
    st.builds(RoadClosed, names("duong-"), st.just("cầu Số 3"), st.none() | MOMENTS, pick(["", "ngập"])),
    st.builds(RoadOpened, names("duong-")),
    st.builds(HelpCalled, names("help-"), st.just(("p4",)), st.just("cần giúp"), UNIT),
    st.builds(HelpAcknowledged, names("help-"), st.just("Phường 4")),
)
PERSON, POST, GRANT = names("nguoi-"), pick(POSTS), names("g-")
ACCESS_FACTS: tuple[st.SearchStrategy[Fact], ...] = (
    st.builds(ReplicaStarted, names("replica-"), st.just("Phường 4"), st.just("00")),
    st.builds(Checkpointed, st.just(()), st.just(""), st.just("")),
    st.builds(PostListed, POST, st.just("Phường"), pick(["79/p4", "79/p6", "79"])),
    st.builds(PersonListed, PERSON, pick(["An (hư cấu)", "Bình (hư cấu)"])),
    st.builds(StandingUnitListed, UNIT, st.just("Tổ"), POST),
    st.builds(StandingUnitRemoved, UNIT),
    st.builds(
        Granted,
        GRANT,
        PERSON,
        pick(get_args(Role)),
        pick(["", "79", "79/p4"]),
        pick(["", "chay"]),
        st.none() | MOMENTS,
    ),
    st.builds(GrantRevoked, GRANT),
    st.builds(FirstPasswordGiven, PERSON),
    st.builds(PersonShutOut, PERSON),
    st.builds(ContactListed, names("lh-"), st.just("dt"), st.just("sms"), st.just("Ai"), st.just("0900000300")),
    st.builds(ContactsApproved, st.just("dt"), names("lh-").map(lambda name: (name,))),
    st.builds(ContactRemoved, names("lh-"), st.just("dt")),
    st.builds(Erased, st.just("thử"), st.just((("operation/x/p4/r", 1),)), pick(["", "nguoi-1"])),
)
FACTS: st.SearchStrategy[Fact] = st.one_of(*OPERATION_FACTS)
