"""What does it look like now? Boards brought up to date with each entry; they can be deleted and rebuilt.

:mod:`live_state` holds the state of the records that are written to, :mod:`projector` writes their rows and snapshots,
:mod:`rebuild` puts late entries in their place, and :mod:`queries` is what screens read.
"""
