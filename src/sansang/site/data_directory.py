"""Where is an installation stored? In the folder --data, else SANSANG_DATA, else ./data. Loads no web framework."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from pwd import getpwuid

from sansang.site.settings_file import BadSettings, Settings, address_error, read_settings
from sansang.words import mark

SETTINGS = "sansang.toml"
#: The environment variable that names the database for one process, whatever the settings say.
DATABASE = "SANSANG_DATABASE"
#: The content of the address file where only the proxy knows the address.
BEHIND_PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """The data directory of an installation and the paths in it."""

    folder: Path

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.folder / SETTINGS

    @property
    def ledger(self) -> Path:
        """The SQLite database; with PostgreSQL there is none."""
        return self.folder / "ledger.sqlite3"

    @property
    def keys(self) -> Path:
        """The key store, which is backed up separately."""
        return self.folder / "keys"

    @property
    def secret(self) -> Path:
        """The secret with which sessions and links are signed."""
        return self.folder / "secret.key"

    @property
    def certificates(self) -> Path:
        """The local certificate authority and the server's certificate."""
        return self.folder / "certificates"

    @property
    def address(self) -> Path:
        """The address while it is served; "proxy" behind a proxy whose name is not known."""
        return self.folder / "address"

    @property
    def lock(self) -> Path:
        """The lock of the process that writes."""
        return self.folder / "writer.lock"

    @property
    def socket(self) -> Path:
        """The socket at which the process that writes takes jobs from others."""
        return self.folder / "writer.sock"

    def read_settings(self) -> Settings:
        """The values in the settings file. Raises :class:`BadSettings`."""
        return read_settings(self.settings)

    @property
    def database(self) -> str:
        """The address of the database: SANSANG_DATABASE, else the setting, else "" for the file.

        Raises :class:`BadSettings`.
        """
        configured, override = self.read_settings().database, os.environ.get(DATABASE, "")
        why = address_error(override) if override else ""
        if why:
            raise BadSettings(DATABASE, why)
        return override or configured

    @property
    def signing_secret(self) -> str:
        """The secret for sessions and links; "" where `init` has not created it. Raises :class:`BadSettings`."""
        try:
            secret = self.secret.read_text("ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except (OSError, UnicodeDecodeError) as wrong:
            why = mark("it can't be read ({about}); give it back to the account that serves: chown, chmod 600")
            raise BadSettings(self.secret, why, about=getattr(wrong, "strerror", "") or wrong) from wrong
        if not secret:
            raise BadSettings(self.secret, mark("it is empty; take it away, and make a new one with: sansang init"))
        return secret

    @property
    def is_installed(self) -> bool:
        """Whether ``sansang init`` was run here. Raises PermissionError where this account may not read the folder."""
        try:
            self.settings.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    @property
    def owner(self) -> str:
        """The name of the account that owns the folder, or its number."""
        owner = self.folder.stat().st_uid
        try:
            return getpwuid(owner).pw_name
        except KeyError:
            return str(owner)

    def unwritable_path(self) -> Path | None:
        """A path in it that this account can't write although it must; None where it can write all."""
        needed = (self.folder, self.keys, self.ledger, self.lock)
        modes = (os.R_OK | os.W_OK | (os.X_OK if path in (self.folder, self.keys) else 0) for path in needed)
        return next((p for p, mode in zip(needed, modes, strict=True) if p.exists() and not os.access(p, mode)), None)


def find_data_directory(option: Path | None) -> DataDirectory:
    """The directory of the option, else of the environment, else ./data."""
    return DataDirectory((option or Path(os.environ.get("SANSANG_DATA", "") or "data")).absolute())
