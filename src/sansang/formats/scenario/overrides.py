"""What if one number were another? A plan that was read, with ``PATH=VALUE`` set in it, read again.

A path goes by names, as in findings: ``wards.p4.post.desks=2``, ``units.bom-p4.people=12``. One more form counts
units: ``wards.p4.units.bom=2`` asks for two units like `bom` (or `bom-p4`) in the ward, ``upper.units.bom=0`` for
none in the reserve. Copies stand at the end of the list and have no members of their own.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Sequence
from typing import Any

from sansang.formats.problems import Problem, Spot
from sansang.formats.scenario.read import ParsedScenario, read_data
from sansang.formats.scenario.source_spots import number_of
from sansang.formats.scenario.yaml_tree import parse_tree
from sansang.model.areas import Gazetteer
from sansang.words import mark

#: More copies of a unit than this are a slip of the hand.
MOST_COPIES = 100


def apply_settings(reading: ParsedScenario, settings: Sequence[str], gazetteer: Gazetteer) -> ParsedScenario:
    """The plan with every setting made; what is wrong with a setting has its place at ``--set …``."""
    assert reading.places is not None
    data = copy.deepcopy(reading.places.data)
    problems = []
    for setting in settings:
        wrong = _set(data, setting)
        if wrong is not None:
            code, message, mend, values = wrong
            problems.append(Problem(code, Spot(f"--set {setting}"), message, mend, values))
    if problems:
        return ParsedScenario(None, tuple(problems))
    changed = read_data(data, reading.places.where, gazetteer, reading.document)
    known = {(p.code, p.values.get("key")) for p in reading.problems}
    slips = [
        problem
        for problem in changed.problems
        # In a file an unknown key is kept for its author; in a setting it is a slip.
        if problem.severity == "error"
        or (problem.code == "unknown-key" and (problem.code, problem.values.get("key")) not in known)
    ]
    if slips:
        # The plan was in order before, so the settings are what is wrong.
        spot = Spot(" ".join(f"--set {setting}" for setting in settings))
        return ParsedScenario(None, tuple(Problem(p.code, spot, p.message, p.mend, p.values) for p in slips))
    return changed


Wrong = tuple[str, str, str, dict[str, object]]


def _set(data: dict[str, Any], setting: str) -> Wrong | None:
    path, equals, text = setting.partition("=")
    names = path.strip().split(".")
    if not equals or not all(names):
        return (
            "set-form",
            mark("A setting has the form PATH=VALUE"),
            mark("Write for example --set wards.p4.post.desks=2"),
            {},
        )
    tree = parse_tree("--set", f"x: {text}\n".encode())
    if not isinstance(tree.data, dict) or tree.problems:
        return (
            "set-value",
            mark("`{text}` is no value"),
            mark("Write a number, or a mapping such as {{triangular: [1, 2, 4], assumed: why}}"),
            {"text": text},
        )
    value = tree.data["x"]
    if names[0] in ("wards", "upper") and "units" in names[1:-1]:
        return _count_units(data, names, value)
    here: Any = data
    for name in names[:-1]:
        inner = _inside(here, name)
        if inner is None:
            return _unknown(here, name)
        here = inner
    if isinstance(here, dict):
        here[names[-1]] = value
        return None
    number = number_of(here, names[-1]) if isinstance(here, list) else None
    if number is None:
        return _unknown(here, names[-1])
    here[number] = value
    return None


def _inside(here: Any, name: str) -> Any:
    if isinstance(here, dict):
        return here.get(name)
    if isinstance(here, list) and (number := number_of(here, name)) is not None:
        return here[number]
    return None


def _unknown(here: Any, name: str) -> Wrong:
    names: list[str] = []
    if isinstance(here, dict):
        names = [str(key) for key in here]
    elif isinstance(here, list):
        names = [str(thing["id"]) for thing in here if isinstance(thing, dict) and "id" in thing]
    near = difflib.get_close_matches(name, names[:500], 1)
    listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return (
        "set-unknown",
        mark("There is no `{name}` there"),
        mark("Did you mean `{near}`? Known are: {known}") if near else mark("Write one of: {known}"),
        {"name": name, "near": near[0] if near else "", "known": listed or "–"},
    )


def _count_units(data: dict[str, Any], names: list[str], value: Any) -> Wrong | None:
    """``wards.W.units.U=N``: so many units like U in ward W."""
    ward = None if names[0] == "upper" else names[1]
    if len(names) != (3 if ward is None else 4) or names[-2] != "units":
        return (
            "set-form",
            mark("A setting has the form PATH=VALUE"),
            mark("Write for example --set wards.p4.units.bom=2"),
            {},
        )
    mine = [unit for unit in data.get("units", []) if isinstance(unit, dict) and unit.get("ward") == ward]
    wanted = names[-1]
    like = [unit for unit in mine if unit["id"] in (wanted, f"{wanted}-{ward}", f"{ward}-{wanted}")]
    if not like:
        return _unknown(mine, wanted)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_COPIES:
        return (
            "set-count",
            mark("`{value}` is no number of units"),
            mark("Write a whole number from 0 to {most}"),
            {"value": value, "most": MOST_COPIES},
        )
    unit = like[0]
    if value == 0:
        data["units"].remove(unit)
    taken = {one["id"] for one in data["units"]}
    for number in range(2, value + 1):
        another = copy.deepcopy(unit)
        another["id"] = next(
            name for name in (f"{unit['id']}-{n}" for n in range(number, number + 1000)) if name not in taken
        )
        taken.add(another["id"])
        another["name"] = f"{unit['name']} ({number})"
        # Other people: the same ones can't be counted twice.
        another.pop("members", None)
        data["units"].append(another)
    return None
