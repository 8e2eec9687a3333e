"""Who may do what, who can be reached, and what was erased? The access record, one file a subject.

:mod:`record` is the record kind that lists them, :mod:`state` the questions that its state answers, :mod:`rights` which
role may do what, and :mod:`outreach` whom a message may go to.
"""
