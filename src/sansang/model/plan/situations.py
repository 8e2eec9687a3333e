"""What happens, what does it need, and how does it grow? Situations, needs, escalation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sansang.model.plan.quantity import Amount, Duration, Number, Probability, minutes


@dataclass(frozen=True, slots=True)
class Fixed:
    """Starts once, at a minute of the exercise, plus a jitter (which may be below 0; the sum is clipped at 0)."""

    minute: Number
    jitter: Duration = field(default_factory=lambda: minutes(0))


@dataclass(frozen=True, slots=True)
class RatePiece:
    """A rate per hour between two minutes of the exercise."""

    start: float
    end: float
    per_hour: Number


@dataclass(frozen=True, slots=True)
class Stream:
    """Starts again and again, at random, with a rate that may change by the hour (a Poisson stream)."""

    pieces: tuple[RatePiece, ...]


@dataclass(frozen=True, slots=True)
class FollowOn:
    """Another situation that may follow one that escalated: with a probability, after a delay."""

    situation: str
    probability: Probability
    delay: Duration


@dataclass(frozen=True, slots=True)
class Escalation:
    """If the work on a need has not begun ``after`` minutes from the occurrence, needs grow to ``percent``, once."""

    after: Number
    percent: Amount = field(default_factory=lambda: Amount(100))
    follow_on: FollowOn | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What a situation needs: an amount of a capability, for some time of work, started by a deadline.

    ``deadline`` counts minutes from the occurrence to the start of the work.
    """

    id: str
    capability: str
    amount: Amount
    work: Duration
    deadline: Number | None = None
    supplies: Mapping[str, Amount] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """One kind of thing that happens: where, when, how urgent, what it needs.

    ``sites`` has weights; none means the parent's site (a follow-on). ``start`` is None for a follow-on.
    ``order_within`` is a deadline from the occurrence to the ward's order.
    """

    id: str
    name: str
    priority: int
    needs: tuple[Need, ...]
    start: Fixed | Stream | None
    sites: tuple[tuple[str, float], ...] = ()
    report_delay: Duration = field(default_factory=lambda: minutes(0))
    escalation: Escalation | None = None
    waits: bool = True
    order_within: Number | None = None
