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
from sansang.model.access.links import guest_of as guest_called
from sansang.model.access.links import link_of, post_of, unit_of
from sansang.model.operation.calls_for_help import HelpCalled
from sansang.model.operation.log import Noted
from sansang.model.operation.orders import ORDERS, OrderAnswered, OrderNow
from sansang.model.operation.record import stream_of
from sansang.model.operation.situations import SituationReported
from sansang.model.operation.units import UNITS, UnitNow
from sansang.web.night.line_form import COMMAND, Filled, Wrong, circumstances, filled
from sansang.web.night.operation_view import view_operation
from sansang.web.night.outbox import Item, ItemLine, device_key, fields_of, take_batch
from sansang.web.night.submit import WRONG, new_command, put, refusal
from sansang.web.shared.current_installation import CURRENT, installation
from sansang.web.shared.qr import qr_svg
from sansang.web.shared.rate_limits import RETRY_AFTER, TooManyLines, count_line
from sansang.web.shared.request_context import Forbidden, RequestContext, context_for, signed_in
from sansang.words import mark
from sansang.words.sentences.operation import STEPS

_SALT = "sansang.unit"
#: A link ends by itself after so many hours.
HOURS = 24
#: A call for help is answered within this.
ANSWERED_WITHIN = timedelta(minutes=3)
#: What a unit's page may say.
SAYS = ("acknowledged", "turned_out", "on_scene", "done", "declined")


@dataclass(frozen=True, slots=True)
class Guest:
    """Who comes by a link: a grant that holds, for one unit in one operation, at the post that gave it."""

    context: RequestContext
    grant: GrantNow
    unit: UnitNow
    #: The post in whose log the unit writes.
    post: str


def grant_of(token: str) -> GrantNow | None:
    """The grant of a link; None where it is none, has ended or was taken back."""
    try:
        name = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    grant = installation().rights().grants.get(str(name))
    if grant is None or not grant.holds(installation().store.moment()) or unit_of(grant.person) is None:
        return None
    return grant


def guest_of(request: HttpRequest, token: str) -> Guest:
    """The guest of a link. Raises Http404 for one that is none, has ended or was taken back."""
    grant = grant_of(token)
    unit, post = (unit_of(grant.person), post_of(grant.id)) if grant is not None else (None, None)
    if grant is None or unit is None or post is None:
        raise Http404
    at = installation()
    found = load(at.store.alias, at.store.keyring, stream_of(grant.operation), UNITS)[UNITS].get(unit)
    if found is None:
        raise Http404
    return Guest(context_for(request, grant.person), grant, found, post)


@require_POST
@signed_in
def give_link(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """Make a link for a unit: a grant in the access log, to be ended there, and a code to be shown or printed."""
    context.require("order", post, operation)
    unit = context.request.POST.get("unit", "")
    command = context.request.POST.get("command", "")
    at = view_operation(context, operation)
    if unit not in {one.id for one in at.units} or not COMMAND.fullmatch(command):
        raise Http404(unit)
    name = link_of(post, command[:13])
    until = installation().store.moment() + timedelta(hours=HOURS)
    if name not in context.access.grants:
        fact = Granted(
            name, guest_called(unit, command[:13]), "unit_leader", context.access.path_of(post), operation, until
        )
        try:
            access.give_link(installation(), context.actor, fact, post)
        except (NotAllowed, NotWritten, Stopped) as wrong:
            return _refused(context, post, wrong)
    link = f"{address(context.request)}{reverse('unit', args=(signing.dumps(name, salt=_SALT, compress=True),))}"
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
def end_link(context: RequestContext, operation: str, post: str) -> HttpResponse:
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
    except (NotAllowed, NotWritten, Stopped) as wrong:
        return _refused(context, post, wrong)
    messages.success(context.request, context.voice.say(mark("The link has ended.")))
    return HttpResponseRedirect(reverse("post", args=(operation, post)))


def _refused(context: RequestContext, post: str, wrong: NotAllowed | NotWritten | Stopped) -> HttpResponse:
    if isinstance(wrong, NotAllowed):
        raise Forbidden(wrong.right, context.access.posts[post].name) from wrong
    status, why = refusal(context.voice, wrong)
    return context.render("wrong.html", status, code=status, what=why, where="")


def address(request: HttpRequest) -> str:
    """Where this program is reached from outside."""
    return CURRENT.address or f"{request.scheme}://{request.get_host()}"


@require_http_methods(["GET"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """The unit's page."""
    guest = guest_of(request, token)
    return guest.context.render("unit.html", wrong="", **_known(guest, token))


@require_GET
def board(request: HttpRequest, token: str) -> HttpResponse:
    """The part of the unit's page that moves."""
    guest = guest_of(request, token)
    return guest.context.render("unit_board.html", **_known(guest, token))


def _known(guest: Guest, token: str) -> dict[str, Any]:
    at = view_operation(guest.context, guest.grant.operation)
    orders = orders_of(guest, at.boards)
    return {
        "op": at,
        "unit": guest.unit,
        "orders": orders,
        "token_of_unit": token,
        "owner": guest.context.actor.person,
        "steps": STEPS,
        "command": new_command,
        "post": guest.context.access.posts.get(guest.post),
        "calls": sorted(
            (one for one in at.calls if one.unit == guest.unit.id), key=lambda one: one.called, reverse=True
        )[:3],
        "places": {one.id: one for one in at.situations},
    }


def orders_of(guest: Guest, boards: Boards) -> list[OrderNow]:
    """The unit's own orders, the open ones first, then the newest."""
    mine = [order for order in boards[ORDERS].values() if order.unit == guest.unit.id]
    return sorted(mine, key=lambda order: (order.is_open, order.given), reverse=True)[:5]


@require_GET
def key(request: HttpRequest, token: str) -> HttpResponse:
    """The key of a link's queue on the unit's device, as long as the link holds; each link has its own."""
    guest = guest_of(request, token)
    return JsonResponse({"person": guest.grant.person, "key": device_key(f"link {guest.grant.id}")})


@require_POST
def say(request: HttpRequest, token: str) -> HttpResponse:
    """The unit reports how far it is, or that it needs help: by a form, or as a JSON batch from its device's queue."""
    guest = guest_of(request, token)
    if request.content_type == "application/json":
        return take_batch(guest.context, partial(_lines_of, guest))
    try:
        _append(guest, dict(request.POST.items()))
    except WRONG as wrong:
        status, why = refusal(guest.context.voice, wrong)
        answer = guest.context.render("unit.html", status, wrong=why, **_known(guest, token))
        if isinstance(wrong, TooManyLines):
            answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer
    return HttpResponseRedirect(reverse("unit", args=(token,)))


def _append(guest: Guest, said: dict[str, Any]) -> LineReceipt:
    """Write a line of the unit. Raises what :data:`WRONG` lists."""
    line = line_of(guest, said)
    count_line(guest.grant.id)
    return put(guest.context, guest.grant.operation, guest.post, line)


def _lines_of(guest: Guest, item: Item) -> Iterator[ItemLine]:
    """The one line of a unit's item, in the operation and at the post of its link. Raises :class:`Wrong`."""
    said = fields_of(item)
    yield ItemLine(str(said["command"]), partial(_append, guest, said))


def help_of(guest: Guest, said: dict[str, Any]) -> Filled:
    """A call for help: the post owes an answer to it, soon. Raises :class:`Wrong`."""
    spoken = circumstances(said, installation().store.now())
    at = view_operation(guest.context, guest.grant.operation)
    calls = guest.context.voice.say(mark("We need help: {unit}"), unit=guest.unit.name)
    situation = str(said.get("situation", ""))
    where = at.names.get(situation, "")
    fact = HelpCalled(
        f"help-{guest.unit.id}-{spoken.command[:13]}",
        (guest.post,),
        " · ".join(filter(None, (calls, where))),
        guest.unit.id,
        situation if where else "",
        spoken.begins(installation().store.now()) + ANSWERED_WITHIN,
    )
    return Filled(spoken, fact)


def line_of(guest: Guest, said: dict[str, Any]) -> Filled:
    """What a unit may put down: a step of an order of its own, a line, a call for help. Raises :class:`Wrong`."""
    kind = str(said.get("kind", ""))
    if kind == "help":
        return help_of(guest, said)
    line = filled(kind, said, installation().store.now())
    match line.fact:
        case OrderAnswered(order, step):
            at = installation().store
            boards = load(at.alias, at.keyring, stream_of(guest.grant.operation), ORDERS)
            if order not in {one.id for one in orders_of(guest, boards)} or step not in SAYS:
                raise Wrong("order", mark("this is no order of this unit"))
        case Noted() | SituationReported():
            pass
        case _:
            raise Wrong("kind", mark("there is no such kind of line"))
    return line
