"""How are thousands of replications played? In blocks on several threads, with progress, until done or interrupted.

A replication's row depends only on the seed and its number, so neither threads nor blocks change a figure.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sansang.rehearsal.kernel.outcome import (
    OutcomeTables,
    add_totals,
    new_outcome_tables,
    play_block,
    with_separate_totals,
)
from sansang.rehearsal.layout import PlanTables

#: Target duration of a block, seconds: how soon an interrupt takes effect.
BLOCK_SECONDS = 0.2
#: Largest block, replications.
MAX_BLOCK = 4096
#: Extra capacity of a replication's tables at the first attempt, rows.
INITIAL_CAPACITY = 256

#: Called with the replications played so far, and how many there will be.
ProgressCallback = Callable[[int, int], None]


class Interrupted(Exception):
    """The rehearsal was interrupted (Ctrl-C) after ``done`` of the ``requested`` replications."""

    def __init__(self, done: int, requested: int) -> None:
        super().__init__(f"stopped after {done} of {requested} replications")
        self.done = done
        self.requested = requested


@dataclass
class _SharedWork:
    """What the threads share: the next replication to play, and how many have been played."""

    plan: PlanTables
    tables: OutcomeTables
    seed: np.uint64
    first: int
    count: int
    next_row: int = 0
    done: int = 0
    block: int = 1
    stopped: bool = False

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.results: queue.Queue[BaseException | None] = queue.Queue()  # one per thread, when it ends
        self.first_block = threading.Event()

    def next_block(self) -> tuple[int, int]:
        """The next block: its first row and its number of rows; (0, 0) when nothing is left."""
        with self.lock:
            size = 0 if self.stopped else min(self.block, self.count - self.next_row)
            start = self.next_row
            self.next_row += size
            return start, size

    def play_blocks(self) -> None:
        """Play blocks until none is left; what each thread runs."""
        try:
            while True:
                start, size = self.next_block()
                if size == 0:
                    break
                begin = time.perf_counter()
                part = with_separate_totals(self.tables)
                _play(self.plan, part, self.seed, self.first, start, size)
                seconds = max(time.perf_counter() - begin, 1e-6)
                with self.lock:
                    add_totals(self.tables, part)
                    self.done += size
                    target = int(size * BLOCK_SECONDS / seconds)
                    self.block = max(1, min(target, 4 * size, MAX_BLOCK))
                self.first_block.set()
        except BaseException as error:  # noqa: BLE001  (raised again in the thread that waits)
            self.results.put(error)
        else:
            self.results.put(None)
        finally:
            self.first_block.set()


def _play(plan: PlanTables, tables: OutcomeTables, seed: np.uint64, first: int, start: int, size: int) -> None:
    extra_capacity = INITIAL_CAPACITY
    played = 0
    while played < size:
        played += int(
            play_block(plan, tables, seed, first + start + played, size - played, start + played, extra_capacity)
        )
        # Fewer than requested: the tables of one replication were too small. It is played again with larger ones.
        extra_capacity *= 4


def play_replications(
    plan: PlanTables,
    seed: int,
    replications: int,
    *,
    first: int = 0,
    threads: int | None = None,
    progress: ProgressCallback | None = None,
) -> OutcomeTables:
    """The tables of replications ``first`` to ``first + replications``, in this order.

    ``threads``: by default one for each processor. Raises Interrupted within a second of Ctrl-C.
    """
    work = _SharedWork(plan, new_outcome_tables(plan, replications), np.uint64(seed), first, replications)
    count = threads or os.cpu_count() or 1
    # Daemon threads: a first run compiles for a while, and an interrupt must not wait for that.
    workers = [threading.Thread(target=work.play_blocks, daemon=True) for _ in range(count)]
    try:
        # The first block alone: two threads would compile the same functions twice.
        workers[0].start()
        running = count
        while not work.first_block.wait(0.1):
            pass
        for worker in workers[1:]:
            worker.start()
        while running:
            try:
                error = work.results.get(timeout=0.1)
            except queue.Empty:
                error = None
            else:
                running -= 1
            if error is not None:
                work.stopped = True
                raise error
            if progress is not None:
                progress(work.done, replications)
    except KeyboardInterrupt:
        work.stopped = True
        raise Interrupted(work.done, replications) from None
    return work.tables
