"""How long does a unit's link last, and how are the link and its guest named in the access log?

A post's or unit's id may hold a colon, the mark at the end never does: so a name is read from its end.
"""

from __future__ import annotations

from datetime import timedelta

#: How long a unit's link is good for; each new link of the unit counts from its own beginning.
LINK_LIFETIME = timedelta(hours=24)

_LINK, _GUEST = "link:", "unit:"


def link_of(post: str, mark: str) -> str:
    """The name of the grant by which a post lets a unit in; ``mark`` distinguishes links of one post."""
    return f"{_LINK}{post}:{mark}"


def guest_of(unit: str, mark: str) -> str:
    """The author that a unit is by a link."""
    return f"{_GUEST}{unit}:{mark}"


def post_of(grant: str) -> str | None:
    """The post that gave a link; None for a grant that is no link."""
    return _before_mark(grant, _LINK)


def unit_of(person: str) -> str | None:
    """The unit that somebody is by a link; None for a person."""
    return _before_mark(person, _GUEST)


def _before_mark(name: str, begin: str) -> str | None:
    rest, colon, _ = name.removeprefix(begin).rpartition(":")
    return rest if name.startswith(begin) and colon else None
