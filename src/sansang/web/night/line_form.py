"""What was filled in? The fields of a form, or of a line that waited on a device, parsed into a fact."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from sansang.model.fact import Fact
from sansang.model.operation.log import PhotoAdded
from sansang.model.operation.record import OPERATION
from sansang.web.shared.filters import ZONE
from sansang.words import mark

#: Most units that one form orders.
MAX_UNITS = 60
#: Longest field of a form, characters.
MAX_FIELD_LENGTH = 10_000
COMMAND_PATTERN = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,63}")
#: Kinds that the program writes itself; no form does.
_NOT_FROM_FORMS = frozenset({"clock_doubted", "contact_reached", "photo_added"})


class InvalidField(Exception):
    """A field with a value that is not accepted: its name, and the reason as a marked message."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True)
class LineHeader:
    """What lines of every kind have: the command id, when it happened, when it was written, on whose behalf."""

    command: str
    happened: datetime | None = None
    written: datetime | None = None
    on_behalf_of: str = ""
    #: Whether the time that the device gave for ``written`` is impossible.
    is_clock_odd: bool = False

    def counted_from(self, now: datetime) -> datetime:
        """The time to which relative times ("+5") refer: that of writing, so a line that arrives late parses alike."""
        return self.written if self.written is not None and not self.is_clock_odd else now


@dataclass(frozen=True, slots=True)
class SubmittedLine:
    """A line as it was filled in, still to be appended."""

    header: LineHeader
    fact: Fact


def split_units(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields of each line of a form: one line a unit where it orders several. Raises :class:`InvalidField`.

    The command of each line is derived from the form's, so a form that is sent twice is written once. Earlier versions
    derived the same commands on the device, so what they have stored is recognised as well.
    """
    units = fields.get("unit")
    if fields.get("kind") != "unit_ordered" or not isinstance(units, list) or not units:
        return [dict(fields)]
    if len(units) > MAX_UNITS:
        raise InvalidField("unit", mark("too many at once"))
    command = str(fields.get("command", ""))
    return [{**fields, "unit": unit, "command": _derived_command(command, n)} for n, unit in enumerate(units)]


def photo_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the photo in a form that reports a situation; the image itself is not among them."""
    command = str(fields.get("command", ""))
    situation = _new_id("situation_reported", command)
    return {"command": _derived_command(command, 1), "situation": situation, "written": fields.get("written", "")}


def _derived_command(command: str, n: int) -> str:
    """The n-th command derived from one: its first two characters, a hexadecimal number, plus n (modulo 256)."""
    begin = command[:2]
    counted = int(begin, 16) if re.fullmatch("[0-9a-f]{2}", begin) else 0
    return f"{(counted + n) % 256:02x}{command[2:]}" if n else command


def parse_header(fields: Mapping[str, Any], now: datetime) -> LineHeader:
    """The header of a form, or of a line that waited on a device. Raises :class:`InvalidField`."""
    command = str(fields.get("command", ""))
    if not COMMAND_PATTERN.fullmatch(command):
        raise InvalidField("command", mark("the form is too old; load the page again"))
    written, is_clock_odd = _parse_written(fields.get("written"), now)
    on_behalf_of = parse_text("on_behalf_of", fields.get("on_behalf_of") or "")
    header = LineHeader(command, None, written, on_behalf_of, is_clock_odd)
    happened = parse_time(fields.get("happened"), "happened", header.counted_from(now))
    return dataclasses.replace(header, happened=happened)


def parse_line(kind: str, fields: Mapping[str, Any], now: datetime) -> SubmittedLine:
    """A line from its fields (texts, or lists of texts). Raises :class:`InvalidField`.

    An empty id is derived from the command. Times are parsed as :func:`parse_time` says, relative to the time of
    writing.
    """
    if kind not in OPERATION.kinds or kind in _NOT_FROM_FORMS:
        raise InvalidField("kind", mark("there is no such kind of line"))
    header = parse_header(fields, now)
    if kind == "corrected" and "#" in str(fields.get("entry", "")):
        log, _, number = str(fields["entry"]).rpartition("#")
        fields = {**fields, "log": log, "number": number}
    if kind == "corrected" and fields.get("withdrawn") and not fields.get("text"):
        fields = {**fields, "text": "–"}
    values: dict[str, Any] = {}
    new_id = OPERATION.kinds[kind].new_id
    for name, (type_, is_needed) in _field_types(kind).items():
        # The field "kind" says which kind of line it is.
        value = fields.get("kind_of" if name == "kind" else name)
        if new_id is not None and name == new_id.field and not value:
            value = _new_id(kind, header.command)
        if value in (None, "", []):
            if is_needed:
                raise InvalidField(name, mark("this must be filled in"))
            continue
        values[name] = _parse_value(name, type_, value, header.counted_from(now))
    return SubmittedLine(header, OPERATION.kinds[kind].fact(**values))


def parse_photo(fields: Mapping[str, Any], now: datetime) -> SubmittedLine:
    """A photo's line, without the image. Raises :class:`InvalidField`."""
    header = parse_header(fields, now)
    situation, caption = (parse_text(name, fields.get(name) or "") for name in ("situation", "caption"))
    return SubmittedLine(header, PhotoAdded(f"p-{header.command[:13]}", situation, caption))


def _new_id(kind: str, command: str) -> str:
    """The id of a new record (a situation, a unit, an order), derived from the command that creates it."""
    new_id = OPERATION.kinds[kind].new_id
    return f"{new_id.letters if new_id is not None else kind}-{command[:13]}"


@cache
def _field_types(kind: str) -> dict[str, tuple[Any, bool]]:
    cls = OPERATION.kinds[kind].fact
    hints = typing.get_type_hints(cls)
    return {
        one.name: (hints[one.name], one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING)
        for one in dataclasses.fields(cls)
    }


def _parse_value(name: str, type_: Any, value: Any, now: datetime) -> Any:
    options = typing.get_args(type_) if isinstance(type_, types.UnionType) else (type_,)
    if datetime in options:
        return parse_time(value, name, now)
    if typing.get_origin(type_) is tuple:
        items = value if isinstance(value, list | tuple) else re.split(r"[,;\n]", str(value))
        return tuple(text for one in items if (text := parse_text(name, one)))
    if isinstance(value, list):
        value = value[-1]
    if type_ is bool:
        return str(value).lower() in ("1", "true", "yes", "on")
    if type_ is int:
        try:
            number = int(str(value).strip())
        except ValueError:
            raise InvalidField(name, mark("a whole number is wanted")) from None
        if abs(number) > 1_000_000:
            raise InvalidField(name, mark("a whole number is wanted"))
        return number
    text = parse_text(name, value)
    if typing.get_origin(type_) is Literal and text not in typing.get_args(type_):
        raise InvalidField(name, mark("choose one of the list"))
    return text


def parse_text(name: str, value: Any) -> str:
    """A field as it is stored: Unicode NFC, without control characters. Raises :class:`InvalidField`."""
    text = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").strip()
    if len(text) > MAX_FIELD_LENGTH:
        raise InvalidField(name, mark("this is too long"))
    kinds = {unicodedata.category(character) for character in text if character not in "\n\t"}
    if kinds & {"Cc", "Cs"}:
        raise InvalidField(name, mark("there are signs in it that can't be kept"))
    return text


def _parse_written(value: Any, now: datetime) -> tuple[datetime | None, bool]:
    """When a line was written by its device's clock, and whether that is impossible: the line is accepted anyway."""
    try:
        time = parse_time(value, "written", now)
    except InvalidField:
        return None, True
    return time, time is not None and time > now + timedelta(days=1)


def parse_time(value: Any, name: str, now: datetime) -> datetime | None:
    """A time as people write it; None for an empty field. Raises :class:`InvalidField`.

    "14:05" is the last such time of day for what has happened and the next one for a deadline; "+5" is in five minutes;
    an ISO date and time without a zone is local.
    """
    if value in (None, ""):
        return None
    text = str(value).strip()
    local = now.astimezone(ZONE)
    clock = re.fullmatch(r"(\d{1,2})\s*[:hHgG.]?\s*(\d{2})", text)
    try:
        if clock is not None:
            time = local.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
            if name in ("happened", "written") and time > local:
                # What has happened lies in the past.
                time -= timedelta(days=1)
            elif name not in ("happened", "written") and time < local:
                time += timedelta(days=1)
            return time
        if re.fullmatch(r"\+\d{1,4}", text):
            return local + timedelta(minutes=int(text[1:]))
        time = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidField(name, mark("this is no time: write 14:05")) from None
    if time.tzinfo is None:
        time = time.replace(tzinfo=ZONE)
    if not 2000 <= time.year <= 2200:
        raise InvalidField(name, mark("this is no time: write 14:05"))
    return time
