"""What is the state of one replication? The plan, the event queue, the random streams, and the entities."""

from __future__ import annotations

from collections.abc import Collection

from sansang.rehearsal import chance
from sansang.rehearsal.layout import PlanTables
from sansang.rehearsal.reference.entities import NeedState, PostState, ServiceCall, SituationState, UnitState
from sansang.rehearsal.reference.event_queue import EventQueue
from sansang.rehearsal.reference.random_streams import RandomStreams


class State:
    """One replication at the present time. Situations and needs are added by ``situations.Situations``.

    ``outside`` names the posts that people play.
    """

    def __init__(self, plan: PlanTables, seed: int, replication: int, outside: Collection[int]) -> None:
        general = plan.general[0]
        self.plan = plan
        self.random = RandomStreams(plan, seed, replication)
        self.events = EventQueue(int(general["horizon_ms"]))
        self.count_from_ms = int(general["count_from_ms"])
        self.ward_count = int(general["ward_count"])  # also the number of the upper post, and of its store
        self.has_upper = bool(general["has_upper"])
        self.nearest_of_all = bool(general["nearest_of_all"])
        self.posts = [
            PostState(
                number,
                int(row["desks"]),
                range(int(row["first_step"]), int(row["first_step"]) + int(row["step_count"])),
                upper=number == self.ward_count,
                outside=number in outside,
            )
            for number, row in enumerate(plan.posts)
        ]
        self.units = [
            UnitState(
                number,
                row,
                site=int(row["home"]),
                absent=self.random.uniform(int(row["key"]), chance.UNIT_SHOWS_UP) >= float(row["shows_up"]),
            )
            for number, row in enumerate(plan.units)
        ]
        self.situations: list[SituationState] = []
        self.needs: list[NeedState] = []
        self.calls: list[ServiceCall] = []
        self.teams_free = [int(row["teams"]) for row in plan.services]
        self.stock = [[int(pieces) for pieces in row] for row in plan.stock]  # by ward, the upper store last, and kind

    @property
    def now(self) -> int:
        """Milliseconds since the start of the exercise."""
        return self.events.now

    @property
    def counted(self) -> bool:
        """Whether what happens now is counted: at or after ``count_from``."""
        return self.now >= self.count_from_ms

    def phase(self) -> int | None:
        """The present phase; None before, between and after the phases."""
        for number, row in enumerate(self.plan.phases):
            if row["start_ms"] <= self.now < row["end_ms"]:
                return number
        return None

    def ends_with_order(self, situation: SituationState) -> bool:
        """Whether a situation occurred in a phase in which units do not move."""
        return situation.phase is not None and not self.plan.phases[situation.phase]["units_move"]

    def waits(self, situation: SituationState) -> bool:
        """Whether the needs of a situation wait for units that are not available at the decision."""
        return bool(self.plan.definitions[situation.definition]["waits"])
