"""Which installations write, and what do they sign? Replicas with their keys, and checkpoints over all heads."""

from __future__ import annotations

from dataclasses import dataclass

from sansang.model.entry import Entry
from sansang.model.fact import Fact
from sansang.model.fold import Fold, Table, no_effect
from sansang.model.kind import FactKind, Subject, Touch


@dataclass(frozen=True, slots=True)
class ReplicaStarted(Fact):
    """An installation begins to write, or begins again after a restore; its checkpoints are signed with this key."""

    replica: str
    name: str
    public_key: str
    restored_from: str = ""


@dataclass(frozen=True, slots=True)
class Checkpointed(Fact):
    """Where every log ended: those changed since the checkpoint before, and a signature over all of them.

    ``heads`` are (log, number, hash); ``over`` is the hash over all heads in order of log; hashes and signature in hex.
    """

    heads: tuple[tuple[str, int, str], ...]
    over: str
    signature: str


REPLICAS = Table("replicas", str, ReplicaStarted)


def _started(state: Fold, entry: Entry, fact: ReplicaStarted) -> None:
    if fact.replica not in state[REPLICAS]:
        state[REPLICAS][fact.replica] = fact


SUBJECT = Subject(
    __name__,
    (REPLICAS,),
    (
        FactKind("replica_started", 1, ReplicaStarted, "exchange", (Touch(REPLICAS, "replica"),), _started),
        FactKind("checkpointed", 1, Checkpointed, "exchange", (), no_effect),
    ),
)
