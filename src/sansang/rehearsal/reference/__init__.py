"""How is the plan played, readably? The model page, section by section, on SimPy's clock.

It is slower than the kernel by far, gives the same trace, can be stepped to a time, and takes decisions from
outside for posts that people play.
"""

from sansang.rehearsal.reference.outside import NotPossible, Reference

__all__ = ["NotPossible", "Reference"]
