"""A drill reaches nobody who is not on its list: by construction, and by every way that one may try."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansang.commands import access
from sansang.commands.installation import Installation
from sansang.commands.outreach import reach_contact
from sansang.model.access.actor import SYSTEM
from sansang.model.access.contacts import ContactListed, ContactsApproved
from sansang.model.access.grants import Granted
from sansang.model.access.outreach import (
    DRILL_CAP,
    DRILL_MARK,
    EMERGENCY_NUMBERS,
    PUBLIC_CHANNELS,
    CannotReach,
    Outgoing,
    address_problem,
)
from sansang.model.operation.messages import ContactReached, contacts_reached
from sansang.model.operation.opening import Opened
from sansang.model.operation.record import stream_of
from sansang.site.data_directory import DataDirectory
from tests.installations import AN, BINH, Clock, cast, installation_at, new_directory, write_line

SOURCE = Path(__file__).parents[2] / "src" / "sansang"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    """One installation, with a drill and a real night."""
    directory = new_directory("sqlite", tmp_path_factory.mktemp("reach") / "d")
    with installation_at(directory, Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Diễn tập DT-19", "drill"), operation="dt")
        write_line(installation, Opened("Cháy thật", "real"), operation="that")
        for contact, operation, channel, address in (
            ("to-truong", "dt", "sms", "0900000201"),
            ("chua-duyet", "dt", "sms", "0900000202"),
            ("that-1", "that", "sms", "0900000203"),
        ):
            listed = ContactListed(contact, operation, channel, "Tổ trưởng (hư cấu)", address)
            access.write_fact(installation, AN, listed)
        access.write_fact(installation, AN, ContactsApproved("dt", ("to-truong", "chua-duyet")))
        access.write_fact(installation, SYSTEM, Granted("g-b", "u-binh", "commander", "79/p4"))
        access.write_fact(installation, BINH, ContactsApproved("dt", ("to-truong",)))
    return directory


def refused(installation: Installation, contact: str, operation: str = "dt", command: str = "") -> str:
    """Why a message does not go out."""
    with pytest.raises(CannotReach) as wrong:
        reach_contact(installation, AN, command or f"r-{contact}", operation, "p4", contact, "tập trung tại sân")
    return wrong.value.why


def test_a_contact_listed_and_approved_by_two_is_reached_once_and_marked_as_drill(directory: DataDirectory) -> None:
    with installation_at(directory, Clock()) as installation:
        message = reach_contact(installation, AN, "once", "dt", "p4", "to-truong", "tập trung tại sân")
        assert message is not None
        assert (message.address, message.is_drill) == ("0900000201", True)
        assert message.text == f"{DRILL_MARK}: tập trung tại sân"
        assert (
            reach_contact(installation, AN, "once", "dt", "p4", "to-truong", f"{DRILL_MARK}: tập trung tại sân") is None
        )


def test_a_contact_that_is_not_on_the_drills_list_is_not_reached(directory: DataDirectory) -> None:
    with installation_at(directory, Clock()) as installation:
        assert refused(installation, "0900000201") == "not-on-the-list"
        assert refused(installation, "that-1") == "not-on-the-list"
        assert refused(installation, "chua-duyet") == "not-approved"
        assert refused(installation, "to-truong", "khong-co") == "no-operation"


def test_the_same_person_approving_twice_counts_once(directory: DataDirectory) -> None:
    with installation_at(directory, Clock()) as installation:
        access.write_fact(installation, AN, ContactsApproved("dt", ("chua-duyet",)))
        assert refused(installation, "chua-duyet") == "not-approved"


def test_an_address_changed_after_approval_must_be_approved_again(directory: DataDirectory) -> None:
    with installation_at(directory, Clock()) as installation:
        for who in (AN, BINH):
            access.write_fact(installation, who, ContactsApproved("dt", ("chua-duyet",)))
        changed = ContactListed("chua-duyet", "dt", "sms", "Người khác (hư cấu)", "0900000299")
        access.write_fact(installation, AN, changed)
        assert refused(installation, "chua-duyet") == "not-approved"


def test_a_drill_has_a_limit_of_messages(tmp_path: Path) -> None:
    directory = new_directory("sqlite", tmp_path / "d")
    with installation_at(directory, Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Diễn tập", "drill"))
        write_line(installation, ContactReached("ai", "sms", "x"))
        from dataclasses import replace

        assert contacts_reached(installation.run(lambda work: installation.state(work, stream_of("chay")))) == 1
        state = installation.rights()
        from sansang.model.access.contacts import ContactNow
        from sansang.model.access.outreach import outgoing

        listed = ContactNow("ai", "chay", "sms", "x", "0900000201", frozenset({"a", "b"}))
        known = replace(state, contacts={("chay", "ai"): listed})
        assert outgoing(known, "chay", "drill", "ai", "x", DRILL_CAP - 1).is_drill
        with pytest.raises(CannotReach) as wrong:
            outgoing(known, "chay", "drill", "ai", "x", DRILL_CAP)
        assert wrong.value.why == "cap-reached"


def test_an_outgoing_message_cannot_be_made_by_hand() -> None:
    with pytest.raises(TypeError):
        Outgoing("dt", "ai", "sms", "0900000999", "x", False, object())


@given(
    number=st.sampled_from(sorted(EMERGENCY_NUMBERS)),
    before=st.sampled_from(["", "+84", "0084", "84", "0", "9", "9 ", "tel:", "(0)", " "]),
    between=st.sampled_from(["", " ", ".", "-", "\u00a0"]),
    digits=st.sampled_from([0x30, 0xFF10, 0x0660]),
)
def test_no_drill_lists_an_emergency_number_however_it_is_written(
    number: str, before: str, between: str, digits: int
) -> None:
    written = before + between.join(chr(digits + int(digit)) for digit in number)
    assert address_problem("sms", written) == "emergency-number"


@pytest.mark.parametrize("channel", sorted(PUBLIC_CHANNELS))
def test_no_drill_uses_a_public_channel(channel: str, directory: DataDirectory) -> None:
    assert address_problem(channel, "0900000201") == "public-channel"
    with installation_at(directory, Clock()) as installation, pytest.raises(CannotReach):
        access.write_fact(installation, AN, ContactListed("loa", "dt", channel, "Loa", "phường 4"))


def test_nothing_else_in_the_program_makes_an_outgoing_or_knows_its_warrant() -> None:
    made = SOURCE / "model" / "access" / "outreach.py"
    assert made.exists()
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        calls = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Outgoing"
        ]
        if path == made:
            assert len(calls) == 1
        else:
            assert calls == []
            assert "_WARRANT" not in names
