"""Which conclusion rests on a number that was only assumed?

The mean course of each deadline is added up without chance. An assumed number matters when it alone, somewhere in
the range that the plan gives it, turns a deadline that is met into one that is missed, or the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator

from sansang.model.plan.review.findings import Finding
from sansang.model.plan.review.times import Term, order_terms, site_of, start_terms, total
from sansang.model.plan.scenario import Scenario


def resting_on_assumed(scenario: Scenario) -> Iterator[Finding]:
    """A finding for each assumed number that decides a deadline, with the deadlines that it decides."""
    decided: dict[str, list[tuple[str, float, float]]] = {}
    for name, limit, terms in _deadlines(scenario):
        mean = total(terms)
        by_path: dict[str, list[Term]] = {}
        for term in terms:
            by_path.setdefault(term.path, []).append(term)
        for path, same in by_path.items():
            ends = [mean + sum(t.at(factor) - t.minutes for t in same) for factor in same[0].basis.factors()]
            if any((end <= limit) != (mean <= limit) for end in ends):
                decided.setdefault(path, []).append((name, limit, mean))
    for path, deadlines in decided.items():
        name, limit, mean = deadlines[0]
        values = {"path": path, "count": len(deadlines), "deadline": name, "limit": limit, "mean": mean}
        yield Finding("rests-on-assumed", tuple(path.split(".")), values)


def _deadlines(scenario: Scenario) -> Iterator[tuple[str, float, tuple[Term, ...]]]:
    """Each deadline whose mean course is known: its name, its limit and the terms of the course."""
    for situation in scenario.situations:
        site = site_of(scenario, situation)
        if site is None:
            continue
        ward = scenario.ward(site.ward)
        if situation.order_within is not None:
            yield situation.name, situation.order_within.value, order_terms(ward, situation)
        for need in situation.needs:
            if need.deadline is not None:
                terms = start_terms(scenario, ward, situation, need)
                if terms is not None:
                    yield f"{situation.name}: {need.name or need.id}", need.deadline.value, terms
