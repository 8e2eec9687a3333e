"""What does the unified command see, and what may only it do? Open and close, periods, levels, figures."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_http_methods

from sansang.model.naming import slug_of
from sansang.web.night.duty_log import render_duty_log
from sansang.web.night.line_form import InvalidField, parse_line
from sansang.web.night.log_lines import DOUBT_LABELS
from sansang.web.night.operation_view import OperationView, view_operation
from sansang.web.night.post import other_posts, post_context, with_log_lines
from sansang.web.night.submit import SUBMIT_ERRORS, describe_error, list_standing_units, new_command, submit_line
from sansang.web.shared.current_installation import installation
from sansang.web.shared.request_context import RequestContext, signed_in
from sansang.words import mark
from sansang.words.sentences.operation import MODE_LABELS


@require_http_methods(["GET", "POST"])
@signed_in
def begin(context: RequestContext) -> HttpResponse:
    """Open an operation: real or a drill, fixed from then on."""
    posts = [post for post in context.access.posts.values() if context.may("open", post.id)]
    units = sum(len(context.access.units_of(post.id)) for post in posts)
    variables: dict[str, Any] = {
        "posts": posts,
        "units": units,
        "command": new_command,
        "wrong": "",
        "fields": context.request.POST,
    }
    if context.request.method == "GET":
        return context.render("begin.html", 200 if posts else 403, **variables)
    fields = {name: str(value) for name, value in context.request.POST.items()}
    post = fields.get("post", "")
    try:
        if post not in {one.id for one in posts}:
            raise InvalidField("post", mark("choose one of the list"))
        line = parse_line("opened", fields, installation().store.now())
        name = f"{slug_of(fields['title'])}-{line.header.command[:4]}"
        submit_line(context, name, post, line)
        if fields.get("units") and context.may("log", post, name):
            list_standing_units(context, name, post)
    except SUBMIT_ERRORS as error:
        status, why = describe_error(context.voice, error)
        return context.render("begin.html", status, **{**variables, "wrong": why})
    return HttpResponseRedirect(reverse("post", args=(name, post)))


@require_GET
@signed_in
def operation_page(context: RequestContext, operation: str) -> HttpResponse:
    """The operation's page."""
    return context.render("operation.html", **_template_context(context, operation))


@require_GET
@signed_in
def operation_board(context: RequestContext, operation: str) -> HttpResponse:
    """The part of the operation's page that is updated as entries come."""
    return context.render("operation_board.html", **_template_context(context, operation))


def _template_context(context: RequestContext, operation: str) -> dict[str, Any]:
    op = _operation_or_404(context, operation)
    others = other_posts(context, operation)
    posts = [post for part in others.values() for post in part if context.may("see", post.id, operation)]
    # The command's decisions are written in the log of a post where this person may take them.
    home = next((post for post in posts if context.may("open", post.id, operation)), posts[0])
    return with_log_lines(context, post_context(context, operation, home.id, op), "") | {
        "posts_seen": posts,
        "posts_here": {post.id for post in others["here"]},
        "doubt_words": DOUBT_LABELS,
        "modes": MODE_LABELS,
    }


def _operation_or_404(context: RequestContext, operation: str) -> OperationView:
    """The operation. Raises Http404 where there is none, or the person may read none of its posts."""
    may_read = any(context.may("see", post, operation) for post in list(context.access.posts))
    op = view_operation(context, operation) if may_read else None
    if op is None or not op.head.title:
        raise Http404(operation)
    return op


@gzip_page
@require_GET
@signed_in
def operation_journal(context: RequestContext, operation: str) -> HttpResponseBase:
    """The logs of all posts that this person may read, as one journal."""
    return render_duty_log(context, _operation_or_404(context, operation), None)
