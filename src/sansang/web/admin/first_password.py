"""What may somebody do with a password that another has given them? Choose one of their own, before all else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from sansang.accounts import IS_FIRST
from sansang.accounts.models import FirstPassword
from sansang.accounts.people import given_to
from sansang.model.access.actor import SYSTEM
from sansang.web.shared.current_installation import installation
from sansang.web.shared.language import voice_of
from sansang.web.shared.permissions import VIEW_PERMISSIONS
from sansang.words import mark

#: What is open all the same, beside what needs no person.
_OPEN = ("account_change_password", "account_logout")


def has_lapsed(given: FirstPassword, person: str) -> bool:
    """Whether a first password is good no more: the person has a role that whoever gave it could not have given."""
    at = installation()
    return given.given_by != SYSTEM.person and not at.rights().could_list(
        given.given_by, person, given.given_at, at.store.moment()
    )


class FirstPasswords:
    """Leads whoever has come with a first password to the page where it is changed; signs out whose is good no more."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer."""
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: object, args: object, given: object) -> HttpResponse | None:
        """Another answer than the page's, or None."""
        # Only sessions that carry the mark cost a question.
        if not request.session.get(IS_FIRST):
            return None
        name: Any = request.resolver_match.url_name if request.resolver_match else ""
        if name not in _OPEN and VIEW_PERMISSIONS.get(name) in ("anyone", "link"):
            return None
        first = given_to(request.user) if request.user.is_authenticated else None
        if first is None:
            del request.session[IS_FIRST]
            return None
        if has_lapsed(first, request.user.get_username()):
            logout(request)
            messages.error(request, voice_of(request).say(LAPSED))
            return HttpResponseRedirect(reverse("account_login"))
        if name in _OPEN:
            return None
        # A device's outbox asks by itself, and knows this answer.
        is_asked_by_script = name in ("outbox", "outbox_key")
        return (
            HttpResponse(status=401) if is_asked_by_script else HttpResponseRedirect(reverse("account_change_password"))
        )


LAPSED = mark(
    "This first password is good no more: you have been given a role that whoever gave it may not give. "
    "Ask an administrator of that area for a new one."
)
