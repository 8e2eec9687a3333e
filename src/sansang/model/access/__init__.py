"""Who may do what, who can be reached, and what was forgotten? The access log: its facts and what they come to.

:mod:`facts` are what may stand in it, :mod:`state` what any history of it comes to, :mod:`rights` which role may do
what, and :mod:`reaching` whom a message may go to.
"""
