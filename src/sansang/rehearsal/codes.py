"""What can a trace line say? Codes of events and of their consequences, of causes and of activities."""

from __future__ import annotations

from typing import Final

# Kinds of events, in the order in which they are processed at one instant (then by entity).
ON_DUTY: Final = 0
HOME: Final = 1
INJECT: Final = 2
OCCURS: Final = 3
REPORTED: Final = 4
SUPPLIES: Final = 5
UNIT_ARRIVES: Final = 6
SERVICE_ARRIVES: Final = 7
WORK_DONE: Final = 8
NO_ANSWER: Final = 9
MEMBER_ARRIVES: Final = 10
STEP_ENDS: Final = 11
WARD_CHAIN_ENDS: Final = 12
UPPER_CHAIN_ENDS: Final = 13
DESKS: Final = 14
ESCALATION: Final = 15

# Consequences of an event.
ORDERED: Final = 32
CALLED: Final = 33
SHORT: Final = 34
REQUESTED: Final = 35
AID_GRANTED: Final = 36
STARTED: Final = 37
CONTAINED: Final = 38
PULLED: Final = 39
LOST: Final = 40
CUT: Final = 41
FREED: Final = 42
LEAVES: Final = 43
DESK_TAKEN: Final = 44
GROWN: Final = 45
ORDER_GIVEN: Final = 46

# Causes, in the order of sansang.model.plan.pillars.CAUSES.
CAUSE_REPORT: Final = 0
CAUSE_DESK: Final = 1
CAUSE_CONVENING: Final = 2
CAUSE_DECISION: Final = 3
CAUSE_NO_ANSWER: Final = 4
CAUSE_TURNOUT: Final = 5
CAUSE_UNIT: Final = 6
CAUSE_TRAVEL: Final = 7
CAUSE_SUPPLIES: Final = 8
CAUSE_COUNT: Final = 9

# Activities of a unit, to which its time is booked.
ACTIVITY_HOME: Final = 0
ACTIVITY_CALLED: Final = 1  # called, and absent
ACTIVITY_TURNOUT: Final = 2
ACTIVITY_TRAVEL: Final = 3
ACTIVITY_STANDING: Final = 4  # on scene, the work not started
ACTIVITY_WORKING: Final = 5
ACTIVITY_RETURNING: Final = 6
ACTIVITY_COUNT: Final = 7

#: Code → word of a trace line: the names of the events and their consequences above, in lower case.
TRACE_WORDS: Final[dict[int, str]] = {
    code: name.lower()
    for name, code in dict(vars()).items()
    if isinstance(code, int) and not name.startswith(("CAUSE_", "ACTIVITY_"))
}
