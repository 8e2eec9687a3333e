"""What is in sansang.toml? Known keys with valid values, or an error that names the line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from sansang.site.hostnames import ascii_name, in_address
from sansang.words import Voice, mark

KEYS = ("database", "hosts", "proxies", "openid_connect")
PROVIDER_KEYS = ("id", "name", "server_url", "client_id", "secret", "claim")
_REQUIRED_KEYS = PROVIDER_KEYS[1:-1]
SCHEMES = ("postgresql", "postgres")
_PROVIDER_HEADING = re.compile(r"\s*\[\[\s*openid_connect\s*\]\]")


class BadSettings(Exception):
    """The settings can't be used: in which file, at which line (0: not known), and why."""

    def __init__(self, path: Path | str, message: str, line: int = 0, **values: object) -> None:
        self.where = f"{path}:{line}" if line else str(path)
        self.message = message
        self.values = values
        super().__init__(f"{self.where}: {self.why(Voice('en'))}")

    def why(self, voice: Voice) -> str:
        """What is wrong and how to correct it, without a full stop."""
        return voice.say(self.message, **self.values)


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID Connect provider that people sign in with."""

    id: str
    name: str
    server_url: str
    client_id: str
    secret: str
    claim: str = "preferred_username"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings: the database's address ("": the SQLite file), host names, sign-in providers.

    ``proxies``: the addresses that are trusted to pass on a client's address, when served behind a proxy.
    """

    database: str = ""
    hosts: tuple[str, ...] = ("*",)
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    providers: tuple[Provider, ...] = ()


def read_settings(path: Path) -> Settings:
    """The values of a settings file; the defaults where there is none. Raises :class:`BadSettings`."""
    try:
        text = path.read_text(encoding="utf-8")
        return _Parser(path, text).settings(tomllib.loads(text))
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except OSError as wrong:
        raise BadSettings(path, mark("it can't be read ({about})"), about=wrong.strerror) from wrong
    except UnicodeDecodeError as wrong:
        raise BadSettings(path, mark("it is no text in UTF-8: save it so in the editor")) from wrong
    except tomllib.TOMLDecodeError as wrong:
        found = re.search(r"at line (\d+)", str(wrong))
        line = int(found[1]) if found else text.count("\n") + 1
        why = mark('it is not understood here ({about}); a line reads: name = "value"')
        raise BadSettings(path, why, line, about=wrong) from wrong


def address_error(address: str) -> str:
    """What is wrong with the address of a PostgreSQL database, as a message; "" for a good one."""
    masked = mark(
        "in the database's address a sign of the password stands for something else; write"
        " / as %2F, ? as %3F, # as %23, @ as %40, [ as %5B, % as %25"
    )
    try:
        parts = urlsplit(address)
    except ValueError:
        return masked
    if parts.scheme not in SCHEMES:
        return mark("database must be postgresql://user:password@host:port/name")
    # Otherwise a / or # in the password would end the host's name, and the rest would be read as something else.
    is_ambiguous = "@" in parts.path or parts.fragment or parts.netloc.count("@") > 1
    if is_ambiguous or ("@" in parts.query and "@" not in parts.netloc) or re.search("%(?![0-9A-Fa-f]{2})", address):
        return masked
    try:
        _ = parts.port
    except ValueError:
        return mark("in the database's address the port is no number from 1 to 65535")
    if not parts.path.strip("/"):
        return mark("database must be postgresql://user:password@host:port/name")
    return ""


@dataclass(frozen=True, slots=True)
class _Parser:
    path: Path
    text: str

    def settings(self, found: dict[str, Any]) -> Settings:
        self._check_keys(found, KEYS)
        database = found.get("database", "")
        self._check_text("database", database)
        why = address_error(database) if database else ""
        if why:
            self._wrong(why, "database")
        listed = found.get("openid_connect", [])
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            self._wrong(mark("write [[openid_connect]], in two pairs of brackets"), "openid_connect")
        providers = tuple(self._provider(one, number) for number, one in enumerate(listed))
        for number, one in enumerate(providers):
            if one.id in {before.id for before in providers[:number]}:
                twice = mark('two [[openid_connect]] have the id "{id}": give each an id of its own')
                self._wrong(twice, "id", number, id=one.id)
        default = Settings()
        proxies = self._proxies(found.get("proxies", list(default.proxies)))
        return Settings(database, self._hosts(found.get("hosts", list(default.hosts))), proxies, providers)

    def _check_keys(self, found: dict[str, Any], known: tuple[str, ...], number: int = -1) -> None:
        for name in found:
            if name in known:
                continue
            like = get_close_matches(name.lower(), known, 1)
            if like:
                self._wrong(
                    mark('"{name}" is no setting (did you mean "{like}"?)'), name, number, name=name, like=like[0]
                )
            listed = ", ".join(known)
            self._wrong(mark('"{name}" is no setting; there are: {listed}'), name, number, name=name, listed=listed)

    def _check_text(self, name: str, value: Any, number: int = -1) -> None:
        if not isinstance(value, str):
            self._wrong(mark('{name} must be a text in quotes: {name} = "…"'), name, number, name=name)

    def _hosts(self, values: Any) -> tuple[str, ...]:
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            self._wrong(mark('hosts must be a list of names in quotes: hosts = ["…"]'), "hosts")
        if not values:
            empty = mark("hosts is an empty list: nobody could open a page; take the line out to allow any name")
            self._wrong(empty, "hosts")
        return tuple(self._host(one) for one in values)

    def _proxies(self, values: Any) -> tuple[str, ...]:
        try:
            return tuple(str(ip_network(one)) if "/" in one else str(ip_address(one)) for one in values)
        except (TypeError, ValueError):
            why = mark('proxies must be a list of addresses in quotes: proxies = ["10.0.0.2"]')
            self._wrong(why, "proxies")

    def _host(self, one: str) -> str:
        try:
            # Browsers send a name in ASCII; a dot before it means all its subdomains.
            dot = "." if one.startswith(".") else ""
            return one if one == "*" else dot + in_address(ascii_name(one.removeprefix(".")))
        except ValueError:
            why = mark('hosts: "{host}" is no name of a host; write it without https://, port and path')
            self._wrong(why, "hosts", host=one)

    def _provider(self, values: dict[str, Any], number: int) -> Provider:
        self._check_keys(values, PROVIDER_KEYS, number)
        for name in _REQUIRED_KEYS:
            if name not in values:
                self._wrong(mark("{name} is missing below [[openid_connect]]"), "", number, name=name)
        for name, value in values.items():
            self._check_text(name, value, number)
            if not value.strip():
                self._wrong(mark("{name} is empty"), name, number, name=name)
        one = Provider(**{"id": "city", **values})
        if not re.fullmatch("[a-z0-9-]+", one.id):
            self._wrong(mark("id: small letters without marks, digits and dashes only"), "id", number)
        # On this machine itself nobody can listen in between.
        if not re.fullmatch(r"(https://[^\s/]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(/\S*)?", one.server_url):
            self._wrong(mark("server_url must begin with https:// and name the provider's host"), "server_url", number)
        return one

    def _wrong(self, message: str, key: str, number: int = -1, **values: object) -> NoReturn:
        raise BadSettings(self.path, message, self._line(key, number), **values)

    def _line(self, key: str, number: int) -> int:
        """The line of a key of the provider with that number (-1: outside them); "" is the provider's first line."""
        key_line = re.compile(rf"""\s*\[*["']?{re.escape(key)}["']?\s*[]=.]""")
        at, first_line = -1, 0
        for line, text in enumerate(self.text.splitlines(), 1):
            if _PROVIDER_HEADING.match(text):
                at += 1
                first_line = line if at == number else first_line
            if key and (at == number or key in KEYS) and key_line.match(text):
                return line
        return first_line
