"""What can stand in a trace? Numbers of events and of what follows from them, the same in both programs."""

from __future__ import annotations

from typing import Final

# Events, in the order in which they are taken at one instant (then by entity).
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

# What follows from an event.
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
C_REPORT: Final = 0
C_DESK: Final = 1
C_CONVENING: Final = 2
C_DECISION: Final = 3
C_NO_ANSWER: Final = 4
C_TURNOUT: Final = 5
C_UNIT: Final = 6
C_TRAVEL: Final = 7
C_SUPPLIES: Final = 8
CAUSE_COUNT: Final = 9

# What a unit is doing, for the sum of its minutes.
U_HOME: Final = 0
U_CALLED: Final = 1  # called, and absent
U_TURNOUT: Final = 2
U_TRAVEL: Final = 3
U_STANDING: Final = 4  # on scene, the work not begun
U_WORKING: Final = 5
U_RETURNING: Final = 6
ACTIVITY_COUNT: Final = 7
