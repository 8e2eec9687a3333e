"""Which findings of the review has the planner accepted, and why?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suppression:
    """A finding of the review that stands for a reason. ``at`` is its place, or one around it; "" everywhere."""

    finding: str
    reason: str
    at: str = ""

    def covers(self, code: str, place: str) -> bool:
        """Whether this answers a finding of that code at that place ("injects.tin-03.deadline")."""
        return self.finding == code and (self.at in ("", place) or place.startswith(f"{self.at}."))
