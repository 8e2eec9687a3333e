"""How is the plan played fast? The model page as compiled steps over tables, one replication after another.

Section for section it follows docs/rehearsal-model.md, as the reference does; the tables of a replication are in
``state``, time and order in ``instants``, and the course of things in ``posts``, ``orders`` and ``course``.
"""
