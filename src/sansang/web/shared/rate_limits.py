"""How much may one ask of us? So many lines by one link, and so many open screens by a link or a person."""

from __future__ import annotations

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

#: A unit's phone that comes back with a night's taps is through in minutes; a link in wrong hands fills no log.
LINES = (RateLimitItemPerMinute(30), RateLimitItemPerHour(300))
#: So many screens by one link, and of one person, hear what comes at once.
SCREENS, SCREENS_OF_PERSON = 20, 100
#: Whoever has to wait is told to come back after so many seconds.
WAIT = 60

_LIMITER = MovingWindowRateLimiter(MemoryStorage())


class TooMany(Exception):
    """More than one link may say; it is not written, and may be sent again later."""


def count_line(grant: str) -> None:
    """Count a line that came by a link. Raises :class:`TooMany` beyond 30 a minute or 300 an hour."""
    if not all(_LIMITER.hit(each, grant) for each in LINES):
        raise TooMany
