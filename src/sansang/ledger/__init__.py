"""What happened? Append-only logs, each entry bound to the one before it, so that any later change shows.

:mod:`envelope` is what an entry is as bytes; :mod:`sealing` keeps what can name a person under keys that can be
destroyed; :mod:`bodies` are the kinds of entries; :mod:`chain` finds what was changed, cut, forked or put in between.
"""
