"""Which conclusions depend on a number that is only assumed?

The mean durations on the way to each deadline are added up, without randomness. An assumed number matters if it alone,
at an end of its range in the plan, turns a deadline that is met into a missed one or the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator

from sansang.model.plan.review.findings import Finding
from sansang.model.plan.review.times import Term, order_terms, site_of, start_terms, total_minutes
from sansang.model.plan.scenario import Scenario


def review_assumptions(scenario: Scenario) -> Iterator[Finding]:
    """A finding for each assumed number that decides at least one deadline."""
    decided: dict[str, list[tuple[str, float, float]]] = {}
    for name, limit, terms in _deadlines(scenario):
        mean = total_minutes(terms)
        by_path: dict[str, list[Term]] = {}
        for term in terms:
            by_path.setdefault(term.path, []).append(term)
        for path, terms_of_path in by_path.items():
            factors = terms_of_path[0].basis.factors()
            extremes = [mean + sum(t.at(factor) - t.minutes for t in terms_of_path) for factor in factors]
            if any((extreme <= limit) != (mean <= limit) for extreme in extremes):
                decided.setdefault(path, []).append((name, limit, mean))
    for path, deadlines in decided.items():
        name, limit, mean = deadlines[0]
        values = {"path": path, "count": len(deadlines), "deadline": name, "limit": limit, "mean": mean}
        yield Finding("rests-on-assumed", tuple(path.split(".")), values)


def _deadlines(scenario: Scenario) -> Iterator[tuple[str, float, tuple[Term, ...]]]:
    """Each deadline whose mean time can be computed: its name, its limit in minutes and the terms of the mean time."""
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
