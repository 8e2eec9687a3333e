"""Which columns do the tables of a plan have? Both programs, the reference and the kernel, play these tables.

Columns that end in ``_ms`` are times or durations in milliseconds, those that end in ``_distribution`` rows of the
table of distributions (minutes, or a factor), and ``key`` is the entity's random stream (``keys``).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: A time later than any horizon (ms): the end of a duty window without end.
NEVER = 2**60

#: How the start of a definition is given (DEFINITION.start_kind).
START_FOLLOW_ON, START_FIXED, START_STREAM, START_INJECT = 0, 1, 2, 3

UNIT_DTYPE = np.dtype(
    [
        ("ward", "i4"),  # the reserve's ward is the number of wards
        ("home", "i4"),
        ("mode", "i4"),
        ("duty_from_ms", "i8"),
        ("duty_to_ms", "i8"),
        ("shows_up", "f8"),
        ("turnout_distribution", "i4"),
        ("key", "i8"),
    ]
)
DEFINITION_DTYPE = np.dtype(
    [
        ("priority", "i4"),
        ("start_kind", "i4"),
        ("start_minute", "f8"),
        ("jitter_distribution", "i4"),
        ("first_piece", "i4"),
        ("piece_count", "i4"),
        ("first_site_choice", "i4"),
        ("site_choice_count", "i4"),  # 0: the parent's site
        ("report_delay_distribution", "i4"),
        ("first_need", "i4"),
        ("need_count", "i4"),
        ("escalates_after_ms", "i8"),  # -1: never
        ("growth_percent", "i8"),
        ("follow_on", "i4"),  # -1: none
        ("follow_on_probability", "f8"),
        ("follow_on_delay_distribution", "i4"),
        ("parent", "i4"),  # -1: none
        ("waits", "i4"),
        ("order_within_ms", "i8"),  # -1: no deadline
        ("key", "i8"),
    ]
)
PIECE_DTYPE = np.dtype([("start_ms", "f8"), ("end_ms", "f8"), ("arrivals_per_ms", "f8"), ("arrivals_before", "f8")])
SITE_CHOICE_DTYPE = np.dtype([("site", "i4"), ("cumulative_weight", "f8")])
NEED_DTYPE = np.dtype(
    [
        ("definition", "i4"),
        ("capability", "i4"),
        ("amount", "i8"),
        ("work_distribution", "i4"),
        ("deadline_ms", "i8"),  # -1: none
        ("first_supply", "i4"),
        ("supply_count", "i4"),
        ("key", "i8"),
    ]
)
SUPPLY_DTYPE = np.dtype([("kind", "i4"), ("amount", "i8")])
POST_DTYPE = np.dtype([("desks", "i4"), ("first_step", "i4"), ("step_count", "i4")])  # desks -1: any number
STEP_DTYPE = np.dtype([("body", "i4"), ("duration_distribution", "i4"), ("without_quorum_ms", "i8"), ("key", "i8")])
BODY_DTYPE = np.dtype([("first_member", "i4"), ("member_count", "i4"), ("quorum", "i4")])
MEMBER_DTYPE = np.dtype([("shows_up", "f8"), ("convene_distribution", "i4"), ("key", "i8")])
PHASE_DTYPE = np.dtype([("start_ms", "i8"), ("end_ms", "i8"), ("units_move", "i4")])
INJECT_DTYPE = np.dtype(
    [
        ("planned_ms", "i8"),
        ("post", "i4"),
        ("priority", "i4"),
        ("handle_distribution", "i4"),
        ("starts_definition", "i4"),
        ("key", "i8"),
    ]
)
SERVICE_DTYPE = np.dtype([("response_distribution", "i4"), ("teams", "i4"), ("called_at_report", "i4")])

#: The settings of a plan, in one row.
GENERAL_DTYPE = np.dtype(
    [
        ("horizon_ms", "i8"),
        ("count_from_ms", "i8"),
        ("no_answer_ms", "i8"),
        ("nearest_of_all", "i4"),
        ("ward_count", "i4"),
        ("has_upper", "i4"),  # 0 or 1; its post and store are those after the wards'
        ("resupply_distribution", "i4"),
    ]
)


class PlanTables(NamedTuple):
    """The tables of a plan. Rows are in the order of the file; −1 where there is no value."""

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
    travel_ms: NDArray[np.int64]  # mode × site × site; −1: no way
    mode_factor_distribution: NDArray[np.int32]
    site_ward: NDArray[np.int32]
    phases: NDArray[Any]
    active_posts: NDArray[np.int64]  # phase × post: 1 where the post acts
    injects: NDArray[Any]  # those that are played, in the order of the file
    distributions: NDArray[np.float64]
    points: NDArray[np.float64]
