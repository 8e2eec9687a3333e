"""How are times, dates and devices written on a page? As they are written here, in local time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def as_json(value: Any) -> str:
    """A value as JSON, for an attribute that a script reads; what is not JSON is written as a mapping."""
    return json.dumps(value, default=dict)


def device(user_agent: str) -> str:
    """A browser and its system in a few words ("Chrome Mobile · Android 14"); unknown ones as they call themselves."""
    from ua_parser import parse

    found = parse(user_agent)
    system = found.os.family + (f" {found.os.major}" if found.os.major else "") if found.os else ""
    parts = [found.user_agent.family if found.user_agent else "", system]
    return " · ".join(filter(None, parts)) or user_agent[:60]


def local_time(value: datetime | int) -> datetime:
    """A time (or microseconds since 1970) in the local zone."""
    if isinstance(value, int):
        value = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
    return value.astimezone(ZONE)


def clock(value: datetime | int | None) -> str:
    """14:05."""
    return f"{local_time(value):%H:%M}" if value is not None else ""


def day(value: datetime | int | None) -> str:
    """05/01/2026."""
    return f"{local_time(value):%d/%m/%Y}" if value is not None else ""


def moment(value: datetime | int | None) -> str:
    """14:05 05/01/2026."""
    return f"{local_time(value):%H:%M %d/%m/%Y}" if value is not None else ""


def since(value: datetime | int | None, now: datetime) -> int:
    """Whole minutes from a time to now; below zero for a time to come, 0 for none."""
    return 0 if value is None else int((now - local_time(value)).total_seconds() // 60)
