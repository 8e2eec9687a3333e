"""What stands in a column of our own workbooks? Kinds of columns: from a plan's value to a row's, and back.

A row's value is a text, a number or None: what a cell can hold, and what two versions are compared by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sansang.formats.scenario.plain_yaml import emit, flow_text
from sansang.formats.scenario.yaml_tree import parse_tree
from sansang.model.merging import FieldValue

Kind = Literal[
    "text", "long", "lines", "ids", "id", "choice", "flag", "number", "moment", "quantity", "mapping", "means", "flow"
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field, its heading (a message of the catalogue), its kind, its width in letters."""

    field: str
    heading: str
    kind: Kind = "text"
    width: float = 16
    choices: str = ""  # which list of words or ids the drop-down offers
    read_only: bool = False


def cell_value(kind: Kind, data: Any) -> FieldValue:
    """The value of a row for a value of the plan's data; None for what is not there."""
    if data is None or data in ("", [], {}):
        return None
    match kind:
        case "lines":
            return "\n".join(data)
        case "ids":
            return ", ".join(data)
        case "flag":
            return "true" if data else "false"
        case "mapping":
            return emit(data).rstrip("\n")
        case "means":
            lines = "\n".join(_means_line(item) for item in data)
            # What the plain lines can't say whole is written as the file says it.
            return lines if _reads_as(lines, data) else flow_text(data)
        case "flow":
            return flow_text(data)
        case "number" | "moment" | "quantity":
            if isinstance(data, int | float) and not isinstance(data, bool):
                return float(data)
            if kind == "moment" and isinstance(data, dict) and set(data) & {"value"}:
                return float(data["value"])
            return flow_text(data)
        case _:
            return str(data)


def plan_value(kind: Kind, value: FieldValue, old: Any) -> Any:
    """The value of the plan's data that a row's value means; ``old`` is what stood there, None for nothing.

    Raises ValueError when the value does not have the form of its kind.
    """
    if value is None:
        return None
    if isinstance(value, float):
        whole = int(value) if value.is_integer() else value
        if kind in ("number", "moment", "quantity", "flow"):
            # What was known of the number stays known of it: a note, a source, a range.
            return {**old, "value": whole} if isinstance(old, dict) and set(old) & {"value"} else whole
        return str(whole)
    match kind:
        case "lines":
            return [line.strip() for line in value.split("\n") if line.strip()]
        case "ids":
            return [part.strip() for part in value.replace("\n", ",").replace(";", ",").split(",") if part.strip()]
        case "flag":
            return value == "true"
        case "mapping":
            return _yaml(value)
        case "means":
            return _yaml(f"x: {value}")["x"] if value.startswith("[") else _means(value)
        case "flow" | "number" | "moment" | "quantity":
            return _yaml(f"x: {value}")["x"]
        case _:
            return value


_MEANS_LINE = re.compile(r"(.+?): *(\{.*\}|[^:{}]+?)(?: *\((\w+)\))?")


def _means_line(item: Any) -> str:
    state = f" ({item['state']})" if item.get("state", "ready") != "ready" else ""
    return f"{item['kind']}: {flow_text(item['quantity'])}{state}"


def _reads_as(lines: str, data: Any) -> bool:
    try:
        return bool(_means(lines) == data)
    except ValueError:
        return False


def _means(text: str) -> list[dict[str, Any]]:
    """Lines such as `máy bơm: 2 (in_repair)`; raises ValueError for another form."""
    found = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        parts = _MEANS_LINE.fullmatch(line.strip())
        if parts is None:
            raise ValueError(line)
        item: dict[str, Any] = {"kind": parts[1], "quantity": _yaml(f"x: {parts[2]}")["x"]}
        if parts[3] is not None:
            item["state"] = parts[3]
        found.append(item)
    return found


def _yaml(text: str) -> Any:
    tree = parse_tree("cell", (text + "\n").encode())
    if tree.problems or tree.data is None:
        raise ValueError(text)
    return tree.data


def as_moment(start: datetime, minutes: float) -> datetime | None:
    """The clock at a minute of the exercise, as a cell keeps it (without zone); None if a cell can't hold it."""
    seconds = minutes * 60
    if seconds != int(seconds) or not 0 <= seconds < 10**8:
        return None
    return start.replace(tzinfo=None) + timedelta(seconds=int(seconds))


def minutes_at(start: datetime, moment: datetime) -> float:
    """The minute of the exercise at a clock that a cell holds, to the second."""
    return round((moment - start.replace(tzinfo=None)).total_seconds()) / 60
