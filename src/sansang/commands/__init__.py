"""What may a person do? Each command checks who and whether, decides with the model, puts an entry down.

:mod:`desk` owns the transaction; :mod:`operation` and :mod:`access` are what is put down, :mod:`exchanging` what comes
from and goes to peers, :mod:`reaching` whom a message goes to.
"""
