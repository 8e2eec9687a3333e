"""What did a change do? Two plans under the same chances: differences with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

from sansang.model.plan.results import Estimate


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure before and after, and the change with its 95 % interval, replication by replication.

    ``seen`` says that the change is significant, also among all figures compared together. ``variance_ratio`` is how
    many times as many replications with independent random numbers would be needed for the same interval; None where
    the paired differences do not vary.
    """

    before: float
    after: float
    change: Estimate
    seen: bool
    variance_ratio: float | None


@dataclass(frozen=True, slots=True)
class AssumedBand:
    """The change when the assumed inputs vary together: 5th and 95th percentile over the designs.

    In ``turned`` of the ``designs`` the change has the other sign, or is none.
    """

    low: float
    high: float
    turned: int
    designs: int

    @property
    def rests_on_assumed(self) -> bool:
        """Whether more than one design in twenty contradicts the change."""
        return self.turned > self.designs / 20


@dataclass(frozen=True, slots=True)
class DeadlineChange:
    """How often a deadline is met, before and after; None where a plan has no such deadline or no case of it."""

    situation: str
    situation_name: str
    need: str | None
    need_name: str | None
    minutes_before: float | None
    minutes_after: float | None
    share: Difference | None
    band: AssumedBand | None = None


@dataclass(frozen=True, slots=True)
class PillarChange:
    """Minutes lost per replication under a pillar; None where the rehearsal does not measure it."""

    id: str
    name_vi: str
    name_en: str
    minutes: Difference | None


@dataclass(frozen=True, slots=True)
class PostChange:
    """A post: mean minutes that a matter waits for a desk, and the share of desk time in use."""

    id: str
    name: str
    wait: Difference | None
    load: Difference | None


@dataclass(frozen=True, slots=True)
class ComparedPlan:
    """Which plan was compared."""

    id: str
    title: str
    digest: str
    changes: tuple[str, ...] = ()  # what was set, for a variant of a plan


@dataclass(frozen=True, slots=True)
class Comparison:
    """One plan compared with the one before, over all replications.

    ``met`` is the share of all deadlines met, ``lost`` the minutes lost over all causes, ``open`` the situations
    open at the end, each per replication. ``assumptions`` names the assumed inputs that influence the change in
    ``met`` most, with their rank correlations.
    """

    plan: ComparedPlan
    met: Difference | None
    met_band: AssumedBand | None
    lost: Difference
    open: Difference
    deadlines: tuple[DeadlineChange, ...]
    pillars: tuple[PillarChange, ...]
    posts: tuple[PostChange, ...]
    assumptions: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    """A plan compared with up to three others; digests, seed and version reproduce it."""

    version: str
    seed: int
    replications: int
    example: bool
    before: ComparedPlan
    after: tuple[Comparison, ...]
    band_designs: int
    band_replications: int
