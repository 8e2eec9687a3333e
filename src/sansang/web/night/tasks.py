"""Who owes an answer to whom? Open orders, aid, messages, handovers, reports and calls for help, as tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sansang.boards.queries import Boards
from sansang.model.operation.aid import AID
from sansang.model.operation.calls_for_help import CALLS_FOR_HELP
from sansang.model.operation.messages import MESSAGES, OWED_REPORTS
from sansang.model.operation.orders import ORDERS, OrderStep
from sansang.model.operation.roles import HANDOVERS

TaskKind = Literal["help", "order", "aid", "message", "handover", "report"]


@dataclass(frozen=True, slots=True)
class OperationTask:
    """Something that is to be done or answered.

    ``post`` gave it; ``owed_by`` is the unit or post that owes the answer ("" where ``owing`` names people or posts);
    ``posts`` may read it; ``text`` is what its author wrote.
    """

    kind: TaskKind
    id: str
    post: str
    posts: tuple[str, ...]
    text: str
    given: datetime | None
    answer_by: datetime | None
    is_answered: bool
    is_open: bool
    owed_by: str = ""
    situation: str = ""
    owing: tuple[str, ...] = ()
    outstanding: tuple[str, ...] = ()
    steps: Mapping[OrderStep, datetime] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Its id on a page."""
        return f"{self.kind}-{self.id}"

    @property
    def is_help(self) -> bool:
        """Whether it is a unit's call for help."""
        return self.kind == "help"


def tasks_of(boards: Boards) -> Iterator[OperationTask]:
    """All tasks of an operation, settled ones among them."""
    for call in boards[CALLS_FOR_HELP].values():
        sides = (call.post, *call.posts)
        open_ = not call.is_answered
        yield OperationTask(
            "help",
            call.id,
            call.post,
            sides,
            call.text,
            call.called,
            call.answer_by,
            not open_,
            open_,
            owing=call.posts,
        )
    for order in boards[ORDERS].values():
        yield OperationTask(
            "order",
            order.id,
            order.post,
            (order.post,),
            order.task,
            order.given,
            order.answer_by,
            order.is_answered,
            order.is_open,
            owed_by=order.unit,
            situation=order.situation,
            steps=order.steps,
        )
    for aid in boards[AID].values():
        settled = aid.granted is not None
        yield OperationTask(
            "aid",
            aid.id,
            aid.by_post,
            (aid.by_post, aid.of_post),
            aid.what,
            aid.asked,
            aid.answer_by,
            settled,
            not settled,
            owed_by=aid.of_post,
            situation=aid.situation,
        )
    for message in boards[MESSAGES].values():
        if message.asked:
            sides = (message.from_post, *message.to)
            yield OperationTask(
                "message",
                message.id,
                message.from_post,
                sides,
                message.text,
                message.sent,
                message.answer_by,
                bool(message.acknowledged),
                bool(message.owing),
                owing=message.owing,
            )
    for handover in boards[HANDOVERS].values():
        settled = handover.accepted is not None
        yield OperationTask(
            "handover",
            handover.id,
            handover.post,
            (handover.post,),
            handover.role,
            handover.offered,
            None,
            settled,
            not settled,
            owing=(handover.to_person,),
            outstanding=handover.outstanding,
        )
    for report in boards[OWED_REPORTS].values():
        settled = report.arrived is not None
        yield OperationTask(
            "report",
            report.id,
            report.post,
            (report.post, report.from_post),
            report.what,
            None,
            report.due,
            settled,
            not settled,
            owed_by=report.from_post,
        )
