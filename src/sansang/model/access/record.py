"""What is the access record? The record kind: who may do what, who can be reached, what was erased."""

from __future__ import annotations

from sansang.model.access import contacts, erasures, grants, replicas, roster
from sansang.model.kind import RecordKind
from sansang.model.stream import Stream

ACCESS = RecordKind(
    "access",
    (replicas.SUBJECT, roster.SUBJECT, grants.SUBJECT, contacts.SUBJECT, erasures.SUBJECT),
    is_in_memory=True,
)
#: There is one for each installation, and it has no posts.
ACCESS_STREAM = Stream(ACCESS.name)
