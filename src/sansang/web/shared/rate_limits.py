"""How much may one person or link use? Lines by a unit's link; open screens by a link or a person."""

from __future__ import annotations

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

#: Lines by one link. A unit's phone that comes back with a night's taps is through in minutes; a stolen link can't
#: fill a log.
LINE_LIMITS = (RateLimitItemPerMinute(30), RateLimitItemPerHour(300))
#: Open live streams, of one link and of one person.
SCREENS_OF_LINK, SCREENS_OF_PERSON = 20, 100
#: The Retry-After of a refusal, seconds.
RETRY_AFTER = 60

_LIMITER = MovingWindowRateLimiter(MemoryStorage())


class TooManyLines(Exception):
    """A link has written too many lines; this one is not written, and may be sent again later."""


def count_line(grant: str) -> None:
    """Count a line written by a link. Raises :class:`TooManyLines` beyond 30 a minute or 300 an hour."""
    if not all(_LIMITER.hit(each, grant) for each in LINE_LIMITS):
        raise TooManyLines
