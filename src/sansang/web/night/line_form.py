"""What has somebody filled in? The fields of a form, or of a line that waited on a device, as a fact."""

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

#: So many units are ordered by one form at most.
MOST_UNITS = 60
#: No field of a form is longer (signs).
LONGEST = 10_000
COMMAND = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,63}")
#: What nobody fills in: it comes from elsewhere.
_NOT_ASKED = frozenset({"clock_doubted", "contact_reached", "photo_added"})


@dataclass(frozen=True, slots=True)
class Wrong(Exception):
    """A field that can't be taken: which one, and why."""

    field: str
    why: str

    def __post_init__(self) -> None:
        Exception.__init__(self, f"{self.field}: {self.why}")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Of a line, whatever it says: its command, when it was true, when it was written, on whose behalf."""

    command: str
    happened: datetime | None = None
    written: datetime | None = None
    on_behalf_of: str = ""
    #: What the device said of when it was written is no time.
    is_clock_odd: bool = False

    def begins(self, now: datetime) -> datetime:
        """When what counts from this line begins to count: a line says the same however late, and often, it comes."""
        return self.written if self.written is not None and not self.is_clock_odd else now


@dataclass(frozen=True, slots=True)
class Filled:
    """A line as it was filled in."""

    at: Circumstances
    fact: Fact


def each_line(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines of one form: one for each unit where several are ordered at once, else one. Raises :class:`Wrong`.

    Their commands are derived from the command of the form, so a form that is sent twice is written once. Earlier
    versions derived the same commands on the device: what they stored or still send has these commands too.
    """
    units = said.get("unit")
    if said.get("kind") != "unit_ordered" or not isinstance(units, list) or not units:
        return [dict(said)]
    if len(units) > MOST_UNITS:
        raise Wrong("unit", mark("too many at once"))
    command = str(said.get("command", ""))
    return [{**said, "unit": unit, "command": _numbered(command, n)} for n, unit in enumerate(units)]


def photo_beside(said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the photo that came in one form with the report of a situation, without the picture."""
    command = str(said.get("command", ""))
    situation = _new_id("situation_reported", command)
    return {"command": _numbered(command, 1), "situation": situation, "written": said.get("written", "")}


def _numbered(command: str, n: int) -> str:
    """The n-th command derived from one: its first two characters, a hexadecimal number, plus n (modulo 256)."""
    begin = command[:2]
    counted = int(begin, 16) if re.fullmatch("[0-9a-f]{2}", begin) else 0
    return f"{(counted + n) % 256:02x}{command[2:]}" if n else command


def circumstances(said: Mapping[str, Any], now: datetime) -> Circumstances:
    """Those of a form, or of a line that waited on a device. Raises :class:`Wrong`."""
    command = str(said.get("command", ""))
    if not COMMAND.fullmatch(command):
        raise Wrong("command", mark("the form is too old; load the page again"))
    written, is_clock_odd = _written(said.get("written"), now)
    bare = Circumstances(command, None, written, text_of("on_behalf_of", said.get("on_behalf_of") or ""), is_clock_odd)
    return dataclasses.replace(bare, happened=time_of(said.get("happened"), "happened", bare.begins(now)))


def filled(kind: str, said: Mapping[str, Any], now: datetime) -> Filled:
    """A line from its fields (texts; lists of texts). Raises :class:`Wrong`.

    Ids that are left empty are made of the command. A time without a zone is local; "14:05" is the last time that the
    clock said so, "+5" is in five minutes: from when it was written.
    """
    if kind not in OPERATION.kinds or kind in _NOT_ASKED:
        raise Wrong("kind", mark("there is no such kind of line"))
    at = circumstances(said, now)
    if kind == "corrected" and "#" in str(said.get("entry", "")):
        log, _, number = str(said["entry"]).rpartition("#")
        said = {**said, "log": log, "number": number}
    if kind == "corrected" and said.get("withdrawn") and not said.get("text"):
        said = {**said, "text": "–"}
    values: dict[str, Any] = {}
    new_id = OPERATION.kinds[kind].new_id
    for name, (shape, is_needed) in _shapes(kind).items():
        # "kind" names the line itself.
        value = said.get("kind_of" if name == "kind" else name)
        if new_id is not None and name == new_id.field and not value:
            value = _new_id(kind, at.command)
        if value in (None, "", []):
            if is_needed:
                raise Wrong(name, mark("this must be filled in"))
            continue
        values[name] = _value(name, shape, value, at.begins(now))
    return Filled(at, OPERATION.kinds[kind].fact(**values))


def photo_of(said: Mapping[str, Any], now: datetime) -> Filled:
    """A photo's line, still without the picture. Raises :class:`Wrong`."""
    at = circumstances(said, now)
    situation, caption = (text_of(name, said.get(name) or "") for name in ("situation", "caption"))
    return Filled(at, PhotoAdded(f"p-{at.command[:13]}", situation, caption))


def _new_id(kind: str, command: str) -> str:
    """The id of what a kind begins, made of the command that writes it."""
    new_id = OPERATION.kinds[kind].new_id
    return f"{new_id.letters if new_id is not None else kind}-{command[:13]}"


@cache
def _shapes(kind: str) -> dict[str, tuple[Any, bool]]:
    cls = OPERATION.kinds[kind].fact
    hints = typing.get_type_hints(cls)
    return {
        one.name: (hints[one.name], one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING)
        for one in dataclasses.fields(cls)
    }


def _value(name: str, shape: Any, value: Any, now: datetime) -> Any:
    options = typing.get_args(shape) if isinstance(shape, types.UnionType) else (shape,)
    if datetime in options:
        return time_of(value, name, now)
    if typing.get_origin(shape) is tuple:
        several = value if isinstance(value, list | tuple) else re.split(r"[,;\n]", str(value))
        return tuple(text for one in several if (text := text_of(name, one)))
    if isinstance(value, list):
        value = value[-1]
    if shape is bool:
        return str(value).lower() in ("1", "true", "yes", "on")
    if shape is int:
        try:
            number = int(str(value).strip())
        except ValueError:
            raise Wrong(name, mark("a whole number is wanted")) from None
        if abs(number) > 1_000_000:
            raise Wrong(name, mark("a whole number is wanted"))
        return number
    text = text_of(name, value)
    if typing.get_origin(shape) is Literal and text not in typing.get_args(shape):
        raise Wrong(name, mark("choose one of the list"))
    return text


def text_of(name: str, value: Any) -> str:
    """A field as it is kept: one form of each letter, no signs that can't be kept. Raises :class:`Wrong`."""
    text = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Wrong(name, mark("this is too long"))
    kinds = {unicodedata.category(sign) for sign in text if sign not in "\n\t"}
    if kinds & {"Cc", "Cs"}:
        raise Wrong(name, mark("there are signs in it that can't be kept"))
    return text


def _written(value: Any, now: datetime) -> tuple[datetime | None, bool]:
    """When a device says that it was written, and whether that can't be: a line is taken whatever its clock says."""
    try:
        found = time_of(value, "written", now)
    except Wrong:
        return None, True
    return found, found is not None and found > now + timedelta(days=1)


def time_of(value: Any, name: str, now: datetime) -> datetime | None:
    """A time as people write one ("14:05", "+5", a date with it); None for an empty field. Raises :class:`Wrong`."""
    if value in (None, ""):
        return None
    text = str(value).strip()
    local = now.astimezone(ZONE)
    clock = re.fullmatch(r"(\d{1,2})\s*[:hHgG.]?\s*(\d{2})", text)
    try:
        if clock is not None:
            found = local.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
            if name in ("happened", "written") and found > local:
                # The last time that the clock said so.
                found -= timedelta(days=1)
            elif name not in ("happened", "written") and found < local:
                found += timedelta(days=1)
            return found
        if re.fullmatch(r"\+\d{1,4}", text):
            return local + timedelta(minutes=int(text[1:]))
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Wrong(name, mark("this is no time: write 14:05")) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZONE)
    if not 2000 <= found.year <= 2200:
        raise Wrong(name, mark("this is no time: write 14:05"))
    return found
