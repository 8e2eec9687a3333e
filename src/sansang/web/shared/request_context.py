"""Who sends a request, and what may they do? An actor with rights, or a page that says which right is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from sansang.model.access.actor import Actor
from sansang.model.access.rights import Right
from sansang.model.access.state import AccessState
from sansang.web.shared.current_installation import CURRENT, installation
from sansang.web.shared.language import voice_of
from sansang.words import Voice, mark

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request: its person, language, and the rights as of now."""

    request: HttpRequest
    actor: Actor
    voice: Voice
    access: AccessState

    def may(self, right: Right, post: str, operation: str = "") -> bool:
        """Whether the person has this right at a post."""
        path = self.access.path_of(post)
        return self.access.may(self.actor.person, right, path, operation, installation().store.moment())

    def may_anywhere(self, right: Right, operation: str = "") -> bool:
        """Whether the person has this right at any post."""
        return self.access.may(self.actor.person, right, None, operation, installation().store.moment())

    def require(self, right: Right, post: str, operation: str = "") -> None:
        """Raises Forbidden without this right at a post, Http404 where there is no such post."""
        if post not in self.access.posts:
            raise Http404(post)
        if not self.may(right, post, operation):
            raise Forbidden(right, self.access.posts[post].name)

    def render(self, template: str, status: int = 200, **variables: Any) -> HttpResponse:
        """A response with this template; every template gets ``access``."""
        return render(self.request, template, {"access": self.access, **variables}, status=status)


class Forbidden(Exception):
    """The person lacks this right at a post or area (``where``: its name)."""

    def __init__(self, right: str, where: str) -> None:
        super().__init__(f"{right} at {where}")
        self.right = right
        self.where = where


View = Callable[Concatenate[RequestContext, P], HttpResponseBase]


def base_address(request: HttpRequest) -> str:
    """Where phones find this program: the address that is served, else that of the request."""
    return CURRENT.address or f"{request.scheme}://{request.get_host()}"


def context_for(request: HttpRequest, person: str) -> RequestContext:
    """The context of a request by this person."""
    return RequestContext(request, Actor(person), voice_of(request), installation().rights())


def signed_in(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Decorator: a view for people who are signed in; others are redirected to sign in."""

    @login_required
    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        context = context_for(request, request.user.get_username())
        try:
            return view(context, *args, **kwargs)
        except Forbidden as wrong:
            return render_forbidden(context, wrong)

    return checked  # type: ignore[return-value]


def render_forbidden(context: RequestContext, wrong: Forbidden) -> HttpResponse:
    """The page that says which right is missing, where, and who can give it."""
    what = context.voice.say(RIGHT_LABELS[wrong.right])
    return context.render("wrong.html", 403, code=403, what=what, where=wrong.where)


RIGHT_LABELS: dict[str, str] = {
    "see": mark("read what is written there"),
    "log": mark("write in the log"),
    "order": mark("order units and answer requests"),
    "hand_over": mark("hand over roles"),
    "open": mark("open and close operations"),
    "declare": mark("declare a civil-defence level"),
    "people": mark("list posts, people and roles"),
    "contacts": mark("keep a drill's contacts"),
    "erase": mark("have words forgotten"),
    "exchange": mark("exchange logs with others"),
}
