"""Who writes, and in which order? One thread of the process: commands from a queue, a step each, one commit a group."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import DatabaseError, connections

from sansang.ledger.store import CannotUndo, Transaction

#: At most this many commands share a commit: those that wait already; none is waited for.
GROUP = 64
_LOG = logging.getLogger("sansang.ledger")
T = TypeVar("T")


class NotWritten(Exception):
    """Nothing of it was written: the disk is full or can't be written, the database is gone. Says why."""


class Stopped(Exception):
    """The writer has stopped; nothing of it was written."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Transaction], Any]
    answer: Future[Any]
    command: str


class Writer:
    """Runs what is submitted, in order; an answer comes after its commit.

    ``open_transaction`` begins one; ``on_lost`` is called when one could not be committed.
    """

    def __init__(
        self,
        alias: str,
        open_transaction: Callable[[], AbstractContextManager[Transaction]],
        on_lost: Callable[[], None],
    ) -> None:
        self.alias = alias
        self.open_transaction = open_transaction
        self.on_lost = on_lost
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)

    def start(self) -> Writer:
        """Begin to write."""
        self.thread.start()
        return self

    def stop(self) -> None:
        """Write what was submitted so far and end."""
        if not self.stopping.is_set():
            self.stopping.set()
            self.jobs.put(None)
        self.thread.join()

    def submit(self, work: Callable[[Transaction], T], command: str = "") -> Future[T]:
        """Have something written; the answer is known after the commit. Raises Stopped after the end.

        With its ``command`` it is looked up, together with the others of its group, whether it was written before.
        """
        if self.stopping.is_set():
            raise Stopped
        answer: Future[T] = Future()
        self.jobs.put(_Job(work, answer, command))
        return answer

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Have something written and wait for it."""
        return self.submit(work).result()

    def _run(self) -> None:
        try:
            ended = False
            while not ended:
                first = self.jobs.get()
                if first is None:
                    break
                group = [first]
                with contextlib.suppress(queue.Empty):
                    while len(group) < GROUP:
                        job = self.jobs.get_nowait()
                        if job is None:
                            ended = True
                            break
                        group.append(job)
                self._write([job for job in group if job.answer.set_running_or_notify_cancel()])
        finally:
            connections[self.alias].close()
            with contextlib.suppress(queue.Empty):
                while True:
                    left = self.jobs.get_nowait()
                    if left is not None:
                        left.answer.set_exception(Stopped())

    def _write(self, group: list[_Job]) -> None:
        answers: list[tuple[_Job, Any, BaseException | None]] = []
        try:
            with self.open_transaction() as transaction:
                transaction.look_up([job.command for job in group])
                for job in group:
                    answers.append((job, *_run_job(transaction, job)))
        except Exception as wrong:  # noqa: BLE001 those who wait get the error, whatever it was
            self.on_lost()
            self._failed(group, wrong)
            return
        for work in transaction.after_commit:
            try:
                work()
            except Exception as wrong:  # noqa: BLE001 the entries stand, whatever follows
                # What was appended stays; what should have followed is done at the next start, and doctor names it.
                _LOG.exception("after a commit: %s", wrong)
        for job, value, error in answers:
            if error is not None:
                job.answer.set_exception(error)
            else:
                job.answer.set_result(value)

    def _failed(self, group: list[_Job], wrong: Exception) -> None:
        """Nothing of the group was written: each is tried for itself, and a lone one gets the error."""
        if isinstance(wrong, DatabaseError):
            with contextlib.suppress(DatabaseError):
                connections[self.alias].close()
        if len(group) > 1:
            for job in group:
                self._write([job])
            return
        error: BaseException = wrong
        if isinstance(wrong, CannotUndo) and wrong.__cause__ is not None:
            error = wrong.__cause__
        if isinstance(error, (DatabaseError, OSError)):
            error = _not_written(error, wrong)
        group[0].answer.set_exception(error)


def _not_written(error: BaseException, cause: BaseException) -> NotWritten:
    failed = NotWritten(str(error))
    failed.__cause__ = cause
    return failed


def _run_job(transaction: Transaction, job: _Job) -> tuple[Any, BaseException | None]:
    try:
        with transaction.step():
            return job.work(transaction), None
    except (DatabaseError, CannotUndo):
        # None of the group can be sure of its place.
        raise
    except OSError as wrong:
        # A key that could not be stored: the entry was not written without it.
        return None, _not_written(wrong, wrong)
    except Exception as wrong:  # noqa: BLE001 the caller gets the error
        return None, wrong
