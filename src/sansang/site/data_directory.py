"""Where does an installation lie? One folder: ``--data``, else SANSANG_DATA, else ./data. Loads no web framework."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from pwd import getpwuid

from sansang.site.settings_file import BadSettings, Said, read_settings, wrong_address
from sansang.words import mark

SETTINGS = "sansang.toml"
#: Says for one process which database it is, whatever the settings say.
DATABASE = "SANSANG_DATABASE"
#: Stands for the address where only the proxy knows it.
BEHIND_PROXY = "proxy"

__all__ = ["BEHIND_PROXY", "BadSettings", "DataDirectory", "asked_directory"]


@dataclass(frozen=True, slots=True)
class DataDirectory:
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
        """Says where it is served, while it is; "proxy" behind one that was named to nobody."""
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
    def said(self) -> Said:
        """What the settings say. Raises :class:`BadSettings`."""
        return read_settings(self.settings)

    @property
    def database(self) -> str:
        """The address of the database: SANSANG_DATABASE, else the setting, else "" for the file.

        Raises :class:`BadSettings`.
        """
        said, asked = self.said.database, os.environ.get(DATABASE, "")
        why = wrong_address(asked) if asked else ""
        if why:
            raise BadSettings(DATABASE, why)
        return asked or said

    @property
    def signing_secret(self) -> str:
        """What sessions and links are signed with; "" where `init` has not made it. Raises :class:`BadSettings`."""
        try:
            said = self.secret.read_text("ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except (OSError, UnicodeDecodeError) as wrong:
            why = mark("it can't be read ({about}); give it back to the account that serves: chown, chmod 600")
            raise BadSettings(self.secret, why, about=getattr(wrong, "strerror", "") or wrong) from wrong
        if not said:
            raise BadSettings(self.secret, mark("it is empty; take it away, and make a new one with: sansang init"))
        return said

    @property
    def is_installed(self) -> bool:
        """Whether ``sansang init`` has been here. Raises PermissionError where this account may not look."""
        try:
            self.settings.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    @property
    def owner(self) -> str:
        """Whose the folder is: the account's name, or its number."""
        owner = self.folder.stat().st_uid
        try:
            return getpwuid(owner).pw_name
        except KeyError:
            return str(owner)

    def closed(self) -> Path | None:
        """What of it this account can't write, so that it can't work here; None where it can."""
        needed = (self.folder, self.keys, self.ledger, self.lock)
        ways = (os.R_OK | os.W_OK | (os.X_OK if path in (self.folder, self.keys) else 0) for path in needed)
        return next((p for p, way in zip(needed, ways, strict=True) if p.exists() and not os.access(p, way)), None)


def asked_directory(asked: Path | None) -> DataDirectory:
    """The place that was asked for, else that of the environment, else ./data."""
    return DataDirectory((asked or Path(os.environ.get("SANSANG_DATA", "") or "data")).absolute())
