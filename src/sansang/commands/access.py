"""What may be written in the access record? People, posts, grants, a drill's contacts, and what is to be erased."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sansang.commands.installation import Installation
from sansang.commands.operation import NotAllowed
from sansang.ledger.appended import Appended
from sansang.ledger.draft import Draft
from sansang.ledger.store import Transaction
from sansang.model.access.actor import SYSTEM, Actor
from sansang.model.access.contacts import ContactListed
from sansang.model.access.erasures import Erased
from sansang.model.access.grants import Granted, GrantRevoked
from sansang.model.access.links import post_of, unit_of
from sansang.model.access.outreach import CannotReach, address_problem
from sansang.model.access.record import ACCESS, ACCESS_STREAM
from sansang.model.access.rights import RIGHTS
from sansang.model.access.roster import PersonListed
from sansang.model.access.state import AccessState
from sansang.model.fact import Fact


class GrantToOneself(Exception):
    """Nobody gives a role to themselves: another administrator does."""


class UnknownRole(Exception):
    """There is no such role."""


class NoSuchLink(Exception):
    """The post has given no such link."""


class FactRefused(Exception):
    """One of several facts can't be written: which (from 0), and why. None of them was."""

    def __init__(self, number: int, why: Exception) -> None:
        super().__init__(f"{number}: {why}")
        self.number = number
        self.why = why


def write_fact(installation: Installation, actor: Actor, fact: Fact) -> Appended:
    """Append a fact to the access record and wait for it.

    Raises NotAllowed, ToOneself, UnknownRole, and CannotReach for an address that no drill may list.
    """
    return installation.run(lambda work: append_fact(installation, work, actor, fact))


def write_facts(installation: Installation, actor: Actor, several: Sequence[Fact]) -> list[Appended]:
    """Append several facts, all or none. Raises :class:`FactRefused`."""

    def work(work: Transaction) -> list[Appended]:
        appended = []
        for number, fact in enumerate(several):
            try:
                appended.append(append_fact(installation, work, actor, fact))
            except (NotAllowed, GrantToOneself, UnknownRole, CannotReach) as wrong:
                raise FactRefused(number, wrong) from wrong
        return appended

    return installation.run(work)


def append_fact(installation: Installation, work: Transaction, actor: Actor, fact: Fact) -> Appended:
    """Append a fact in this transaction."""
    _check(installation.access(work), work, actor, fact)
    if isinstance(fact, ContactListed):
        wrong = address_problem(fact.channel, fact.address)
        if wrong is not None:
            raise CannotReach(wrong, fact.contact)
    return installation.append(work, Draft(ACCESS_STREAM, fact, actor.person, subject=_subject(fact)))


def _subject(fact: Fact) -> str:
    """Whom a fact is about: all of it is erased with their key."""
    match fact:
        case PersonListed(person):
            return person
        case Granted(_, person) if fact.other:
            return person
        case ContactListed(contact, operation):
            return f"contact:{operation}:{contact}"
        case _:
            return ""


def give_link(installation: Installation, actor: Actor, fact: Granted, post: str) -> Appended:
    """Let a unit in by a link: who orders units at a post may, for one operation and not for long.

    Raises NotAllowed, and ValueError for a grant that is more than that.
    """
    if not (unit_of(fact.person) and fact.role == "unit_leader" and fact.operation and fact.until):
        raise ValueError("a link is for a unit, in one operation, with an end")

    def work(work: Transaction) -> Appended:
        _may_order(installation, work, actor, post, fact.operation)
        if fact.path != installation.access(work).path_of(post):
            raise ValueError("a link is for the post that gives it")
        return installation.append(work, Draft(ACCESS_STREAM, fact, actor.person))

    return installation.run(work)


def end_link(installation: Installation, actor: Actor, fact: GrantRevoked, post: str) -> Appended:
    """End a unit's link. Raises NotAllowed, and NoSuchLink for a grant that is no link of this post."""

    def work(work: Transaction) -> Appended:
        grant = installation.access(work).grants.get(fact.grant)
        if grant is None or post_of(grant.id) != post:
            raise NoSuchLink(fact.grant)
        _may_order(installation, work, actor, post, grant.operation)
        return installation.append(work, Draft(ACCESS_STREAM, fact, actor.person))

    return installation.run(work)


def _may_order(installation: Installation, work: Transaction, actor: Actor, post: str, operation: str) -> None:
    access = installation.access(work)
    if not access.may(actor.person, "order", access.path_of(post), operation, work.store.moment()):
        raise NotAllowed(actor.person, "order", post)


def erase(
    installation: Installation, actor: Actor, reason: str, entries: Iterable[tuple[str, int]] = (), subject: str = ""
) -> Appended:
    """Erase the words of these entries, or everything about somebody; returns when no board shows them any more."""
    appended = write_fact(installation, actor, Erased(reason, tuple(entries), subject))
    installation.settle()
    return appended


def _check(access: AccessState, work: Transaction, actor: Actor, fact: Fact) -> None:
    """Whether the actor may write this. Raises NotAllowed, ToOneself, UnknownRole."""
    if isinstance(fact, Granted) and fact.role not in RIGHTS:
        raise UnknownRole(fact.role)
    if isinstance(fact, PersonListed) and fact.person == SYSTEM.person:
        # Nobody writes under the name of the installation itself.
        raise NotAllowed(actor.person, "people", fact.person)
    if actor.is_system:
        return
    kind = ACCESS.by_fact[type(fact)]
    now = work.store.moment()
    for path, operation in kind.scopes(access, fact, now) if kind.scopes is not None else [("", "")]:
        if not access.may(actor.person, kind.right, path, operation, now):
            raise NotAllowed(actor.person, kind.right, path or operation)
    if isinstance(fact, Granted) and fact.person == actor.person:
        raise GrantToOneself(fact.role)
