"""How is the plan played, readably? The model page, section by section, on SimPy's event queue.

It is slower than the kernel by far, gives the same trace, can be stepped to a time, and accepts decisions from
outside for posts that people play. Each module plays one section of docs/rehearsal-model.md:

- ``random_streams``, ``event_queue``: time and chance, and the order of events at one instant;
- ``entities``, ``state``: what takes part, and the state of one replication;
- ``desks``, ``decision_chain``: posts, their queues, and the steps up to a decision (2);
- ``situations``: occurrence and report (1), escalation (10), injects;
- ``decisions``: the ward's order (3), requests for aid (4), calls that are not answered (6);
- ``dispatch``, ``service_calls``: which units are available, how they are ordered and travel (3, 7);
- ``waiting_list``: needs that wait, freed units, and the pull (5);
- ``supplies``, ``work``: arrivals, supplies, the start and the end of the work (7, 8, 9);
- ``causes``: where the time went;
- ``replication``: composes these and defines what each event does; ``outside``: decisions of people.
"""

from sansang.rehearsal.reference.outside import InvalidDecision
from sansang.rehearsal.reference.replication import Reference

__all__ = ["InvalidDecision", "Reference"]
