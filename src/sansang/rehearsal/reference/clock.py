"""What comes next? SimPy's queue, with events ordered by time, kind and entity, and the trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import simpy

from sansang.rehearsal import chance
from sansang.rehearsal.layout import Plan

#: After every kind of event of an instant: only moves the clock.
AFTER_ALL = (99, 0, 0)


class Instant(simpy.Event):
    """An event at a time, taken among those of the same time by its kind and entity."""

    def __init__(self, env: simpy.Environment, time: int, order: tuple[int, int, int], act: Callable[[], None]) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        self.callbacks.append(lambda _: act())
        # SimPy only compares priorities; a tuple orders them by kind and entity.
        env.schedule(self, priority=order, delay=time - env.now)  # type: ignore[arg-type]


class Clock:
    """The time (ms), the events to come, the trace, and the chances of one replication."""

    def __init__(self, plan: Plan, seed: int, replication: int) -> None:
        self.plan = plan
        self.seed = seed
        self.replication = replication
        self.env = simpy.Environment(initial_time=0)
        self.horizon = int(plan.general[0]["horizon"])
        self.trace: list[tuple[int, int, int, int, int]] = []

    @property
    def now(self) -> int:
        """Milliseconds since the start of the exercise."""
        return int(self.env.now)

    def at(
        self,
        time: int,
        kind: int,
        a: int,
        act: Callable[[], None],
        b: int = 0,
        unless: Callable[[], bool] | None = None,
    ) -> None:
        """Something will happen, unless it is called off; beyond the horizon nothing does."""

        def happen() -> None:
            if unless is None or not unless():
                self.note(kind, a, b)
                act()

        if time <= self.horizon:
            Instant(self.env, int(time), (kind, a, b), happen)

    def note(self, what: int, a: int, b: int = 0, c: int = 0) -> None:
        """Write a line of the trace."""
        self.trace.append((self.now, what, a, b, c))

    def run_until(self, time: int) -> None:
        """Take every event up to and at this time, and move the clock there (at most to the horizon)."""
        time = min(time, self.horizon)
        while self.env.peek() <= time:
            self.env.step()
        if self.env.now < time:
            Instant(self.env, time, AFTER_ALL, lambda: None)
            self.env.step()

    def uniform(self, entity: int, purpose: int, k: int = 0) -> float:
        """The chance for a purpose, in (0, 1)."""
        return float(chance.uniform(self._seed(), self.replication, entity, purpose, k))

    def uniforms(self, entity: int, purpose: int, k: int = 0) -> tuple[float, float]:
        """The two chances for a purpose."""
        first, second = chance.uniforms(self._seed(), self.replication, entity, purpose, k)
        return float(first), float(second)

    def _seed(self) -> Any:
        return np.uint64(self.seed)

    def value(self, row: int, u: float) -> float:
        """The value of a distribution at a chance: minutes, or a factor."""
        return float(chance.draw(self.plan.distributions, self.plan.points, row, u))

    def ms(self, row: int, u: float) -> int:
        """The value of a distribution of minutes at a chance, in whole milliseconds."""
        return int(chance.to_ms(self.value(row, u)))
