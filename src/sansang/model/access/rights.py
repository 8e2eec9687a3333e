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
    "log",  # put down what happened
    "order",  # commit units, ask for aid, answer a request
    "hand_over",  # take, leave and hand over roles
    "open",  # open and close an operation
    "declare",  # declare and revoke a civil-defence level
    "people",  # posts, people and grants
    "contacts",  # list and approve a drill's contacts
    "erase",  # destroy the keys of words
    "exchange",  # take in and give out logs
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

#: The right that an entry of a kind needs of its author; every other kind needs "log".
NEEDED: dict[str, Right] = {
    "opened": "open",
    "closed": "open",
    "level_declared": "declare",
    "level_revoked": "declare",
    "unit_ordered": "order",
    "aid_requested": "order",
    "aid_answered": "order",
    "period_started": "order",
    "role_taken": "hand_over",
    "role_left": "hand_over",
    "handover_offered": "hand_over",
    "handover_accepted": "hand_over",
    "post_listed": "people",
    "person_listed": "people",
    "standing_unit_listed": "people",
    "standing_unit_removed": "people",
    "granted": "people",
    "grant_revoked": "people",
    "first_password_given": "people",
    "person_shut_out": "people",
    "contact_listed": "contacts",
    "contacts_approved": "contacts",
    "contact_removed": "contacts",
    "erased": "erase",
    "replica_started": "exchange",
    "checkpointed": "exchange",
    "clock_doubted": "exchange",
}


def needed(kind: str) -> Right:
    """The right that its author needs to put down an entry of this kind."""
    return NEEDED.get(kind, "log")


def within(path: str, area: str) -> bool:
    """Whether a path ("79/27163") lies in an area ("79"); the area "" is everything."""
    return not area or path == area or path.startswith(f"{area}/")
