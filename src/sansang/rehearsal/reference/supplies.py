"""Where do the supplies come from? The ward's store at the first decision, then once the upper store."""

from __future__ import annotations

from sansang.rehearsal import chance, codes
from sansang.rehearsal.reference.causes import supply_moment
from sansang.rehearsal.reference.entities import NeedState, SituationState
from sansang.rehearsal.reference.state import State
from sansang.rehearsal.reference.work import Work


class Supplies:
    """The stores of the wards and of the upper command."""

    def __init__(self, state: State, work: Work) -> None:
        self._state = state
        self._work = work

    def issue_from_ward(self, need: NeedState) -> None:
        """Issue a need's supplies from its ward's store, as far as it has them; they are on scene at once."""
        row = self._state.plan.needs[need.row]
        store = self._state.stock[need.situation.ward]
        for i in range(int(row["first_supply"]), int(row["first_supply"]) + int(row["supply_count"])):
            supply = self._state.plan.supplies[i]
            issued = min(store[int(supply["kind"])], int(supply["amount"]))
            store[int(supply["kind"])] -= issued
            need.missing[i] = int(supply["amount"]) - issued

    def send_from_upper(self, situation: SituationState) -> None:
        """Send what a situation lacks, once, as far as the upper store has it; it arrives after ``resupply``."""
        state = self._state
        if not state.has_upper:
            return
        store = state.stock[state.ward_count]
        for need in situation.needs:
            for i, lacking in need.missing.items():
                kind = int(state.plan.supplies[i]["kind"])
                need.coming[i] = min(store[kind], lacking)
                store[kind] -= need.coming[i]
        situation.supplies_sent = True
        if any(sum(need.coming.values()) > 0 for need in situation.needs):
            u = state.random.uniform(situation.entity, chance.RESUPPLY)
            resupply_ms = state.random.duration_ms(int(state.plan.general[0]["resupply_distribution"]), u)
            state.events.schedule(state.now + resupply_ms, codes.SUPPLIES, situation.number)

    def arrive(self, situation: SituationState) -> None:
        """Supplies of the upper store are on scene."""
        for need in situation.needs:
            for i, pieces in need.coming.items():
                need.missing[i] -= pieces
            need.coming.clear()
            if need.started is None and not need.lost:
                self._work.start_if_ready(need, supply_moment(self._state, situation))
