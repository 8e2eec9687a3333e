"""What is an entry of a log, what names it, and in which order are entries folded? References and the hybrid clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sansang.model.fact import Fact
from sansang.model.stream import parse_log

#: A peer's clock further ahead than this (milliseconds) is recorded, flagged, and does not move ours.
MAX_CLOCK_LEAD = 5 * 60 * 1000


@dataclass(frozen=True, slots=True, order=True)
class EntryRef:
    """One entry: its log ("operation/<id>/<post>/<replica>") and its number there, from 1 without gaps."""

    log: str
    number: int

    def __str__(self) -> str:
        return f"{self.log}#{self.number}"

    @property
    def post(self) -> str:
        """The post whose log it is."""
        return parse_log(self.log).post


@dataclass(frozen=True, slots=True, order=True)
class HybridTime:
    """A hybrid logical clock: milliseconds since 1970 (UTC), then a counter for several entries of one millisecond."""

    millis: int
    counter: int = 0

    def after(self, now_millis: int) -> HybridTime:
        """The clock for the next entry of one's own: later than this, and not behind the wall clock."""
        if now_millis > self.millis:
            return HybridTime(now_millis, 0)
        return HybridTime(self.millis, self.counter + 1)

    def advance_to(self, theirs: HybridTime, now_millis: int) -> HybridTime:
        """Our clock once a peer's entry has arrived; a peer far ahead does not move it."""
        if theirs.millis > now_millis + MAX_CLOCK_LEAD:
            return self
        return max(self, theirs)

    def is_ahead(self, now_millis: int) -> bool:
        """Whether a peer's clock is too far ahead to be followed."""
        return self.millis > now_millis + MAX_CLOCK_LEAD


#: In which order entries are folded: by the clock, then by log and number.
EntryOrder = tuple[HybridTime, EntryRef]
#: What the replica that appends a line from an outbox may doubt.
EntryDoubt = Literal["right-ended", "refused-then", "clock-doubtful"]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as a fold reads it: where it stands, when, who wrote it for which post, and what it says.

    ``happened`` is when it was true, ``written`` when it was written down. ``on_behalf_of`` names someone without an
    account ("114, by phone"). ``command`` is the same for what a device sent twice. ``doubts`` are what the replica
    that appended it found odd (the author's right had ended meanwhile).
    """

    ref: EntryRef
    time: HybridTime
    happened: datetime
    written: datetime
    author: str
    post: str
    fact: Fact
    on_behalf_of: str = ""
    command: str = ""
    doubts: tuple[EntryDoubt, ...] = ()

    @property
    def order(self) -> EntryOrder:
        """The order in which entries are folded: by the clock, then by log and number."""
        return (self.time, self.ref)

    @property
    def at(self) -> datetime:
        """From when on a right or listing holds: by the hybrid clock, which never goes back as a wall clock may."""
        return datetime.fromtimestamp(self.time.millis / 1000, UTC)
