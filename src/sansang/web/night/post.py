"""What does a duty officer need on one screen? Write a line, see what is owed, order a unit, hand over the shift."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_http_methods

from sansang.ledger.history import posts_in
from sansang.model.access.roster import PersonNow, PostNow
from sansang.model.language import person_sort_key, sort_key
from sansang.model.operation.record import stream_of
from sansang.web.night.duty_log import printed
from sansang.web.night.line_form import each_line, filled, photo_beside, photo_of
from sansang.web.night.log_lines import AVAILABLE
from sansang.web.night.operation_view import LINES, OperationView, view_lines, view_operation
from sansang.web.night.photos import uploaded
from sansang.web.night.submit import WRONG, list_standing, new_command, put, put_photo, refusal
from sansang.web.shared.current_installation import installation
from sansang.web.shared.request_context import Asking, signed_in
from sansang.words import mark
from sansang.words.sentences.operation import COUNTS, STEPS

#: What is chosen from when a situation is reported; free text is taken as well.
SITUATIONS = (
    mark("fire"),
    mark("flood"),
    mark("collapse"),
    mark("people trapped"),
    mark("traffic accident"),
    mark("fallen tree"),
    mark("gas or chemical leak"),
    mark("illness"),
)
#: So many messages are shown to a post.
MESSAGES = 8
SERVICES = ("112", "113", "114", "115", "111", "1022")


def post_context(ask: Asking, operation: str, post: str, op: OperationView | None = None) -> dict[str, Any]:
    """What the post's page and its moving part both need, of the operation as this person sees it (None: load it)."""
    op = op or view_operation(ask, operation)
    return {
        "op": op,
        "post": ask.access.posts[post],
        "command": new_command,
        "steps": STEPS,
        "available": AVAILABLE,
        "counts": COUNTS,
        "services": SERVICES,
        "kinds": SITUATIONS,
        "others": others_of(ask, operation, post),
        "names_of_posts": {one.name for one in list(ask.access.posts.values())},
        "people": _who_takes_over(ask, operation, post),
        "mine": ask.actor.person,
        "standing": [unit for unit in ask.access.units_of(post) if unit.id not in {one.id for one in op.units}],
        "messages": op.messages_of(post, MESSAGES),
        "may": {right: ask.may(right, post, operation) for right in ("log", "order", "hand_over", "open", "declare")},
        "roles": [role for role in op.roles if role.post == post],
    }


def with_lines(ask: Asking, context: dict[str, Any], post: str) -> dict[str, Any]:
    """The context with the last lines of a post's log ("": of all posts) besides."""
    op: OperationView = context["op"]
    found = view_lines(ask, op.name, post, op.names)
    return {**context, "lines": found, "is_cut": len(found) == LINES}


def known_of(ask: Asking, operation: str, post: str) -> dict[str, Any]:
    """The context of the post's page, its log among it."""
    return with_lines(ask, post_context(ask, operation, post), post)


def others_of(ask: Asking, operation: str, post: str = "") -> dict[str, list[PostNow]]:
    """The other posts, by name: those that take part ("here"), and the rest ("else")."""
    there = posts_in(installation().store.alias, stream_of(operation))
    others = [one for one in ask.access.posts.values() if one.id != post]
    others.sort(key=lambda one: sort_key(one.name))
    return {
        "here": [one for one in others if one.id in there],
        "else": [one for one in others if one.id not in there],
    }


def _who_takes_over(ask: Asking, operation: str, post: str) -> list[PersonNow]:
    """Those who may take over a shift here, by given name."""
    path, now = ask.access.path_of(post), installation().store.moment()
    may = ask.access.holders("hand_over", path, operation, now)
    listed = [ask.access.people[one] for one in may if one in ask.access.people]
    return sorted(listed, key=lambda one: (person_sort_key(one.name.split("(")[0].strip()), one.id))


@require_GET
@signed_in
def page(ask: Asking, operation: str, post: str) -> HttpResponse:
    """The post's page."""
    ask.needs("see", post, operation)
    return ask.draw("post.html", wrong=None, **known_of(ask, operation, post))


@require_GET
@signed_in
def board(ask: Asking, operation: str, post: str) -> HttpResponse:
    """The part of the post's page that moves: what is owed, situations, units, the log."""
    ask.needs("see", post, operation)
    return ask.draw("board.html", **known_of(ask, operation, post))


@require_GET
@signed_in
def acts(ask: Asking, operation: str, post: str) -> HttpResponse:
    """The forms of the post's page, with the units and situations of now to choose from."""
    ask.needs("log", post, operation)
    return ask.draw("acts.html", **known_of(ask, operation, post))


@require_http_methods(["POST"])
@signed_in
def write(ask: Asking, operation: str, post: str) -> HttpResponse:
    """Put a line down, then back to the page."""
    ask.needs("see", post, operation)
    said: dict[str, Any] = {name: values if len(values) > 1 else values[0] for name, values in ask.request.POST.lists()}
    kind = str(said.get("kind", ""))
    refused: list[tuple[str, int, str]] = []
    if ask.request.FILES:
        ask.needs("log", post, operation)
    try:
        # A photo that can't be read is told before anything is written.
        image = uploaded(ask.request) if kind == "situation_reported" and ask.request.FILES else b""
        for one in each_line(said):
            try:
                put(ask, operation, post, filled(kind, one, installation().store.now()))
            except WRONG as wrong:
                # Each unit is ordered by itself: one that is bound does not hold the others back.
                refused.append((str(one.get("unit", "")), *refusal(ask.voice, wrong)))
        if image and not refused:
            put_photo(ask, operation, post, photo_of(photo_beside(said), installation().store.now()), lambda: image)
    except WRONG as wrong:
        refused.append(("", *refusal(ask.voice, wrong)))
    if refused:
        known = known_of(ask, operation, post)
        several = isinstance(said.get("unit"), list)
        names = known["op"].names
        why = " ".join(f"{names.get(unit, unit)}: {why}" if several else why for unit, _, why in refused)
        return ask.draw("post.html", refused[0][1], wrong={"why": why, "kind": kind, "said": said}, **known)
    messages.success(ask.request, ask.voice.say(mark("Written.")))
    back = reverse("post", args=(operation, post))
    return HttpResponseRedirect(reverse("operation", args=(operation,)) if said.get("back") == "operation" else back)


@require_http_methods(["POST"])
@signed_in
def standing(ask: Asking, operation: str, post: str) -> HttpResponse:
    """List the units that the post has in every operation; those that take part already are left as they are."""
    ask.needs("log", post, operation)
    try:
        number = list_standing(ask, operation, post)
    except WRONG as wrong:
        status, why = refusal(ask.voice, wrong)
        return ask.draw(
            "post.html",
            status,
            wrong={"why": why, "kind": "unit_listed", "said": {}},
            **known_of(ask, operation, post),
        )
    messages.success(ask.request, ask.voice.count(mark("{n} unit listed."), mark("{n} units listed."), number))
    return HttpResponseRedirect(reverse("post", args=(operation, post)))


@require_http_methods(["POST"])
@signed_in
def add_photo(ask: Asking, operation: str, post: str) -> HttpResponse:
    """Put a photo down with what it shows."""
    ask.needs("see", post, operation)
    said: dict[str, Any] = dict(ask.request.POST.items())
    try:
        put_photo(ask, operation, post, photo_of(said, installation().store.now()), lambda: uploaded(ask.request))
    except WRONG as wrong:
        status, why = refusal(ask.voice, wrong)
        return ask.draw(
            "post.html",
            status,
            wrong={"why": why, "kind": "photo_added", "said": said},
            **known_of(ask, operation, post),
        )
    messages.success(ask.request, ask.voice.say(mark("Written.")))
    return HttpResponseRedirect(reverse("post", args=(operation, post)))


@gzip_page
@require_GET
@signed_in
def journal(ask: Asking, operation: str, post: str) -> HttpResponseBase:
    """The post's log to be printed as a duty log, the hash of its head at the foot."""
    ask.needs("see", post, operation)
    return printed(ask, view_operation(ask, operation), ask.access.posts[post])


@require_GET
@signed_in
def text(ask: Asking, operation: str, post: str) -> HttpResponse:
    """The situation now as a text to be copied into a chat group."""
    ask.needs("see", post, operation)
    return ask.draw("text.html", **post_context(ask, operation, post))
