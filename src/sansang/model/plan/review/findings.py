"""What is a finding, how severe is it, and when is it silenced?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sansang.model.plan.suppressions import Suppression

Severity = Literal["error", "warning", "note"]

#: Code → severity. Error: the plan cannot work as written. Warning: a good deputy objects. Note: for information.
SEVERITY_BY_CODE: dict[str, Severity] = {
    "no-expected-action": "warning",
    "no-deadline": "warning",
    "no-owner": "warning",
    "no-task": "warning",
    "deadline-before-release": "error",
    "receiver-unknown": "error",
    "inject-unheard": "error",
    "controller-clash": "warning",
    "contingency-dead": "error",
    "objective-untested": "warning",
    "task-untested": "warning",
    "target-without-measure": "warning",
    "post-flooded": "warning",
    "post-idle": "warning",
    "situation-unheard": "error",
    "head-missing": "warning",
    "person-twice": "error",
    "need-out-of-reach": "error",
    "need-grows-out-of-reach": "warning",
    "need-only-with-aid": "note",
    "no-store-holds": "error",
    "supply-short": "error",
    "rests-on-assumed": "note",
    "silence-unused": "warning",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection: its code, its path in the plan (ids, outermost first), and the values of its sentence."""

    code: str
    at: tuple[str, ...]
    values: Mapping[str, object] = field(default_factory=dict)
    variant: str = ""  # selects one of several sentences for the code

    @property
    def severity(self) -> Severity:
        """The severity of its code."""
        return SEVERITY_BY_CODE[self.code]

    @property
    def place(self) -> str:
        """The path as text: "injects.tin-03.deadline"."""
        return ".".join(self.at)


@dataclass(frozen=True, slots=True)
class ReviewedFinding:
    """A finding with the reason for which it is silenced; None if it is open."""

    finding: Finding
    reason: str | None


def with_silences(found: Iterable[Finding], silences: tuple[Suppression, ...]) -> tuple[ReviewedFinding, ...]:
    """The findings, each with the reason of the first silence that covers it, and a finding for each unused silence."""
    reviewed = []
    used: set[int] = set()
    for finding in found:
        covering = next((i for i, silence in enumerate(silences) if silence.covers(finding.code, finding.place)), None)
        if covering is not None:
            used.add(covering)
        reviewed.append(ReviewedFinding(finding, None if covering is None else silences[covering].reason))
    for number, silence in enumerate(silences):
        if number not in used:
            place = f" {silence.at}" if silence.at else ""
            unused = Finding("silence-unused", ("silenced", str(number)), {"finding": silence.finding, "place": place})
            reviewed.append(ReviewedFinding(unused, None))
    return tuple(reviewed)
