"""What does a duty officer need on one screen? Write a line, see open tasks, order a unit, hand over the shift."""

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
from sansang.web.night.duty_log import render_duty_log
from sansang.web.night.line_form import parse_line, parse_photo, photo_fields, split_units
from sansang.web.night.log_lines import AVAILABILITY_LABELS
from sansang.web.night.operation_view import LINES_ON_SCREEN, OperationView, view_lines, view_operation
from sansang.web.night.photos import uploaded_photo
from sansang.web.night.submit import (
    SUBMIT_ERRORS,
    describe_error,
    list_standing_units,
    new_command,
    submit_line,
    submit_photo,
)
from sansang.web.shared.current_installation import installation
from sansang.web.shared.request_context import RequestContext, signed_in
from sansang.words import mark
from sansang.words.sentences.operation import COUNT_LABELS, STEP_LABELS

#: Suggestions for the kind of a situation; free text is accepted as well.
SITUATION_KINDS = (
    mark("fire"),
    mark("flood"),
    mark("collapse"),
    mark("people trapped"),
    mark("traffic accident"),
    mark("fallen tree"),
    mark("gas or chemical leak"),
    mark("illness"),
)
#: Messages on a post's page.
MESSAGES_ON_SCREEN = 8
SERVICE_NUMBERS = ("112", "113", "114", "115", "111", "1022")


def post_context(context: RequestContext, operation: str, post: str, op: OperationView | None = None) -> dict[str, Any]:
    """The template variables of a post's page without its log; ``op``: the operation, if it is loaded already."""
    op = op or view_operation(context, operation)
    return {
        "op": op,
        "post": context.access.posts[post],
        "command": new_command,
        "steps": STEP_LABELS,
        "available": AVAILABILITY_LABELS,
        "counts": COUNT_LABELS,
        "services": SERVICE_NUMBERS,
        "kinds": SITUATION_KINDS,
        "others": other_posts(context, operation, post),
        "names_of_posts": {one.name for one in list(context.access.posts.values())},
        "people": _successors(context, operation, post),
        "mine": context.actor.person,
        "standing": [unit for unit in context.access.units_of(post) if unit.id not in {one.id for one in op.units}],
        "messages": op.messages_of(post, MESSAGES_ON_SCREEN),
        "may": {
            right: context.may(right, post, operation) for right in ("log", "order", "hand_over", "open", "declare")
        },
        "roles": [role for role in op.roles if role.post == post],
    }


def with_log_lines(context: RequestContext, variables: dict[str, Any], post: str) -> dict[str, Any]:
    """The variables, with the last lines of a post's log ("": of all posts)."""
    op: OperationView = variables["op"]
    found = view_lines(context, op.name, post, op.names)
    return {**variables, "lines": found, "is_cut": len(found) == LINES_ON_SCREEN}


def post_page_context(context: RequestContext, operation: str, post: str) -> dict[str, Any]:
    """The template variables of a post's page."""
    return with_log_lines(context, post_context(context, operation, post), post)


def other_posts(context: RequestContext, operation: str, post: str = "") -> dict[str, list[PostNow]]:
    """The other posts, by name: those that have written in this operation ("here"), and the rest ("else")."""
    there = posts_in(installation().store.alias, stream_of(operation))
    others = [one for one in context.access.posts.values() if one.id != post]
    others.sort(key=lambda one: sort_key(one.name))
    return {
        "here": [one for one in others if one.id in there],
        "else": [one for one in others if one.id not in there],
    }


def _successors(context: RequestContext, operation: str, post: str) -> list[PersonNow]:
    """The people who may take over a shift here, by given name."""
    path, now = context.access.path_of(post), installation().store.moment()
    may = context.access.holders("hand_over", path, operation, now)
    listed = [context.access.people[one] for one in may if one in context.access.people]
    return sorted(listed, key=lambda one: (person_sort_key(one.name.split("(")[0].strip()), one.id))


@require_GET
@signed_in
def post_page(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """The post's page."""
    context.require("see", post, operation)
    return context.render("post.html", wrong=None, **post_page_context(context, operation, post))


@require_GET
@signed_in
def post_board(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """The part of the post's page that is updated as entries come: tasks, situations, units, roads, the log."""
    context.require("see", post, operation)
    return context.render("board.html", **post_page_context(context, operation, post))


@require_GET
@signed_in
def post_acts(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """The forms of the post's page, with the present units and situations to choose from."""
    context.require("log", post, operation)
    return context.render("acts.html", **post_page_context(context, operation, post))


@require_http_methods(["POST"])
@signed_in
def write_line(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """Append the lines of a form, then redirect to the page."""
    context.require("see", post, operation)
    fields: dict[str, Any] = {
        name: values if len(values) > 1 else values[0] for name, values in context.request.POST.lists()
    }
    kind = str(fields.get("kind", ""))
    refused: list[tuple[str, int, str]] = []
    if context.request.FILES:
        context.require("log", post, operation)
    try:
        # A photo that can't be decoded is refused before anything is written.
        image = uploaded_photo(context.request) if kind == "situation_reported" and context.request.FILES else b""
        for one in split_units(fields):
            try:
                submit_line(context, operation, post, parse_line(kind, one, installation().store.now()))
            except SUBMIT_ERRORS as error:
                # Each unit has an order of its own: a unit that is bound does not stop the others.
                refused.append((str(one.get("unit", "")), *describe_error(context.voice, error)))
        if image and not refused:
            submit_photo(
                context, operation, post, parse_photo(photo_fields(fields), installation().store.now()), lambda: image
            )
    except SUBMIT_ERRORS as error:
        refused.append(("", *describe_error(context.voice, error)))
    if refused:
        variables = post_page_context(context, operation, post)
        several = isinstance(fields.get("unit"), list)
        names = variables["op"].names
        why = " ".join(f"{names.get(unit, unit)}: {why}" if several else why for unit, _, why in refused)
        return context.render(
            "post.html", refused[0][1], wrong={"why": why, "kind": kind, "fields": fields}, **variables
        )
    messages.success(context.request, context.voice.say(mark("Written.")))
    back = reverse("post", args=(operation, post))
    return HttpResponseRedirect(reverse("operation", args=(operation,)) if fields.get("back") == "operation" else back)


@require_http_methods(["POST"])
@signed_in
def list_units(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """List the standing units of the post that are not in this operation yet."""
    context.require("log", post, operation)
    try:
        number = list_standing_units(context, operation, post)
    except SUBMIT_ERRORS as error:
        status, why = describe_error(context.voice, error)
        return context.render(
            "post.html",
            status,
            wrong={"why": why, "kind": "unit_listed", "fields": {}},
            **post_page_context(context, operation, post),
        )
    messages.success(context.request, context.voice.count(mark("{n} unit listed."), mark("{n} units listed."), number))
    return HttpResponseRedirect(reverse("post", args=(operation, post)))


@require_http_methods(["POST"])
@signed_in
def add_photo(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """Add a photo with its caption."""
    context.require("see", post, operation)
    fields: dict[str, Any] = dict(context.request.POST.items())
    try:
        submit_photo(
            context,
            operation,
            post,
            parse_photo(fields, installation().store.now()),
            lambda: uploaded_photo(context.request),
        )
    except SUBMIT_ERRORS as error:
        status, why = describe_error(context.voice, error)
        return context.render(
            "post.html",
            status,
            wrong={"why": why, "kind": "photo_added", "fields": fields},
            **post_page_context(context, operation, post),
        )
    messages.success(context.request, context.voice.say(mark("Written.")))
    return HttpResponseRedirect(reverse("post", args=(operation, post)))


@gzip_page
@require_GET
@signed_in
def post_duty_log(context: RequestContext, operation: str, post: str) -> HttpResponseBase:
    """The post's log as a duty log to be printed, with the hash of its head."""
    context.require("see", post, operation)
    return render_duty_log(context, view_operation(context, operation), context.access.posts[post])


@require_GET
@signed_in
def chat_text(context: RequestContext, operation: str, post: str) -> HttpResponse:
    """The present situation as a text to be copied into a chat group."""
    context.require("see", post, operation)
    return context.render("text.html", **post_context(context, operation, post))
