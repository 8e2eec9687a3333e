"""What may somebody do with a password that another person has given them? Change it, before anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from sansang.accounts import FIRST_PASSWORD_KEY
from sansang.accounts.models import FirstPassword
from sansang.accounts.people import first_password_of, new_first_password, set_first_password
from sansang.commands import access
from sansang.commands.installation import Installation
from sansang.model.access.actor import SYSTEM, Actor
from sansang.model.access.grants import FirstPasswordGiven
from sansang.web.shared.current_installation import installation
from sansang.web.shared.language import voice_of
from sansang.web.shared.permissions import VIEW_PERMISSIONS
from sansang.words import mark

#: The views that a session with a first password may open, beside those for which nobody signs in.
_ALLOWED_VIEWS = ("account_change_password", "account_logout")


@dataclass(frozen=True, slots=True)
class FirstSignIn:
    """The name and password with which a person signs in for the first time; shown once, not stored in clear."""

    person: str
    password: str


def give_first_password(at: Installation, actor: Actor, person: str) -> FirstSignIn:
    """Give a listed person a new first password, and an account if they have none; their sessions end.

    Raises NotAllowed where the actor may not list this person.
    """
    access.write_fact(at, actor, FirstPasswordGiven(person))
    password = new_first_password()
    set_first_password(person, password, actor.person, at.store.moment())
    return FirstSignIn(person, password)


def has_lapsed(first: FirstPassword, person: str) -> bool:
    """Whether a first password is no longer valid: the person has a role that its giver could not have given."""
    at = installation()
    return first.given_by != SYSTEM.person and not at.rights().could_list(
        first.given_by, person, first.given_at, at.store.moment()
    )


class FirstPasswordMiddleware:
    """Redirects sessions with a first password to the page where it is changed; signs out those that have lapsed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response of the view, or of :meth:`process_view`."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """A response in place of the view's, or None."""
        # Only sessions that carry the mark cost a query.
        if not request.session.get(FIRST_PASSWORD_KEY):
            return None
        name: Any = request.resolver_match.url_name if request.resolver_match else ""
        if name not in _ALLOWED_VIEWS and VIEW_PERMISSIONS.get(name) in ("anyone", "link"):
            return None
        first = first_password_of(request.user) if request.user.is_authenticated else None
        if first is None:
            del request.session[FIRST_PASSWORD_KEY]
            return None
        if has_lapsed(first, request.user.get_username()):
            logout(request)
            messages.error(request, voice_of(request).say(LAPSED))
            return HttpResponseRedirect(reverse("account_login"))
        if name in _ALLOWED_VIEWS:
            return None
        # The outbox of a device sends its lines by a script, which knows this status.
        is_sent_by_script = name in ("outbox", "outbox_key")
        return (
            HttpResponse(status=401) if is_sent_by_script else HttpResponseRedirect(reverse("account_change_password"))
        )


LAPSED = mark(
    "This first password is no longer valid: you have been given a role that the person who gave it may not give. "
    "Ask an administrator of that area for a new one."
)
