"""How does a rewritten past show? Where every log ended is signed from time to time, and each signature is an entry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sansang.ledger.chain import Fault, Head
from sansang.ledger.envelope import Envelope, mapping_of
from sansang.ledger.kinds import fact_of
from sansang.model.access.record import ACCESS
from sansang.model.access.replicas import Checkpointed, ReplicaStarted

#: A checkpoint is taken after this many entries, and when an operation is closed.
CHECKPOINT_INTERVAL = 1_000


def public_key(seed: bytes) -> str:
    """The public half of a signing key, in hex."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()


def over(heads: Mapping[str, tuple[int, bytes]]) -> bytes:
    """The hash over all heads, in order of log."""
    ordered = [(log, number, digest) for log, (number, digest) in sorted(heads.items())]
    return hashlib.sha256(msgspec.msgpack.encode(ordered)).digest()


def checkpoint(
    heads: Mapping[str, tuple[int, bytes]], before: Mapping[str, tuple[int, bytes]], seed: bytes
) -> Checkpointed:
    """A checkpoint over all heads that names those changed since the one before."""
    digest = over(heads)
    changed = tuple(
        (log, number, link.hex()) for log, (number, link) in sorted(heads.items()) if before.get(log) != (number, link)
    )
    return Checkpointed(changed, digest.hex(), Ed25519PrivateKey.from_private_bytes(seed).sign(digest).hex())


@dataclass
class CheckpointVerifier:
    """Verifies the checkpoints of the access logs and collects their heads; faults are those that are forged."""

    heads: list[Head] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    #: Checkpoints whose signature holds.
    valid: int = 0
    _log: str = ""
    _key: Ed25519PublicKey | None = None
    _now: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def verify(self, envelopes: Iterable[Envelope]) -> CheckpointVerifier:
        """Verify the entries of the access logs that start a replica or are checkpoints, in order of log and number."""
        for envelope in envelopes:
            if envelope.log != self._log:
                self._log, self._key, self._now = envelope.log, None, {}
            fact = fact_of(ACCESS, envelope.kind, envelope.version, mapping_of(envelope.clear), {})
            if isinstance(fact, ReplicaStarted):
                self._key = _public(fact.public_key)
            elif isinstance(fact, Checkpointed):
                self._verify_checkpoint(envelope, fact)
        return self

    def _verify_checkpoint(self, envelope: Envelope, fact: Checkpointed) -> None:
        said = list(_heads(fact))
        self._now |= {head.log: (head.number, head.hash) for head in said}
        if self._key is None or over(self._now).hex() != fact.over or not _is_signed(self._key, fact):
            self.faults.append(Fault("checkpoint-forged", envelope.log, envelope.number))
            return
        self.heads += said
        self.valid += 1


def _heads(fact: Checkpointed) -> Iterator[Head]:
    for log, number, digest in fact.heads:
        try:
            yield Head(log, number, bytes.fromhex(digest))
        except ValueError:
            yield Head(log, number, b"")


def _public(key: str) -> Ed25519PublicKey | None:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    except ValueError:
        return None


def _is_signed(key: Ed25519PublicKey, fact: Checkpointed) -> bool:
    try:
        key.verify(bytes.fromhex(fact.signature), bytes.fromhex(fact.over))
    except (InvalidSignature, ValueError):
        return False
    return True
