"""How is a rehearsal's result put into sentences? Lines for the terminal, the page and the papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sansang.model.plan.pillars import PILLAR_SETS
from sansang.model.plan.results import DeadlineResult, Estimate, RehearsalResult
from sansang.words import Voice, mark
from sansang.words.terms import CAUSE_NAMES

#: Causes below this many minutes are left out of the list of causes.
MIN_CAUSE_MINUTES = 0.5
#: Most decimals of a percentage; more than 0 only where rounding would give 0 % or 100 %.
MAX_DECIMALS = 3


def deadlines_by_risk(result: RehearsalResult) -> list[DeadlineResult]:
    """The deadlines, least often met first; those that never came up last."""
    return sorted(result.deadlines, key=lambda d: 2.0 if d.share is None else d.share.value)


def deadline_name(voice: Voice, deadline: DeadlineResult) -> str:
    """ "Fire in the alley: evacuation", or "…: the ward's order"."""
    what = voice.say(mark("the ward's order")) if deadline.need is None else deadline.need_name
    return f"{deadline.situation_name}: {what}"


def short_name(voice: Voice, deadline: DeadlineResult) -> str:
    """ "evacuation · Fire in the alley": the need, then the situation up to its first comma."""
    what = voice.say(mark("the ward's order")) if deadline.need is None else deadline.need_name
    return f"{what} · {deadline.situation_name.partition(',')[0]}"


def format_interval(voice: Voice, estimate: Estimate | None) -> str:
    """ "61–63%": the interval of a share, "–" for None."""
    if estimate is None:
        return "–"
    return format_span(voice, estimate.low, estimate.high)


def format_span(voice: Voice, low: float, high: float) -> str:
    """Two shares as "61–63%", with decimals where whole percents would show no difference."""
    digits = 1 if high - low < 0.01 else 0
    while high > 0 and digits < MAX_DECIMALS and round(high * 100, digits) == 0:
        digits += 1
    return f"{voice.number(low * 100, digits)}–{voice.percent(high, digits)}"


def format_share(voice: Voice, value: float) -> str:
    """A share in percent; never rounded to 0 % or 100 % unless it is exactly that."""
    digits = 0
    while 0 < value < 1 and digits < MAX_DECIMALS and round(value * 100, digits) in (0, 100):
        digits += 1
    return voice.percent(value, digits)


def format_minutes(voice: Voice, value: float) -> str:
    """Minutes, with one decimal below ten."""
    return voice.number(value, 1 if abs(value) < 10 else 0)


def format_causes(voice: Voice, by_cause: Mapping[str, float], most: int = 3) -> str:
    """ "convening 6 min, travel 3 min": the ``most`` largest causes, largest first; "–" if all are small."""
    large = sorted(by_cause.items(), key=lambda item: -item[1])[:most]
    named = [
        voice.say(
            mark("{cause} {minutes} min"), cause=voice.say(CAUSE_NAMES[cause]), minutes=format_minutes(voice, value)
        )
        for cause, value in large
        if value >= MIN_CAUSE_MINUTES
    ]
    return ", ".join(named) or "–"


def provenance_sentence(voice: Voice, result: RehearsalResult) -> str:
    """How many numbers of the plan are assumed, sourced and measured, in one sentence."""
    total = sum(result.provenance.values())
    return voice.say(
        mark(
            "{assumed} of the {total} numbers in this plan ({share}) are only assumed; {sourced} have a source, "
            "{measured} were measured."
        ),
        assumed=result.provenance["assumed"],
        total=total,
        share=voice.percent(result.provenance["assumed"] / max(total, 1)),
        sourced=result.provenance["sourced"],
        measured=result.provenance["measured"],
    )


def out_of_reach_lines(voice: Voice, result: RehearsalResult) -> list[str]:
    """The needs whose amount exceeds the strength of all units and services that could come."""
    names = {(n.situation, n.need): n.name for n in result.needs}
    lines = []
    for item in result.out_of_reach:
        message = (
            mark("{need}: once grown it takes {amount}, and all who could come bring {reach}.")
            if item.escalated
            else mark("{need}: it takes {amount}, and all who could ever come bring {reach}.")
        )
        need = f"{item.situation}: {names[item.situation, item.need]} ({item.capability})"
        lines.append(voice.say(message, need=need, amount=item.amount, reach=item.reach))
    return lines


def phase_lines(voice: Voice, result: RehearsalResult) -> list[str]:
    """One sentence for each phase, then one on the injects that only people can release."""
    lines = []
    for phase in result.phases:
        message = (
            mark("{phase}: {situations} situations a night, closed {closed}, deadlines met {met}; {causes}.")
            if phase.units_move
            else mark(
                "{phase} (up to the order): {situations} situations a night, ordered {closed}, "
                "deadlines met {met}; {causes}."
            )
        )
        closed = phase.closed if phase.units_move else phase.ordered
        lines.append(
            voice.say(
                message,
                phase=phase.name,
                situations=voice.number(phase.situations, 1),
                closed="–" if closed is None else format_share(voice, closed.value),
                met="–" if phase.deadlines is None else format_share(voice, phase.deadlines.value),
                causes=format_causes(voice, phase.minutes_by_cause),
            )
        )
    if result.injects_played or result.injects_left:
        lines.append(
            voice.say(
                mark(
                    "{played} injects were played; {left} were not: people release them, "
                    "or they reach no post of the plan."
                ),
                played=result.injects_played,
                left=result.injects_left,
            )
        )
    return lines


def post_lines(voice: Voice, result: RehearsalResult) -> list[str]:
    """The posts, longest wait for a desk first."""
    lines = []
    for post in sorted(result.posts, key=lambda p: -(p.wait.value if p.wait else 0.0)):
        if post.matters == 0 or post.wait is None:
            continue
        lines.append(
            voice.say(
                mark("{post}: {matters} matters a night, each waits {wait} min for a desk; desks in use {load}."),
                post=post.name,
                matters=voice.number(post.matters, 1),
                wait=voice.number(post.wait.value, 1),
                load="–" if post.load is None else format_share(voice, post.load.value),
            )
        )
    return lines


def unit_lines(voice: Voice, result: RehearsalResult, most: int = 5) -> list[str]:
    """The ``most`` units that most often do not answer or are longest busy."""
    called = [unit for unit in result.units if unit.orders > 0]
    called.sort(key=lambda u: (-u.unanswered, -u.busy))
    return [
        voice.say(
            mark("{unit}: ordered {orders} times a night, no answer {unanswered} times; {busy} of its duty taken up."),
            unit=unit.name,
            orders=voice.number(unit.orders, 2),
            unanswered=voice.number(unit.unanswered, 2),
            busy=format_share(voice, unit.busy),
        )
        for unit in called[:most]
    ]


def open_situation_lines(voice: Voice, result: RehearsalResult) -> list[str]:
    """The situations open at the end, needs that were lost, and units that waited idle for others."""
    lines = []
    for situation in result.situations:
        if situation.open == 0 and situation.lost_needs == 0:
            continue
        lines.append(
            voice.say(
                mark("{situation}: open at the end {open} of the times that it occurs; grew {grew}."),
                situation=situation.name,
                open=format_share(voice, situation.open / max(situation.occurred, 1)),
                grew="–" if situation.escalated is None else format_share(voice, situation.escalated.value),
            )
        )
    for need in result.needs:
        if need.lost:
            lines.append(
                voice.say(
                    mark("{need}: lost {lost} of the times, because nobody was free and it does not wait."),
                    need=need.name,
                    lost=format_share(voice, need.lost / max(need.occurred, 1)),
                )
            )
        if need.stuck_units >= 0.005:
            lines.append(
                voice.say(
                    mark("{need}: {units} units a night still stand there idle at the end, waiting for the rest."),
                    need=need.name,
                    units=voice.number(need.stuck_units, 2),
                )
            )
    return lines


def assumption_lines(voice: Voice, result: RehearsalResult, most: int = 3) -> list[str]:
    """The ``most`` assumed inputs with the greatest influence on the deadlines: what to measure first."""
    lines = []
    for assumption in result.assumptions[:most]:
        message = (
            mark("{path} (the larger, the more deadlines are met)")
            if assumption.correlation > 0
            else mark("{path} (the larger, the fewer deadlines are met)")
        )
        lines.append(voice.say(message, path=assumption.path))
    return lines


def pillar_rows(voice: Voice, result: RehearsalResult) -> Iterator[tuple[str, str, str]]:
    """For each pillar its name, minutes lost per replication with interval, and causes, or "not measured"."""
    pillar_set = PILLAR_SETS.get(result.pillar_set)
    for pillar in result.pillars:
        name = pillar.name_vi if voice.language == "vi" else pillar.name_en
        if pillar.minutes is None:
            yield name, voice.say(mark("not measured by the rehearsal")), ""
            continue
        low, high = format_minutes(voice, pillar.minutes.low), format_minutes(voice, pillar.minutes.high)
        spread = f"{format_minutes(voice, pillar.minutes.value)} ({low}–{high})"
        inside = {}
        if pillar_set is not None:
            ids = next(p.causes for p in pillar_set.pillars if p.id == pillar.id)
            inside = {cause: result.minutes_by_cause[cause].value for cause in ids}
        yield name, spread, format_causes(voice, inside, most=4)
