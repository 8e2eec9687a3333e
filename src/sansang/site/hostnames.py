"""How is a machine's name written on a network? Loads no web framework."""

from __future__ import annotations

import ipaddress
import re

_LABELS = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")


def ascii_name(name: str) -> str:
    """A host's name or IP address as networks write it: "phường.example" → "xn--phng-s3a8y.example".

    Raises ValueError for what is no name of a host (an address with https://, a port, a space).
    """
    try:
        return str(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        made = name.removesuffix(".").encode("idna").decode("ascii").lower()
    if not _LABELS.fullmatch(made):
        raise ValueError(name)
    return made


def in_address(name: str) -> str:
    """A name or IP address as it stands in https://…: an IPv6 address between brackets."""
    return f"[{name}]" if ":" in name else name


def is_loopback(name: str) -> bool:
    """Whether it names this machine to itself alone."""
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost"
