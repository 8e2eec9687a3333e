"""How is a host name written in ASCII and in an address? Loads no web framework."""

from __future__ import annotations

import ipaddress
import re

_LABELS = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")


def ascii_name(name: str) -> str:
    """A host name or IP address in ASCII: "phường.example" → "xn--phng-s3a8y.example".

    Raises ValueError for what is no host name (an address with https://, a port, a space).
    """
    try:
        return str(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        made = name.removesuffix(".").encode("idna").decode("ascii").lower()
    if not _LABELS.fullmatch(made):
        raise ValueError(name)
    return made


def in_address(name: str) -> str:
    """A name or IP address as in https://…: an IPv6 address in brackets."""
    return f"[{name}]" if ":" in name else name


def is_loopback(name: str) -> bool:
    """Whether it is a loopback address or "localhost"."""
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost"
