"""Who is there after `init`? One person who may list the others, and one post, so that a first line can be written."""

from __future__ import annotations

from dataclasses import dataclass

from sansang.accounts.people import first_password, let_in, somebody_has_account
from sansang.commands import access
from sansang.commands.installation import Installation
from sansang.model.access.actor import SYSTEM
from sansang.model.access.grants import FirstPasswordGiven, Granted
from sansang.model.access.roster import PersonListed, PostListed
from sansang.model.naming import slug_of

#: So many signs of the replica's name stand in the ids that `init` gives, so that no two installations give the same.
_SIGNS = 5


@dataclass(frozen=True, slots=True)
class FirstSignIn:
    """With which name and password somebody signs in for the first time."""

    person: str
    password: str


def list_first(
    installation: Installation, replica: str, name: str, post: str = "", person: str = ""
) -> FirstSignIn | None:
    """List the first person and post, with the roles of an administrator and of a chair.

    ``post`` and ``person`` are their ids; left out, they are made of the name and the replica: logs of two
    installations meet one day, and one id must not mean two posts then.

    Where people are listed but nobody can sign in (after a restore: a backup holds no passwords), somebody who
    administers everything gets a new first password. None where somebody can sign in.

    Whoever sets an installation up works alone at first; roles are given and ended under "People and roles".
    """
    state = installation.rights()
    if somebody_has_account():
        return None
    if state.people:
        now = installation.store.moment()
        heads = [one for one in state.people if state.may(one, "people", "", "", now)]
        return _let_in(installation, heads[0]) if heads else None
    title, own = name or "Sở chỉ huy", replica[:_SIGNS]
    post, person = post or f"{slug_of(title)}-{own}", person or f"quan-tri-{own}"
    access.write(installation, SYSTEM, PostListed(post, title, post))
    access.write(installation, SYSTEM, PersonListed(person, f"Quản trị {name}".strip()))
    for role in ("administrator", "chair"):
        access.write(installation, SYSTEM, Granted(f"first-{role}-{replica}", person, role, ""))
    return _let_in(installation, person)


def _let_in(installation: Installation, person: str) -> FirstSignIn:
    password = first_password()
    access.write(installation, SYSTEM, FirstPasswordGiven(person))
    let_in(person, password, SYSTEM.person, installation.store.moment())
    return FirstSignIn(person, password)
