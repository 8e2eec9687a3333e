"""Under which name do phones reach this program? What stands in links and in the codes that they scan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sansang.site.certificates import own_names
from sansang.site.hostnames import is_loopback

#: Listening at every address of the machine.
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 compared, not listened at
#: What Docker and Podman leave in a container.
_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


def is_container() -> bool:
    """Whether this machine is a container, whose own addresses nobody outside knows."""
    return any(path.exists() for path in _MARKS)


def name_for_phones(names: Sequence[str], host: str, certified: str) -> str:
    """The name or address for links and codes; "" where only the browser that asks can know it.

    ``names`` were given, ``certified`` is the name of a certificate that was, ``host`` is where it listens.
    """
    if names or certified:
        return names[0] if names else certified
    if host not in EVERYWHERE:
        return "" if is_loopback(host) else host
    return "" if is_container() else own_names()[-1]
