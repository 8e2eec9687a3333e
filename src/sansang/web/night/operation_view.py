"""What does this person see of an operation now? The rows of its boards, for the posts that they may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from textwrap import shorten
from typing import Any

from sansang.boards.queries import Boards, load, records
from sansang.ledger.history import corrections_in, timeline
from sansang.model.corrections import corrections
from sansang.model.entry import HybridTime
from sansang.model.flag import Flag
from sansang.model.fold import FLAGS
from sansang.model.operation.aid import AID, AidNow
from sansang.model.operation.calls_for_help import CALLS_FOR_HELP, CallForHelp
from sansang.model.operation.counts import TOTALS
from sansang.model.operation.levels import LEVELS, LevelNow
from sansang.model.operation.messages import MESSAGES, MessageNow
from sansang.model.operation.opening import HEAD, PERIODS, OperationHead, Period
from sansang.model.operation.orders import ORDERS
from sansang.model.operation.record import OPERATION, stream_of
from sansang.model.operation.roles import ROLES, RoleHeld
from sansang.model.operation.situations import SITUATIONS, SituationNow
from sansang.model.operation.units import UNITS, UnitNow
from sansang.web.night.log_lines import LogLine, log_line
from sansang.web.night.tasks import OperationTask, tasks_of
from sansang.web.shared.current_installation import installation
from sansang.web.shared.request_context import RequestContext

#: Lines of a log on a screen; earlier ones are in the duty log.
LINES_ON_SCREEN = 40


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message, or a unit's call for help, in the list of a post's messages."""

    sent: datetime
    sender: str  # the post; "" for a unit's call
    to: tuple[str, ...]
    text: str
    acknowledged: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation as one person sees it: its boards, without what belongs to posts that they may not read."""

    name: str
    boards: Boards
    now: datetime
    situations: Sequence[SituationNow] = ()
    units: Sequence[UnitNow] = ()
    #: Open tasks: calls for help first, then by deadline.
    tasks: Sequence[OperationTask] = ()
    #: Requests for aid, answered or not, the newest first.
    aid: Sequence[AidNow] = ()
    messages: Sequence[MessageNow] = ()
    calls: Sequence[CallForHelp] = ()
    flags: Sequence[Flag] = ()
    #: The names of units, situations and orders, by id.
    names: Mapping[str, str] = field(default_factory=dict)
    #: The last step that a unit on an order has reported, and when.
    steps: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)

    @property
    def head(self) -> OperationHead:
        """The operation at a glance."""
        return self.boards[HEAD].get("", OperationHead())

    def rows(self, table: str) -> list[Any]:
        """The rows of a table by its name, for what a template shows as it is."""
        return list(self.boards.rows.get(table, {}).values())

    @property
    def is_drill(self) -> bool:
        """Whether everything of it is marked DIỄN TẬP."""
        return self.head.is_drill

    @property
    def is_open(self) -> bool:
        """Whether it is opened and not closed."""
        return self.head.is_open

    @property
    def levels(self) -> list[LevelNow]:
        """The civil-defence levels in force."""
        return [level for level in self.boards[LEVELS].values() if level.revoked is None]

    @property
    def level(self) -> int:
        """The highest of them; 0 for none."""
        return max((level.level for level in self.levels), default=0)

    @property
    def roles(self) -> list[RoleHeld]:
        """Who is on duty in which role."""
        return list(self.boards[ROLES].values())

    @property
    def totals(self) -> Mapping[str, int]:
        """People and damage counted, by kind."""
        return self.boards[TOTALS]

    @property
    def periods(self) -> list[Period]:
        """The operational periods."""
        return list(self.boards[PERIODS].values())

    @property
    def silent_units(self) -> set[str]:
        """The units that have been ordered and have not reported anything yet."""
        return {task.owed_by for task in self.tasks if task.kind == "order" and not task.is_answered}

    @property
    def help_call_count(self) -> int:
        """How many calls for help no post has acknowledged."""
        return sum(task.is_help for task in self.tasks)

    @property
    def overdue_count(self) -> int:
        """How many tasks are overdue."""
        return sum(map(self.is_overdue, self.tasks))

    @property
    def open_situations(self) -> list[SituationNow]:
        """Situations that are not resolved, the newest first."""
        return sorted((one for one in self.situations if one.is_open), key=lambda one: one.reported, reverse=True)

    def joined_into(self, situation: str) -> list[SituationNow]:
        """The other reports of the same event."""
        return [one for one in self.situations if one.joined_into == situation]

    def is_overdue(self, task: OperationTask) -> bool:
        """Whether a task has no answer and its deadline has passed."""
        return task.answer_by is not None and not task.is_answered and task.answer_by < self.now

    def messages_of(self, post: str, most: int) -> list[SentMessage]:
        """The last messages from or to a post, calls for help among them, the newest first."""
        found = [
            SentMessage(one.sent, one.from_post, one.to, one.text, one.acknowledged)
            for one in self.messages
            if post in (one.from_post, *one.to)
        ]
        found += [
            SentMessage(one.called, "", tuple(to for to in one.posts if to != one.post), one.text, one.acknowledged)
            for one in self.calls
            if post in (one.post, *one.posts)
        ]
        return sorted(found, key=lambda one: one.sent, reverse=True)[:most]


def view_operation(context: RequestContext, operation: str) -> OperationView:
    """The operation as this person sees it; what belongs to posts that they may not read is left out."""
    at = installation()
    boards = load(at.store.alias, at.store.keyring, stream_of(operation))
    may: dict[str, bool] = {"": False}

    def visible(*posts: str) -> bool:
        for post in posts:
            if post not in may:
                may[post] = context.may("see", post, operation)
        return any(may[post] for post in posts)

    situations = [one for one in boards[SITUATIONS].values() if visible(one.post)]
    # All posts of an operation share its units and the steps of their orders; the rest is for the posts concerned.
    units = sorted(boards[UNITS].values(), key=lambda one: one.id)
    now = at.store.now()
    far = now + timedelta(days=9)
    tasks = [task for task in tasks_of(boards) if task.is_open and visible(*task.posts)]
    tasks.sort(key=lambda task: (not task.is_help, task.answer_by or far, task.key))
    names = {key: table.label(row) for table in OPERATION.tables if table.label for key, row in boards[table].items()}
    for situation in situations:
        # The name of a situation does not change with its further reports.
        words = " · ".join(filter(None, [situation.kind, situation.place]))
        names[situation.id] = shorten(words, 80, placeholder="…") or situation.id
    steps: dict[str, tuple[str, datetime]] = {}
    for order in boards[ORDERS].values():
        names[order.id] = names.get(order.unit, order.unit)
        if order.is_open and order.steps:
            steps[order.unit] = max(order.steps.items(), key=lambda one: one[1])
    return OperationView(
        operation,
        boards,
        now,
        situations,
        units,
        tasks,
        sorted((a for a in boards[AID].values() if visible(a.by_post, a.of_post)), key=lambda a: a.asked, reverse=True),
        [one for one in boards[MESSAGES].values() if visible(one.from_post, *one.to)],
        [one for one in boards[CALLS_FOR_HELP].values() if visible(one.post, *one.posts)],
        sorted(flag for flag in boards[FLAGS] if visible(flag.ref.post)),
        names,
        steps,
    )


def view_lines(
    context: RequestContext,
    operation: str,
    post: str,
    names: Mapping[str, str],
    most: int = LINES_ON_SCREEN,
    before: HybridTime | None = None,
) -> list[LogLine]:
    """The last lines of a post's log ("": of all posts that this person may read), the newest first."""
    at = installation()
    alias, keyring, stream = at.store.alias, at.store.keyring, stream_of(operation)

    def may(of: str) -> bool:
        return post in ("", of) and context.may("see", of, operation)

    found = timeline(alias, keyring, stream, may, most, before)
    corrected = corrections_in(alias, keyring, stream)
    orders = {one.ref: one.entry.order for one in (*found, *corrected)}
    known = corrections((one.entry for one in corrected), orders.get)
    return [log_line(one, context.voice, context.access, names, known) for one in found]


def all_operations(context: RequestContext) -> list[OperationView]:
    """Every operation of which this person may read something (head and levels only): the open ones first."""
    at = installation()
    found = []
    for stream in records(at.store.alias, OPERATION.name):
        if context.may_anywhere("see", stream.id):
            boards = load(at.store.alias, at.store.keyring, stream, HEAD, LEVELS)
            if boards[HEAD]:
                found.append(OperationView(stream.id, boards, at.store.now()))
    return sorted(found, key=lambda one: (not one.is_open, -(one.head.opened.timestamp() if one.head.opened else 0)))
