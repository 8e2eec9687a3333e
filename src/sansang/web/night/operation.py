"""What does the unified command see, and what may only it do? Open and close, roles, periods, aid, levels, figures."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_http_methods

from sansang.model.naming import slug_of
from sansang.web.night.duty_log import printed
from sansang.web.night.line_form import Wrong, filled
from sansang.web.night.operation_view import LINES, lines, seen
from sansang.web.night.post import known_of, others_of
from sansang.web.night.sentences import DOUBTS, MODES
from sansang.web.night.submit import WRONG, list_standing, new_command, put, refusal
from sansang.web.shared.current_installation import installation
from sansang.web.shared.request_context import RequestContext, signed_in
from sansang.words import mark


@require_http_methods(["GET", "POST"])
@signed_in
def begin(context: RequestContext) -> HttpResponse:
    """Open an operation: real or a drill, fixed from then on."""
    posts = [post for post in context.access.posts.values() if context.may("open", post.id)]
    units = sum(len(context.access.units_of(post.id)) for post in posts)
    given: dict[str, Any] = {
        "posts": posts,
        "units": units,
        "command": new_command,
        "wrong": "",
        "said": context.request.POST,
    }
    if context.request.method == "GET":
        return context.render("begin.html", 200 if posts else 403, **given)
    said = {name: str(value) for name, value in context.request.POST.items()}
    post = said.get("post", "")
    try:
        if post not in {one.id for one in posts}:
            raise Wrong("post", mark("choose one of the list"))
        line = filled("opened", said, installation().store.now())
        name = f"{slug_of(said['title'])}-{line.at.command[:4]}"
        put(context, name, post, line)
        if said.get("units") and context.may("log", post, name):
            list_standing(context, name, post)
    except WRONG as wrong:
        status, why = refusal(context.voice, wrong)
        return context.render("begin.html", status, **{**given, "wrong": why})
    return HttpResponseRedirect(reverse("post", args=(name, post)))


@require_GET
@signed_in
def page(context: RequestContext, operation: str) -> HttpResponse:
    """The operation's page."""
    return context.render("operation.html", **_known(context, operation))


@require_GET
@signed_in
def board(context: RequestContext, operation: str) -> HttpResponse:
    """The part of it that moves."""
    return context.render("operation_board.html", **_known(context, operation))


def _known(context: RequestContext, operation: str) -> dict[str, Any]:
    known_posts = others_of(context, operation)
    posts = [post for part in known_posts.values() for post in part if context.may("see", post.id, operation)]
    at = seen(context, operation)
    if not posts or not at.columns["title"]:
        raise Http404(operation)
    # Acts of the command are put down in the log of a post where this person has the right to them.
    home = next((post for post in posts if context.may("open", post.id, operation)), posts[0])
    known = known_of(context, operation, home.id)
    found = lines(context, operation, "", at.names)
    known |= {
        "posts_seen": posts,
        "posts_here": {post.id for post in known_posts["here"]},
        "lines": found,
        "is_cut": len(found) == LINES,
        "doubt_words": DOUBTS,
        "modes": MODES,
    }
    return known


@gzip_page
@require_GET
@signed_in
def journal(context: RequestContext, operation: str) -> HttpResponseBase:
    """The logs of every post that this person may read, one journal."""
    return printed(context, _known(context, operation)["op"], None)
