"""Who acts? A person, from a device; never a web request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks for something to be done. ``is_system``: the installation itself, at its own terminal."""

    person: str
    device: str = ""
    is_system: bool = False


#: The installation itself: the one who sets it up, at its own terminal.
SYSTEM = Actor("system", is_system=True)
