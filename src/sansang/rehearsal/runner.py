"""Who turns the crank? Blocks of replications on threads, with progress, and an end when one is asked for.

A replication's row depends on the seed and its number only, so neither threads nor blocks change a figure.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sansang.rehearsal.kernel.outcome import Tables, add_totals, new_tables, play_block, with_own_totals
from sansang.rehearsal.layout import Plan

#: Seconds that a block may take: how soon a stop is heard.
BLOCK_SECONDS = 0.2
FIRST_ROOM = 256

Progress = Callable[[int, int], None]


class Interrupted(Exception):
    """Someone stopped the rehearsal; ``done`` replications of ``asked`` had been played."""

    def __init__(self, done: int, asked: int) -> None:
        super().__init__(f"stopped after {done} of {asked} replications")
        self.done = done
        self.asked = asked


@dataclass
class _Work:
    """What the threads share: the next replication to play, and how many are played."""

    plan: Plan
    tables: Tables
    seed: np.uint64
    first: int
    count: int
    next: int = 0
    done: int = 0
    block: int = 1
    stop: bool = False

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.reports: queue.Queue[BaseException | None] = queue.Queue()
        self.first_block = threading.Event()

    def take(self) -> tuple[int, int]:
        """The next block: its first row and how many rows; (0, 0) when there is nothing left."""
        with self.lock:
            size = 0 if self.stop else min(self.block, self.count - self.next)
            start = self.next
            self.next += size
            return start, size

    def labour(self) -> None:
        """Play blocks until none is left."""
        try:
            while True:
                start, size = self.take()
                if size == 0:
                    break
                begin = time.perf_counter()
                part = with_own_totals(self.tables)
                _play(self.plan, part, self.seed, self.first, start, size)
                seconds = max(time.perf_counter() - begin, 1e-6)
                with self.lock:
                    add_totals(self.tables, part)
                    self.done += size
                    fit = int(size * BLOCK_SECONDS / seconds)
                    self.block = max(1, min(fit, 4 * size, 4096))
                self.first_block.set()
        except BaseException as wrong:  # noqa: BLE001  (raised again in the thread that waits)
            self.reports.put(wrong)
        else:
            self.reports.put(None)
        finally:
            self.first_block.set()


def _play(plan: Plan, tables: Tables, seed: np.uint64, first: int, start: int, size: int) -> None:
    room = FIRST_ROOM
    played = 0
    while played < size:
        played += int(play_block(plan, tables, seed, first + start + played, size - played, start + played, room))
        # Fewer than asked for: one replication had more events than room. It is played again with more.
        room *= 4


def play_all(
    plan: Plan,
    seed: int,
    replications: int,
    *,
    first: int = 0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Tables:
    """The tables of replications ``first`` to ``first + replications``.

    Raises Interrupted within a second of Ctrl-C. ``threads``: by default one for each processor.
    """
    work = _Work(plan, new_tables(plan, replications), np.uint64(seed), first, replications)
    count = threads or os.cpu_count() or 1
    # Daemon threads: a first run compiles for a while, and a stop must not wait for that.
    workers = [threading.Thread(target=work.labour, daemon=True) for _ in range(count)]
    try:
        # The first block alone: two threads would compile the same functions twice.
        workers[0].start()
        left = count
        while not work.first_block.wait(0.1):
            pass
        for worker in workers[1:]:
            worker.start()
        while left:
            try:
                wrong = work.reports.get(timeout=0.1)
            except queue.Empty:
                wrong = None
            else:
                left -= 1
            if wrong is not None:
                work.stop = True
                raise wrong
            if progress is not None:
                progress(work.done, replications)
    except KeyboardInterrupt:
        work.stop = True
        raise Interrupted(work.done, replications) from None
    return work.tables
