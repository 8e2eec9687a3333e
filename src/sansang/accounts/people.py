"""Who can sign in? A person of the access log, with a first password that is changed at once."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest

from sansang.accounts import IS_FIRST
from sansang.accounts.models import FirstPassword

#: Signs that nobody mistakes for others when they are read out over the telephone.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


def first_password() -> str:
    """Four groups of four signs."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))


def let_in(person: str, password: str, by: str, at: datetime) -> None:
    """Give a person an account with this first password; one that is there gets the new password.

    ``by`` and ``at``: who gives it and when; it is good for no more than they may list (see ``web.first_password``).
    """
    with transaction.atomic():
        user, _ = get_user_model().objects.get_or_create(username=person)
        user.set_password(password)
        user.is_active = True
        user.save()
        FirstPassword.objects.update_or_create(user=user, defaults={"given_by": by, "given_at": at})


def shut_out(person: str) -> None:
    """The person can't sign in any more, and every session ends."""
    user = get_user_model().objects.filter(username=person).first()
    if user is None:
        return
    # A session is bound to the password: those that stand in no list end too.
    user.set_unusable_password()
    user.is_active = False
    user.save()
    for session in UserSession.objects.filter(user=user):
        session.end()


def begin_session(request: HttpRequest, user: Any) -> None:
    """Mark a session that began with a first password; a passkey or the city's own sign-in needs none."""
    records = get_authentication_records(request, user)
    if any(one["method"] == "password" for one in records) and FirstPassword.objects.filter(user=user).exists():
        request.session[IS_FIRST] = True


def given_to(user: Any) -> FirstPassword | None:
    """Who has given somebody the password that they have, and when; None where it is their own."""
    return FirstPassword.objects.filter(user=user).first()


def somebody_has_account() -> bool:
    """Whether anybody can sign in."""
    return get_user_model().objects.filter(is_active=True).exists()


def with_account() -> set[str]:
    """Everybody who can sign in."""
    return set(get_user_model().objects.filter(is_active=True).values_list("username", flat=True))
