"""How is it put together? Where the data lies, which database, which guards stand at the start.

:mod:`place` is the data directory, :mod:`databases` the one setting, :mod:`starting` loads Django behind its guards,
:mod:`installing` makes and opens an installation, :mod:`handing_over` lets a second process write through the first.
"""
