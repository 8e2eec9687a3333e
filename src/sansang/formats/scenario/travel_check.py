"""Is there a way? Trips that the plan may need and that nothing gives a time for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sansang.model.plan.forces import Unit
from sansang.model.plan.ground import Site, TravelMode
from sansang.model.plan.situations import Situation
from sansang.words import mark

if TYPE_CHECKING:
    from sansang.formats.scenario.build import Builder


def check_travel(
    builder: Builder,
    sites: tuple[Site, ...],
    modes: tuple[TravelMode, ...],
    units: tuple[Unit, ...],
    situations: tuple[Situation, ...],
) -> None:
    """Note each mode in use with trips it has no time for: from homes to hazards, and between hazards."""
    by_id = {site.id: site for site in sites}
    hazards = {site for situation in situations for site, _ in situation.sites} & set(by_id)
    for number, mode in enumerate(modes):
        homes = {unit.home for unit in units if unit.mode == mode.id} & set(by_id)
        if not homes:
            continue
        # Where both ends have a place and the mode a speed there is a time: only the others are looked at.
        placed = {site for site in by_id if mode.speed is not None and by_id[site].place is not None}
        bare = (homes | hazards) - placed
        pairs = {tuple(sorted((a, b))) for a in bare for b in hazards}
        pairs |= {tuple(sorted((a, b))) for a in homes for b in bare & hazards}
        lacking = [(a, b) for a, b in sorted(pairs) if not _known(mode, by_id[a], by_id[b])]
        if lacking:
            a, b = lacking[0]
            builder.error(
                "no-way",
                ("modes", number),
                mark("Nothing says how long `{mode}` takes from {start} to {end} ({more} more pairs)"),
                mark(
                    "Give the mode a speed and both sites `at: [lat, lon]`, or the minutes under `times` (null: no way)"
                ),
                mode=mode.id,
                start=a,
                end=b,
                more=len(lacking) - 1,
            )


def _known(mode: TravelMode, start: Site, end: Site) -> bool:
    try:
        mode.minutes_between(start, end)
    except ValueError:
        return False
    return True
