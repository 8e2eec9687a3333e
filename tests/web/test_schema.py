"""The site described by its own tables, and every form of it filled in by schemathesis: no answer is a server error."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from sansang.model.operation.record import OPERATION
from sansang.web.shared.permissions import VIEW_PERMISSIONS
from tests.served import Client, Served, served
from tests.web.test_pages import Night

#: What ends the session that asks, or the person's account.
NOT_ASKED = {"account_logout", "usersessions_list", "mfa_remove_webauthn", "mfa_edit_webauthn"}
TEXT = {"type": "string", "maxLength": 60}
#: Fields of the other forms, by address.
FORMS: dict[str, tuple[str, ...]] = {
    "language": ("language", "next"),
    "begin": ("title", "mode", "post", "units", "command"),
    "add_photo": ("caption", "situation", "command", "photo"),
    "standing_units": (),
    "give_link": ("unit", "command"),
    "end_link": ("grant",),
    "unit_say": ("kind", "command", "order", "step", "text", "situation", "written"),
    "people_change": ("id", "name", "phone", "area", "post", "person", "role", "operation", "until", "grant", "unit"),
    "people_from_workbook": ("held", "name", "take"),
    "outbox_saved": ("text",),
    "account_login": ("login", "password", "next"),
    "account_reauthenticate": ("password", "next"),
    "account_change_password": ("oldpassword", "password1", "password2"),
    "mfa_authenticate": ("code", "credential"),
    "mfa_reauthenticate": ("code", "next"),
    "mfa_activate_totp": ("code",),
    "mfa_login_webauthn": ("credential",),
    "mfa_add_webauthn": ("name", "credential", "passwordless"),
    "mfa_reauthenticate_webauthn": ("credential", "next"),
}

#: Addresses that take a form and show none.
ONLY_SENT = frozenset(
    {
        *("language", "write", "add_photo", "standing_units", "give_link", "end_link", "unit_say", "people_change"),
        *("people_from_workbook", "outbox"),
    }
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("schema") / "d") as one:
        yield one


@pytest.fixture(scope="module")
def chief(here: Served) -> Client:
    """The first person."""
    return here.signed_in()


def addresses() -> dict[str, str]:
    """The paths of the site by name, as templates, asked of the site itself."""
    asking = (
        "import re; from sansang.site.django_setup import load_django; load_django()\n"
        "from django.urls import get_resolver\n"
        "def walk(found, before):\n"
        "    for one in found:\n"
        "        at = before + str(one.pattern).lstrip('^')\n"
        "        if hasattr(one, 'url_patterns'): walk(one.url_patterns, at)\n"
        "        else: print(one.name, '/' + re.sub(r'<(?:\\w+:)?(\\w+)>', r'{\\1}', at))\n"
        "walk(get_resolver().url_patterns, '')\n"
    )
    environment = {**os.environ, "SANSANG_DATA": str(Path(os.devnull))}
    said = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=True, env=environment)
    found = [line.split(" ", 1) for line in said.stdout.splitlines()]
    return {name: path for name, path in found if name in VIEW_PERMISSIONS and "(" not in path}


def line_form() -> dict[str, Any]:
    """A line of the log: each kind with the fields that it has."""
    forms = []
    for name, kind in OPERATION.kinds.items():
        fields = {("kind_of" if field == "kind" else field): TEXT for field in kind.fact.__dataclass_fields__}
        fields |= dict.fromkeys(("happened", "written", "on_behalf_of", "back", "command"), TEXT)
        forms.append({"type": "object", "properties": {**fields, "kind": {"const": name}}, "required": ["kind"]})
    return {"anyOf": forms}


def description(night: Night) -> dict[str, Any]:
    """The site as OpenAPI describes one: what the paths name is there, or anything."""
    there = {"operation": night.op, "post": "p1", "token": night.link, "name": night.photo, "what": "grant"}
    line = {
        "type": "object",
        "properties": {
            "command": TEXT,
            "person": {"enum": ["quan-tri", "ai"]},
            "operation": {"enum": [night.op, "", "x y"]},
            "post": {"enum": ["p1", "p9"]},
            "kind": {"enum": [*OPERATION.kinds, "no-such"]},
            "fields": {"type": "object", "additionalProperties": TEXT},
            "written": TEXT,
        },
    }
    batch = {"type": "object", "properties": {"lines": {"type": "array", "items": line}}, "required": ["lines"]}
    paths: dict[str, Any] = {}
    for name, path in addresses().items():
        if name in NOT_ASKED:
            continue
        parameters = [
            {
                "name": one,
                "in": "path",
                "required": True,
                "schema": {"anyOf": [{"const": there.get(one, "x")}, {"type": "string", "minLength": 1}]},
            }
            for one in re.findall(r"\{(\w+)\}", path)
        ]
        asked = {"parameters": [{"name": one, "in": "query", "schema": TEXT} for one in ("next", "q", "on", "unit")]}
        methods: dict[str, Any] = {}
        if name not in ONLY_SENT:
            methods["get"] = {**asked, "responses": {"200": {"description": "x"}}}
        if name == "outbox":
            content: dict[str, Any] = {"application/json": {"schema": batch}}
        elif name == "write":
            content = {"application/x-www-form-urlencoded": {"schema": line_form()}}
        else:
            fields = dict.fromkeys(FORMS.get(name, ()), TEXT)
            content = {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": fields}}}
        if name in FORMS or name in ONLY_SENT:
            methods["post"] = {"requestBody": {"content": content}, "responses": {"200": {"description": "x"}}}
        paths[path] = {"parameters": parameters, **methods}
    return {"openapi": "3.1.0", "info": {"title": "Sẵn Sàng", "version": "1"}, "paths": paths}


def test_every_form_has_its_fields_described(here: Served, chief: Client) -> None:
    described = addresses()
    assert set(FORMS) <= set(described)
    page = chief.get("/begin/").text
    assert {"title", "mode", "post", "command"} <= set(re.findall(r'name="(\w+)"', page))
    assert len(described) > 40


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as described", "otherwise"])
def test_schemathesis_finds_no_failure_on_any_address(mode: GenerationMode, here: Served, chief: Client) -> None:
    schema = schemathesis.openapi.from_dict(description(Night(chief)))
    asked: dict[str, int] = {}
    answers: dict[int, int] = {}
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]

        @settings(
            max_examples=12,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def fill_in(case: Any) -> None:
            sent = requests.Request(**case.as_transport_kwargs(base_url=here.address)).prepare()
            headers = {str(name): str(value) for name, value in sent.headers.items() if str(name).lower() != "cookie"}
            headers |= {"X-CSRFToken": chief.http.cookies["csrftoken"], "Referer": here.address}
            body = sent.body.encode() if isinstance(sent.body, str) else bytes(sent.body or b"")  # type: ignore[arg-type]
            came = chief.http.request(
                str(sent.method), str(sent.url), content=body, headers=headers, follow_redirects=False
            )
            assert came.status_code < 500, (sent.method, sent.url, sent.body)
            to = came.headers.get("location", "")
            assert not to.startswith(("//", "http")) or to.startswith(here.address), (sent.url, sent.body, to)
            answers[came.status_code] = answers.get(came.status_code, 0) + 1
            asked[f"{case.method} {case.path}"] = asked.get(f"{case.method} {case.path}", 0) + 1

        try:
            fill_in()
        except schemathesis.errors.SchemathesisError:
            # Nothing can be said otherwise where nothing is asked.
            assert mode is GenerationMode.NEGATIVE
    assert "/accounts/login/" not in str(chief.get("/").url), "still signed in: the pages behind it were asked"
    assert len(asked) > 50, json.dumps(asked)
    # Written, shown, refused by the form, not there: the forms were met, not only the guard before them.
    assert set(answers) >= {200, 302, 404, 422}, answers
