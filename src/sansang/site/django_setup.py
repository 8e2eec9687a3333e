"""May Django be loaded here? Checked first: a SQLite library without a known fault."""

from __future__ import annotations

import importlib
import os
import sys

from sansang.site.doctor import OLDEST_SQLITE


class WrongSqlite(Exception):
    """The SQLite library is too old for a ledger; ``version`` is its version."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


def use_sqlite() -> str:
    """Replace Python's own ``sqlite3`` with ``pysqlite3``; its version. Raises :class:`WrongSqlite`."""
    library = importlib.import_module("pysqlite3.dbapi2")
    version: str = library.sqlite_version
    if tuple(int(part) for part in version.split(".")) < OLDEST_SQLITE:
        raise WrongSqlite(version)
    sys.modules["sqlite3"] = importlib.import_module("pysqlite3")
    sys.modules["sqlite3.dbapi2"] = library
    return version


def load_django() -> None:
    """Load Django with our settings and the checked SQLite; does nothing if it is loaded."""
    use_sqlite()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sansang.site.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
