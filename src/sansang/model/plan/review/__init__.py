"""What would a good deputy object to in a plan? Static checks; nothing is rehearsed here.

Each finding has a code (:data:`SEVERITY_BY_CODE` gives its severity), its place in the plan by ids, and values for its
sentence. A locality can silence a finding in the plan itself, with a reason.
"""

from __future__ import annotations

from sansang.model.exercise.exercise import Exercise
from sansang.model.plan.review.assumption_dependence import review_assumptions
from sansang.model.plan.review.findings import SEVERITY_BY_CODE, Finding, ReviewedFinding, with_silences
from sansang.model.plan.review.forces import review_forces
from sansang.model.plan.review.injects import review_injects
from sansang.model.plan.review.posts import review_posts

__all__ = ["SEVERITY_BY_CODE", "Finding", "ReviewedFinding", "review", "with_silences"]


def review(scenario: Exercise) -> tuple[Finding, ...]:
    """All findings, silenced or not: on injects, posts, forces and assumptions, in this order."""
    return (*review_injects(scenario), *review_posts(scenario), *review_forces(scenario), *review_assumptions(scenario))
