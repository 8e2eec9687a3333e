"""How is a comparison put into sentences? What changed, how certain that is, and what rests on assumptions."""

from __future__ import annotations

from collections.abc import Sequence

from sansang.formats.result_text import format_minutes, format_share
from sansang.model.plan.comparison import AssumedBand, Comparison, DeadlineChange, Difference
from sansang.words import Voice, mark

#: Smaller changes of a share (below a tenth of a percentage point) are not reported, however certain.
MIN_REPORTED_CHANGE = 0.001
#: Below this change of a share, the few replications of a design can't tell a reversal from noise.
MIN_CHANGE_FOR_BAND = 0.01


def plan_name(voice: Voice, comparison: Comparison) -> str:
    """The title of the changed plan, with its changes."""
    if not comparison.plan.changes:
        return comparison.plan.title
    return voice.say(
        mark("{plan} with {changes}"), plan=comparison.plan.title, changes=", ".join(comparison.plan.changes)
    )


def changed_deadline_name(voice: Voice, deadline: DeadlineChange) -> str:
    """ "evacuation · Fire in the alley"."""
    what = voice.say(mark("the ward's order")) if deadline.need is None else deadline.need_name
    return f"{what} · {deadline.situation_name.partition(',')[0]}"


def changed_deadlines(comparison: Comparison) -> list[DeadlineChange]:
    """The deadlines whose share changed by more than chance explains, greatest change first."""
    significant = [
        deadline
        for deadline in comparison.deadlines
        if deadline.share is not None
        and deadline.share.seen
        and abs(deadline.share.change.value) >= MIN_REPORTED_CHANGE
    ]
    return sorted(significant, key=lambda d: -abs(d.share.change.value) if d.share is not None else 0.0)


def format_signed(voice: Voice, value: float, digits: int) -> str:
    """ "+3,6" or "−3,6"; no sign if the rounded value is zero."""
    text = voice.number(abs(value), digits)
    if float(f"{abs(value):.{digits}f}") == 0:
        return text
    return ("+" if value > 0 else "−") + text


def format_points(voice: Voice, difference: Difference) -> str:
    """ "+58.2 points (57.1 to 59.3)": the change of a share in percentage points, with its interval."""
    change = difference.change
    digits = 2 if abs(change.value) < 0.001 else 1
    return voice.say(
        mark("{change} points ({low} to {high})"),
        change=format_signed(voice, change.value * 100, digits),
        low=format_signed(voice, change.low * 100, digits),
        high=format_signed(voice, change.high * 100, digits),
    )


def format_minutes_change(voice: Voice, difference: Difference) -> str:
    """ "−24.1 min (−25.0 to −23.2)"."""
    change = difference.change
    return voice.say(
        mark("{change} min ({low} to {high})"),
        change=format_signed(voice, change.value, 1),
        low=format_signed(voice, change.low, 1),
        high=format_signed(voice, change.high, 1),
    )


def format_before_after(voice: Voice, difference: Difference, *, share: bool) -> str:
    """ "23% → 81%" for shares, else minutes."""
    render = format_share if share else format_minutes
    return f"{render(voice, difference.before)} → {render(voice, difference.after)}"


def band_sentence(voice: Voice, band: AssumedBand | None) -> str:
    """Whether a change holds when the assumed inputs vary over their ranges; "" without a band."""
    if band is None:
        return ""
    values = {
        "low": format_signed(voice, band.low * 100, 0),
        "high": format_signed(voice, band.high * 100, 0),
        "turned": band.turned,
        "designs": band.designs,
    }
    if band.rests_on_assumed:
        return voice.say(
            mark(
                "rests on what is only assumed: in {turned} of {designs} variants it vanishes or turns round "
                "({low} to {high} points)"
            ),
            **values,
        )
    return voice.say(mark("holds across the ranges of what is assumed ({low} to {high} points)"), **values)


def deadline_band_sentence(voice: Voice, deadline: DeadlineChange) -> str:
    """The same for a deadline; "" for a change that is too small to judge."""
    if deadline.share is None or abs(deadline.share.change.value) < MIN_CHANGE_FOR_BAND:
        return ""
    return band_sentence(voice, deadline.band)


def verdict(voice: Voice, comparison: Comparison) -> str:
    """One sentence: better, worse or neither, and whether that can be relied on."""
    met = comparison.met
    if met is None:
        return voice.say(mark("The two plans have no deadline in common."))
    if not met.seen:
        return voice.say(mark("No difference can be seen in how many deadlines are met."))
    is_robust = comparison.met_band is None or not comparison.met_band.rests_on_assumed
    if met.change.value > 0:
        message = (
            mark("Better: {share} of all deadlines are met, {points}.")
            if is_robust
            else mark(
                "Better as written, {share} of all deadlines met, {points}; but this rests on what is only assumed."
            )
        )
    else:
        message = (
            mark("Worse: {share} of all deadlines are met, {points}.")
            if is_robust
            else mark(
                "Worse as written, {share} of all deadlines met, {points}; but this rests on what is only assumed."
            )
        )
    return voice.say(message, share=format_before_after(voice, met, share=True), points=format_points(voice, met))


def summary_lines(voice: Voice, comparison: Comparison) -> list[str]:
    """The verdict, minutes lost, situations left open, and the gain from common random numbers."""
    lines = [verdict(voice, comparison)]
    if comparison.met_band is not None and comparison.met is not None and comparison.met.seen:
        words = band_sentence(voice, comparison.met_band)
        lines.append(words[0].upper() + words[1:] + ".")
    lines.append(
        voice.say(
            mark("Minutes lost a night: {span}, {change}."),
            span=format_before_after(voice, comparison.lost, share=False),
            change=format_minutes_change(voice, comparison.lost),
        )
    )
    if comparison.open.before or comparison.open.after:
        lines.append(
            voice.say(
                mark("Situations open at the end, a night: {before} → {after}."),
                before=voice.number(comparison.open.before, 2),
                after=voice.number(comparison.open.after, 2),
            )
        )
    if comparison.met is not None and comparison.met.variance_ratio is not None:
        lines.append(
            voice.say(
                mark("Without common chances it would take {times} times as many replications to be as sure."),
                times=voice.number(comparison.met.variance_ratio, 0 if comparison.met.variance_ratio >= 10 else 1),
            )
        )
    return lines


def rest_line(voice: Voice, comparison: Comparison) -> str:
    """How many deadlines did not change significantly, and how many exist in only one of the plans."""
    shown = len(changed_deadlines(comparison))
    both = sum(d.minutes_before is not None and d.minutes_after is not None for d in comparison.deadlines)
    line = voice.count(
        mark("{n} other deadline shows no change beyond chance."),
        mark("{n} other deadlines show no change beyond chance."),
        both - shown,
    )
    in_one_only = len(comparison.deadlines) - both
    if in_one_only:
        line += " " + voice.count(
            mark("{n} deadline stands in one of the plans only and is not compared."),
            mark("{n} deadlines stand in one of the plans only and are not compared."),
            in_one_only,
        )
    return line


def pillar_change_rows(voice: Voice, comparison: Comparison) -> list[tuple[str, str, str]]:
    """For each pillar its name, minutes before → after, and the change; "not measured" without causes."""
    rows = []
    for pillar in comparison.pillars:
        name = pillar.name_vi if voice.language == "vi" else pillar.name_en
        if pillar.minutes is None:
            rows.append((name, voice.say(mark("not measured by the rehearsal")), ""))
        else:
            rows.append(
                (
                    name,
                    format_before_after(voice, pillar.minutes, share=False),
                    format_minutes_change(voice, pillar.minutes),
                )
            )
    return rows


def post_change_lines(voice: Voice, comparison: Comparison) -> list[str]:
    """The posts whose wait for a desk or load changed significantly."""
    lines = []
    for post in comparison.posts:
        if post.wait is not None and post.wait.seen and abs(post.wait.change.value) >= 0.1:
            lines.append(
                voice.say(
                    mark("{post}: a matter waits {span} min for a desk, {change}."),
                    post=post.name,
                    span=format_before_after(voice, post.wait, share=False),
                    change=format_minutes_change(voice, post.wait),
                )
            )
        if post.load is not None and post.load.seen and abs(post.load.change.value) >= 0.02:
            lines.append(
                voice.say(
                    mark("{post}: desks in use {span}, {change}."),
                    post=post.name,
                    span=format_before_after(voice, post.load, share=True),
                    change=format_points(voice, post.load),
                )
            )
    return lines


def change_assumption_lines(voice: Voice, comparison: Comparison, most: int = 3) -> list[str]:
    """The ``most`` assumed inputs that the change depends on most."""
    lines = []
    for path, correlation in comparison.assumptions[:most]:
        message = (
            mark("{path} (the larger, the more the change helps)")
            if correlation > 0
            else mark("{path} (the larger, the less the change helps)")
        )
        lines.append(voice.say(message, path=path))
    return lines


def plain_lines(voice: Voice, comparison: Comparison, most: int = 5) -> Sequence[str]:
    """The comparison in a few sentences for a paper: the verdict and the greatest changes."""
    lines = summary_lines(voice, comparison)[:1]
    for deadline in changed_deadlines(comparison)[:most]:
        assert deadline.share is not None
        lines.append(
            voice.say(
                mark("{deadline}: {span}, {points}."),
                deadline=changed_deadline_name(voice, deadline),
                span=format_before_after(voice, deadline.share, share=True),
                points=format_points(voice, deadline.share),
            )
        )
    lines.append(rest_line(voice, comparison))
    return lines
