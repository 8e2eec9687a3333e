"""What does sansang.toml say? Every key is known and every value of its kind, or it is told where it is not."""

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

SETTINGS = ("database", "hosts", "proxies", "openid_connect")
OF_PROVIDER = ("id", "name", "server_url", "client_id", "secret", "claim")
_WANTED = OF_PROVIDER[1:-1]
POSTGRESQL = ("postgresql", "postgres")
_PROVIDER = re.compile(r"\s*\[\[\s*openid_connect\s*\]\]")


class BadSettings(Exception):
    """The settings can't be used: in which file, at which line (0: nobody knows), and why."""

    def __init__(self, path: Path | str, message: str, line: int = 0, **values: object) -> None:
        self.where = f"{path}:{line}" if line else str(path)
        self.message = message
        self.values = values
        super().__init__(f"{self.where}: {self.why(Voice('en'))}")

    def why(self, voice: Voice) -> str:
        """What is wrong and how to mend it, without a full stop."""
        return voice.say(self.message, **self.values)


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody else who says who signs in, by OpenID Connect."""

    id: str
    name: str
    server_url: str
    client_id: str
    secret: str
    claim: str = "preferred_username"


@dataclass(frozen=True, slots=True)
class Said:
    """What the settings say: the database's address ("": the file), host names, who else signs people in.

    ``proxies``: whose word on a visitor's address is taken, once a proxy is announced.
    """

    database: str = ""
    hosts: tuple[str, ...] = ("*",)
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    providers: tuple[Provider, ...] = ()


def read_settings(path: Path) -> Said:
    """What a settings file says; what stands when nothing does, where there is no file. Raises :class:`BadSettings`."""
    try:
        text = path.read_text(encoding="utf-8")
        return _Reading(path, text).said(tomllib.loads(text))
    except (FileNotFoundError, NotADirectoryError):
        return Said()
    except OSError as wrong:
        raise BadSettings(path, mark("it can't be read ({about})"), about=wrong.strerror) from wrong
    except UnicodeDecodeError as wrong:
        raise BadSettings(path, mark("it is no text in UTF-8: save it so in the editor")) from wrong
    except tomllib.TOMLDecodeError as wrong:
        place = re.search(r"at line (\d+)", str(wrong))
        line = int(place[1]) if place else text.count("\n") + 1
        why = mark('it is not understood here ({about}); a line reads: name = "value"')
        raise BadSettings(path, why, line, about=wrong) from wrong


def wrong_address(address: str) -> str:
    """What is wrong with the address of a PostgreSQL database, as a message; "" where nothing is."""
    masked = mark(
        "in the database's address a sign of the password stands for something else; write"
        " / as %2F, ? as %3F, # as %23, @ as %40, [ as %5B, % as %25"
    )
    try:
        parts = urlsplit(address)
    except ValueError:
        return masked
    if parts.scheme not in POSTGRESQL:
        return mark("database must be postgresql://user:password@host:port/name")
    # Without this a password's / or # would end the host's name, and what follows be taken for something else.
    beyond = "@" in parts.path or parts.fragment or parts.netloc.count("@") > 1
    if beyond or ("@" in parts.query and "@" not in parts.netloc) or re.search("%(?![0-9A-Fa-f]{2})", address):
        return masked
    try:
        _ = parts.port
    except ValueError:
        return mark("in the database's address the port is no number from 1 to 65535")
    if not parts.path.strip("/"):
        return mark("database must be postgresql://user:password@host:port/name")
    return ""


@dataclass(frozen=True, slots=True)
class _Reading:
    path: Path
    text: str

    def said(self, found: dict[str, Any]) -> Said:
        self._only(found, SETTINGS)
        database = found.get("database", "")
        self._text("database", database)
        why = wrong_address(database) if database else ""
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
        known = Said()
        proxies = self._proxies(found.get("proxies", list(known.proxies)))
        return Said(database, self._hosts(found.get("hosts", list(known.hosts))), proxies, providers)

    def _only(self, found: dict[str, Any], known: tuple[str, ...], number: int = -1) -> None:
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

    def _text(self, name: str, value: Any, number: int = -1) -> None:
        if not isinstance(value, str):
            self._wrong(mark('{name} must be a text in quotes: {name} = "…"'), name, number, name=name)

    def _hosts(self, said: Any) -> tuple[str, ...]:
        if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
            self._wrong(mark('hosts must be a list of names in quotes: hosts = ["…"]'), "hosts")
        if not said:
            empty = mark("hosts is an empty list: nobody could open a page; take the line out to allow any name")
            self._wrong(empty, "hosts")
        return tuple(self._host(one) for one in said)

    def _proxies(self, said: Any) -> tuple[str, ...]:
        try:
            return tuple(str(ip_network(one)) if "/" in one else str(ip_address(one)) for one in said)
        except (TypeError, ValueError):
            why = mark('proxies must be a list of addresses in quotes: proxies = ["10.0.0.2"]')
            self._wrong(why, "proxies")

    def _host(self, one: str) -> str:
        try:
            # Browsers send a name as networks write it; a dot before it means all that ends so.
            dot = "." if one.startswith(".") else ""
            return one if one == "*" else dot + in_address(ascii_name(one.removeprefix(".")))
        except ValueError:
            why = mark('hosts: "{host}" is no name of a host; write it without https://, port and path')
            self._wrong(why, "hosts", host=one)

    def _provider(self, said: dict[str, Any], number: int) -> Provider:
        self._only(said, OF_PROVIDER, number)
        for name in _WANTED:
            if name not in said:
                self._wrong(mark("{name} is missing below [[openid_connect]]"), "", number, name=name)
        for name, value in said.items():
            self._text(name, value, number)
            if not value.strip():
                self._wrong(mark("{name} is empty"), name, number, name=name)
        one = Provider(**{"id": "city", **said})
        if not re.fullmatch("[a-z0-9-]+", one.id):
            self._wrong(mark("id: small letters without marks, digits and dashes only"), "id", number)
        # On this machine itself nobody listens in between.
        if not re.fullmatch(r"(https://[^\s/]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(/\S*)?", one.server_url):
            self._wrong(mark("server_url must begin with https:// and name the provider's host"), "server_url", number)
        return one

    def _wrong(self, message: str, key: str, number: int = -1, **values: object) -> NoReturn:
        raise BadSettings(self.path, message, self._line(key, number), **values)

    def _line(self, key: str, number: int) -> int:
        """Where a key stands, below the provider of that number (-1: of none); "" is the provider's first line."""
        own = re.compile(rf"""\s*\[*["']?{re.escape(key)}["']?\s*[]=.]""")
        at, begun = -1, 0
        for line, text in enumerate(self.text.splitlines(), 1):
            if _PROVIDER.match(text):
                at += 1
                begun = line if at == number else begun
            if key and (at == number or key in SETTINGS) and own.match(text):
                return line
        return begun
