"""Who can sign in? A person of the access log, with a first password that is changed at once."""

from __future__ import annotations

import secrets

from django.contrib.auth import get_user_model

#: Signs that nobody mistakes for others when they are read out over the telephone.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


def first_password() -> str:
    """Four groups of four signs."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))


def let_in(person: str, password: str) -> None:
    """Give a person an account with this password; one that is there gets the new password."""
    users = get_user_model()
    user, _ = users.objects.get_or_create(username=person)
    user.set_password(password)
    user.is_active = True
    user.save()


def shut_out(person: str) -> None:
    """The person can't sign in any more, and every session ends."""
    users = get_user_model()
    users.objects.filter(username=person).update(is_active=False)


def somebody_has_account() -> bool:
    """Whether anybody can sign in."""
    return get_user_model().objects.filter(is_active=True).exists()


def with_account() -> set[str]:
    """Everybody who can sign in."""
    return set(get_user_model().objects.filter(is_active=True).values_list("username", flat=True))
