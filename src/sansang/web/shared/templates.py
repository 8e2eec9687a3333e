"""How is a page drawn? Jinja templates with the catalogue's words, dates and numbers as they are written here."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from django.conf import settings as django_settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.middleware.csrf import get_token
from markupsafe import Markup

from sansang import __version__
from sansang.accounts import FIRST_PASSWORD_KEY
from sansang.web.shared.current_installation import CURRENT
from sansang.web.shared.language import voice_of
from sansang.words import mark

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
STATIC = Path(__file__).parents[1] / "static"
#: What may be written into a field, as a browser checks it before the form is sent.
_CLOCK = r"\s*([01]?[0-9]|2[0-3])\s*[:hHgG.]?\s*[0-5][0-9]\s*"
SHAPES = {"CLOCK": _CLOCK, "UNTIL": rf"\s*\+[0-9]{{1,4}}\s*|{_CLOCK}", "COUNT": r"\s*[\-+]?[0-9]{1,6}\s*"}


def may_list_people(person: str) -> bool:
    """Whether somebody may list people at some place; asked of memory, so that a menu costs no question."""
    at = CURRENT.installation
    return at is not None and at.rights().may(person, "people", None, "", at.store.moment())


def environment(**options: Any) -> jinja2.Environment:
    """The environment of all pages. A name that is not there is an error, not an empty place."""
    # Django asks for escaping; what it says of undefined names is replaced.
    wanted = {**options, "undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = jinja2.Environment(**wanted)  # noqa: S701
    made.filters.update(as_json=as_json, clock=clock, day=day, device=device, moment=moment, since=since)
    made.globals.update(
        city_sign_ins=city_sign_ins, shapes=SHAPES, static=static, icon=icon, version=__version__, mark=mark
    )
    return made


def common_context(request: HttpRequest) -> dict[str, Any]:
    """What every page knows."""
    voice = voice_of(request)
    user = getattr(request, "user", None)
    person = user.get_username() if user and user.is_authenticated else ""
    return {
        "voice": voice,
        "say": voice.say,
        "lang": voice.language,
        "path": request.get_full_path(),
        "person": person,
        "lists_people": bool(person) and may_list_people(person),
        "has_first_password": bool(getattr(request, "session", {}).get(FIRST_PASSWORD_KEY)),
        "token": get_token(request),
        "is_open": is_open(request),
        "told": [str(one) for one in get_messages(request)],
    }


def is_open(request: HttpRequest) -> bool:
    """Whether others can listen, so that no browser lets the page write without a network: plain, and not from here."""
    host, _ = split_domain_port(request.headers.get("Host", ""))
    # As browsers see it: what a machine asks of itself goes over no network.
    is_here = host in ("localhost", "[::1]") or host.endswith(".localhost") or host.startswith("127.")
    return not request.is_secure() and not is_here


@cache
def _built() -> dict[str, str]:
    path = STATIC / "built" / "names.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def static(name: str) -> str:
    """The address of a built file; its name changes with its content."""
    return f"/static/built/{_built().get(name, name)}"


def city_sign_ins() -> list[dict[str, Any]]:
    """By whom else one may sign in, as the settings have it."""
    return list(django_settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", []))


@cache
def _icons() -> dict[str, str]:
    path = STATIC / "built" / "icons.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def icon(name: str) -> Markup:
    """A picture beside a word, which says the same. Raises KeyError for one that the build does not know."""
    drawn = Markup(_icons()[name])  # noqa: S704 a file of the build, not of anybody's words
    return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(drawn)


def as_json(value: Any) -> str:
    """Values of a page for its script, in an attribute; what is only like a mapping is written as one."""
    return json.dumps(value, default=dict)


def device(user_agent: str) -> str:
    """What a browser calls itself, in few words: "Chrome Mobile · Android 14"; as it came where nobody knows it."""
    from ua_parser import parse

    found = parse(user_agent)
    system = found.os.family + (f" {found.os.major}" if found.os.major else "") if found.os else ""
    known = [found.user_agent.family if found.user_agent else "", system]
    return " · ".join(filter(None, known)) or user_agent[:60]


def at(value: datetime | int) -> datetime:
    """A moment (or microseconds since 1970) in local time."""
    if isinstance(value, int):
        value = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
    return value.astimezone(ZONE)


def clock(value: datetime | int | None) -> str:
    """14:05."""
    return f"{at(value):%H:%M}" if value is not None else ""


def day(value: datetime | int | None) -> str:
    """05/01/2026."""
    return f"{at(value):%d/%m/%Y}" if value is not None else ""


def moment(value: datetime | int | None) -> str:
    """14:05 05/01/2026."""
    return f"{at(value):%H:%M %d/%m/%Y}" if value is not None else ""


def since(value: datetime | int | None, now: datetime) -> int:
    """Whole minutes from a moment to now; below zero while it lies ahead."""
    return 0 if value is None else int((now - at(value)).total_seconds() // 60)
