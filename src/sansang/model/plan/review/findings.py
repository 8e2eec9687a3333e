"""What is a finding, how grave is it, and when is it silenced?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sansang.model.plan.suppressions import Suppression

Severity = Literal["error", "warning", "note"]

#: Every kind of finding. An error: as written, it cannot work. A warning: a good deputy objects. A note: know it.
KINDS: dict[str, Severity] = {
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
    """One objection: its code, where (names of the plan, outermost first), and what its sentence needs."""

    code: str
    at: tuple[str, ...]
    values: Mapping[str, object] = field(default_factory=dict)
    variant: str = ""  # a code may have several sentences

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return KINDS[self.code]

    @property
    def place(self) -> str:
        """ "injects.tin-03.deadline"."""
        return ".".join(self.at)


@dataclass(frozen=True, slots=True)
class SilencedFinding:
    """A finding and the reason for which it stands; None: nobody has answered it."""

    finding: Finding
    reason: str | None


def with_silences(found: Iterable[Finding], silences: tuple[Suppression, ...]) -> tuple[SilencedFinding, ...]:
    """The findings, each with the reason of the first silence that covers it, and the silences that cover none."""
    answered = []
    used: set[int] = set()
    for finding in found:
        by = next((i for i, silence in enumerate(silences) if silence.covers(finding.code, finding.place)), None)
        if by is not None:
            used.add(by)
        answered.append(SilencedFinding(finding, None if by is None else silences[by].reason))
    for number, silence in enumerate(silences):
        if number not in used:
            place = f" {silence.at}" if silence.at else ""
            left = Finding("silence-unused", ("silenced", str(number)), {"finding": silence.finding, "place": place})
            answered.append(SilencedFinding(left, None))
    return tuple(answered)
