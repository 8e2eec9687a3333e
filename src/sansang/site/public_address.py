"""Under which name do phones reach this server? The name in links and QR codes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sansang.site.certificates import own_names
from sansang.site.hostnames import is_loopback

#: Hosts that mean every address of the machine.
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 compared, not listened at
#: Files that Docker and Podman create in a container.
_CONTAINER_FILES = (Path("/.dockerenv"), Path("/run/.containerenv"))


def is_container() -> bool:
    """Whether this is a container, whose own addresses are not reachable from outside."""
    return any(path.exists() for path in _CONTAINER_FILES)


def public_name(names: Sequence[str], host: str, certified: str) -> str:
    """The name or address for links and codes; "" where only a browser's request tells it.

    ``names`` are of the options, ``certified`` is of a given certificate, ``host`` is where the server listens.
    """
    if names or certified:
        return names[0] if names else certified
    if host not in EVERYWHERE:
        return "" if is_loopback(host) else host
    return "" if is_container() else own_names()[-1]
