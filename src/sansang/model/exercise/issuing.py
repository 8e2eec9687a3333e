"""Who issues the papers of a plan, from where, to whom?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Issuing:
    """What stands at the head and the foot of the papers that a plan gives.

    ``parent`` is the authority above the issuer ("" for none), ``symbol`` the issuer's letters ("UBND"), ``place``
    the name of the unit where it sits, ``date`` None while it is open. ``signing`` holds the lines above the
    signature ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), ``drafted_by`` the letters of the unit that drafts, for the last
    line of the recipients. ``addressees`` are those to whom a report goes up.
    """

    issuer: str
    place: str
    symbol: str = "UBND"
    parent: str = ""
    date: date | None = None
    drafted_by: str = ""
    addressees: tuple[str, ...] = ()
    signing: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
