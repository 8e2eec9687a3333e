"""Is it the same plan? A digest over what a plan says, stable as the program grows; older forms are still recognised.

Two files that say the same in another layout have one digest. A result that is kept on a disk names the digest of its
plan, in the form of the version that played it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

#: On a field that does not change what a plan is: two plans that differ only there have one digest.
OUTSIDE_DIGEST = {"outside_digest": True}
#: Values that stand for each other in one field: their kind is part of what they say.
_ALTERNATIVES = ("Constant", "Uniform", "Triangular", "Exponential", "Lognormal", "Empirical", "Fixed", "Stream")


def digest(scenario: object) -> str:
    """SHA-256 (hex) over what a scenario (with or without its exercise) says, in the newest form.

    A field that holds its default is left out: a field that a later version adds changes no digest.
    """
    return _sha256({"form": 2, "plan": _form_2(scenario)})


def digests(scenario: object) -> tuple[str, ...]:
    """The digest in every form that a version of the program has used, the newest first.

    A plan that says what an older form had no field for has no digest of that form.
    """
    try:
        return (digest(scenario), _sha256(_form_1(scenario)))
    except _Unsayable:
        return (digest(scenario),)


def recognises(known: str, scenario: object) -> bool:
    """Whether a digest, in whichever form it was kept, is that of this scenario."""
    return known in digests(scenario)


def _sha256(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _form_2(value: Any) -> Any:
    """What a value says: fields by name without those that hold their defaults; 1 and 1.0 alike."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        said = {
            field.name: _form_2(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if not field.metadata.get("outside_digest") and not is_default(field, getattr(value, field.name))
        }
        kind = type(value).__name__
        return {"": kind, **said} if kind in _ALTERNATIVES else said
    if isinstance(value, Mapping):
        return {_key(name): _form_2(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return [_form_2(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(float(value))
    return _plain(value)


def is_default(field: dataclasses.Field[Any], value: object) -> bool:
    """Whether a field of a dataclass holds what it holds when it is left out."""
    if field.default is not dataclasses.MISSING:
        return bool(value == field.default)
    if field.default_factory is not dataclasses.MISSING:
        return bool(value == field.default_factory())
    return False


def _key(name: object) -> str:
    return "→".join(name) if isinstance(name, tuple) else str(name)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# Form 1, before the forms had numbers: every field of every class, under the names that they had then.


class _Unsayable(Exception):
    """A value says something that an older form has no field for."""


#: Classes that have had another name.
_NAMES_1 = {"Exercise": "Scenario", "Coordinates": "Place", "PlayedInject": "Inject", "DecisionBody": "Body"}
#: The fields of each class.
_FIELDS_1: dict[str, str] = {
    "AdminUnit": "code name kind valid_from valid_to predecessors partial centre area_km2 parent",
    "Amount": "value basis",
    "Basis": "provenance note low high",
    "Body": "id name members quorum",
    "Constant": "value",
    "CriticalTask": "id text objective standard target source",
    "Duration": "distribution basis",
    "Empirical": "points",
    "Escalation": "after percent follow_on",
    "Exponential": "average",
    "Fixed": "minute jitter",
    "FollowOn": "situation probability delay",
    "Inject": (
        "id number title message receiver planned status event_type scenario_time sender method "
        "expected_action responsible objectives tasks plan_reference deadline trigger condition parent "
        "storyline phase location priority attachments controller_notes author actual_release "
        "actual_action skip_reason handle starts"
    ),
    "Lognormal": "median sigma",
    "Means": "kind quantity state",
    "Member": "id role shows_up convene",
    "Need": "id capability amount work deadline supplies name",
    "Number": "value basis",
    "Objective": "id text capability",
    "Phase": "id name start end posts units_move training_issues",
    "Pillar": "id name_vi name_en causes",
    "PillarSet": "id name_vi name_en valid_from legal_basis pillars",
    "Place": "lat lon approximate",
    "Post": "id name desks chain bodies head",
    "Predecessor": "code valid_from partial",
    "Probability": "value basis",
    "RatePiece": "start end per_hour",
    "Role": "id name post kind",
    "Scenario": (
        "id title start horizon wards sites modes units situations pillars upper services policy "
        "no_answer count_from example description label phases objectives tasks roles injects"
    ),
    "Service": "id name capabilities response teams called",
    "Site": "id name ward place",
    "Situation": "id name priority needs start sites report_delay escalation waits order_within",
    "Step": "id name duration body paper without_quorum",
    "Stream": "pieces",
    "TrainingIssue": "number title",
    "TravelMode": "id name speed detour factor times",
    "Triangular": "low mode high",
    "Uniform": "low high",
    "Unit": "id name ward home mode capabilities kind on_duty shows_up turnout head people members means",
    "Upper": "post stores resupply",
    "Ward": "id area post stores keep_back",
}
#: What a scenario or an inject without the exercise around it said in the fields of that.
_DEFAULTS_1: dict[str, Any] = {"event_type": "inject", "objectives": (), "tasks": (), "roles": (), "attachments": ()}


def _form_1(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        name = _NAMES_1.get(type(value).__name__, type(value).__name__)
        known = _FIELDS_1[name].split()
        for field in dataclasses.fields(value):
            if field.metadata.get("outside_digest") or field.name in known:
                continue
            if not is_default(field, getattr(value, field.name)):
                raise _Unsayable(field.name)
        said = {one: _form_1(getattr(value, one, _DEFAULTS_1.get(one, ""))) for one in known}
        return {"": name, **said}
    if isinstance(value, Mapping):
        return {_key(name): _form_1(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return [_form_1(item) for item in value]
    return repr(value) if isinstance(value, float) else _plain(value)
