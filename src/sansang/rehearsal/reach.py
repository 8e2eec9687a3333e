"""Can the plan ever answer? Needs whose amount all who could serve them cannot reach, found before the run."""

from __future__ import annotations

import numpy as np

from sansang.model.results import OutOfReach
from sansang.model.scenario import Scenario
from sansang.rehearsal.plan import Plan


def out_of_reach(scenario: Scenario, plan: Plan) -> tuple[OutOfReach, ...]:
    """Needs that could not be filled if every unit came; also those that only escalation puts out of reach.

    A situation with several sites is judged by its worst site.
    """
    found = []
    everyone = bool(plan.general[0]["nearest_of_all"]) or bool(plan.general[0]["upper"])
    site_number = {site.id: i for i, site in enumerate(scenario.sites)}
    places = _places(scenario)
    row = 0
    for situation in scenario.situations:
        percent = 100 if situation.escalation is None else situation.escalation.percent.value
        for need in situation.needs:
            capability = int(plan.needs[row]["capability"])
            worst = min(_reach(plan, capability, site_number[site], everyone) for site in places[situation.id])
            grown = -(-need.amount.value * percent // 100)
            if worst < grown:
                escalated = worst >= need.amount.value
                amount = grown if escalated else need.amount.value
                found.append(OutOfReach(situation.id, need.id, need.capability, amount, worst, escalated))
            row += 1
    return tuple(found)


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


def _reach(plan: Plan, capability: int, site: int, everyone: bool) -> int:
    ward = int(plan.site_ward[site])
    units = plan.units
    may = units["shows_up"] > 0
    may &= np.array([plan.travel[m, h, site] >= 0 for m, h in zip(units["mode"], units["home"], strict=True)], bool)
    if not everyone:
        may &= units["ward"] == ward
    services = plan.services["teams"] * plan.service_strength[:, capability]
    return int(plan.strength[may, capability].sum() + services.sum())
