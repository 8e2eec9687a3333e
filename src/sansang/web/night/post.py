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
from sansang.web.shared.request_context import RequestContext, signed_in
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


def post_context(context: RequestContext, operation: str, post: str, op: OperationView | None = None) -> dict[str, Any]:
    """What the post's page and its moving part both need, of the operation as this person sees it (None: load it)."""
    op = op or view_operation(context, operation)
    return {
        "op": op,
        "post": context.access.posts[post],
        "command": new_command,
        "steps": STEPS,
        "available": AVAILABLE,
        "counts": COUNTS,
        "services": SERVICES,
        "kinds": SITUATIONS,
        "others": others_of(context, operation, post),
        "names_of_posts": {one.name for one in list(context.access.posts.values())},
        "people": _who_takes_over(context, operation, post),
        "mine": context.actor.person,
        "standing": [unit for unit in context.access.units_of(post) if unit.id not in {one.id for one in op.units}],
        "messages": op.messages_of(post, MESSAGES),
        "may": {
            right: context.may(right, post, operation) for right in ("log", "order", "hand_over", "open", "declare")
        },
        "roles": [role for role in op.roles if role.post == post],
    }


def with_lines(context: RequestContext, given: dict[str, Any], post: str) -> dict[str, Any]:
    """What a page is given, with the last lines of a post's log ("": of all posts) besides."""
    op: OperationView = given["op"]
    found = view_lines(context, op.name, post, op.names)
    return {**given, "lines": found, "is_cut": len(found) == LINES}


def post_page(context: RequestContext, operation: str, post: str) -> dict[str, Any]:
    """What the post's page is given, its log among it."""
    return with_lines(context, post_context(context, operation, post), post)


def others_of(context: RequestContext, operation: str, post: str = "") -> dict[str, list[PostNow]]:
    """The other posts, by name: those that take part ("here"), and the rest ("else")."""
    there = posts_in(installation().store.alias, stream_of(operation))
    others = [one for one in context.access.posts.values() if one.id != post]
    others.sort(key=lambda one: sort_key(one.name))
    return {
        "here": [one for one in others if one.id in there],
        "else": [one for one in others if one.id not in there],
    }


def _who_takes_over(context: RequestContext, operation: str, post: str) -> list[PersonNow]:
    """Those who may take over a shift here, by given name."""
    path, now = context.access.path_of(post), installation().store.moment()
    may = context.access.holders("hand_over", path, operation, now)
    listed = [context.access.people[one] for one in may if one in context.access.people]
    return sorted(listed, key=lambda one: (person_sort_key(one.name.split("(")[0].strip()), one.id))


@require_GET
@signed_in
def page(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """The post's page."""
    context.require("see", post, operation)
    return context.render("post.html", wrong=None, **post_page(context, operation, post))


@require_GET
@signed_in
def board(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """The part of the post's page that moves: what is owed, situations, units, the log."""
    context.require("see", post, operation)
    return context.render("board.html", **post_page(context, operation, post))


@require_GET
@signed_in
def acts(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """The forms of the post's page, with the units and situations of now to choose from."""
    context.require("log", post, operation)
    return context.render("acts.html", **post_page(context, operation, post))


@require_http_methods(["POST"])
@signed_in
def write(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """Put a line down, then back to the page."""
    context.require("see", post, operation)
    said: dict[str, Any] = {
        name: values if len(values) > 1 else values[0] for name, values in context.request.POST.lists()
    }
    kind = str(said.get("kind", ""))
    refused: list[tuple[str, int, str]] = []
    if context.request.FILES:
        context.require("log", post, operation)
    try:
        # A photo that can't be read is told before anything is written.
        image = uploaded(context.request) if kind == "situation_reported" and context.request.FILES else b""
        for one in each_line(said):
            try:
                put(context, operation, post, filled(kind, one, installation().store.now()))
            except WRONG as wrong:
                # Each unit is ordered by itself: one that is bound does not hold the others back.
                refused.append((str(one.get("unit", "")), *refusal(context.voice, wrong)))
        if image and not refused:
            put_photo(context, operation, post, photo_of(photo_beside(said), installation().store.now()), lambda: image)
    except WRONG as wrong:
        refused.append(("", *refusal(context.voice, wrong)))
    if refused:
        known = post_page(context, operation, post)
        several = isinstance(said.get("unit"), list)
        names = known["op"].names
        why = " ".join(f"{names.get(unit, unit)}: {why}" if several else why for unit, _, why in refused)
        return context.render("post.html", refused[0][1], wrong={"why": why, "kind": kind, "said": said}, **known)
    messages.success(context.request, context.voice.say(mark("Written.")))
    back = reverse("post", args=(operation, post))
    return HttpResponseRedirect(reverse("operation", args=(operation,)) if said.get("back") == "operation" else back)


@require_http_methods(["POST"])
@signed_in
def standing(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """List the units that the post has in every operation; those that take part already are left as they are."""
    context.require("log", post, operation)
    try:
        number = list_standing(context, operation, post)
    except WRONG as wrong:
        status, why = refusal(context.voice, wrong)
        return context.render(
            "post.html",
            status,
            wrong={"why": why, "kind": "unit_listed", "said": {}},
            **post_page(context, operation, post),
        )
    messages.success(context.request, context.voice.count(mark("{n} unit listed."), mark("{n} units listed."), number))
    return HttpResponseRedirect(reverse("post", args=(operation, post)))


@require_http_methods(["POST"])
@signed_in
def add_photo(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """Put a photo down with what it shows."""
    context.require("see", post, operation)
    said: dict[str, Any] = dict(context.request.POST.items())
    try:
        put_photo(
            context, operation, post, photo_of(said, installation().store.now()), lambda: uploaded(context.request)
        )
    except WRONG as wrong:
        status, why = refusal(context.voice, wrong)
        return context.render(
            "post.html",
            status,
            wrong={"why": why, "kind": "photo_added", "said": said},
            **post_page(context, operation, post),
        )
    messages.success(context.request, context.voice.say(mark("Written.")))
    return HttpResponseRedirect(reverse("post", args=(operation, post)))


@gzip_page
@require_GET
@signed_in
def journal(context: RequestContext, operation: str, post: str) -> HttpResponseBase:
    """The post's log to be printed as a duty log, the hash of its head at the foot."""
    context.require("see", post, operation)
    return printed(context, view_operation(context, operation), context.access.posts[post])


@require_GET
@signed_in
def text(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """The situation now as a text to be copied into a chat group."""
    context.require("see", post, operation)
    return context.render("text.html", **post_context(context, operation, post))
