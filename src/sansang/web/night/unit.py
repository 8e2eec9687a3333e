"""What does a unit on its way need? By its link, without an account: its orders, four buttons, and a call for help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sansang.boards.queries import Boards, load
from sansang.commands import access
from sansang.commands.access import NoSuchLink
from sansang.commands.operation import LineReceipt, NotAllowed
from sansang.ledger.writer import NotWritten, Stopped
from sansang.model.access.grants import Granted, GrantNow, GrantRevoked
from sansang.model.access.links import LINK_LIFETIME, guest_of, link_of, post_of, unit_of
from sansang.model.operation.calls_for_help import HelpCalled
from sansang.model.operation.log import Noted
from sansang.model.operation.orders import ORDERS, OrderAnswered, OrderNow
from sansang.model.operation.record import stream_of
from sansang.model.operation.situations import SituationReported
from sansang.model.operation.units import UNITS, UnitNow
from sansang.web.night.line_form import COMMAND_PATTERN, InvalidField, SubmittedLine, parse_header, parse_line
from sansang.web.night.operation_view import view_operation
from sansang.web.night.outbox import ItemLine, OutboxItem, accept_batch, device_key, fields_of
from sansang.web.night.submit import SUBMIT_ERRORS, describe_error, new_command, submit_line
from sansang.web.shared.current_installation import installation
from sansang.web.shared.qr import qr_svg
from sansang.web.shared.rate_limits import RETRY_AFTER, TooManyLines, count_line
from sansang.web.shared.request_context import Forbidden, RequestContext, base_address, context_for, signed_in
from sansang.words import mark
from sansang.words.sentences.operation import STEP_LABELS

_SALT = "sansang.unit"
#: Time within which a call for help is to be acknowledged.
HELP_ANSWER_TIME = timedelta(minutes=3)
#: The steps of an order that a unit may report.
UNIT_STEPS = ("acknowledged", "turned_out", "on_scene", "done", "declined")


@dataclass(frozen=True, slots=True)
class UnitLink:
    """A valid link in use: its grant, for one unit in one operation, at the post that gave it."""

    context: RequestContext
    grant: GrantNow
    unit: UnitNow
    #: The post in whose log the unit writes.
    post: str


def grant_of_token(token: str) -> GrantNow | None:
    """The grant of a link; None where the token is invalid, or the link has expired or was ended."""
    try:
        name = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    grant = installation().rights().grants.get(str(name))
    if grant is None or not grant.holds(installation().store.moment()) or unit_of(grant.person) is None:
        return None
    return grant


def open_link(request: HttpRequest, token: str) -> UnitLink:
    """The link of a token. Raises Http404 where the token is invalid, or the link has expired or was ended."""
    grant = grant_of_token(token)
    unit, post = (unit_of(grant.person), post_of(grant.id)) if grant is not None else (None, None)
    if grant is None or unit is None or post is None:
        raise Http404
    at = installation()
    found = load(at.store.alias, at.store.keyring, stream_of(grant.operation), UNITS)[UNITS].get(unit)
    if found is None:
        raise Http404
    return UnitLink(context_for(request, grant.person), grant, found, post)


@require_POST
@signed_in
def create_unit_link(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """Create a unit's link (a grant in the access log), and show it as a QR code to be scanned or printed."""
    context.require("order", post, operation)
    unit = context.request.POST.get("unit", "")
    command = context.request.POST.get("command", "")
    at = view_operation(context, operation)
    if unit not in {one.id for one in at.units} or not COMMAND_PATTERN.fullmatch(command):
        raise Http404(unit)
    name = link_of(post, command[:13])
    until = installation().store.moment() + LINK_LIFETIME
    if name not in context.access.grants:
        fact = Granted(
            name, guest_of(unit, command[:13]), "unit_leader", context.access.path_of(post), operation, until
        )
        try:
            access.give_link(installation(), context.actor, fact, post)
        except (NotAllowed, NotWritten, Stopped) as error:
            return _refused(context, post, error)
    link = f"{base_address(context.request)}{reverse('unit', args=(signing.dumps(name, salt=_SALT, compress=True),))}"
    return context.render(
        "link.html",
        op=at,
        post=context.access.posts[post],
        unit=at.names[unit],
        link=link,
        code=qr_svg(link),
        until=until,
        grant=name,
        command=new_command,
    )


@require_POST
@signed_in
def end_unit_link(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """End a unit's link."""
    context.require("order", post, operation)
    name = context.request.POST.get("grant", "")
    grant = context.access.grants.get(name)
    if grant is None or grant.operation != operation:
        raise Http404(name)
    try:
        access.end_link(installation(), context.actor, GrantRevoked(name), post)
    except NoSuchLink:
        raise Http404(name) from None
    except (NotAllowed, NotWritten, Stopped) as error:
        return _refused(context, post, error)
    messages.success(context.request, context.voice.say(mark("The link has ended.")))
    return HttpResponseRedirect(reverse("post", args=(operation, post)))


def _refused(context: RequestContext, post: str, error: NotAllowed | NotWritten | Stopped) -> HttpResponse:
    if isinstance(error, NotAllowed):
        raise Forbidden(error.right, context.access.posts[post].name) from error
    status, why = describe_error(context.voice, error)
    return context.render("wrong.html", status, code=status, what=why, where="")


@require_http_methods(["GET"])
def unit_page(request: HttpRequest, token: str) -> HttpResponse:
    """The unit's page."""
    link = open_link(request, token)
    return link.context.render("unit.html", wrong="", **_template_context(link, token))


@require_GET
def unit_board(request: HttpRequest, token: str) -> HttpResponse:
    """The part of the unit's page that is updated as entries come."""
    link = open_link(request, token)
    return link.context.render("unit_board.html", **_template_context(link, token))


def _template_context(link: UnitLink, token: str) -> dict[str, Any]:
    at = view_operation(link.context, link.grant.operation)
    orders = unit_orders(link, at.boards)
    return {
        "op": at,
        "unit": link.unit,
        "orders": orders,
        "token_of_unit": token,
        "owner": link.context.actor.person,
        "steps": STEP_LABELS,
        "command": new_command,
        "post": link.context.access.posts.get(link.post),
        "calls": sorted(
            (one for one in at.calls if one.unit == link.unit.id), key=lambda one: one.called, reverse=True
        )[:3],
        "places": {one.id: one for one in at.situations},
    }


def unit_orders(link: UnitLink, boards: Boards) -> list[OrderNow]:
    """The unit's own orders, the open ones first, then the newest."""
    mine = [order for order in boards[ORDERS].values() if order.unit == link.unit.id]
    return sorted(mine, key=lambda order: (order.is_open, order.given), reverse=True)[:5]


@require_GET
def unit_key(request: HttpRequest, token: str) -> HttpResponse:
    """The key of a link's queue on the unit's device, as long as the link is valid; each link has its own."""
    link = open_link(request, token)
    return JsonResponse({"person": link.grant.person, "key": device_key(f"link {link.grant.id}")})


@require_POST
def unit_write(request: HttpRequest, token: str) -> HttpResponse:
    """Write a step of an order, a line or a call for help: by a form, or as a JSON batch from the device's queue."""
    link = open_link(request, token)
    if request.content_type == "application/json":
        return accept_batch(link.context, partial(_item_lines, link))
    try:
        _append(link, dict(request.POST.items()))
    except SUBMIT_ERRORS as error:
        status, why = describe_error(link.context.voice, error)
        answer = link.context.render("unit.html", status, wrong=why, **_template_context(link, token))
        if isinstance(error, TooManyLines):
            answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer
    return HttpResponseRedirect(reverse("unit", args=(token,)))


def _append(link: UnitLink, fields: dict[str, Any]) -> LineReceipt:
    """Append a line of the unit. Raises :data:`SUBMIT_ERRORS`."""
    line = unit_line(link, fields)
    count_line(link.grant.id)
    return submit_line(link.context, link.grant.operation, link.post, line)


def _item_lines(link: UnitLink, item: OutboxItem) -> Iterator[ItemLine]:
    """The one line of a unit's item, in the operation and at the post of its link. Raises :class:`InvalidField`."""
    fields = fields_of(item)
    yield ItemLine(str(fields["command"]), partial(_append, link, fields))


def help_line(link: UnitLink, fields: dict[str, Any]) -> SubmittedLine:
    """A call for help, to be acknowledged within :data:`HELP_ANSWER_TIME`. Raises :class:`InvalidField`."""
    header = parse_header(fields, installation().store.now())
    at = view_operation(link.context, link.grant.operation)
    calls = link.context.voice.say(mark("We need help: {unit}"), unit=link.unit.name)
    situation = str(fields.get("situation", ""))
    where = at.names.get(situation, "")
    fact = HelpCalled(
        f"help-{link.unit.id}-{header.command[:13]}",
        (link.post,),
        " · ".join(filter(None, (calls, where))),
        link.unit.id,
        situation if where else "",
        header.counted_from(installation().store.now()) + HELP_ANSWER_TIME,
    )
    return SubmittedLine(header, fact)


def unit_line(link: UnitLink, fields: dict[str, Any]) -> SubmittedLine:
    """What a unit may write: a step of one of its orders, a line, a call for help. Raises :class:`InvalidField`."""
    kind = str(fields.get("kind", ""))
    if kind == "help":
        return help_line(link, fields)
    line = parse_line(kind, fields, installation().store.now())
    match line.fact:
        case OrderAnswered(order, step):
            at = installation().store
            boards = load(at.alias, at.keyring, stream_of(link.grant.operation), ORDERS)
            if order not in {one.id for one in unit_orders(link, boards)} or step not in UNIT_STEPS:
                raise InvalidField("order", mark("this is no order of this unit"))
        case Noted() | SituationReported():
            pass
        case _:
            raise InvalidField("kind", mark("there is no such kind of line"))
    return line
