"""How is it put together? The data directory, the database, the server, and the checks before it starts.

:mod:`data_directory` is where an installation lies, :mod:`settings_file` its settings, :mod:`django_setup` loads Django
after its checks, :mod:`install` creates and opens an installation, :mod:`serving` serves it, and :mod:`writer_socket`
lets a second process write through the first.
"""
