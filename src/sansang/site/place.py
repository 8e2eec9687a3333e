"""Where does an installation lie? One folder: ``--data``, else SANSANG_DATA, else ./data. Loads no web framework."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SETTINGS = "sansang.toml"


class BadSettings(Exception):
    """The settings can't be used: which file, and why."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


@dataclass(frozen=True, slots=True)
class Place:
    """The data directory of an installation and what lies in it."""

    folder: Path

    @property
    def settings(self) -> Path:
        """The settings: ``database = "postgresql://…"`` for another database than the file beside them."""
        return self.folder / SETTINGS

    @property
    def ledger(self) -> Path:
        """The database, where it is a file."""
        return self.folder / "ledger.sqlite3"

    @property
    def keys(self) -> Path:
        """The key store, which is backed up apart."""
        return self.folder / "keys"

    @property
    def secret(self) -> Path:
        """What sessions and links are signed with."""
        return self.folder / "secret.key"

    @property
    def certificates(self) -> Path:
        """The local authority and the certificate it has given."""
        return self.folder / "certificates"

    @property
    def address(self) -> Path:
        """Where it is served, while it is."""
        return self.folder / "address"

    @property
    def lock(self) -> Path:
        """Held by the process that writes."""
        return self.folder / "writer.lock"

    @property
    def socket(self) -> Path:
        """Where the process that writes listens to others."""
        return self.folder / "writer.sock"

    @property
    def database(self) -> str:
        """The address of the database: SANSANG_DATABASE, else the setting, else "" for the file.

        Raises :class:`BadSettings`.
        """
        asked = os.environ.get("SANSANG_DATABASE", "")
        address = asked or self.said("database", "")
        if not isinstance(address, str):
            raise BadSettings(self.settings, "database is no text")
        return address

    @property
    def hosts(self) -> list[str]:
        """Under which names it may be asked for: ``hosts`` of the settings, else any. Raises :class:`BadSettings`."""
        return self._names("hosts", ["*"])

    @property
    def proxies(self) -> list[str]:
        """Whose word on a visitor's address is taken: ``proxies`` of the settings, else this machine's own.

        Raises :class:`BadSettings`.
        """
        return self._names("proxies", ["127.0.0.1", "::1"])

    def _names(self, name: str, default: list[str]) -> list[str]:
        said = self.said(name, default)
        if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
            raise BadSettings(self.settings, f"{name} is no list of names")
        return said

    def said(self, name: str, default: Any) -> Any:
        """What the settings say under a name. Raises :class:`BadSettings`."""
        if not self.settings.exists():
            return default
        try:
            return tomllib.loads(self.settings.read_text(encoding="utf-8")).get(name, default)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
            raise BadSettings(self.settings, str(wrong)) from wrong

    @property
    def is_installed(self) -> bool:
        """Whether ``sansang init`` has been here."""
        return self.settings.exists()


def asked_place(asked: Path | None) -> Place:
    """The place that was asked for, else that of the environment, else ./data."""
    return Place((asked or Path(os.environ.get("SANSANG_DATA", "") or "data")).absolute())
