"""How is the plan played fast? The model page as compiled functions over tables, one replication after another.

Section for section it follows docs/rehearsal-model.md, as the reference does: ``state`` holds the tables of a
replication, ``event_queue`` the events and the queues, ``posts``, ``orders`` and ``work`` the rules, ``replication``
the loop over the events, and ``outcome`` the statistics. In every function ``p`` is the plan (``PlanRecord``) and ``r``
the replication (``ReplicationRecord``). Names that end in ``_at`` or ``_since`` are times (ms since the start of the
exercise; −1: not yet), names that end in ``_ms`` durations.
"""
