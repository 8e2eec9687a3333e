"""Can the plan meet every need at all? Needs whose amount is beyond all units and services, before any replication."""

from __future__ import annotations

from sansang.model.plan.ground import Site
from sansang.model.plan.results import OutOfReach
from sansang.model.plan.scenario import Scenario


def out_of_reach(scenario: Scenario) -> tuple[OutOfReach, ...]:
    """Needs whose amount could not be reached if every unit came, in the order of the plan.

    ``escalated`` marks those that only escalation puts out of reach, with the amount after it. A situation with
    several sites is judged by its worst site.
    """
    results = []
    with_others = scenario.policy == "nearest_of_all" or scenario.upper is not None
    sites = _possible_sites(scenario)
    for situation in scenario.situations:
        percent = 100 if situation.escalation is None else situation.escalation.percent.value
        for need in situation.needs:
            worst = min(
                reachable_strength(scenario, need.capability, scenario.site(site), others=with_others)
                for site in sites[situation.id]
            )
            grown = -(-need.amount.value * percent // 100)
            if worst < grown:
                escalated = worst >= need.amount.value
                amount = grown if escalated else need.amount.value
                results.append(OutOfReach(situation.id, need.id, need.capability, amount, worst, escalated))
    return tuple(results)


def reachable_strength(scenario: Scenario, capability: str, site: Site, *, others: bool) -> int:
    """The strength that could come to a site: of its ward's units (with ``others``, of all units) and the services."""
    modes = {mode.id: mode for mode in scenario.modes}
    strength = 0
    for unit in scenario.units:
        amount = unit.capabilities.get(capability)
        if amount is None or unit.shows_up.value == 0 or not (others or unit.ward == site.ward):
            continue
        try:
            way = modes[unit.mode].minutes_between(scenario.site(unit.home), site)
        except ValueError:
            # The reader has checked the ways that matter; a unit whose way is not given cannot come.
            continue
        if way is not None:
            strength += amount.value
    for service in scenario.services:
        if capability in service.capabilities:
            strength += service.teams.value * service.capabilities[capability].value
    return strength


def _possible_sites(scenario: Scenario) -> dict[str, list[str]]:
    """The sites at which each situation may occur; a follow-on without sites of its own has its parent's."""
    sites: dict[str, list[str]] = {}
    for situation in scenario.situations:
        if situation.sites:
            sites[situation.id] = [site for site, _ in situation.sites]
        follow_on = None if situation.escalation is None else situation.escalation.follow_on
        if follow_on is not None:
            sites.setdefault(follow_on.situation, sites[situation.id])
    return sites
