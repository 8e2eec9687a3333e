"""How are the findings of a review reported? With positions and sentences, as JSON and as SARIF 2.1.0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sansang import __version__
from sansang.formats.problems import Problem, Spot
from sansang.formats.scenario import ParsedScenario
from sansang.model.plan.review import SEVERITY_BY_CODE, Finding, review, with_silences
from sansang.model.plan.review.findings import Severity
from sansang.words import Voice
from sansang.words.findings import FINDING_MESSAGES

#: The order in which findings are reported.
MOST_SEVERE_FIRST: tuple[Severity, ...] = ("error", "warning", "note")
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """A finding of the review or a problem of the reader, with its position and sentences in one language.

    ``silenced`` is the reason given in the plan for silencing it; None if it is open.
    """

    code: str
    severity: Severity
    spot: Spot
    place: str
    message: str
    mend: str
    silenced: str | None = None


def report_findings(reading: ParsedScenario, voice: Voice) -> tuple[ReportedFinding, ...]:
    """The reader's problems and the review's findings, most severe first, then by position."""
    reported = [_from_problem(problem, voice) for problem in reading.problems]
    if reading.scenario is not None and reading.places is not None:
        for answered in with_silences(review(reading.scenario), reading.scenario.silenced):
            finding = answered.finding
            message, mend = finding_sentences(finding, voice)
            spot = reading.places.spot(finding.at)
            reported.append(
                ReportedFinding(finding.code, finding.severity, spot, finding.place, message, mend, answered.reason)
            )
    return tuple(sorted(reported, key=lambda item: (MOST_SEVERE_FIRST.index(item.severity), item.spot)))


def finding_sentences(finding: Finding, voice: Voice) -> tuple[str, str]:
    """What is wrong and how to correct it, in the reader's language."""
    key = f"{finding.code}/{finding.variant}" if finding.variant else finding.code
    message, mend = FINDING_MESSAGES[key]
    values = {name: _formatted(value, voice) for name, value in finding.values.items()}
    return voice.say(message, **values), voice.say(mend)


def _formatted(value: object, voice: Voice) -> object:
    """Numbers in the language's format, with a decimal unless they are whole."""
    if isinstance(value, int | float):
        return voice.number(value, 0 if float(value).is_integer() else 1)
    return value


def _from_problem(problem: Problem, voice: Voice) -> ReportedFinding:
    message = voice.say(problem.message, **problem.values)
    mend = voice.say(problem.mend, **problem.values)
    return ReportedFinding(problem.code, problem.severity, problem.spot, "", message, mend)


def findings_as_json(found: Sequence[ReportedFinding]) -> dict[str, Any]:
    """Plain values for JSON: the findings, and how many of each severity are not silenced."""
    return {
        "findings": [
            {
                "code": item.code,
                "severity": item.severity,
                "file": item.spot.file,
                "line": item.spot.line,
                "column": item.spot.column,
                "place": item.place,
                "message": item.message,
                "mend": item.mend,
                "silenced": item.silenced,
            }
            for item in found
        ],
        "open": {severity: open_count(found, severity) for severity in MOST_SEVERE_FIRST},
        "silenced": sum(item.silenced is not None for item in found),
    }


def open_count(found: Sequence[ReportedFinding], severity: Severity) -> int:
    """How many findings of a severity are not silenced."""
    return sum(item.severity == severity and item.silenced is None for item in found)


def findings_as_sarif(found: Sequence[ReportedFinding], voice: Voice, folder: str) -> dict[str, Any]:
    """A SARIF 2.1.0 log with one run; paths are those of the files below ``folder``.

    Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0" (2020), sections 3.13 to 3.35.
    """
    codes = sorted({item.code for item in found})
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
                "results": [_result(item, codes.index(item.code), folder) for item in found],
            }
        ],
    }


def _level(code: str) -> str:
    return SEVERITY_BY_CODE.get(code, "error")


def _result(item: ReportedFinding, rule: int, folder: str) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(folder, item.spot.file)}}}
    if item.spot.line:
        location["physicalLocation"]["region"] = {"startLine": item.spot.line, "startColumn": item.spot.column}
    if item.place:
        location["logicalLocations"] = [{"fullyQualifiedName": item.place}]
    result: dict[str, Any] = {
        "ruleId": item.code,
        "ruleIndex": rule,
        "level": item.severity,
        "message": {"text": f"{item.message}. {item.mend}."},
        "locations": [location],
    }
    if item.silenced is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": item.silenced}]
    return result


def _uri(folder: str, file: str) -> str:
    """A relative URI reference with forward slashes, percent-encoded."""
    from urllib.parse import quote

    path = file if file.startswith(folder) else f"{folder}/{file}"
    return quote(path.replace("\\", "/"))
