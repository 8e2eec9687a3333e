"""Which teams come? Calls to external services (114, 115), which are called and not commanded."""

from __future__ import annotations

from sansang.rehearsal import chance, codes
from sansang.rehearsal.reference.entities import CauseMoment, NeedState, ServiceCall
from sansang.rehearsal.reference.state import State


class ServiceCalls:
    """The calls to services of one replication."""

    def __init__(self, state: State) -> None:
        self._state = state

    def call(self, need: NeedState, service: int, shortfall: int, moment: CauseMoment) -> None:
        """Call a service for a strength, as far as it has teams free; they arrive together."""
        state = self._state
        strength = int(state.plan.service_strength[service, need.capability])
        if strength <= 0 or shortfall <= 0 or state.teams_free[service] <= 0:
            return
        teams = min(state.teams_free[service], -(-shortfall // strength))
        state.teams_free[service] -= teams
        need.ordered += teams * strength
        number = len(need.calls)
        k = int(state.plan.needs[need.row]["key"]) << 20 | number
        u = state.random.uniform(need.situation.entity, chance.RESPONSE, k)
        response_ms = state.random.duration_ms(int(state.plan.services[service]["response_distribution"]), u)
        arrives_at = state.now + response_ms
        call = ServiceCall(service, need, teams, teams * strength, moment)
        state.calls.append(call)
        need.calls.append(call)
        state.events.record(codes.CALLED, service, need.number, arrives_at)
        state.events.schedule(arrives_at, codes.SERVICE_ARRIVES, need.number, number)

    def call_all(self, need: NeedState, moment: CauseMoment) -> None:
        """Call the services, in their order, for what a need is short of."""
        for service in range(len(self._state.teams_free)):
            self.call(need, service, need.target - need.ordered, moment)

    def release(self, call: ServiceCall) -> None:
        """The teams of a call are free."""
        self._state.teams_free[call.service] += call.teams
