"""What may an entry of the access log say? People, posts, grants, contacts, erasures, replicas and checkpoints.

``other`` holds what a list said beyond the fields here: "heading<tab>value", kept and given out again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sansang.model.access.rights import Role
from sansang.model.operation.facts import SEALED


@dataclass(frozen=True, slots=True)
class ReplicaStarted:
    """An installation begins to write, or begins anew after a restore; its checkpoints are signed with this key."""

    replica: str
    name: str
    public_key: str
    restored_from: str = ""


@dataclass(frozen=True, slots=True)
class PostListed:
    """A command post and where it stands among the areas: codes from the wide to the narrow ("79/27163")."""

    post: str
    name: str
    path: str
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonListed:
    """Somebody who may be given rights; entries name them by the id."""

    person: str
    name: str = field(metadata=SEALED)
    phone: str = field(default="", metadata=SEALED)
    other: tuple[str, ...] = field(default=(), metadata=SEALED)


@dataclass(frozen=True, slots=True)
class StandingUnitListed:
    """A unit that a post has in every operation, so that nobody types it in the night."""

    unit: str
    name: str
    post: str
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingUnitRemoved:
    """The post has this unit no more; operations that it took part in keep it."""

    unit: str


@dataclass(frozen=True, slots=True)
class Granted:
    """A person may act in a role over an area and all within it, in one operation or in all ("")."""

    grant: str
    person: str
    role: Role
    path: str
    operation: str = ""
    until: datetime | None = None
    other: tuple[str, ...] = field(default=(), metadata=SEALED)


@dataclass(frozen=True, slots=True)
class GrantRevoked:
    """A grant ends now."""

    grant: str
    reason: str = field(default="", metadata=SEALED)


@dataclass(frozen=True, slots=True)
class FirstPasswordGiven:
    """The author has given a person a first password, and so lets them in (again); the password is kept nowhere."""

    person: str


@dataclass(frozen=True, slots=True)
class PersonShutOut:
    """A person signs in no more at this installation; their roles hold until they are ended."""

    person: str


@dataclass(frozen=True, slots=True)
class ContactListed:
    """Somebody who can be reached in one drill: where, and through what. It counts once two people have approved."""

    contact: str
    operation: str
    channel: str
    name: str = field(metadata=SEALED)
    address: str = field(metadata=SEALED)


@dataclass(frozen=True, slots=True)
class ContactsApproved:
    """The author has looked at these contacts of a drill and approves them."""

    operation: str
    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactRemoved:
    """Nobody reaches this contact in this drill any more."""

    contact: str
    operation: str


@dataclass(frozen=True, slots=True)
class Erased:
    """The keys of these entries, or of everything about a subject, were destroyed; every replica obeys."""

    reason: str
    entries: tuple[tuple[str, int], ...] = ()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Checkpointed:
    """Where every log ended: those changed since the checkpoint before, and a signature over all of them.

    ``heads`` are (log, number, hash); ``over`` is the hash over all heads in order of log; hashes and signature in hex.
    """

    heads: tuple[tuple[str, int, str], ...]
    over: str
    signature: str


@dataclass(frozen=True, slots=True)
class UnknownAccess:
    """What a newer version has written: kept whole, and without effect."""

    kind: str
    version: int
    body: tuple[tuple[str, object], ...] = field(default=())


AccessFact = (
    ReplicaStarted
    | PostListed
    | PersonListed
    | StandingUnitListed
    | StandingUnitRemoved
    | Granted
    | GrantRevoked
    | FirstPasswordGiven
    | PersonShutOut
    | ContactListed
    | ContactsApproved
    | ContactRemoved
    | Erased
    | Checkpointed
    | UnknownAccess
)
