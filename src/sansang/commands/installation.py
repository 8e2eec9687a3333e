"""Who owns the transaction? One installation: its ledger, boards, rights and the thread that writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sansang.boards.access import Access
from sansang.boards.projector import Boards
from sansang.boards.rebuild import Refolding
from sansang.ledger.checkpoints import EVERY, checkpoint, public_key
from sansang.ledger.draft import ACCESS, Draft
from sansang.ledger.erasure import obey
from sansang.ledger.keyring import Ref
from sansang.ledger.store import Store, Transaction
from sansang.ledger.writer import Writer
from sansang.model.access import facts
from sansang.model.access.actor import SYSTEM
from sansang.model.access.state import AccessState

T = TypeVar("T")


@dataclass
class Installation:
    """Where commands are run. Made by the site, with a store whose tables are there."""

    store: Store
    boards: Boards = field(init=False)
    access: Access = field(init=False)
    refolding: Refolding = field(init=False)
    writer: Writer = field(init=False)
    _heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    _checkpointed: int = -1

    def __post_init__(self) -> None:
        keyring = self.store.keyring
        self.boards = Boards(self.store.alias, keyring, self.store.chance)
        self.access = Access(keyring)
        self.writer = Writer(self.store.alias, self.store.transaction, self._lost)
        self.boards.is_quiet = self.writer.jobs.empty
        self.refolding = Refolding(self.boards, self.writer.submit)

    def start(self) -> Installation:
        """Begin to write, and finish what a crash left: keys to be destroyed, boards to be made anew."""
        self.writer.start()
        try:
            self.writer.run(self._tidy)
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

    def rights(self) -> AccessState:
        """Who may do what as of now, for reading; whoever writes is judged again within the transaction."""
        return self.access.state if self.access.is_known(self.store) else self.run(self.access.now)

    def settle(self) -> None:
        """Wait until every board is in its place."""
        rest = threading.Event()
        while not self.refolding.is_idle:
            self.writer.run(lambda _: None)
            rest.wait(0.001)

    def _lost(self) -> None:
        self.boards.forget()
        self.access.forget()
        # The next checkpoint names every head: what the lost one said is not there.
        self._heads, self._checkpointed = {}, -1

    # Checkpoints

    def checkpoint_if_due(self, work: Transaction) -> None:
        """Take a checkpoint where many entries have come since the last one."""
        if self._checkpointed < 0:
            self._checkpointed = work.store.position
        if work.store.position - self._checkpointed >= EVERY:
            self.take_checkpoint(work)

    def take_checkpoint(self, work: Transaction) -> None:
        """Sign where every log ends; nothing is written where nothing has changed since."""
        heads = all_heads(work.cursor)
        own = f"{ACCESS}/{work.store.replica}"
        before, counted = self._heads, self._checkpointed
        work.undo.append(lambda: setattr(self, "_heads", before))
        work.undo.append(lambda: setattr(self, "_checkpointed", counted))
        # Where nothing has changed the heads are not asked for again at each entry.
        self._checkpointed = work.store.position
        if {**self._heads, own: None} == {**heads, own: None}:
            return
        fact = checkpoint(heads, self._heads, work.store.keyring.signing_key())
        work.append(Draft(ACCESS, fact, SYSTEM.person))
        self._heads, self._checkpointed = heads, work.store.position

    # Forgetting

    def forget_words(
        self, work: Transaction, refs: Iterable[Ref], subjects: Iterable[str], streams: Iterable[str]
    ) -> None:
        """Once this is committed: destroy the keys of these entries and subjects and make the boards anew."""
        gone, whom, where = list(refs), list(subjects), list(streams)
        for stream in where:
            if stream.startswith("operation/"):
                # Should we be killed in between, the next start makes them anew.
                work.cursor.execute(
                    "UPDATE board_operation SET late_millis = 0, late_counter = 0 WHERE name = %s",
                    (stream.removeprefix("operation/"),),
                )

        def then() -> None:
            with self.store.reading() as cursor:
                obey(cursor, self.store.keyring, gone, whom)
            self.access.forget()
            for stream in where:
                if stream.startswith("operation/"):
                    operation = stream.removeprefix("operation/")
                    self.boards.lives.pop(operation, None)
                    self.refolding.begin(operation, whole=True)

        work.after.append(then)

    # After a start

    def _tidy(self, work: Transaction) -> None:
        state = self.access.now(work)
        announce(work, self.access)
        refs = [(ref.log, ref.number) for ref in state.erased]
        cursor: Any = work.cursor
        obey(cursor, work.store.keyring, refs, state.erased_subjects)
        cursor.execute("SELECT name, generation, late_millis, old_generation FROM board_operation")
        rows = cursor.fetchall()
        shown = {row[1] for row in rows}
        for generation in list(work.store.keyring.boards()):
            if generation not in shown:
                work.after.append(lambda gone=generation: work.store.keyring.destroy(gone))  # type: ignore[misc]
        # After a restore there are entries and no boards yet.
        for name in sorted(operations_of(cursor) - {row[0] for row in rows}):
            self.boards.live(work, name)
        for name, generation, late, old in rows:
            if late is not None or old is not None or not work.store.keyring.has(generation):
                work.after.append(lambda name=name: self.refolding.begin(name))  # type: ignore[misc]


def announce(work: Transaction, access: Access) -> None:
    """Say in the access log that this replica writes, and with which key it signs."""
    store = work.store
    if store.replica in access.now(work).replicas:
        return
    work.cursor.execute("SELECT name, restored_from FROM ledger_installation WHERE id = 1")
    name, before = work.bare.fetchone()
    fact = facts.ReplicaStarted(store.replica, name, public_key(store.keyring.signing_key()), before)
    access.put(work, [work.append(Draft(ACCESS, fact, SYSTEM.person))])


def operations_of(cursor: Any) -> set[str]:
    """The operations of which there are logs."""
    cursor.execute("SELECT stream FROM ledger_log WHERE stream <> %s", (ACCESS,))
    return {row[0].split("/", 1)[1] for row in cursor.fetchall()}


def all_heads(cursor: Any) -> dict[str, tuple[int, bytes]]:
    """Where every log ends: its last number and hash, by its name."""
    cursor.execute(
        "SELECT l.name, e.number, e.hash FROM ledger_log l JOIN ledger_entry e ON e.log_id = l.id"
        " AND e.number = (SELECT MAX(number) FROM ledger_entry WHERE log_id = l.id)"
    )
    return {name: (number, bytes(digest)) for name, number, digest in cursor.fetchall()}
