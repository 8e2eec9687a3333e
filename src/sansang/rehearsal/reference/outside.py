"""What do people decide? Posts that are played from outside, with the same rules as the machine's."""

from __future__ import annotations

from collections.abc import Sequence

from sansang.rehearsal.reference.entities import Need, Situation, Unit
from sansang.rehearsal.reference.replication import Course


class NotPossible(ValueError):
    """A decision from outside that the rules do not allow; says which and why."""


class Reference(Course):
    """One replication of a plan, played readably.

    ``outside`` names posts (wards by number; the number of wards for the upper post) that people play: their
    queues are left to :meth:`decide`.
    """

    def pending(self, post: int) -> list[Situation]:
        """The situations that wait for a post's decision, first in the queue first."""
        return [self.situations[number] for _, _, number in self.posts[post].queue]

    def decide(self, situation: int, orders: Sequence[tuple[int, int]] | None = None, upper: bool = False) -> None:
        """A post that people play decides on a situation now: these (unit, need) orders, or the plan's policy.

        Raises NotPossible, and changes nothing, when the situation is not waiting at a post played from
        outside or an order can't be given now.
        """
        chosen = self.situations[situation]
        post = self.posts[self.wards if upper else chosen.ward]
        run = chosen.request if upper else chosen.run
        entry = next((item for item in post.queue if item[2] == situation), None)
        if not post.outside or entry is None or run is None:
            raise NotPossible(f"situation {situation} does not wait at a post played from outside")
        given = self._checked(chosen, orders)
        post.queue.remove(entry)
        self.take_desk(post, chosen, run)
        if upper:
            for unit, need in given or ():
                if need.waiting and need.short is not None:
                    need.aid = True
                    need.short = need.short.through(self.now, run.minutes_to(self.now))
                    self.order(unit, need, need.short)
                    self.filled(need)
            if orders is None:
                self.upper_decides(chosen)
            else:
                self.leave_desk(run)
                chosen.request = None
            return
        self._close_ward_run(chosen)
        self._order_by_policy(chosen, chosen.needs, given)

    def _checked(
        self, situation: Situation, orders: Sequence[tuple[int, int]] | None
    ) -> list[tuple[Unit, Need]] | None:
        if orders is None:
            return None
        given: list[tuple[Unit, Need]] = []
        for unit_number, need_number in orders:
            unit, need = self.units[unit_number], self.needs[need_number]
            if need.situation is not situation or need.started is not None or need.lost:
                raise NotPossible(f"need {need_number} is not open in situation {situation.number}")
            if unit.need is not None or any(other is unit for other, _ in given):
                raise NotPossible(f"unit {unit_number} is ordered already")
            if not self.can_take_order(unit, need):
                raise NotPossible(f"unit {unit_number} can't be ordered to need {need_number} now")
            given.append((unit, need))
        return given
