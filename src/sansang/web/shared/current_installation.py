"""Which installation do the pages read and write? The one that the serving process has opened."""

from __future__ import annotations

from dataclasses import dataclass

from sansang.commands.installation import Installation


@dataclass
class _Current:
    installation: Installation | None = None
    #: Where a phone finds this program ("https://10.1.2.3:8443"); "" where it is taken from the request.
    address: str = ""
    #: Whether its certificate is of its own local authority, which phones do not trust by themselves.
    has_own_authority: bool = False


CURRENT = _Current()


def installation() -> Installation:
    """The installation that is served. Raises RuntimeError in a process that serves none."""
    if CURRENT.installation is None:
        raise RuntimeError("no installation is served here")
    return CURRENT.installation
