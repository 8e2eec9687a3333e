"""What happens? Situations of the file with their starts, needs and escalation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from sansang.formats.scenario import shape
from sansang.formats.scenario.yaml_tree import Path
from sansang.model.plan.situations import Escalation, Fixed, FollowOn, Need, RatePiece, Situation, Stream
from sansang.words import mark

if TYPE_CHECKING:
    from sansang.formats.scenario.build import Builder


def build_situation(builder: Builder, situation: shape.Situation, path: Path) -> Situation:
    builder.unique(situation.needs, (*path, "needs"))
    order_within = None
    if situation.order_within is not UNSET:
        order_within = builder.number(situation.order_within, (*path, "order_within"), 0.0)
    return Situation(
        id=situation.id,
        name=situation.name,
        priority=situation.priority,
        needs=tuple(_need(builder, need, (*path, "needs", i)) for i, need in enumerate(situation.needs)),
        start=_start(builder, situation.start, (*path, "start")),
        sites=_sites(builder, situation.sites, (*path, "sites")),
        report_delay=builder.duration(situation.report_delay, (*path, "report_delay")),
        escalation=_escalation(builder, situation.escalation, (*path, "escalation")),
        waits=situation.waits,
        order_within=order_within,
    )


def _need(builder: Builder, need: shape.Need, path: Path) -> Need:
    return Need(
        id=need.id,
        capability=need.capability,
        amount=builder.amount(need.amount, (*path, "amount"), 1),
        work=builder.duration(need.work, (*path, "work")),
        deadline=None if need.deadline is UNSET else builder.number(need.deadline, (*path, "deadline"), 0.0),
        supplies=builder.amounts(need.supplies, (*path, "supplies"), least=1),
        name=need.name,
    )


def _sites(builder: Builder, given: Any, path: Path) -> tuple[tuple[str, float], ...]:
    if given is UNSET:
        return ()
    if isinstance(given, str):
        builder.known(given, builder.site_ids, path, "site")
        return ((given, 1.0),)
    for i, choice in enumerate(given):
        builder.known(choice.site, builder.site_ids, (*path, i, "site"), "site")
    return tuple((choice.site, choice.weight) for choice in given)


def _start(builder: Builder, given: Any, path: Path) -> Fixed | Stream | None:
    if given is UNSET:
        return None
    fixed, stream = given.minute is not UNSET, given.stream is not UNSET
    if fixed == stream:
        builder.error(
            "one-start",
            path,
            mark("A start is either a minute or a stream"),
            mark("Write {{minute: 10}} or {{stream: [{{from: 0, to: 60, per_hour: 2}}]}}"),
        )
        return None
    if fixed:
        minute = builder.number(given.minute, (*path, "minute"), 0.0)
        return Fixed(minute, builder.duration(given.jitter, (*path, "jitter"), least=None))
    pieces = []
    last = 0.0
    for i, piece in enumerate(given.stream):
        if piece.from_ < last or piece.from_ >= piece.to:
            builder.error(
                "stream-pieces",
                (*path, "stream", i),
                mark("This piece begins at {start} and ends at {end}, and the one before ends at {last}"),
                mark("Put the pieces in order, without overlap, each with from before to"),
                start=piece.from_,
                end=piece.to,
                last=last,
            )
        last = piece.to
        rate = builder.number(piece.per_hour, (*path, "stream", i, "per_hour"), 0.0)
        expected = rate.value / 60 * (min(piece.to, builder.file.horizon) - piece.from_)
        if expected > 100_000:
            builder.error(
                "out-of-range",
                (*path, "stream", i, "per_hour"),
                mark("{value} is too great for any plan"),
                mark("Check the unit: `per_hour` counts situations an hour"),
                value=rate.value,
            )
        pieces.append(RatePiece(piece.from_, piece.to, rate))
    return Stream(tuple(pieces))


def _escalation(builder: Builder, given: Any, path: Path) -> Escalation | None:
    if given is UNSET:
        return None
    percent = builder.amount(given.percent, (*path, "percent"), 100, least=100)
    follow_on = None
    if given.follow_on is not UNSET:
        at = (*path, "follow_on")
        builder.known(given.follow_on.situation, builder.situation_ids, (*at, "situation"), "situation")
        follow_on = FollowOn(
            situation=given.follow_on.situation,
            probability=builder.probability(given.follow_on.probability, (*at, "probability"), 1.0),
            delay=builder.duration(given.follow_on.delay, (*at, "delay")),
        )
    return Escalation(builder.number(given.after, (*path, "after"), 0.0), percent, follow_on)
