"""What takes part? Situations, needs, units, posts and calls of one replication, and why each moment came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sansang.rehearsal import codes

Interval = tuple[int, int, int]  # from, to (ms), cause


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in a need's course: the moment before it, and to which causes the minutes between them belong."""

    time: int
    before: Moment | None
    between: tuple[Interval, ...] = ()

    def causes(self) -> list[int]:
        """Milliseconds per cause from the occurrence to this moment, walking backwards."""
        total = [0] * codes.CAUSE_COUNT
        moment: Moment | None = self
        while moment is not None:
            for start, end, cause in moment.between:
                total[cause] += end - start
            moment = moment.before
        return total

    def then(self, time: int, cause: int) -> Moment:
        """A later moment; what lies between has one cause."""
        return Moment(time, self, ((self.time, time, cause),))

    def through(self, time: int, intervals: Iterable[Interval]) -> Moment:
        """A later moment; what lies between has the causes of these intervals, as far as they reach into it."""
        parts = tuple(
            (max(start, self.time), min(end, time), cause)
            for start, end, cause in intervals
            if max(start, self.time) < min(end, time)
        )
        return Moment(time, self, parts)


@dataclass(slots=True)
class ChainRun:
    """One run of a post's decision chain for a situation, from the queue to its end."""

    post: Post
    number: int
    queued_at: int
    desk_at: int | None = None
    step: int = 0
    step_begun: bool = False
    waits_since: int = 0
    present: set[int] = field(default_factory=set)
    coming: dict[int, int] = field(default_factory=dict)  # member → time
    intervals: list[Interval] = field(default_factory=list)
    ended: bool = False

    def minutes_to(self, now: int) -> list[Interval]:
        """What the run has been doing up to now: waiting for its desk, convening, deciding."""
        if self.desk_at is None:
            return [(self.queued_at, now, codes.C_DESK)]
        done = [(self.queued_at, self.desk_at, codes.C_DESK), *self.intervals]
        if not self.ended and not self.step_begun:
            done.append((self.waits_since, now, codes.C_CONVENING))
        return done


@dataclass(slots=True)
class Post:
    """A post: its desks in use, and who waits for one."""

    number: int
    desks: int
    upper: bool
    outside: bool
    busy: int = 0
    queue: list[tuple[int, int, int]] = field(default_factory=list)  # priority, since, situation
    desks_at: int = -1
    taken: int = 0
    waited: int = 0
    busy_ms: int = 0


@dataclass(slots=True)
class Situation:
    """One situation; ``stage`` says how far it is on the way to the ward's decision."""

    number: int
    definition: int
    n: int
    entity: int
    priority: int
    needs: list[Need] = field(default_factory=list)
    occurs: Moment | None = None
    site: int = -1
    ward: int = -1
    phase: int | None = None
    reported_at: int = -1
    run: ChainRun | None = None
    runs: int = 0
    stage: str = "to come"
    request: ChainRun | None = None
    requests: int = 0
    supplies: Moment | None = None  # what the waiting for supplies begins with
    supplies_asked: bool = False
    supplies_sent: bool = False
    decided_at: int = -1
    first_arrival: int = -1
    contained_at: int = -1
    escalated_at: int = -1


@dataclass(slots=True)
class Need:
    """One need of a situation. ``amount`` is what it takes, ``asked`` what the last decision asked for."""

    number: int
    row: int
    situation: Situation
    capability: int
    amount: int
    asked: int = 0
    ordered: int = 0
    on_scene: int = 0
    started: Moment | None = None
    order_only: Moment | None = None  # where units do not move: when the order was given
    done: bool = False
    lost: bool = False
    aid: bool = False
    short_at: int | None = None  # on the waiting list since
    short: Moment | None = None
    pass_begin: Moment | None = None
    missing: dict[int, int] = field(default_factory=dict)
    coming: dict[int, int] = field(default_factory=dict)
    calls: int = 0

    @property
    def waiting(self) -> bool:
        """Whether it stands on the waiting list."""
        return self.short_at is not None

    @property
    def rank(self) -> tuple[int, int, int]:
        """Its place: priority, time short, number. Not on the list: before all of its priority that are."""
        return (self.situation.priority, -1 if self.short_at is None else self.short_at, self.number)


@dataclass(slots=True)
class Unit:
    """One unit: where it stands, what it does, to which need it is ordered."""

    number: int
    row: Any
    site: int
    absent: bool
    activity: int = codes.U_HOME
    need: Need | None = None
    known_absent: bool = False
    ordered: Moment | None = None
    turnout: int = 0
    home_at: int | None = None
    since: int = 0
    orders: int = 0
    unanswered: int = 0
    minutes: list[int] = field(default_factory=lambda: [0] * codes.ACTIVITY_COUNT)


@dataclass(slots=True)
class Call:
    """A call to an external service: so many teams of it, for one need."""

    number: int
    service: int
    need: Need
    teams: int
    strength: int
    called: Moment
    arrived: bool = False
