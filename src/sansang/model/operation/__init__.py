"""What has happened in an operation, and what follows? Facts, acts, and the fold that makes a state of any history.

:mod:`facts` are what may stand in an entry; :mod:`folding` makes the state of any set of entries, whatever their order
of arrival, and refuses none; :mod:`deciding` says which acts of authority may be done now.
"""
