"""What happens next? SimPy's event queue, ordered by time, kind and entity, and the trace of what happened."""

from __future__ import annotations

from collections.abc import Callable

import simpy

#: Handles an event of one kind, given its two entity numbers.
Handler = Callable[[int, int], None]

#: Sorts after every kind of event of an instant: only moves the clock.
AFTER_ALL = (99, 0, 0)


class ScheduledEvent(simpy.Event):
    """An event at a time (ms), processed among those of the same time by its kind and entity."""

    def __init__(
        self, env: simpy.Environment, time: int, order: tuple[int, int, int], process: Callable[[], None]
    ) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        self.callbacks.append(lambda _: process())
        # SimPy only compares priorities; a tuple orders them by kind and entity.
        env.schedule(self, priority=order, delay=time - env.now)  # type: ignore[arg-type]


class EventQueue:
    """The clock, the scheduled events and the trace of one replication; times are whole milliseconds.

    ``handlers`` maps each kind of event (``codes``) to the function that handles it; the replication fills it in.
    """

    def __init__(self, horizon_ms: int) -> None:
        self.horizon_ms = horizon_ms
        self.handlers: dict[int, Handler] = {}
        self.trace: list[tuple[int, int, int, int, int]] = []
        self._env = simpy.Environment(initial_time=0)

    @property
    def now(self) -> int:
        """Milliseconds since the start of the exercise."""
        return int(self._env.now)

    def schedule(self, time: int, kind: int, a: int, b: int = 0, cancelled: Callable[[], bool] | None = None) -> None:
        """Schedule an event for the entity (a, b), which is skipped if it is ``cancelled`` when its time comes.

        An event after the horizon is dropped.
        """

        def process() -> None:
            if cancelled is None or not cancelled():
                self.record(kind, a, b)
                self.handlers[kind](a, b)

        if time <= self.horizon_ms:
            ScheduledEvent(self._env, int(time), (kind, a, b), process)

    def record(self, code: int, a: int, b: int = 0, c: int = 0) -> None:
        """Append a line to the trace: time, code, and up to three numbers."""
        self.trace.append((self.now, code, a, b, c))

    def run_until(self, time: int) -> None:
        """Process every event up to and at this time, and move the clock there (at most to the horizon)."""
        time = min(time, self.horizon_ms)
        while self._env.peek() <= time:
            self._env.step()
        if self._env.now < time:
            ScheduledEvent(self._env, time, AFTER_ALL, lambda: None)
            self._env.step()
