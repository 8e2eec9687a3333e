"""What would a good deputy object to? A plan looked through before anyone plays it; nothing is played here.

Each finding has a code (:data:`KINDS` gives its severity), the place in the plan by names, and values for the
sentence that says it. A locality silences one with a reason, in the plan itself.
"""

from __future__ import annotations

from sansang.model.exercise.exercise import Exercise
from sansang.model.plan.review.assumption_dependence import resting_on_assumed
from sansang.model.plan.review.findings import KINDS, Finding, SilencedFinding, with_silences
from sansang.model.plan.review.forces import forces
from sansang.model.plan.review.injects import injects
from sansang.model.plan.review.posts import posts

__all__ = ["KINDS", "Finding", "SilencedFinding", "review", "with_silences"]


def review(scenario: Exercise) -> tuple[Finding, ...]:
    """Every finding, silenced or not, in the order of the rooms of a plan: injects, posts, forces, assumptions."""
    return (*injects(scenario), *posts(scenario), *forces(scenario), *resting_on_assumed(scenario))
