"""The sentences of the access record's entries."""

from __future__ import annotations

from sansang.model.access.contacts import ContactListed, ContactRemoved, ContactsApproved
from sansang.model.access.erasures import Erased
from sansang.model.access.grants import FirstPasswordGiven, Granted, GrantRevoked, PersonShutOut
from sansang.model.access.replicas import Checkpointed, ReplicaStarted
from sansang.model.access.roster import PersonListed, PostListed, StandingUnitListed, StandingUnitRemoved
from sansang.words import mark
from sansang.words.roles import ROLE_NAMES
from sansang.words.sentences.speaker import Speaker, joined, says


@says(ReplicaStarted)
def _replica_started(fact: ReplicaStarted, to: Speaker) -> str:
    text = (
        mark("Restored installation {name} begins to write")
        if fact.restored_from
        else mark("Installation {name} begins to write")
    )
    return to.say(text, name=fact.name)


@says(Checkpointed)
def _checkpointed(fact: Checkpointed, to: Speaker) -> str:
    return to.voice.count(
        mark("Heads signed: {n} log has changed"), mark("Heads signed: {n} logs have changed"), len(fact.heads)
    )


@says(PostListed)
def _post_listed(fact: PostListed, to: Speaker) -> str:
    return joined(to.say(mark("Post listed: {name}"), name=fact.name), fact.path)


@says(PersonListed)
def _person_listed(fact: PersonListed, to: Speaker) -> str:
    return to.say(mark("Person listed: {name}"), name=fact.name)


@says(StandingUnitListed)
def _standing_unit_listed(fact: StandingUnitListed, to: Speaker) -> str:
    return joined(to.say(mark("Standing unit listed: {name}"), name=fact.name), to.post(fact.post))


@says(StandingUnitRemoved)
def _standing_unit_removed(fact: StandingUnitRemoved, to: Speaker) -> str:
    return to.say(mark("Standing unit removed: {unit}"), unit=to.name(fact.unit))


@says(Granted)
def _granted(fact: Granted, to: Speaker) -> str:
    text = to.say(
        mark("{who} is given the role: {role}"), who=to.person(fact.person), role=to.say(ROLE_NAMES[fact.role])
    )
    return joined(text, fact.path, fact.operation)


@says(GrantRevoked)
def _grant_revoked(fact: GrantRevoked, to: Speaker) -> str:
    grant = to.access.grants.get(fact.grant)
    if grant is None:
        return joined(to.say(mark("A role has ended")), fact.reason)
    text = to.say(
        mark("{who} no longer has the role: {role}"), who=to.person(grant.person), role=to.say(ROLE_NAMES[grant.role])
    )
    return joined(text, fact.reason)


@says(FirstPasswordGiven)
def _first_password_given(fact: FirstPasswordGiven, to: Speaker) -> str:
    return to.say(mark("{who} is given a first password"), who=to.person(fact.person))


@says(PersonShutOut)
def _person_shut_out(fact: PersonShutOut, to: Speaker) -> str:
    return to.say(mark("{who} may sign in no more"), who=to.person(fact.person))


@says(ContactListed)
def _contact_listed(fact: ContactListed, to: Speaker) -> str:
    return joined(to.say(mark("Contact of the drill listed: {name}"), name=fact.name), fact.channel)


@says(ContactsApproved)
def _contacts_approved(fact: ContactsApproved, to: Speaker) -> str:
    return to.voice.count(
        mark("{n} contact of the drill approved"), mark("{n} contacts of the drill approved"), len(fact.contacts)
    )


@says(ContactRemoved)
def _contact_removed(fact: ContactRemoved, to: Speaker) -> str:
    return to.say(mark("Contact of the drill removed: {contact}"), contact=fact.contact)


@says(Erased)
def _erased(fact: Erased, to: Speaker) -> str:
    if fact.subject:
        return joined(to.say(mark("Everything about a person was erased")), fact.reason)
    text = to.voice.count(
        mark("The words of {n} entry were erased"), mark("The words of {n} entries were erased"), len(fact.entries)
    )
    return joined(text, fact.reason)
