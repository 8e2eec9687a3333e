"""Who can sign in? A person of the access log, with a first password that they change at once."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest

from sansang.accounts import FIRST_PASSWORD_KEY
from sansang.accounts.models import FirstPassword

#: Letters and digits that nobody mistakes for others when they are read out over the telephone.
_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_first_password() -> str:
    """A random password: four groups of four characters."""
    return "-".join("".join(secrets.choice(_CHARACTERS) for _ in range(4)) for _ in range(4))


def set_first_password(person: str, password: str, given_by: str, given_at: datetime) -> None:
    """Give a person an account with this first password; an existing account gets it as its new password.

    ``given_by`` and ``given_at``: the person who gives it and when. It is valid for no wider role than they could give
    (``web.admin.first_password.has_lapsed``).
    """
    with transaction.atomic():
        user, _ = get_user_model().objects.get_or_create(username=person)
        user.set_password(password)
        user.is_active = True
        user.save()
        FirstPassword.objects.update_or_create(user=user, defaults={"given_by": given_by, "given_at": given_at})


def shut_out(person: str) -> None:
    """End every session of a person, and let them sign in no more."""
    user = get_user_model().objects.filter(username=person).first()
    if user is None:
        return
    # A session is bound to the password: those that UserSession does not list end too.
    user.set_unusable_password()
    user.is_active = False
    user.save()
    for session in UserSession.objects.filter(user=user):
        session.end()


def mark_session(request: HttpRequest, user: Any) -> None:
    """Mark a session that was begun with a first password; with a passkey or the city's own sign-in it is not."""
    records = get_authentication_records(request, user)
    if any(one["method"] == "password" for one in records) and FirstPassword.objects.filter(user=user).exists():
        request.session[FIRST_PASSWORD_KEY] = True


def first_password_of(user: Any) -> FirstPassword | None:
    """Who gave this user their present password, and when; None where they have chosen it themselves."""
    return FirstPassword.objects.filter(user=user).first()


def anyone_can_sign_in() -> bool:
    """Whether there is an active account."""
    return get_user_model().objects.filter(is_active=True).exists()


def people_with_account() -> set[str]:
    """The ids of everybody who can sign in."""
    return set(get_user_model().objects.filter(is_active=True).values_list("username", flat=True))
