"""Who owns the transaction? One installation: its ledger, boards, rights and the thread that writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sansang.boards.live_state import LiveState
from sansang.boards.projector import Projector, mark_for_rebuild, shown_records
from sansang.boards.rebuild import Rebuilds
from sansang.ledger.appended import Appended
from sansang.ledger.checkpoints import CHECKPOINT_INTERVAL, checkpoint, public_key
from sansang.ledger.draft import Draft
from sansang.ledger.erasure import affected_streams, destroy_erased_keys
from sansang.ledger.heads import all_heads
from sansang.ledger.history import streams
from sansang.ledger.keyring import LogAndNumber
from sansang.ledger.store import Store, Transaction, installation_row
from sansang.ledger.writer import Writer
from sansang.model.access.actor import SYSTEM
from sansang.model.access.erasures import Erased
from sansang.model.access.record import ACCESS_STREAM
from sansang.model.access.replicas import Checkpointed, ReplicaStarted
from sansang.model.access.state import AccessState, access_state
from sansang.model.fold import Fold
from sansang.model.record_kinds import RECORD_KINDS
from sansang.model.stream import Stream

T = TypeVar("T")


@dataclass
class Installation:
    """Where commands are run. Made by the site, with a store whose tables are there."""

    store: Store
    projector: Projector = field(init=False)
    rebuilds: Rebuilds = field(init=False)
    writer: Writer = field(init=False)
    _heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    _checkpointed: int = -1

    def __post_init__(self) -> None:
        self.projector = Projector(self.store.alias, self.store.keyring, self.store.chance)
        self.writer = Writer(self.store.alias, self.store.transaction, self._lost)
        self.projector.is_quiet = self.writer.jobs.empty
        self.rebuilds = Rebuilds(self.projector, self.writer.submit)

    def start(self) -> Installation:
        """Begin to write, and finish what a crash left: keys to be destroyed, boards to be rebuilt."""
        self.writer.start()
        try:
            self.writer.run(self._recover)
        except BaseException:
            self.writer.stop()
            raise
        return self

    def stop(self) -> None:
        """Write what was submitted, a last checkpoint, and end."""
        if self.writer.thread.is_alive():
            self.settle()
            self.writer.run(self.take_checkpoint)
        self.writer.stop()

    def __enter__(self) -> Installation:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def submit(self, work: Callable[[Transaction], T], command: str = "") -> Future[T]:
        """Have something written; the answer is known after the commit."""
        return self.writer.submit(work, command)

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Have something written and wait for it."""
        return self.writer.run(work)

    def settle(self) -> None:
        """Wait until every board is in its place."""
        self.rebuilds.wait()
        self.writer.run(lambda _: None)

    # Appending

    def append(self, work: Transaction, draft: Draft) -> Appended:
        """Append an entry in this transaction, and bring the boards of its record up to date."""
        self.projector.live(work, draft.stream)
        appended = work.append(draft)
        if self.project(work, draft.stream, [appended]).late is not None:
            work.after_commit.append(lambda: self.rebuilds.begin(draft.stream))
        if not isinstance(draft.fact, Checkpointed):
            self.checkpoint_if_due(work)
        return appended

    def project(self, work: Transaction, stream: Stream, appended: Sequence[Appended]) -> LiveState:
        """Bring the boards of a record up to date with entries that were just appended in this transaction.

        The state of the record must have been loaded before they were. Where it is ``late`` then, a rebuild is due.
        """
        live = self.projector.apply(work, stream, [one.entry for one in appended])
        if live.fold.kind.is_in_memory:
            self.projector.publish(work, stream)
        for one in appended:
            if isinstance(one.entry.fact, Erased):
                self._obey(work, one.entry.fact)
        return live

    # Reading

    def state(self, work: Transaction, stream: Stream) -> Fold:
        """The state of a record, with what this transaction has appended."""
        return self.projector.live(work, stream).fold

    def access(self, work: Transaction) -> AccessState:
        """Who may do what, with what this transaction has appended."""
        return access_state(self.state(work, ACCESS_STREAM))

    def rights(self) -> AccessState:
        """Who may do what as of now, for reading; who writes is judged again within the transaction."""
        known = self.projector.published.get(ACCESS_STREAM)
        # What is published next may be gone again before this thread looks: an erasure withdraws it.
        is_current = known is not None and known.epoch == self.store.epoch
        return access_state(known.state if is_current and known is not None else self.run(self._publish_access))

    def _publish_access(self, work: Transaction) -> Fold:
        live = self.projector.live(work, ACCESS_STREAM)
        self.projector.publish(work, ACCESS_STREAM)
        return live.fold.copy()

    def _lost(self) -> None:
        self.projector.invalidate()
        # The next checkpoint names every head: what the lost one said is not there.
        self._heads, self._checkpointed = {}, -1

    # Checkpoints

    def checkpoint_if_due(self, work: Transaction) -> None:
        """Take a checkpoint where many entries have come since the last one."""
        if self._checkpointed < 0:
            self._checkpointed = work.store.position
        if work.store.position - self._checkpointed >= CHECKPOINT_INTERVAL:
            self.take_checkpoint(work)

    def take_checkpoint(self, work: Transaction) -> None:
        """Sign where every log ends; nothing is written where nothing has changed since."""
        heads = all_heads(work.cursor)
        own = ACCESS_STREAM.log("", work.store.replica)
        before, counted = self._heads, self._checkpointed
        work.undo.append(lambda: setattr(self, "_heads", before))
        work.undo.append(lambda: setattr(self, "_checkpointed", counted))
        # Where nothing has changed the heads are not queried again at each entry.
        self._checkpointed = work.store.position
        if {**self._heads, own: None} == {**heads, own: None}:
            return
        fact = checkpoint(heads, self._heads, work.store.keyring.signing_key())
        self.append(work, Draft(ACCESS_STREAM, fact, SYSTEM.person))
        self._heads, self._checkpointed = heads, work.store.position

    # Erasing

    def _obey(self, work: Transaction, fact: Erased) -> None:
        """Once this is committed: destroy the keys of these entries and subjects and rebuild the boards."""
        refs: list[LogAndNumber] = list(fact.entries)
        subjects = [fact.subject] if fact.subject else []
        where = affected_streams(work.cursor, work.store.keyring, refs, subjects)
        for stream in where:
            # Should we be killed in between, the next start rebuilds them.
            mark_for_rebuild(work.cursor, stream)

        def then() -> None:
            with self.store.reading() as cursor:
                destroy_erased_keys(cursor, self.store.keyring, refs, subjects)
            for stream in where:
                if stream.kind in RECORD_KINDS:
                    self.projector.lives.pop(stream, None)
                    self.projector.published.pop(stream, None)
                    self.rebuilds.begin(stream, whole=True)

        work.after_commit.append(then)

    # After a start

    def _recover(self, work: Transaction) -> None:
        self._announce(work)
        self._obey_again(work)
        self.projector.destroy_unused(work)
        cursor: Any = work.cursor
        shown = shown_records(cursor)
        for stream in streams(cursor):
            if stream.kind not in RECORD_KINDS:
                # From a newer version: stored and exchanged, not shown.
                continue
            if self.projector.is_stale(cursor, stream):
                # After a restore or an upgrade: there are entries and no boards of today's form yet.
                self.projector.live(work, stream)
            elif shown[stream].is_unfinished:
                work.after_commit.append(lambda stream=stream: self.rebuilds.begin(stream))  # type: ignore[misc]
        self._publish_access(work)

    def _obey_again(self, work: Transaction) -> None:
        """Destroy the keys of what was erased when the process was killed, and have its boards rebuilt."""
        access, keyring = self.access(work), work.store.keyring
        refs = [(ref.log, ref.number) for ref in access.erased]
        where = affected_streams(work.cursor, keyring, refs, access.erased_subjects)
        if destroy_erased_keys(work.cursor, keyring, refs, access.erased_subjects):
            # Boards that were rebuilt while the keys were still there show the words.
            for stream in where:
                mark_for_rebuild(work.cursor, stream)
                self.projector.lives.pop(stream, None)

    def _announce(self, work: Transaction) -> None:
        """Say in the access log that this replica writes, and with which key it signs."""
        store = work.store
        if store.replica in self.access(work).replicas:
            return
        _, name, before = installation_row(work.cursor)
        fact = ReplicaStarted(store.replica, name, public_key(store.keyring.signing_key()), before)
        self.append(work, Draft(ACCESS_STREAM, fact, SYSTEM.person))
