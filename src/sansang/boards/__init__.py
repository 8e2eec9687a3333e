"""What does it look like now? Boards brought up to date with each entry; they can be thrown away and rebuilt.

:mod:`rows` says how each thing of an operation's state stands on a board, :mod:`live` keeps the state of the operations
that are written to, :mod:`refolding` puts late entries in their place, and :mod:`looking` is what screens read.
"""
