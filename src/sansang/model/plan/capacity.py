"""Can the plan ever answer? Needs whose amount all who could serve them cannot reach, without playing anything."""

from __future__ import annotations

from sansang.model.plan.ground import Site
from sansang.model.plan.results import OutOfReach
from sansang.model.plan.scenario import Scenario


def out_of_reach(scenario: Scenario) -> tuple[OutOfReach, ...]:
    """Needs that could not be filled if every unit came; also those that only escalation puts out of reach.

    A situation with several sites is judged by its worst site.
    """
    found = []
    everyone = scenario.policy == "nearest_of_all" or scenario.upper is not None
    places = _places(scenario)
    for situation in scenario.situations:
        percent = 100 if situation.escalation is None else situation.escalation.percent.value
        for need in situation.needs:
            worst = min(
                reach(scenario, need.capability, scenario.site(site), others=everyone) for site in places[situation.id]
            )
            grown = -(-need.amount.value * percent // 100)
            if worst < grown:
                escalated = worst >= need.amount.value
                amount = grown if escalated else need.amount.value
                found.append(OutOfReach(situation.id, need.id, need.capability, amount, worst, escalated))
    return tuple(found)


def reach(scenario: Scenario, capability: str, site: Site, *, others: bool) -> int:
    """The strength of all who could come to a site: its ward's units, with ``others`` all, and the services."""
    modes = {mode.id: mode for mode in scenario.modes}
    strength = 0
    for unit in scenario.units:
        amount = unit.capabilities.get(capability)
        if amount is None or unit.shows_up.value == 0 or not (others or unit.ward == site.ward):
            continue
        try:
            way = modes[unit.mode].minutes_between(scenario.site(unit.home), site)
        except ValueError:
            # The reader has checked the ways that matter; one that is not given is not gone.
            continue
        if way is not None:
            strength += amount.value
    for service in scenario.services:
        if capability in service.capabilities:
            strength += service.teams.value * service.capabilities[capability].value
    return strength


def _places(scenario: Scenario) -> dict[str, list[str]]:
    """The sites where each situation may be; a follow-on without its own has its parent's."""
    places: dict[str, list[str]] = {}
    for situation in scenario.situations:
        if situation.sites:
            places[situation.id] = [site for site, _ in situation.sites]
        follow_on = None if situation.escalation is None else situation.escalation.follow_on
        if follow_on is not None:
            places.setdefault(follow_on.situation, places[situation.id])
    return places
