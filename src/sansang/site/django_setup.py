"""May this program start here? The guards that stand before Django is loaded."""

from __future__ import annotations

import importlib
import os
import sys

from sansang.site.doctor import OLDEST_SQLITE


class WrongSqlite(Exception):
    """The SQLite library is too old to be trusted with a ledger; says which it is."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


def use_sqlite() -> str:
    """Put the SQLite of ``pysqlite3`` in the place of Python's own; its version. Raises :class:`WrongSqlite`."""
    library = importlib.import_module("pysqlite3.dbapi2")
    version: str = library.sqlite_version
    if tuple(int(part) for part in version.split(".")) < OLDEST_SQLITE:
        raise WrongSqlite(version)
    sys.modules["sqlite3"] = importlib.import_module("pysqlite3")
    sys.modules["sqlite3.dbapi2"] = library
    return version


def load_django() -> None:
    """Load Django with our settings and the SQLite that may be trusted. Once done, it does nothing more."""
    use_sqlite()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sansang.site.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
