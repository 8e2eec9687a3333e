"""What may a person do? Each command checks who and whether, decides with the model, and appends an entry.

:mod:`installation` owns the transaction; :mod:`operation` and :mod:`access` are what is appended, :mod:`peers` what is
exchanged with other installations, :mod:`outreach` whom a message goes to.
"""
