"""Who can sign in after `init`? One person who may list the others; and there is one post to write a first line at."""

from __future__ import annotations

from sansang.accounts.people import anyone_can_sign_in
from sansang.commands import access
from sansang.commands.installation import Installation
from sansang.model.access.actor import SYSTEM
from sansang.model.access.grants import Granted
from sansang.model.access.roster import PersonListed, PostListed
from sansang.model.naming import slug_of
from sansang.web.admin.first_password import FirstSignIn, give_first_password

#: Length of the replica's part in the ids that `init` gives, so that no two installations give the same ids.
_REPLICA_PART = 5


def list_first_administrator(
    installation: Installation, replica: str, name: str, post: str = "", person: str = ""
) -> FirstSignIn | None:
    """List the first person and post, with the roles of an administrator and of a chair.

    ``post`` and ``person`` are their ids; left out, they are made of the name and the replica: logs of two
    installations meet one day, and one id must not mean two posts then.

    Where people are listed but nobody can sign in (after a restore: a backup holds no passwords), somebody who
    administers everything gets a new first password. None where somebody can sign in.

    Who sets up an installation is alone at first; roles are given and ended under "People and roles".
    """
    state = installation.rights()
    if anyone_can_sign_in():
        return None
    if state.people:
        now = installation.store.moment()
        administrators = [one for one in state.people if state.may(one, "people", "", "", now)]
        return give_first_password(installation, SYSTEM, administrators[0]) if administrators else None
    title, own = name or "Sở chỉ huy", replica[:_REPLICA_PART]
    post, person = post or f"{slug_of(title)}-{own}", person or f"quan-tri-{own}"
    access.write_fact(installation, SYSTEM, PostListed(post, title, post))
    access.write_fact(installation, SYSTEM, PersonListed(person, f"Quản trị {name}".strip()))
    for role in ("administrator", "chair"):
        access.write_fact(installation, SYSTEM, Granted(f"first-{role}-{replica}", person, role, ""))
    return give_first_password(installation, SYSTEM, person)
