"""What happened? Append-only logs, each entry bound to the one before it, so that any later change shows.

:mod:`envelope` is an entry as bytes; :mod:`sealing` encrypts what can name a person under keys that can be destroyed;
:mod:`kinds` stores facts; :mod:`chain` finds what was changed, cut, forked or inserted; :mod:`store` appends.
"""
