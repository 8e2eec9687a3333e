"""Which role may do what? One table, by the authority that the law and the exercise plan give each role."""

from __future__ import annotations

from typing import Literal

Role = Literal[
    "administrator",
    "chair",
    "commander",
    "duty_officer",
    "unit_leader",
    "controller",
    "evaluator",
    "observer",
    "auditor",
]
Right = Literal[
    "see",  # read what the area's posts have written
    "log",  # write down what happened
    "order",  # commit units, ask for aid, answer a request
    "hand_over",  # take, leave and hand over roles
    "open",  # open and close an operation
    "declare",  # declare and revoke a civil-defence level
    "people",  # posts, people and grants
    "contacts",  # list and approve a drill's contacts
    "erase",  # destroy the keys of words
    "exchange",  # import and export logs
]

RIGHTS: dict[Role, frozenset[Right]] = {
    "administrator": frozenset({"see", "people", "contacts", "erase", "exchange"}),
    # The chair of the commune's People's Committee declares level 1 (Law on Civil Defence; since 01/07/2025).
    "chair": frozenset({"see", "log", "order", "hand_over", "open", "declare", "contacts"}),
    "commander": frozenset({"see", "log", "order", "hand_over", "open", "contacts"}),
    "duty_officer": frozenset({"see", "log", "order", "hand_over"}),
    "unit_leader": frozenset({"see", "log"}),
    "controller": frozenset({"see", "log", "open", "contacts"}),
    "evaluator": frozenset({"see", "log"}),
    "observer": frozenset({"see"}),
    "auditor": frozenset({"see", "exchange"}),
}


def within(path: str, area: str) -> bool:
    """Whether a path ("79/27163") lies in an area ("79"); the area "" is everything."""
    return not area or path == area or path.startswith(f"{area}/")
