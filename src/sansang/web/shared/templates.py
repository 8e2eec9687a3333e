"""How is a page rendered? By Jinja, with the catalogue's texts and the variables that every page has."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from django.conf import settings as django_settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.middleware.csrf import get_token
from markupsafe import Markup

from sansang import __version__
from sansang.accounts import FIRST_PASSWORD_KEY
from sansang.web.shared import filters
from sansang.web.shared.current_installation import CURRENT
from sansang.web.shared.language import voice_of
from sansang.words import mark

STATIC = Path(__file__).parents[1] / "static"
_CLOCK = r"\s*([01]?[0-9]|2[0-3])\s*[:hHgG.]?\s*[0-5][0-9]\s*"
#: Patterns of form fields, which the browser checks before the form is sent.
PATTERNS = {"CLOCK": _CLOCK, "UNTIL": rf"\s*\+[0-9]{{1,4}}\s*|{_CLOCK}", "COUNT": r"\s*[\-+]?[0-9]{1,6}\s*"}


def environment(**options: Any) -> jinja2.Environment:
    """The Jinja environment of all pages. An undefined name is an error, not an empty text."""
    # Django's options turn autoescaping on; its choice for undefined names is replaced.
    options = {**options, "undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = jinja2.Environment(**options)  # noqa: S701
    for one in (filters.as_json, filters.clock, filters.day, filters.device, filters.moment, filters.since):
        made.filters[one.__name__] = one
    made.globals.update(
        city_sign_ins=city_sign_ins, patterns=PATTERNS, static=static, icon=icon, version=__version__, mark=mark
    )
    return made


def common_context(request: HttpRequest) -> dict[str, Any]:
    """The variables that every page has (a context processor)."""
    voice = voice_of(request)
    user = getattr(request, "user", None)
    person = user.get_username() if user and user.is_authenticated else ""
    return {
        "voice": voice,
        "say": voice.say,
        "lang": voice.language,
        "path": request.get_full_path(),
        "person": person,
        "may_list_people": bool(person) and may_list_people(person),
        "has_first_password": bool(getattr(request, "session", {}).get(FIRST_PASSWORD_KEY)),
        "token": get_token(request),
        "is_insecure": is_insecure(request),
        "notices": [str(one) for one in get_messages(request)],
    }


def may_list_people(person: str) -> bool:
    """Whether a person may list people anywhere. From memory: the menu of every page costs no query."""
    at = CURRENT.installation
    return at is not None and at.rights().may(person, "people", None, "", at.store.moment())


def is_insecure(request: HttpRequest) -> bool:
    """Whether others can listen, so that browsers let no page write without a network: plain HTTP from elsewhere."""
    host, _ = split_domain_port(request.headers.get("Host", ""))
    # As browsers decide it: what a machine requests of itself goes over no network.
    is_local = host in ("localhost", "[::1]") or host.endswith(".localhost") or host.startswith("127.")
    return not request.is_secure() and not is_local


@cache
def _built_names() -> dict[str, str]:
    path = STATIC / "built" / "names.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def static(name: str) -> str:
    """The address of a built file; its name changes with its content."""
    return f"/static/built/{_built_names().get(name, name)}"


def city_sign_ins() -> list[dict[str, Any]]:
    """The sign-in providers of the settings."""
    return list(django_settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", []))


@cache
def _icons() -> dict[str, str]:
    path = STATIC / "built" / "icons.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def icon(name: str) -> Markup:
    """An icon as inline SVG, beside a word that says the same. Raises KeyError for one that the build does not have."""
    paths = Markup(_icons()[name])  # noqa: S704 a file of the build, no input
    return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(paths)
