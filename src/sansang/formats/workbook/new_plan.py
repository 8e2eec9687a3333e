"""What folder does a foreign list become? A scenario in the making: the exercise and its injects, no forces yet."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from sansang.formats.problems import Problem, Spot
from sansang.formats.scenario.plain_yaml import emit, emit_item
from sansang.formats.scenario.read import MAIN
from sansang.formats.workbook.foreign_list import MasterList
from sansang.formats.workbook.injects import slug
from sansang.words import mark

INJECTS = "injects.yaml"
#: The longest exercise that a scenario may be, in minutes.
LONGEST = 34_560.0


def new_plan(file: str, listed: MasterList, name: str) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """The files of a new folder, by name, and what could not be settled; ``name`` is that of the folder.

    Objectives, tasks and phases are those that the list names. A phase lasts from its first inject to the first of
    the next one; where phases run side by side they have no windows, and the injects keep the name as a column.
    """
    problems: list[Problem] = []
    injects = [dict(inject) for inject in listed.injects]
    horizon = _horizon(injects)
    phases = _phases(file, listed, injects, horizon, problems)
    main: dict[str, Any] = {
        "format": 1,
        "id": slug(name, 60) or "dien-tap",
        "title": listed.title or name,
        "start": listed.start.isoformat(),
        "horizon": horizon,
        "pillars": "five_hcmc_2019",
        "parts": [INJECTS],
    }
    if phases:
        main["phases"] = phases
    if listed.objectives:
        main["objectives"] = [{"id": one, "text": text} for one, text in listed.objectives.items()]
    if listed.tasks:
        main["tasks"] = [{"id": one, "text": text} for one, text in listed.tasks.items()]
    head = f"# {listed.title or name}\n# Nhập từ bảng tính / imported from a workbook: {_one_line(file)}\n"
    items = "".join(emit_item(inject) for inject in injects)
    written = f"injects:\n{items}" if injects else "injects: []\n"
    return {MAIN: (head + emit(main)).encode(), INJECTS: written.encode()}, tuple(problems)


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _horizon(injects: list[dict[str, Any]]) -> float:
    """Until half an hour after the last time of the list, a full half hour, at least an hour."""
    last = max((max(i.get("planned") or 0.0, i.get("deadline") or 0.0) for i in injects), default=0.0)
    return min(LONGEST, max(60.0, (math.floor(last / 30) + 2) * 30.0))


def _phases(
    file: str,
    listed: MasterList,
    injects: list[dict[str, Any]],
    horizon: float,
    problems: list[Problem],
) -> list[dict[str, Any]]:
    spans: dict[str, tuple[float, float]] = {}
    for inject in injects:
        planned, phase = inject.get("planned"), inject.get("phase")
        if phase is not None and planned is not None:
            low, high = spans.get(phase, (planned, planned))
            spans[phase] = (min(low, planned), max(high, planned))
    order = sorted(spans, key=lambda phase: spans[phase])
    apart = all(spans[a][1] < spans[b][0] for a, b in pairwise(order))
    if order and apart:
        ends = [spans[phase][0] for phase in order[1:]] + [horizon]
        windows = {
            phase: (spans[phase][0] if number else 0.0, end)
            for number, (phase, end) in enumerate(zip(order, ends, strict=True))
        }
        _forget(injects, listed.phases, set(listed.phases) - windows.keys())
        return [
            {"id": phase, "name": listed.phases[phase], "from": low, "to": high}
            for phase, (low, high) in windows.items()
        ]
    if listed.phases:
        _forget(injects, listed.phases, set(listed.phases))
        problems.append(
            Problem(
                "phases-side-by-side",
                Spot(file),
                mark("The phases {names} have no times, or run side by side, so a window cannot be derived"),
                mark("Write the phases with their windows into exercise.yaml; each inject keeps the name as a column"),
                {"names": ", ".join(listed.phases.values())[:200]},
                "warning",
            )
        )
    return []


def _forget(injects: list[dict[str, Any]], names: Mapping[str, str], phases: set[str]) -> None:
    for inject in injects:
        if inject.get("phase") in phases:
            other = dict(inject.get("other_columns", {}))
            other["phase"] = names[inject.pop("phase")]
            inject["other_columns"] = other


def empty_plan(name: str, start: str) -> dict[str, bytes]:
    """The files of an empty plan in a folder of this name, which a filled-in template is brought into."""
    main = {
        "format": 1,
        "id": slug(name) or "dien-tap",
        "title": name,
        "start": start,
        "horizon": 240,
        "pillars": "five_hcmc_2019",
    }
    return {MAIN: emit(main).encode()}
