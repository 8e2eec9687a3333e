"""Where is it, and how long is the way? Sites and travel modes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from sansang.model.areas import Coordinates
from sansang.model.plan.quantity import Duration, Number, minutes

EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Site:
    """A place that the plan names, in one ward: a home of units, a hazard, a muster point."""

    id: str
    name: str
    ward: str
    place: Coordinates | None = None


@dataclass(frozen=True, slots=True)
class TravelMode:
    """A way of moving: speed over the ground, detour over the straight line, and how much a trip differs.

    ``times`` gives minutes between two sites, and stands before what speed and distance would give; ``None`` there
    means that no way exists for this mode (a fire engine in a two-metre alley). It holds in both directions unless
    the other direction is given too.
    """

    id: str
    name: str
    speed: Number | None = None
    detour: Number = field(default_factory=lambda: Number(1.4))
    factor: Duration = field(default_factory=lambda: minutes(1.0))
    times: Mapping[tuple[str, str], Number | None] = field(default_factory=dict)

    def minutes_between(self, start: Site, end: Site) -> float | None:
        """Minutes from one site to another without chance; None where there is no way.

        Straight-line distance × detour ÷ speed when the plan gives no time of its own. Raises ValueError when
        it is given neither a time nor what a time follows from.
        """
        if start.id == end.id:
            return 0.0
        for pair in ((start.id, end.id), (end.id, start.id)):
            if pair in self.times:
                given = self.times[pair]
                return None if given is None else given.value
        if self.speed is None or start.place is None or end.place is None:
            raise ValueError(f"no travel time from {start.id} to {end.id} by {self.id}")
        return distance_km(start.place, end.place) * self.detour.value / self.speed.value * 60


def distance_km(a: Coordinates, b: Coordinates) -> float:
    """Great-circle distance in kilometres on a sphere of the mean Earth radius (haversine formula)."""
    lat1, lat2 = math.radians(a.lat), math.radians(b.lat)
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))
