"""What does this person see of an operation now? The boards' rows of the posts that they may read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from textwrap import shorten
from typing import Any

from sansang.boards.queries import Shown, corrections_in, operations, rows, timeline
from sansang.model.entry import HybridTime
from sansang.model.operation.corrections import corrections
from sansang.web.night.sentences import Told, told
from sansang.web.shared.current_installation import installation
from sansang.web.shared.request_context import RequestContext

#: So many lines of a log stand on a screen before one asks for more.
LINES = 40


class Words(dict[str, Any]):
    """A row's words; what was not said is empty."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Seen:
    """An operation as one person sees it."""

    name: str
    columns: dict[str, Any]
    words: dict[str, Any]
    situations: list[Shown] = field(default_factory=list)
    units: list[Shown] = field(default_factory=list)
    tasks: list[Shown] = field(default_factory=list)
    #: What was asked of other posts, answered or not, the newest first.
    aid: list[Shown] = field(default_factory=list)
    messages: list[Shown] = field(default_factory=list)
    doubts: list[Shown] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    now: datetime = field(default_factory=datetime.now)
    #: The last step that a unit on an order has said, and when.
    steps: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def is_drill(self) -> bool:
        """Whether everything of it is marked DIỄN TẬP."""
        return bool(self.columns.get("mode") == "drill")

    @property
    def is_open(self) -> bool:
        """Whether it has begun and not ended."""
        return bool(self.columns.get("mode")) and self.columns.get("closed") is None

    @property
    def silent(self) -> set[str]:
        """The units that have been ordered and have not said anything yet."""
        orders = (task for task in self.tasks if task.columns["kind"] == "order" and not task.words["steps"])
        return {task.columns["owed_by"] for task in orders}

    @staticmethod
    def is_help(task: Shown) -> bool:
        """Whether a unit has called for help, and nobody has acknowledged it yet."""
        return task.key.startswith("message help-")

    @property
    def calls_for_help(self) -> int:
        """How many units have called for help and were not heard."""
        return sum(map(self.is_help, self.tasks))

    def joined_into(self, situation: str) -> list[Shown]:
        """The other reports of one event."""
        return [one for one in self.situations if one.columns["joined_into"] == situation]

    @property
    def late(self) -> int:
        """How many answers are overdue."""
        return sum(map(self.overdue, self.tasks))

    def overdue(self, task: Shown) -> bool:
        """Whether an answer is owed and its time is over."""
        until = task.columns["answer_by"]
        return until is not None and not task.columns["is_answered"] and until < self.now.timestamp() * 1e6

    @property
    def open_situations(self) -> list[Shown]:
        """Situations that go on, the newest first."""
        still = [one for one in self.situations if one.columns["resolved"] is None and not one.columns["joined_into"]]
        return sorted(still, key=lambda one: -one.columns["reported"])


def seen(context: RequestContext, operation: str) -> Seen:
    """The operation as this person sees it; what belongs to posts that they may not read is left out."""
    at = installation()
    alias, keyring = at.store.alias, at.store.keyring

    def shown(board: str) -> list[Shown]:
        return [Shown(one.key, one.columns, Words(one.words)) for one in rows(alias, keyring, board, operation)]

    summary = shown("summary")
    columns = summary[0].columns if summary else {"title": "", "mode": "", "opened": None, "closed": None, "level": 0}
    words = summary[0].words if summary else Words()

    may: dict[str, bool] = {"": False}

    def visible(post: str) -> bool:
        if post not in may:
            may[post] = context.may("see", post, operation)
        return may[post]

    situations = [one for one in shown("situation") if visible(one.columns["post"])]
    units = shown("unit")
    # Units are the common means of an operation: whoever takes part may know them.
    # Orders are read whole, as their units and steps name lines; the rest is for those between whom it is.
    every_task = shown("task")
    known = [one for one in every_task if any(map(visible, _sides(one)))]
    tasks = [one for one in known if one.columns["is_open"]]
    aid = sorted((one for one in known if one.columns["kind"] == "aid"), key=lambda one: -one.columns["given"])
    messages = [one for one in shown("message") if any(map(visible, (one.columns["post"], *one.words["to"])))]
    messages.sort(key=lambda one: (-one.columns["sent"], one.key))
    doubts = [one for one in shown("doubt") if visible(one.columns["log"].split("/")[2])]
    names = {one.key: one.columns["name"] for one in units}
    steps: dict[str, tuple[str, int]] = {}
    for situation in situations:
        # What a situation is called stays as it is while its words grow.
        said = [situation.columns["kind"], situation.words["place"]]
        names[situation.key] = shorten(" · ".join(filter(None, said)), 80, placeholder="…") or situation.key
    for task in every_task:
        if task.columns["kind"] == "order":
            names[task.key.removeprefix("order ")] = names.get(task.columns["owed_by"], task.columns["owed_by"])
        if task.columns["is_open"] and task.words.get("steps"):
            steps[task.columns["owed_by"]] = max(task.words["steps"].items(), key=lambda one: one[1])
    now = at.store.now()
    far = (now + timedelta(days=9)).timestamp() * 1e6
    tasks.sort(key=lambda one: (not Seen.is_help(one), one.columns["answer_by"] or far, one.key))
    return Seen(operation, columns, words, situations, units, tasks, aid, messages, doubts, names, now, steps)


def _sides(task: Shown) -> tuple[str, ...]:
    """The posts that a task is between: whoever gave it, whoever owes it, those whom a message was sent to."""
    return (task.columns["post"], task.columns["owed_by"], *(task.words.get("posts") or ()))


def lines(
    context: RequestContext,
    operation: str,
    post: str,
    names: dict[str, str],
    most: int = LINES,
    before: HybridTime | None = None,
) -> list[Told]:
    """The last lines of a post's log ("": of all posts that this person may read), the newest first."""
    at = installation()
    alias, keyring = at.store.alias, at.store.keyring

    def may(of: str) -> bool:
        return post in ("", of) and context.may("see", of, operation)

    found = timeline(alias, keyring, operation, may, most, before)
    said = corrections_in(alias, keyring, operation)
    orders = {put.ref: (HybridTime(put.envelope.millis, put.envelope.counter), put.ref) for put in (*found, *said)}
    known = corrections((put.recorded() for put in said), orders.get)
    return [told(put, context.voice, context.access, names, known) for put in found]


def all_operations(context: RequestContext) -> list[Seen]:
    """Every operation that this person may read something of, the open ones first."""
    at = installation()
    found = []
    for name in operations(at.store.alias):
        if not context.may_anywhere("see", name):
            continue
        summary = rows(at.store.alias, at.store.keyring, "summary", name)
        if summary:
            found.append(Seen(name, summary[0].columns, summary[0].words, now=at.store.now()))
    return sorted(found, key=lambda one: (not one.is_open, -(one.columns["opened"] or 0)))
