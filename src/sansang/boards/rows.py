"""How does each thing of an operation's state stand on a board? Columns to sort by, and words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sansang.ledger.envelope import micros
from sansang.model.operation.folding import Folding
from sansang.model.operation.state import (
    AidNow,
    Flag,
    Handover,
    MessageNow,
    OrderNow,
    OwedReport,
    SituationNow,
    UnitNow,
)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A row: on which board, under which key; the columns in the board's order; and the words, not yet sealed."""

    board: str
    key: str
    columns: tuple[Any, ...]
    words: dict[str, Any]


#: The columns of each board beside operation, generation, key and words.
BOARDS: dict[str, tuple[str, ...]] = {
    "summary": ("title", "mode", "opened", "closed", "level"),
    "situation": ("post", "kind", "reported", "verified", "resolved", "joined_into"),
    "unit": ("name", "post", "availability", "bound_by"),
    "task": ("kind", "post", "owed_by", "situation", "given", "answer_by", "is_answered", "is_open"),
    "message": ("post", "sent", "answer_by", "reply_to", "owing"),
    "doubt": ("log", "number", "code"),
}
_SUMMED = frozenset({"head", "roles", "levels", "present", "services", "periods", "totals", "counts"})


def keys_of(table: str, key: Any, secret: bytes) -> tuple[tuple[str, str], ...]:
    """The boards and keys where a thing of the state stands: of which table, under which key there.

    What is odd is named by a keyed hash, as it may be about a person.
    """
    if table in _SUMMED:
        return (("summary", ""),)
    if table == "messages":
        return (("message", key), ("task", f"message {key}"))
    if table == "flags":
        about = hashlib.blake2b(key.about.encode(), key=secret, digest_size=8).hexdigest()
        return (("doubt", f"{key.ref} {key.code} {about}"),)
    kind = _TASKS.get(table)
    if kind is not None:
        return (("task", f"{kind} {key}"),)
    board = _BOARD.get(table)
    return ((board, key),) if board is not None else ()


_TASKS = {"orders": "order", "aid": "aid", "handovers": "handover", "owed": "report"}
_BOARD = {"situations": "situation", "units": "unit"}


def rows_of(folding: Folding, table: str, key: Any, secret: bytes) -> Iterator[tuple[tuple[str, str], BoardRow | None]]:
    """The rows of a thing, each with its place; None where nothing stands there (any more)."""
    places = keys_of(table, key, secret)
    if table in _SUMMED:
        yield places[0], _summary(folding)
        return
    thing = folding.now[table].get(key)
    if table == "flags" and (thing is not None or key in folding.corrections.flags):
        yield places[0], _doubt(places[0][1], key)
        return
    if thing is None:
        yield from [(place, None) for place in places]
        return
    if table == "messages":
        yield places[0], _message(thing)
        yield places[1], _asked(places[1][1], thing) if thing.asked else None
        return
    make = _MAKE.get(table)
    if make is not None:
        yield places[0], make(places[0][1], thing)


def everything(folding: Folding) -> list[tuple[str, Any]]:
    """Every thing of a state that stands on a board: its table and key."""
    found: list[tuple[str, Any]] = [("head", "")]
    for table in ("situations", "units", "orders", "aid", "messages", "handovers", "owed", "flags"):
        found += [(table, key) for key in folding.now[table]]
    return found + [("flags", flag) for flag in folding.corrections.flags]


def _at(moment: datetime | None) -> int | None:
    return None if moment is None else micros(moment)


def _summary(folding: Folding) -> BoardRow:
    now, head = folding.now, folding.now["head"]
    in_force = [level for level in now["levels"].values() if level.revoked is None]
    words = {
        "roles": [[role.post, role.role, role.person, micros(role.since)] for role in now["roles"].values()],
        "levels": [[level.id, level.level, level.area, micros(level.declared)] for level in in_force],
        "present": dict(now["present"]),
        "services": [[str(ref), *said] for ref, said in now["services"].items()],
        "periods": [
            [period.id, list(period.objectives), micros(period.since), _at(period.until)]
            for period in now["periods"].values()
        ],
        "totals": dict(now["totals"]),
    }
    highest = max((level.level for level in in_force), default=0)
    columns = (folding.title, folding.mode, _at(head.get("opened")), _at(folding.closed), highest)
    return BoardRow("summary", "", columns, words)


def _situation(key: str, one: SituationNow) -> BoardRow:
    fields: Mapping[str, str] = one.fields
    words = {name: said for name, said in fields.items() if name != "kind"}
    words["reports"] = [[ref.log, ref.number] for ref in one.reports]  # type: ignore[assignment]
    verified = None if one.verified is None else int(one.verified)
    columns = (one.post, fields.get("kind", ""), micros(one.reported), verified, _at(one.resolved), one.joined_into)
    return BoardRow("situation", key, columns, dict(words))


def _unit(key: str, one: UnitNow) -> BoardRow:
    return BoardRow("unit", key, (one.name, one.post, one.availability, one.order), {"reason": one.reason})


def _order(key: str, one: OrderNow) -> BoardRow:
    columns = ("order", one.post, one.unit, one.situation, micros(one.given), _at(one.answer_by))
    words = {"task": one.task, "steps": {step: micros(at) for step, at in one.steps.items()}}
    return BoardRow("task", key, (*columns, int(one.is_answered), int(one.is_open)), words)


def _aid(key: str, one: AidNow) -> BoardRow:
    columns = ("aid", one.by_post, one.of_post, one.situation, micros(one.asked), _at(one.answer_by))
    answered = one.granted is not None
    words = {"what": one.what, "granted": one.granted, "answered": _at(one.answered)}
    return BoardRow("task", key, (*columns, int(answered), int(not answered)), words)


def _handover(key: str, one: Handover) -> BoardRow:
    accepted = one.accepted is not None
    words = {
        "role": one.role,
        "from": one.from_person,
        "to": one.to_person,
        "outstanding": list(one.outstanding),
        "accepted": _at(one.accepted),
    }
    return BoardRow(
        "task", key, ("handover", one.post, "", "", micros(one.offered), None, int(accepted), int(not accepted)), words
    )


def _owed(key: str, one: OwedReport) -> BoardRow:
    arrived = one.arrived is not None
    columns = ("report", one.post, one.from_post, "", None, _at(one.due), int(arrived), int(not arrived))
    return BoardRow("task", key, columns, {"what": one.what, "arrived": _at(one.arrived)})


def _message(one: MessageNow) -> BoardRow:
    words = {
        "to": list(one.to),
        "text": one.text,
        "asked": list(one.asked),
        "acknowledged": {name: micros(at) for name, at in one.acknowledged.items()},
    }
    columns = (one.from_post, micros(one.sent), _at(one.answer_by), one.reply_to, len(one.owing))
    return BoardRow("message", one.id, columns, words)


def _asked(key: str, one: MessageNow) -> BoardRow:
    columns = ("message", one.from_post, "", "", micros(one.sent), _at(one.answer_by))
    words = {"owing": list(one.owing), "text": one.text, "posts": list(one.to)}
    return BoardRow("task", key, (*columns, int(bool(one.acknowledged)), int(bool(one.owing))), words)


def _doubt(key: str, flag: Flag) -> BoardRow:
    return BoardRow("doubt", key, (flag.ref.log, flag.ref.number, flag.code), {"about": flag.about})


_MAKE: dict[str, Callable[[str, Any], BoardRow]] = {
    "situations": _situation,
    "units": _unit,
    "orders": _order,
    "aid": _aid,
    "handovers": _handover,
    "owed": _owed,
}
