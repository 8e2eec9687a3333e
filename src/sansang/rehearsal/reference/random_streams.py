"""What is drawn? The random numbers of one replication, by entity and purpose, and values of distributions."""

from __future__ import annotations

import numpy as np

from sansang.rehearsal import chance
from sansang.rehearsal.layout import PlanTables


class RandomStreams:
    """The chances of one replication: pure functions of (seed, replication, entity, purpose, k)."""

    def __init__(self, plan: PlanTables, seed: int, replication: int) -> None:
        self._plan = plan
        self._seed = np.uint64(seed)
        self._replication = replication

    def uniform(self, entity: int, purpose: int, k: int = 0) -> float:
        """The random number of a purpose (``chance.START`` …), in (0, 1)."""
        return float(chance.uniform(self._seed, self._replication, entity, purpose, k))

    def uniforms(self, entity: int, purpose: int, k: int = 0) -> tuple[float, float]:
        """Both random numbers of a purpose, in (0, 1)."""
        first, second = chance.uniforms(self._seed, self._replication, entity, purpose, k)
        return float(first), float(second)

    def value(self, distribution: int, u: float) -> float:
        """The quantile ``u`` of a distribution, given by its row in the plan: minutes, or a factor."""
        return float(chance.draw(self._plan.distributions, self._plan.points, distribution, u))

    def duration_ms(self, distribution: int, u: float) -> int:
        """The quantile ``u`` of a distribution of minutes, in whole milliseconds."""
        return int(chance.to_ms(self.value(distribution, u)))
