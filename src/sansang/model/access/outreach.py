"""Whom may a message go to? In a drill only to who stands on its own list, approved by two, and marked as a drill.

A channel accepts an :class:`Outgoing` and nothing else, and only :func:`outgoing` creates one: a channel can't be given
a number that is not on the list.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from sansang.model.access.contacts import ContactNow
from sansang.model.access.state import AccessState

DRILL_MARK = "DIỄN TẬP"
#: Lines that only a real call may reach: fire, police, medical, disaster, child protection, the City's line.
EMERGENCY_NUMBERS = frozenset({"111", "112", "113", "114", "115", "1022"})
#: Channels that speak to everybody at once; a drill has none of them.
PUBLIC_CHANNELS = frozenset({"public_alert", "loudspeaker", "cell_broadcast"})
#: A drill sends no more than this many messages to its contacts in all.
DRILL_CAP = 500

NotReached = Literal[
    "not-on-the-list",
    "not-approved",
    "emergency-number",
    "public-channel",
    "cap-reached",
    "no-operation",
    "address-erased",
]
_WARRANT = object()


class CannotReach(Exception):
    """The message goes to nobody; says why, and about whom."""

    def __init__(self, why: NotReached, about: str) -> None:
        super().__init__(f"{why}: {about}")
        self.why: NotReached = why
        self.about = about


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way to one contact. Made by :func:`outgoing` only; making one by hand raises TypeError."""

    operation: str
    contact: str
    channel: str
    address: str
    text: str
    is_drill: bool
    warrant: object

    def __post_init__(self) -> None:
        if self.warrant is not _WARRANT:
            raise TypeError("an Outgoing is made by outgoing() alone")


def address_problem(channel: str, address: str) -> NotReached | None:
    """Why an address can't stand on a drill's list; None where nothing speaks against it."""
    if channel in PUBLIC_CHANNELS:
        return "public-channel"
    # However it is written: full-width digits, a country code, blanks, a prefix for a line out.
    digits = "".join(str(unicodedata.digit(sign)) for sign in address if unicodedata.digit(sign, None) is not None)
    bare = digits.removeprefix("00").removeprefix("84").lstrip("0")
    short = {digits, bare, digits.lstrip("0"), *(digits[at:] for at in (1, 2) if len(digits) <= 6)}
    if short & EMERGENCY_NUMBERS or not address.strip():
        return "emergency-number" if address.strip() else "not-on-the-list"
    return None


def outgoing(access: AccessState, operation: str, mode: str, contact: str, text: str, sent: int) -> Outgoing:
    """The message to one contact of an operation; ``sent`` were sent before. Raises :class:`CannotReach`.

    The address comes from the list alone. In a drill the text opens with DIỄN TẬP.
    """
    if mode not in ("real", "drill"):
        raise CannotReach("no-operation", operation)
    listed = access.contacts.get((operation, contact))
    if listed is None:
        raise CannotReach("not-on-the-list", contact)
    if mode == "drill":
        _only_a_drills(listed, sent)
        if not text.startswith(DRILL_MARK):
            text = f"{DRILL_MARK}: {text}"
    return Outgoing(operation, contact, listed.channel, listed.address, text, mode == "drill", _WARRANT)


def _only_a_drills(listed: ContactNow, sent: int) -> None:
    if not listed.is_approved:
        raise CannotReach("not-approved", listed.id)
    wrong = address_problem(listed.channel, listed.address)
    if wrong is not None:
        raise CannotReach(wrong, listed.id)
    if sent >= DRILL_CAP:
        raise CannotReach("cap-reached", listed.id)
    if listed.address == ERASED_ADDRESS:
        raise CannotReach("address-erased", listed.id)


#: The text in place of an address that was erased.
ERASED_ADDRESS = "∅"
