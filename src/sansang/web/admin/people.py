"""Who works where, and with which rights? Posts, people and grants; each change is an entry of the access log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sansang.accounts.people import people_with_account, shut_out
from sansang.commands import access
from sansang.commands.access import GrantToOneself, UnknownRole
from sansang.commands.operation import NotAllowed
from sansang.formats.areas import NoSuchArea, area_path, gazetteer
from sansang.ledger.writer import NotWritten, Stopped
from sansang.model.access.grants import Granted, GrantNow, GrantRevoked, PersonShutOut
from sansang.model.access.links import unit_of
from sansang.model.access.roster import (
    PersonListed,
    PersonNow,
    PostListed,
    PostNow,
    StandingUnitListed,
    StandingUnitNow,
    StandingUnitRemoved,
)
from sansang.model.access.state import AccessState
from sansang.model.language import person_sort_key, sort_key
from sansang.model.naming import ID_PATTERN, NameIndex, free_slug
from sansang.web.admin.areas import area_names
from sansang.web.admin.first_password import FirstSignIn, give_first_password
from sansang.web.night.line_form import COMMAND_PATTERN, InvalidField, parse_text, parse_time
from sansang.web.night.operation_view import all_operations
from sansang.web.night.submit import describe_error, new_command
from sansang.web.shared.current_installation import installation
from sansang.web.shared.filters import ZONE
from sansang.web.shared.request_context import Forbidden, RequestContext, signed_in
from sansang.words import mark
from sansang.words.roles import ROLE_NAMES


def require_people_right(context: RequestContext) -> None:
    """Raises Forbidden unless the person may list people anywhere."""
    if not context.may_anywhere("people"):
        raise Forbidden("people", context.voice.say(mark("this installation")))


@require_GET
@signed_in
def people_list(context: RequestContext) -> HttpResponse:
    """Posts, people and their roles."""
    require_people_right(context)
    return context.render("people.html", refused=None, password=None, **_page_variables(context))


def listed_in_own_area(context: RequestContext) -> AccessState:
    """The part of all lists where this person may list people; people without a role are in everybody's part."""
    whole, now = installation().rights(), installation().store.moment()

    def may(path: str, operation: str = "") -> bool:
        return whole.may(context.actor.person, "people", path, operation, now)

    posts = {key: one for key, one in whole.posts.items() if may(one.path)}
    grants = {key: one for key, one in whole.grants.items() if may(one.path, one.operation)}
    others = {one.person for key, one in whole.grants.items() if key not in grants and one.holds(now)}
    own = {one.person for one in grants.values() if one.holds(now)}
    return AccessState(
        posts=posts,
        units={key: one for key, one in whole.units.items() if may(whole.path_of(one.post))},
        people={key: one for key, one in whole.people.items() if key in own or key not in others},
        grants=grants,
    )


def _page_variables(context: RequestContext) -> dict[str, Any]:
    now = installation().store.moment()
    state = listed_in_own_area(context)
    grants = [grant for grant in state.grants.values() if grant.holds(now)]
    accounts = people_with_account()
    held: dict[str, list[GrantNow]] = {}
    for grant in grants:
        held.setdefault(grant.person, []).append(grant)
    people = sorted(state.people.values(), key=lambda one: person_sort_key(one.name.split("(")[0].strip()))
    return {
        "command": new_command,
        "roles": ROLE_NAMES,
        "names": {one.id: one.name for one in context.access.posts.values()},
        "posts": sorted(state.posts.values(), key=lambda one: one.path),
        "units": sorted(state.units.values(), key=lambda one: (one.post, sort_key(one.name))),
        "wards": sorted(gazetteer().on(now.astimezone(ZONE).date()), key=lambda one: sort_key(one.name)),
        "people": [(one, one.id in accounts, held.get(one.id, [])) for one in people],
        "called": area_names(
            context, {*(post.path for post in state.posts.values()), *(grant.path for grant in grants)}
        ),
        "operations": {one.name: one.head.title for one in all_operations(context)},
        "links": [(grant, unit) for grant in grants if (unit := unit_of(grant.person)) is not None],
    }


@require_POST
@signed_in
def change_people(context: RequestContext, what: str) -> HttpResponse:
    """Write one change: a post, a person, a grant, the end of a grant, a new first password."""
    require_people_right(context)
    said = {name: str(value) for name, value in context.request.POST.items()}
    try:
        password = _apply_form(context, what, said)
    except (InvalidField, NotAllowed, NotWritten, Stopped) as wrong:
        status, why = describe_error(context.voice, wrong)
        return _render_refused(context, status, what, said, why)
    except GrantToOneself:
        why = context.voice.say(mark("Nobody gives a role to themselves: another administrator does."))
        return _render_refused(context, 403, what, said, why)
    if password:
        # Shown once; it is not stored in clear.
        return context.render("people.html", refused=None, password=password, **_page_variables(context))
    messages.success(context.request, context.voice.say(mark("Written.")))
    return HttpResponseRedirect(reverse("people"))


def _render_refused(context: RequestContext, status: int, what: str, said: dict[str, str], why: str) -> HttpResponse:
    refused = {"what": what, "why": why, "said": said}
    return context.render("people.html", status, refused=refused, password=None, **_page_variables(context))


def _apply_form(context: RequestContext, what: str, said: dict[str, str]) -> FirstSignIn | None:  # noqa: PLR0912 one case for each form
    command = said.get("command", "")
    if not COMMAND_PATTERN.fullmatch(command):
        raise InvalidField("command", mark("the form is too old; load the page again"))
    name = parse_text("name", said.get("name", ""))
    at = installation()
    match what:
        case "post":
            if not name or not said.get("area", "").strip():
                raise InvalidField("name" if not name else "area", mark("this must be filled in"))
            access.write_fact(
                at,
                context.actor,
                PostListed(_id(said, name, _names(context.access.posts)), name, _area(context, said)),
            )
        case "unit":
            if not name or said.get("post") not in context.access.posts:
                raise InvalidField("name" if not name else "post", mark("this must be filled in"))
            unit = _id(said, name, _names(context.access.units))
            access.write_fact(at, context.actor, StandingUnitListed(unit, name, said["post"]))
        case "unit_out":
            access.write_fact(at, context.actor, StandingUnitRemoved(said.get("unit", "")))
        case "person":
            if not name:
                raise InvalidField("name", mark("this must be filled in"))
            person = _id(said, name, _names(context.access.people))
            access.write_fact(at, context.actor, PersonListed(person, name, parse_text("phone", said.get("phone", ""))))
            if said.get("account"):
                return give_first_password(at, context.actor, person)
        case "grant":
            if said.get("person") not in context.access.people:
                raise InvalidField("person", mark("choose one of the list"))
            until = parse_time(said.get("until"), "until", at.store.now())
            role: Any = said.get("role", "")
            try:
                fact = Granted(
                    f"g-{command[:13]}",
                    said["person"],
                    role,
                    _area(context, said),
                    said.get("operation", ""),
                    until,
                )
                access.write_fact(at, context.actor, fact)
            except UnknownRole:
                raise InvalidField("role", mark("choose one of the list")) from None
        case "revoke":
            access.write_fact(at, context.actor, GrantRevoked(said.get("grant", "")))
        case "password":
            person = said.get("person", "")
            if person not in context.access.people:
                raise InvalidField("person", mark("choose one of the list"))
            return give_first_password(at, context.actor, person)
        case "shut":
            person = said.get("person", "")
            if person not in context.access.people:
                raise InvalidField("person", mark("choose one of the list"))
            access.write_fact(at, context.actor, PersonShutOut(person))
            shut_out(person)
        case _:
            raise InvalidField("kind", mark("there is no such kind of line"))
    return None


def _area(context: RequestContext, said: dict[str, str]) -> str:
    """The area in a form: from codes, the present name of a ward, or the name of one listed post. Raises Wrong."""
    text = parse_text("area", said.get("area", ""))
    try:
        return area_path(text, installation().store.moment().astimezone(ZONE).date())
    except NoSuchArea as wrong:
        posts = NameIndex(_names(context.access.posts)).exact(text)
        if len(posts) == 1:
            return context.access.posts[posts[0]].path
        if not wrong.found:
            why = mark("no ward of today has this name: choose one of the list, or write its codes")
            raise InvalidField("area", why) from None
        raise InvalidField("area", mark("several wards have this name: write the code of the right one")) from None


def _id(said: dict[str, str], name: str, listed: Mapping[str, str]) -> str:
    """The id in a form, or a new one made of the name: only an entry named by its id is changed. Raises Wrong."""
    given = said.get("id", "").strip()
    if given and not ID_PATTERN.fullmatch(given):
        raise InvalidField("id", mark("letters, digits, dots and dashes only"))
    if not given and NameIndex(listed).candidates(name):
        raise InvalidField(
            "name", mark("this name is listed: write its id to change it, or another id for somebody else")
        )
    return given or free_slug(name, listed)


def _names(listed: Mapping[str, PostNow | StandingUnitNow | PersonNow]) -> dict[str, str]:
    return {one.id: one.name for one in listed.values()}
