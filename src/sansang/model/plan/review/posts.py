"""Does each post have a head, and is it overloaded, idle, or inactive when a situation in its ward begins?"""

from __future__ import annotations

from collections.abc import Iterator

from sansang.model.plan.forces import Post
from sansang.model.plan.review.findings import Finding
from sansang.model.plan.review.times import (
    acting_posts,
    chain_terms,
    occurrences,
    phase_of_minute,
    site_of,
    total_minutes,
)
from sansang.model.plan.scenario import Scenario
from sansang.model.plan.timetable import Phase

#: Length of the windows in which a post's load is computed; a remainder below half of it joins the previous window.
WINDOW_MINUTES = 60.0


def review_posts(scenario: Scenario) -> Iterator[Finding]:
    """Posts without a head, situations without an acting post, windows in which a post is overloaded or idle."""
    for at, post in _located_posts(scenario):
        if not post.head.strip():
            yield Finding("head-missing", at, {"name": post.name})
    yield from _situations_without_post(scenario)
    yield from _windows(scenario)


def _located_posts(scenario: Scenario) -> list[tuple[tuple[str, ...], Post]]:
    places: list[tuple[tuple[str, ...], Post]] = [(("wards", w.id, "post"), w.post) for w in scenario.wards]
    if scenario.upper is not None:
        places.append((("upper", "post"), scenario.upper.post))
    return places


def _situations_without_post(scenario: Scenario) -> Iterator[Finding]:
    if not scenario.phases:
        return
    posts_of = {ward.id: ward.post for ward in scenario.wards}
    when = occurrences(scenario)
    for situation in scenario.situations:
        site = site_of(scenario, situation)
        if site is None:
            continue
        post = posts_of[site.ward]
        for start, _, _ in when[situation.id]:
            phase = phase_of_minute(scenario, start)
            if phase is None or post.id not in acting_posts(scenario, phase):
                values = {"situation": situation.name, "post": post.name, "minute": start}
                yield Finding("situation-unheard", ("situations", situation.id), values)
                break


def time_windows(scenario: Scenario) -> list[tuple[float, float, Phase | None]]:
    """Windows (start, end, phase) of about an hour, each within one phase; without phases, over the whole exercise."""
    spans: list[tuple[float, float, Phase | None]] = [(p.start, p.end, p) for p in scenario.phases]
    found = []
    for first, last, phase in spans or [(0.0, scenario.horizon, None)]:
        start = first
        while start < last:
            end = start + WINDOW_MINUTES
            if last - end < WINDOW_MINUTES / 2:
                end = last
            found.append((start, end, phase))
            start = end
    return found


def _windows(scenario: Scenario) -> Iterator[Finding]:
    """Overloaded and idle posts by window, from injects and situations with their mean durations."""
    jobs = _jobs(scenario)
    for at, post in _located_posts(scenario):
        mine = jobs.get(post.id, [])
        for start, end, phase in time_windows(scenario):
            if phase is not None and post.id not in acting_posts(scenario, phase):
                continue
            offered, count = _offered(mine, start, end)
            values = {"name": post.name, "from": start, "to": end, "count": round(count, 1)}
            if post.desks is not None and offered > post.desks.value * (end - start):
                load = offered / (post.desks.value * (end - start))
                yield Finding("post-flooded", at, {**values, "load": round(100 * load)})
            # Only a plan with a master list says everything that a post is given to do.
            if count == 0 and scenario.injects:
                yield Finding("post-idle", at, values)


def _offered(jobs: list[tuple[float, float, float, float]], start: float, end: float) -> tuple[float, float]:
    """Expected minutes of desk time and number of matters that arrive between two minutes."""
    minutes = count = 0.0
    for first, last, expected, work in jobs:
        if first == last:
            part = expected if start <= first < end else 0.0
        else:
            part = expected * max(0.0, min(last, end) - max(first, start)) / (last - first)
        minutes += part * work
        count += part
    return minutes, count


def _jobs(scenario: Scenario) -> dict[str, list[tuple[float, float, float, float]]]:
    """Post id → its jobs as (start, end, expected number, minutes of desk time each)."""
    jobs: dict[str, list[tuple[float, float, float, float]]] = {}
    for inject in scenario.injects:
        post = scenario.receiving_post(inject.receiver)
        if post is None or inject.planned is None or not inject.is_live or inject.starts:
            continue
        minute = inject.planned.value
        jobs.setdefault(post.id, []).append((minute, minute, 1.0, inject.handle.distribution.mean()))
    chains = {w.id: (w.post.id, total_minutes(chain_terms(w.post, ""))) for w in scenario.wards}
    when = occurrences(scenario)
    for situation in scenario.situations:
        site = site_of(scenario, situation)
        if site is None:
            continue
        ward_post, work = chains[site.ward]
        delay = situation.report_delay.distribution.mean()
        for start, end, expected in when[situation.id]:
            jobs.setdefault(ward_post, []).append((start + delay, end + delay, expected, work))
    return jobs
