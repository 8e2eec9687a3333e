"""Whose installation do the pages write at? The one that the serving process has opened."""

from __future__ import annotations

from dataclasses import dataclass

from sansang.commands.installation import Installation


@dataclass
class _Current:
    installation: Installation | None = None
    #: Where a phone finds this program ("https://10.1.2.3:8443"), and whether it made its own certificate.
    address: str = ""
    has_own_authority: bool = False


CURRENT = _Current()


def installation() -> Installation:
    """The installation at which everything is written. Raises RuntimeError where nothing is served."""
    if CURRENT.installation is None:
        raise RuntimeError("nobody serves here")
    return CURRENT.installation
