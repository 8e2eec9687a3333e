"""What may be put down in the access log? People, posts, grants, a drill's contacts, and what is to be forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sansang.commands.installation import Installation
from sansang.commands.operation import NotAllowed
from sansang.ledger.draft import ACCESS, Draft
from sansang.ledger.erasure import streams_of
from sansang.ledger.kinds import kind_of
from sansang.ledger.store import Put, Transaction
from sansang.model.access import facts
from sansang.model.access.actor import SYSTEM, Actor
from sansang.model.access.contacts import CannotReach, wrong_with
from sansang.model.access.facts import AccessFact
from sansang.model.access.links import post_of, unit_of
from sansang.model.access.rights import RIGHTS, Right, needed
from sansang.model.access.state import AccessState


class ToOneself(Exception):
    """Nobody gives a role to themselves: another administrator does."""


class UnknownRole(Exception):
    """There is no such role."""


class NoSuchLink(Exception):
    """The post has given no such link."""


def enter(installation: Installation, actor: Actor, fact: AccessFact) -> Put:
    """Put a fact down in the access log and wait for it.

    Raises NotAllowed, ToOneself, UnknownRole, and CannotReach for an address that no drill may list.
    """
    return installation.run(lambda work: put_down(installation, work, actor, fact))


class NotTaken(Exception):
    """One of several facts can't be put down: which (from 0), and why. None of them was."""

    def __init__(self, number: int, why: Exception) -> None:
        super().__init__(f"{number}: {why}")
        self.number = number
        self.why = why


def enter_all(installation: Installation, actor: Actor, several: Sequence[AccessFact]) -> list[Put]:
    """Put several facts down, all or none. Raises :class:`NotTaken`."""

    def work(work: Transaction) -> list[Put]:
        puts = []
        for number, fact in enumerate(several):
            try:
                puts.append(put_down(installation, work, actor, fact))
            except (NotAllowed, ToOneself, UnknownRole, CannotReach) as wrong:
                raise NotTaken(number, wrong) from wrong
        return puts

    return installation.run(work)


def put_down(installation: Installation, work: Transaction, actor: Actor, fact: AccessFact) -> Put:
    """Put a fact down in this transaction."""
    access = installation.access.now(work)
    _may(access, work, actor, fact)
    if isinstance(fact, facts.ContactListed):
        wrong = wrong_with(fact.channel, fact.address)
        if wrong is not None:
            raise CannotReach(wrong, fact.contact)
    subject = fact.person if isinstance(fact, facts.PersonListed) else ""
    if isinstance(fact, facts.Granted) and fact.other:
        subject = fact.person
    if isinstance(fact, facts.ContactListed):
        subject = f"contact:{fact.operation}:{fact.contact}"
    put = work.append(Draft(ACCESS, fact, actor.person, subject=subject))
    installation.access.put(work, [put])
    if isinstance(fact, facts.Erased):
        streams = streams_of(work.cursor, work.store.keyring, fact.entries, [fact.subject])
        installation.forget_words(work, fact.entries, [fact.subject] if fact.subject else [], streams)
    installation.checkpoint_if_due(work)
    return put


def give_link(installation: Installation, actor: Actor, fact: facts.Granted, post: str) -> Put:
    """Let a unit in by a link: whoever orders units at a post may, for one operation and not for long.

    Raises NotAllowed, and ValueError for a grant that is more than that.
    """
    if not (unit_of(fact.person) and fact.role == "unit_leader" and fact.operation and fact.until):
        raise ValueError("a link is for a unit, in one operation, with an end")

    def work(work: Transaction) -> Put:
        _may_order(installation, work, actor, post, fact.operation)
        if fact.path != installation.access.now(work).path_of(post):
            raise ValueError("a link is for the post that gives it")
        return _entered(installation, work, actor, fact)

    return installation.run(work)


def end_link(installation: Installation, actor: Actor, fact: facts.GrantRevoked, post: str) -> Put:
    """End a unit's link. Raises NotAllowed, and NoSuchLink for a grant that is no link of this post."""

    def work(work: Transaction) -> Put:
        grant = installation.access.now(work).grants.get(fact.grant)
        if grant is None or post_of(grant.id) != post:
            raise NoSuchLink(fact.grant)
        _may_order(installation, work, actor, post, grant.operation)
        return _entered(installation, work, actor, fact)

    return installation.run(work)


def _may_order(installation: Installation, work: Transaction, actor: Actor, post: str, operation: str) -> None:
    access = installation.access.now(work)
    if not access.may(actor.person, "order", access.path_of(post), operation, work.store.moment()):
        raise NotAllowed(actor.person, "order", post)


def _entered(installation: Installation, work: Transaction, actor: Actor, fact: AccessFact) -> Put:
    put = work.append(Draft(ACCESS, fact, actor.person))
    installation.access.put(work, [put])
    return put


def erase(
    installation: Installation, actor: Actor, reason: str, entries: Iterable[tuple[str, int]] = (), subject: str = ""
) -> Put:
    """Forget the words of these entries, or everything about somebody; back when no board shows them any more."""
    put = enter(installation, actor, facts.Erased(reason, tuple(entries), subject))
    installation.settle()
    return put


def _may(access: AccessState, work: Transaction, actor: Actor, fact: AccessFact) -> None:
    if isinstance(fact, facts.Granted) and fact.role not in RIGHTS:
        raise UnknownRole(fact.role)
    if isinstance(fact, facts.PersonListed) and fact.person == SYSTEM.person:
        # Nobody writes under the name of the installation itself.
        raise NotAllowed(actor.person, "people", fact.person)
    if actor.is_system:
        return
    right: Right = needed(kind_of(fact))
    now = work.store.moment()
    for path, operation in _places(access, fact, now):
        if not access.may(actor.person, right, path, operation, now):
            raise NotAllowed(actor.person, right, path or operation)
    if isinstance(fact, facts.Granted) and fact.person == actor.person:
        raise ToOneself(fact.role)


Places = list[tuple[str | None, str]]


def _places(access: AccessState, fact: AccessFact, now: datetime) -> Places:
    """Over which places (None: any), and in which operation, the author needs the right.

    What is listed is written over by its id, so whoever moves it needs the right where it was and where it goes.
    """
    match fact:
        case facts.PostListed(post, _, path):
            return [(path, ""), *([(access.posts[post].path, "")] if post in access.posts else [])]
        case facts.StandingUnitListed(unit, _, post):
            return [(access.path_of(post), ""), *_place_of_unit(access, unit)]
        case facts.StandingUnitRemoved(unit):
            return _place_of_unit(access, unit) or [("", "")]
        case facts.Granted():
            return [(fact.path, fact.operation)]
        case facts.GrantRevoked(grant):
            before = access.grants.get(grant)
            return [(before.path, before.operation) if before is not None else ("", "")]
        case facts.FirstPasswordGiven(person) | facts.PersonShutOut(person):
            # All that the person may do: nobody takes over, or shuts out, whoever works elsewhere too.
            return [*access.places_of(person, now)]
        case facts.ContactListed() | facts.ContactsApproved() | facts.ContactRemoved():
            return [(None, fact.operation)]
        case _:
            # People too are of the whole installation, whoever lists them or writes over them.
            return [("", "")]


def _place_of_unit(access: AccessState, unit: str) -> Places:
    return [(access.path_of(access.units[unit].post), "")] if unit in access.units else []
