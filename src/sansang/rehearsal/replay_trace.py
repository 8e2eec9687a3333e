"""What happens in one replication? Its trace, event by event, with what the numbers in it stand for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sansang.model.plan.scenario import Scenario
from sansang.rehearsal.chance import MS_PER_MINUTE
from sansang.rehearsal.codes import TRACE_WORDS
from sansang.rehearsal.kernel.outcome import new_outcome_tables, play_traced
from sansang.rehearsal.plan import compile_plan
from sansang.rehearsal.runner import INITIAL_CAPACITY


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One line of a trace: the minute of the exercise, what happened, and the numbers of what it happened to.

    ``what`` is a word of ``codes.TRACE_WORDS``. ``a``, ``b`` and ``c`` depend on it: numbers of situations, needs,
    units, posts, services, members, steps or injects in the replay, or a time in ms (``c`` of "ordered" and "called":
    the arrival, −1 for a unit that will not answer; ``b`` of "leaves"); 0 where there is none.
    """

    minute: float
    what: str
    a: int
    b: int
    c: int


@dataclass(frozen=True, slots=True)
class Replay:
    """One replication: its trace, and what the numbers in it stand for.

    Situations are numbered as in ``situations``: (place of the definition in the plan, number within its stream), and
    ``locations``: (ward, site). Needs are numbered as in ``needs``: (situation, place among all needs of the plan).
    Units, posts, services, wards and sites have their places in the plan, injects theirs among those played.
    """

    lines: tuple[TraceLine, ...]
    situations: tuple[tuple[int, int], ...]
    needs: tuple[tuple[int, int], ...]
    locations: tuple[tuple[int, int], ...]


def replay(scenario: Scenario, replication: int, seed: int = 7) -> Replay:
    """Replication number ``replication`` (from 0) of a rehearsal with this seed, event by event.

    It is the one that ``rehearse`` plays. KeyError and ValueError as :func:`compile_plan`.
    """
    plan = compile_plan(scenario)
    extra_capacity = INITIAL_CAPACITY
    while True:
        tables = new_outcome_tables(plan, 1)
        lines, _, situations, needs, _, complete = play_traced(
            plan, tables, np.uint64(seed), replication, extra_capacity
        )
        if complete:
            break
        extra_capacity *= 4
    return Replay(
        lines=tuple(
            TraceLine(int(line[0]) / MS_PER_MINUTE, TRACE_WORDS[int(line[1])], int(line[2]), int(line[3]), int(line[4]))
            for line in lines
        ),
        situations=tuple((int(s["definition"]), int(s["n"])) for s in situations),
        needs=tuple((int(n["situation"]), int(n["need"])) for n in needs),
        locations=tuple((int(s["ward"]), int(s["site"])) for s in situations),
    )
