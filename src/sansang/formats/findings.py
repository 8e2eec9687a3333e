"""How is a review written down? Findings with their spots and sentences, as JSON and as SARIF 2.1.0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sansang import __version__
from sansang.formats.problems import Problem, Spot
from sansang.formats.scenario import ParsedScenario
from sansang.model.plan.review import KINDS, Finding, review, with_silences
from sansang.model.plan.review.findings import Severity
from sansang.words import Voice
from sansang.words.findings import FINDINGS

#: The order in which findings are told.
GRAVEST_FIRST: tuple[Severity, ...] = ("error", "warning", "note")
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Said:
    """A finding, or a problem of the reader, as it is told: where it stands, what it is, how it is mended."""

    code: str
    severity: Severity
    spot: Spot
    place: str
    message: str
    mend: str
    silenced: str | None = None


def findings(reading: ParsedScenario, voice: Voice) -> tuple[Said, ...]:
    """Everything to say about what was read: the reader's problems, then the review's findings, gravest first."""
    said = [_problem(problem, voice) for problem in reading.problems]
    if reading.scenario is not None and reading.places is not None:
        for answered in with_silences(review(reading.scenario), reading.scenario.silenced):
            finding = answered.finding
            message, mend = sentences(finding, voice)
            spot = reading.places.spot(finding.at)
            said.append(Said(finding.code, finding.severity, spot, finding.place, message, mend, answered.reason))
    return tuple(sorted(said, key=lambda one: (GRAVEST_FIRST.index(one.severity), one.spot)))


def sentences(finding: Finding, voice: Voice) -> tuple[str, str]:
    """What is wrong and how to mend it, in the reader's language."""
    key = f"{finding.code}/{finding.variant}" if finding.variant else finding.code
    message, mend = FINDINGS[key]
    values = {name: _written(value, voice) for name, value in finding.values.items()}
    return voice.say(message, **values), voice.say(mend)


def _written(value: object, voice: Voice) -> object:
    """Numbers as the language writes them, with a digit only where there is one."""
    if isinstance(value, int | float):
        return voice.number(value, 0 if float(value).is_integer() else 1)
    return value


def _problem(problem: Problem, voice: Voice) -> Said:
    message = voice.say(problem.message, **problem.values)
    mend = voice.say(problem.mend, **problem.values)
    return Said(problem.code, problem.severity, problem.spot, "", message, mend)


def as_json(said: Sequence[Said]) -> dict[str, Any]:
    """Plain values for machines: the findings, and how many of each severity are not silenced."""
    return {
        "findings": [
            {
                "code": one.code,
                "severity": one.severity,
                "file": one.spot.file,
                "line": one.spot.line,
                "column": one.spot.column,
                "place": one.place,
                "message": one.message,
                "mend": one.mend,
                "silenced": one.silenced,
            }
            for one in said
        ],
        "open": {severity: open_count(said, severity) for severity in GRAVEST_FIRST},
        "silenced": sum(one.silenced is not None for one in said),
    }


def open_count(said: Sequence[Said], severity: Severity) -> int:
    """How many findings of a severity nobody has answered."""
    return sum(one.severity == severity and one.silenced is None for one in said)


def as_sarif(said: Sequence[Said], voice: Voice, folder: str) -> dict[str, Any]:
    """A SARIF 2.1.0 log with one run; paths are those of the files below ``folder``.

    Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0" (2020), sections 3.13 to 3.35.
    """
    codes = sorted({one.code for one in said})
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "sansang",
                        "version": __version__,
                        "rules": [{"id": code, "defaultConfiguration": {"level": _level(code)}} for code in codes],
                    }
                },
                "language": voice.language,
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, codes.index(one.code), folder) for one in said],
            }
        ],
    }


def _level(code: str) -> str:
    return KINDS.get(code, "error")


def _result(one: Said, rule: int, folder: str) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(folder, one.spot.file)}}}
    if one.spot.line:
        location["physicalLocation"]["region"] = {"startLine": one.spot.line, "startColumn": one.spot.column}
    if one.place:
        location["logicalLocations"] = [{"fullyQualifiedName": one.place}]
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": one.severity,
        "message": {"text": f"{one.message}. {one.mend}."},
        "locations": [location],
    }
    if one.silenced is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": one.silenced}]
    return result


def _uri(folder: str, file: str) -> str:
    """A relative reference with forward slashes and what is not plain escaped."""
    from urllib.parse import quote

    path = file if file.startswith(folder) else f"{folder}/{file}"
    return quote(path.replace("\\", "/"))
