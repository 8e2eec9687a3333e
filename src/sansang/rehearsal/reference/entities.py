"""What takes part? Situations, needs, units, posts and calls of one replication.

Names that end in ``_at`` and ``_since`` are times (ms since the start of the exercise; −1 or None: not yet), names
that end in ``_ms`` are durations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from sansang.rehearsal import codes

Interval = tuple[int, int, int]  # from, to (ms), cause

#: How far a situation is on the way to the ward's decision.
Stage = Literal["not occurred", "unreported", "queued", "at desk", "decided"]


@dataclass(frozen=True, slots=True)
class CauseMoment:
    """A point in the course of a need: the moment before it, and which causes the time between them belongs to."""

    time: int
    before: CauseMoment | None
    between: tuple[Interval, ...] = ()

    def cause_ms(self) -> list[int]:
        """Milliseconds per cause from the occurrence to this moment, walking backwards."""
        total = [0] * codes.CAUSE_COUNT
        moment: CauseMoment | None = self
        while moment is not None:
            for start, end, cause in moment.between:
                total[cause] += end - start
            moment = moment.before
        return total

    def after(self, time: int, cause: int) -> CauseMoment:
        """A later moment; the time between has one cause."""
        return CauseMoment(time, self, ((self.time, time, cause),))

    def after_intervals(self, time: int, intervals: Iterable[Interval]) -> CauseMoment:
        """A later moment; the time between has the causes of these intervals, clipped to it."""
        parts = tuple(
            (max(start, self.time), min(end, time), cause)
            for start, end, cause in intervals
            if max(start, self.time) < min(end, time)
        )
        return CauseMoment(time, self, parts)


@dataclass(slots=True)
class ChainRun:
    """One run of a post's decision chain for a situation, from the queue to the decision."""

    post: PostState
    number: int
    queued_at: int
    desk_at: int | None = None
    step: int = 0  # index in the chain
    step_begun: bool = False
    waiting_since: int = 0  # for the quorum of the step
    present: set[int] = field(default_factory=set)
    arrivals_at: dict[int, int] = field(default_factory=dict)  # member → time; only members who come
    intervals: list[Interval] = field(default_factory=list)
    ended: bool = False

    def intervals_to(self, now: int) -> list[Interval]:
        """What the run has been doing up to now: waiting for its desk, convening, deciding."""
        if self.desk_at is None:
            return [(self.queued_at, now, codes.CAUSE_DESK)]
        done = [(self.queued_at, self.desk_at, codes.CAUSE_DESK), *self.intervals]
        if not self.ended and not self.step_begun:
            done.append((self.waiting_since, now, codes.CAUSE_CONVENING))
        return done


@dataclass(slots=True)
class PostState:
    """A post: its desks in use, its queue, and its statistics."""

    number: int
    desks: int  # -1: any number
    steps: range  # rows of its decision chain
    upper: bool
    outside: bool  # played by people
    busy_desks: int = 0
    queue: list[tuple[int, int, int]] = field(default_factory=list)  # priority, queued at, situation or inject
    assignment_at: int = -1  # when an assignment of desks is scheduled
    served: int = 0
    waited_ms: int = 0
    busy_ms: int = 0


@dataclass(slots=True)
class SituationState:
    """One situation; ``stage`` says how far it is on the way to the ward's decision."""

    number: int
    definition: int
    n: int
    entity: int
    priority: int
    needs: list[NeedState] = field(default_factory=list)
    occurred: CauseMoment | None = None
    site: int = -1
    ward: int = -1
    phase: int | None = None
    reported_at: int = -1
    stage: Stage = "not occurred"
    chain_run: ChainRun | None = None
    chain_run_count: int = 0
    request: ChainRun | None = None  # the open request to the upper post
    request_count: int = 0
    supplies_moment: CauseMoment | None = None  # from which on supplies are waited for
    supplies_requested: bool = False
    supplies_sent: bool = False
    decided_at: int = -1
    first_arrival_at: int = -1
    contained_at: int = -1
    escalated_at: int = -1


@dataclass(slots=True)
class NeedState:
    """One need of a situation. ``amount`` is the strength that it takes, ``target`` what the last decision ordered."""

    number: int
    row: int
    situation: SituationState
    capability: int
    amount: int
    target: int = 0
    ordered: int = 0
    on_scene: int = 0
    started: CauseMoment | None = None
    order_only: CauseMoment | None = None  # where units do not move: when the order was given
    done: bool = False
    lost: bool = False
    aid_granted: bool = False
    short_since: int | None = None  # on the waiting list since
    short: CauseMoment | None = None
    queued: CauseMoment | None = None  # when the ward's present run began to wait for a desk
    missing: dict[int, int] = field(default_factory=dict)  # row of the supply → pieces
    coming: dict[int, int] = field(default_factory=dict)
    calls: list[ServiceCall] = field(default_factory=list)

    @property
    def waiting(self) -> bool:
        """Whether it is on the waiting list."""
        return self.short_since is not None

    @property
    def rank(self) -> tuple[int, int, int]:
        """Its rank: priority, time short, number. Off the list: before all of its priority that are on it."""
        return (self.situation.priority, -1 if self.short_since is None else self.short_since, self.number)

    @property
    def lacks_supplies(self) -> bool:
        """Whether pieces of its supplies are missing."""
        return sum(self.missing.values()) > 0


@dataclass(slots=True)
class UnitState:
    """One unit: where it is, its activity, the need that it is ordered to, and its statistics."""

    number: int
    row: Any
    site: int
    absent: bool
    activity: int = codes.ACTIVITY_HOME
    need: NeedState | None = None
    known_absent: bool = False
    ordered: CauseMoment | None = None
    turnout_ms: int = 0
    home_at: int | None = None
    booked_until: int = 0
    order_count: int = 0
    unanswered_count: int = 0
    activity_ms: list[int] = field(default_factory=lambda: [0] * codes.ACTIVITY_COUNT)


@dataclass(slots=True)
class ServiceCall:
    """A call to an external service: a number of its teams, for one need."""

    service: int
    need: NeedState
    teams: int
    strength: int
    called: CauseMoment
    arrived: bool = False
