"""Which columns do the tables of a plan have? What both programs, the reference and the kernel, play."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Later than any horizon: a duty window without end.
NEVER = 2**60

#: How the start of a definition is given.
START_FOLLOW_ON, START_FIXED, START_STREAM, START_INJECT = 0, 1, 2, 3

UNIT = np.dtype(
    [
        ("ward", "i4"),  # the reserve's ward is the number of wards
        ("home", "i4"),
        ("mode", "i4"),
        ("duty_from", "i8"),
        ("duty_to", "i8"),
        ("shows_up", "f8"),
        ("turnout", "i4"),
        ("key", "i8"),
    ]
)
DEFINITION = np.dtype(
    [
        ("priority", "i4"),
        ("start", "i4"),
        ("minute", "f8"),
        ("jitter", "i4"),
        ("first_piece", "i4"),
        ("pieces", "i4"),
        ("first_site", "i4"),
        ("sites", "i4"),  # 0: the parent's site
        ("report", "i4"),
        ("first_need", "i4"),
        ("needs", "i4"),
        ("escalates_after", "i8"),  # -1: never
        ("percent", "i8"),
        ("follow_on", "i4"),  # -1: none
        ("follow_on_chance", "f8"),
        ("follow_on_delay", "i4"),
        ("parent", "i4"),  # -1: none
        ("waits", "i4"),
        ("order_within", "i8"),  # -1: no deadline
        ("key", "i8"),
    ]
)
PIECE = np.dtype([("start", "f8"), ("end", "f8"), ("rate", "f8"), ("before", "f8")])  # ms, arrivals a ms
SITE_CHOICE = np.dtype([("site", "i4"), ("up_to", "f8")])
NEED = np.dtype(
    [
        ("definition", "i4"),
        ("capability", "i4"),
        ("amount", "i8"),
        ("work", "i4"),
        ("deadline", "i8"),  # -1: none
        ("first_supply", "i4"),
        ("supplies", "i4"),
        ("key", "i8"),
    ]
)
SUPPLY = np.dtype([("kind", "i4"), ("amount", "i8")])
POST = np.dtype([("desks", "i4"), ("first_step", "i4"), ("steps", "i4")])  # desks -1: any number
STEP = np.dtype([("body", "i4"), ("duration", "i4"), ("without_quorum", "i8"), ("key", "i8")])
BODY = np.dtype([("first_member", "i4"), ("members", "i4"), ("quorum", "i4")])
MEMBER = np.dtype([("shows_up", "f8"), ("convene", "i4"), ("key", "i8")])
PHASE = np.dtype([("start", "i8"), ("end", "i8"), ("units_move", "i4")])
INJECT = np.dtype(
    [("planned", "i8"), ("post", "i4"), ("priority", "i4"), ("handle", "i4"), ("starts", "i4"), ("key", "i8")]
)
SERVICE = np.dtype([("response", "i4"), ("teams", "i4"), ("at_report", "i4")])

#: One row per plan for what is said once.
GENERAL = np.dtype(
    [
        ("horizon", "i8"),
        ("count_from", "i8"),
        ("no_answer", "i8"),
        ("nearest_of_all", "i4"),
        ("wards", "i4"),
        ("upper", "i4"),  # 0 or 1; its post and store are those after the wards'
        ("resupply", "i4"),
    ]
)


class Plan(NamedTuple):
    """The tables of a plan. Rows are in the order of the file; times in ms, −1 where there is none."""

    general: NDArray[Any]
    units: NDArray[Any]
    strength: NDArray[np.int64]  # unit × capability
    definitions: NDArray[Any]
    pieces: NDArray[Any]
    site_choices: NDArray[Any]
    needs: NDArray[Any]
    supplies: NDArray[Any]
    posts: NDArray[Any]
    steps: NDArray[Any]
    bodies: NDArray[Any]
    members: NDArray[Any]
    services: NDArray[Any]
    service_strength: NDArray[np.int64]  # service × capability
    stock: NDArray[np.int64]  # ward or upper × kind of supply
    keep_back: NDArray[np.int64]  # ward × capability
    travel: NDArray[np.int64]  # mode × site × site, ms; −1 no way
    mode_factor: NDArray[np.int32]
    site_ward: NDArray[np.int32]
    phases: NDArray[Any]
    acts: NDArray[np.int64]  # phase × post: 1 where the post acts
    injects: NDArray[Any]  # those that are played, in the order of the file
    distributions: NDArray[np.float64]
    points: NDArray[np.float64]
