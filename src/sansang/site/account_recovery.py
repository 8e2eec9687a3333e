"""How does somebody come in again who is locked out, when nobody is left who could let them in on a page?"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connections

from sansang.accounts.people import first_password, let_in
from sansang.commands import access
from sansang.commands.installation import Installation
from sansang.model.access.actor import SYSTEM
from sansang.model.access.grants import FirstPasswordGiven, Granted

if TYPE_CHECKING:
    from sansang.site.writer_jobs import Progress, Values


def let_in_again(installation: Installation, values: Values, _: Progress) -> Values:
    """Give a listed person a new first password, whether shut out or not; sessions from before end with the old one.

    ``forget`` takes the second factor away (codes, passkeys, recovery codes); ``administrator`` gives the role over
    everything, unless it is held. What was done comes back: ``password``, ``was_shut_out``, ``factors`` taken away,
    ``granted``. Where nobody is listed so: ``unknown``, who administers everything.
    """
    person, state, now = str(values["person"]), installation.rights(), installation.store.moment()
    if person not in state.people:
        return {"unknown": [one for one in state.people if state.may(one, "people", "", "", now)]}
    try:
        account = get_user_model().objects.filter(username=person)
        was_shut_out = account.filter(is_active=False).exists()
        password = first_password()
        access.write(installation, SYSTEM, FirstPasswordGiven(person))
        let_in(person, password, SYSTEM.person, now)
        factors = Authenticator.objects.filter(user__username=person).delete()[0] if values.get("forget") else 0
        # Whoever guessed wrong too often need not wait either.
        cache.clear()
    finally:
        connections["default"].close()
    granted = bool(values.get("administrator")) and not state.may(person, "people", "", "", now)
    if granted:
        fact = Granted(f"let-in-{secrets.token_hex(6)}", person, "administrator", "")
        access.write(installation, SYSTEM, fact)
    return {"password": password, "was_shut_out": was_shut_out, "factors": factors, "granted": granted}
