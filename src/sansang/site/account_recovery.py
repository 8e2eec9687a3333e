"""How does somebody sign in again when nobody is left who could help them on a page? From the terminal."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connections

from sansang.commands import access
from sansang.commands.installation import Installation
from sansang.model.access.actor import SYSTEM
from sansang.model.access.grants import Granted
from sansang.web.admin.first_password import give_first_password


class NotListed(Exception):
    """There is no such person; ``administrators`` are those who administer everything."""

    def __init__(self, person: str, administrators: list[str]) -> None:
        super().__init__(person)
        self.administrators = administrators


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was done: the first password, and how many second factors were removed."""

    password: str
    was_shut_out: bool
    factors: int
    granted: bool


def recover_account(installation: Installation, person: str, remove_factors: bool, administrator: bool) -> Recovery:
    """Give a listed person a new first password, whether shut out or not; their sessions end.

    ``remove_factors`` removes the second factor (codes, passkeys, recovery codes); ``administrator`` grants the role
    over everything unless the person has it. Raises :class:`NotListed`.
    """
    state, now = installation.rights(), installation.store.moment()
    if person not in state.people:
        raise NotListed(person, [one for one in state.people if state.may(one, "people", "", "", now)])
    try:
        was_shut_out = get_user_model().objects.filter(username=person, is_active=False).exists()
        password = give_first_password(installation, SYSTEM, person).password
        factors = Authenticator.objects.filter(user__username=person).delete()[0] if remove_factors else 0
        # Failed sign-ins are counted there: nobody has to wait after too many of them.
        cache.clear()
    finally:
        connections["default"].close()
    is_granted = administrator and not state.may(person, "people", "", "", now)
    if is_granted:
        fact = Granted(f"let-in-{secrets.token_hex(6)}", person, "administrator", "")
        access.write_fact(installation, SYSTEM, fact)
    return Recovery(password, was_shut_out, factors, is_granted)
