"""Which unit is ordered to what, and how far is it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sansang.model.entry import Entry
from sansang.model.fact import SEALED, Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, NewId, Refusal, Subject, Touch
from sansang.model.operation.opening import needs_open
from sansang.model.operation.situations import SITUATIONS
from sansang.model.operation.units import UNITS, ensure_unit

OrderStep = Literal["acknowledged", "turned_out", "on_scene", "done", "released", "declined"]


@dataclass(frozen=True, slots=True)
class UnitOrdered(Fact):
    """A unit is ordered to a situation, perhaps with a time by which it must have answered."""

    order: str
    unit: str
    situation: str
    task: str = field(default="", metadata=SEALED)
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderAnswered(Fact):
    """How far an order is: acknowledged, turned out, on scene, done, released, or declined with a reason."""

    order: str
    step: OrderStep
    note: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class OrderNow:
    """An order to a unit: how far it is, and when each step was reached."""

    id: str
    unit: str
    situation: str
    task: str
    post: str
    given: datetime
    answer_by: datetime | None
    steps: Mapping[OrderStep, datetime] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether the unit is still bound by it."""
        return not self.steps.keys() & {"done", "released", "declined"}

    @property
    def is_answered(self) -> bool:
        """Whether the unit has said anything."""
        return bool(self.steps)


ORDERS = Table("orders", str, OrderNow)
_RANK: dict[OrderStep, int] = {
    "acknowledged": 1,
    "turned_out": 2,
    "on_scene": 3,
    "done": 4,
    "released": 5,
    "declined": 6,
}


def _ordered(state: Fold, entry: Entry, fact: UnitOrdered) -> None:
    if not state.is_new(entry, ORDERS, fact.order):
        return
    unit = ensure_unit(state, entry, fact.unit)
    if unit.availability == "assigned":
        state.flag(entry, "unit-double", fact.unit)
    elif unit.availability == "out_of_service":
        state.flag(entry, "unit-unavailable", fact.unit)
    if fact.situation not in state[SITUATIONS]:
        state.flag(entry, "reference-missing", fact.situation)
    state[ORDERS][fact.order] = OrderNow(
        fact.order, fact.unit, fact.situation, fact.task, entry.post, entry.happened, fact.answer_by
    )
    state[UNITS][fact.unit] = replace(unit, availability="assigned", reason="", order=fact.order)


def _refuse_ordered(state: Fold, fact: UnitOrdered) -> Refusal | None:
    refusal = needs_open(state)
    unit = state[UNITS].get(fact.unit)
    if refusal is not None or unit is None or unit.availability == "available":
        return refusal
    if unit.availability == "out_of_service":
        return Refusal("unit-out-of-service", unit.reason)
    return Refusal("unit-assigned", unit.order)


def _answered(state: Fold, entry: Entry, fact: OrderAnswered) -> None:
    order = state.find(entry, ORDERS, fact.order)
    if order is None:
        return
    if any(_RANK[step] > _RANK[fact.step] for step in order.steps):
        state.flag(entry, "step-back", fact.order)
    steps = dict(order.steps)
    steps.setdefault(fact.step, entry.happened)
    state[ORDERS][fact.order] = replace(order, steps=steps)
    unit = state[UNITS][order.unit]
    if fact.step in ("released", "declined", "done") and unit.order == fact.order:
        state[UNITS][order.unit] = replace(unit, availability="available", reason="", order="")


SUBJECT = Subject(
    __name__,
    (ORDERS,),
    (
        FactKind(
            "unit_ordered",
            1,
            UnitOrdered,
            "order",
            (Touch(ORDERS, "order"), Touch(UNITS, "unit"), Touch(SITUATIONS, "situation")),
            _ordered,
            _refuse_ordered,
            new_id=NewId("order", "o"),
        ),
        FactKind("order_answered", 1, OrderAnswered, "log", (Touch(ORDERS, "order"),), _answered),
    ),
)
