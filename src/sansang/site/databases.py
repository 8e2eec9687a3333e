"""Which database? A SQLite file by default, or PostgreSQL by its address; in the form of Django's settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sansang.site.data_directory import DataDirectory


def database_of(directory: DataDirectory) -> dict[str, Any]:
    """Django's setting for the database of an installation. Raises BadSettings for an invalid address."""
    address = directory.database
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(directory.ledger),
            # One connection for each thread, not for each request.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # A commit is on the disk when it returns; a transaction takes the lock when it begins.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=16777216;"
                " PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-65536;",
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
            },
        }
    parts = urlsplit(address)
    # Parameters bound by the server: statements are prepared once, bytes are not escaped.
    options: dict[str, Any] = {"server_side_binding": True, **dict(parse_qsl(parts.query))}
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
