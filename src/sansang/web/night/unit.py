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

from sansang.boards.queries import Shown, rows
from sansang.commands import access
from sansang.commands.access import NoSuchLink
from sansang.commands.operation import Answer, NotAllowed
from sansang.ledger.writer import NotWritten, Stopped
from sansang.model.access import facts as access_facts
from sansang.model.access.links import guest_of as guest_called
from sansang.model.access.links import link_of, post_of, unit_of
from sansang.model.access.state import GrantNow
from sansang.model.operation import facts
from sansang.web.night.line_form import COMMAND, Filled, Wrong, circumstances, filled
from sansang.web.night.operation_view import Words, seen
from sansang.web.night.outbox import Item, ItemLine, device_key, fields_of, take_batch
from sansang.web.night.sentences import STEPS
from sansang.web.night.submit import WRONG, new_command, put, refusal
from sansang.web.shared.current_installation import HELD, installation
from sansang.web.shared.qr import svg_of
from sansang.web.shared.rate_limits import WAIT, TooMany, count_line
from sansang.web.shared.request_context import Asking, Forbidden, asking_of, signed_in
from sansang.words import mark

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

    asking: Asking
    grant: GrantNow
    unit: Shown
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
    found = [one for one in rows(at.store.alias, at.store.keyring, "unit", grant.operation) if one.key == unit]
    if not found:
        raise Http404
    return Guest(asking_of(request, grant.person), grant, found[0], post)


@require_POST
@signed_in
def give_link(ask: Asking, operation: str, post: str) -> HttpResponse:
    """Make a link for a unit: a grant in the access log, to be ended there, and a code to be shown or printed."""
    ask.needs("order", post, operation)
    unit = ask.request.POST.get("unit", "")
    command = ask.request.POST.get("command", "")
    at = seen(ask, operation)
    if unit not in {one.key for one in at.units} or not COMMAND.fullmatch(command):
        raise Http404(unit)
    name = link_of(post, command[:13])
    until = installation().store.moment() + timedelta(hours=HOURS)
    if name not in ask.access.grants:
        fact = access_facts.Granted(
            name, guest_called(unit, command[:13]), "unit_leader", ask.access.path_of(post), operation, until
        )
        try:
            access.give_link(installation(), ask.actor, fact, post)
        except (NotAllowed, NotWritten, Stopped) as wrong:
            return _refused(ask, post, wrong)
    link = f"{address(ask.request)}{reverse('unit', args=(signing.dumps(name, salt=_SALT, compress=True),))}"
    return ask.draw(
        "link.html",
        op=at,
        post=ask.access.posts[post],
        unit=at.names[unit],
        link=link,
        code=svg_of(link),
        until=until,
        grant=name,
        command=new_command,
    )


@require_POST
@signed_in
def end_link(ask: Asking, operation: str, post: str) -> HttpResponse:
    """End a unit's link."""
    ask.needs("order", post, operation)
    name = ask.request.POST.get("grant", "")
    grant = ask.access.grants.get(name)
    if grant is None or grant.operation != operation:
        raise Http404(name)
    try:
        access.end_link(installation(), ask.actor, access_facts.GrantRevoked(name), post)
    except NoSuchLink:
        raise Http404(name) from None
    except (NotAllowed, NotWritten, Stopped) as wrong:
        return _refused(ask, post, wrong)
    messages.success(ask.request, ask.voice.say(mark("The link has ended.")))
    return HttpResponseRedirect(reverse("post", args=(operation, post)))


def _refused(ask: Asking, post: str, wrong: NotAllowed | NotWritten | Stopped) -> HttpResponse:
    if isinstance(wrong, NotAllowed):
        raise Forbidden(wrong.right, ask.access.posts[post].name) from wrong
    status, why = refusal(ask.voice, wrong)
    return ask.draw("wrong.html", status, code=status, what=why, where="")


def address(request: HttpRequest) -> str:
    """Where this program is reached from outside."""
    return HELD.address or f"{request.scheme}://{request.get_host()}"


@require_http_methods(["GET"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """The unit's page."""
    guest = guest_of(request, token)
    return guest.asking.draw("unit.html", wrong="", **_known(guest, token))


@require_GET
def board(request: HttpRequest, token: str) -> HttpResponse:
    """The part of the unit's page that moves."""
    guest = guest_of(request, token)
    return guest.asking.draw("unit_board.html", **_known(guest, token))


def _known(guest: Guest, token: str) -> dict[str, Any]:
    at = seen(guest.asking, guest.grant.operation)
    orders = orders_of(guest)
    return {
        "op": at,
        "unit": guest.unit,
        "orders": orders,
        "token_of_unit": token,
        "steps": STEPS,
        "command": new_command,
        "post": guest.asking.access.posts.get(guest.post),
        "calls": [one for one in at.messages if one.key.startswith(_calls(guest))][:3],
        "places": {one.key: one.words for one in at.situations},
    }


def orders_of(guest: Guest) -> list[Shown]:
    """The unit's own orders, the open ones first."""
    at = installation()
    tasks = rows(at.store.alias, at.store.keyring, "task", guest.grant.operation)
    mine = [
        Shown(one.key, one.columns, Words(one.words))
        for one in tasks
        if one.columns["kind"] == "order" and one.columns["owed_by"] == guest.unit.key
    ]
    return sorted(mine, key=lambda one: (-one.columns["is_open"], -one.columns["given"]))[:5]


@require_GET
def key(request: HttpRequest, token: str) -> HttpResponse:
    """The key of a link's queue on the unit's device, as long as the link holds; each link has its own."""
    guest = guest_of(request, token)
    return JsonResponse({"person": guest.grant.person, "key": device_key(f"link {guest.grant.id}")})


@require_POST
def say(request: HttpRequest, token: str) -> HttpResponse:
    """The unit says how far it is, or that it needs help: by a form, or as a batch of JSON from its device's queue."""
    guest = guest_of(request, token)
    if request.content_type == "application/json":
        return take_batch(guest.asking, partial(_lines_of, guest))
    try:
        _append(guest, dict(request.POST.items()))
    except WRONG as wrong:
        status, why = refusal(guest.asking.voice, wrong)
        answer = guest.asking.draw("unit.html", status, wrong=why, **_known(guest, token))
        if isinstance(wrong, TooMany):
            answer.headers["Retry-After"] = str(WAIT)
        return answer
    return HttpResponseRedirect(reverse("unit", args=(token,)))


def _append(guest: Guest, said: dict[str, Any]) -> Answer:
    """Write a line of the unit. Raises what :data:`WRONG` lists."""
    line = line_of(guest, said)
    count_line(guest.grant.id)
    return put(guest.asking, guest.grant.operation, guest.post, line)


def _lines_of(guest: Guest, item: Item) -> Iterator[ItemLine]:
    """The one line of a unit's item, in the operation and at the post of its link. Raises :class:`Wrong`."""
    said = fields_of(item)
    yield ItemLine(str(said["command"]), partial(_append, guest, said))


def _calls(guest: Guest) -> str:
    """How the names of this unit's calls for help begin."""
    return f"help-{guest.unit.key}-"


def help_of(guest: Guest, said: dict[str, Any]) -> Filled:
    """A call for help: a message that the post owes an answer to, soon. Raises :class:`Wrong`."""
    now = installation().store.now()
    spoken = circumstances(said, now)
    post = guest.asking.access.posts.get(guest.post)
    at = seen(guest.asking, guest.grant.operation)
    calls = guest.asking.voice.say(mark("We need help: {unit}"), unit=guest.unit.columns["name"])
    where = at.names.get(str(said.get("situation", "")), "")
    fact = facts.MessageSent(
        f"{_calls(guest)}{spoken.command[:13]}",
        (guest.post,),
        " · ".join(filter(None, (calls, where))),
        (post.name if post else guest.post,),
        answer_by=spoken.begins(now) + ANSWERED_WITHIN,
    )
    return Filled(spoken, fact)


def line_of(guest: Guest, said: dict[str, Any]) -> Filled:
    """What a unit may put down: a step of an order of its own, a line, a call for help. Raises :class:`Wrong`."""
    kind = str(said.get("kind", ""))
    if kind == "help":
        return help_of(guest, said)
    line = filled(kind, said, installation().store.now())
    match line.fact:
        case facts.OrderAnswered(order, step):
            if f"order {order}" not in {one.key for one in orders_of(guest)} or step not in SAYS:
                raise Wrong("order", mark("this is no order of this unit"))
        case facts.Noted() | facts.SituationReported():
            pass
        case _:
            raise Wrong("kind", mark("there is no such kind of line"))
    return line
