"""Are the forces sufficient: strong enough, nobody counted twice, each unit with a head, supplies in stock?"""

from __future__ import annotations

from collections.abc import Iterator

from sansang.model.plan.capacity import out_of_reach, reachable_strength
from sansang.model.plan.forces import Unit
from sansang.model.plan.review.findings import Finding
from sansang.model.plan.review.times import site_of
from sansang.model.plan.scenario import Scenario


def review_forces(scenario: Scenario) -> Iterator[Finding]:
    """Units without a head, people in two units at once, needs and supplies that exceed all forces and stores."""
    for unit in scenario.units:
        if not unit.head.strip():
            yield Finding("head-missing", ("units", unit.id), {"name": unit.name})
    yield from _people_in_two_units(scenario)
    yield from _needs_out_of_reach(scenario)
    yield from _short_supplies(scenario)


def _people_in_two_units(scenario: Scenario) -> Iterator[Finding]:
    """Members of two units that are on duty at the same time, and members of a unit who also sit in a decision body."""
    seen: dict[str, list[Unit]] = {}
    sitting = {member.id: body.name for post in scenario.posts for body in post.bodies for member in body.members}
    for unit in scenario.units:
        for number, person in enumerate(unit.members):
            at = ("units", unit.id, "members", str(number))
            both = next((u for u in seen.get(person, []) if _overlap(u, unit)), None)
            if both is not None:
                yield Finding("person-twice", at, {"person": person, "unit": unit.name, "other": both.name})
            elif person in sitting:
                yield Finding("person-twice", at, {"person": person, "unit": unit.name, "other": sitting[person]})
            seen.setdefault(person, []).append(unit)


def _overlap(a: Unit, b: Unit) -> bool:
    return a.on_duty[0] < b.on_duty[1] and b.on_duty[0] < a.on_duty[1]


def _needs_out_of_reach(scenario: Scenario) -> Iterator[Finding]:
    beyond = {(item.situation, item.need): item for item in out_of_reach(scenario)}
    for situation in scenario.situations:
        site = site_of(scenario, situation)
        for need in situation.needs:
            at = ("situations", situation.id, "needs", need.id)
            values: dict[str, object] = {
                "situation": situation.name,
                "need": need.name or need.id,
                "capability": need.capability,
                "amount": need.amount.value,
            }
            item = beyond.get((situation.id, need.id))
            if item is not None:
                code = "need-grows-out-of-reach" if item.escalated else "need-out-of-reach"
                yield Finding(code, at, {**values, "amount": item.amount, "reach": item.reach})
            elif site is not None and scenario.policy == "on_the_spot_first":
                own = reachable_strength(scenario, need.capability, site, others=False)
                if own < need.amount.value:
                    yield Finding("need-only-with-aid", at, {**values, "reach": own})


def _short_supplies(scenario: Scenario) -> Iterator[Finding]:
    """Supplies of a need that its ward's store and the upper store together do not hold."""
    upper = {} if scenario.upper is None else scenario.upper.stores
    held = {kind for ward in scenario.wards for kind in ward.stores} | set(upper)
    for situation in scenario.situations:
        site = site_of(scenario, situation)
        for need in situation.needs:
            for kind, amount in need.supplies.items():
                at = ("situations", situation.id, "needs", need.id, "supplies", kind)
                values = {"situation": situation.name, "need": need.name or need.id, "kind": kind}
                if kind not in held:
                    yield Finding("no-store-holds", at, values)
                elif site is not None:
                    stores = (scenario.ward(site.ward).stores, upper)
                    stock = sum(store[kind].value for store in stores if kind in store)
                    if stock < amount.value:
                        yield Finding("supply-short", at, {**values, "amount": amount.value, "stock": stock})
