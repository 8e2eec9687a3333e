"""How does a comparison read? What a change did, in plain words, what is sure of it and what only assumed."""

from __future__ import annotations

from collections.abc import Sequence

from sansang.formats.result_text import minutes as minutes_text
from sansang.formats.result_text import share as share_text
from sansang.model.plan.comparison import AssumedBand, Comparison, DeadlineChange, Difference
from sansang.words import Voice, mark

#: A change of less than this share (a tenth of a percentage point) is not worth a word, however sure.
WORTH_SAYING = 0.001
#: Below this the designs, which are short, can't tell a change that turns round from their own noise.
TOO_SMALL_FOR_BAND = 0.01


def plan_name(voice: Voice, comparison: Comparison) -> str:
    """The title of the plan after, with what was set in it."""
    if not comparison.plan.changes:
        return comparison.plan.title
    return voice.say(
        mark("{plan} with {changes}"), plan=comparison.plan.title, changes=", ".join(comparison.plan.changes)
    )


def deadline_name(voice: Voice, deadline: DeadlineChange) -> str:
    """ "evacuation · Fire in the alley"."""
    what = voice.say(mark("the ward's order")) if deadline.need is None else deadline.need_name
    return f"{what} · {deadline.situation_name.partition(',')[0]}"


def changed(comparison: Comparison) -> list[DeadlineChange]:
    """Deadlines whose share changed beyond chance, the greatest change first."""
    seen = [
        deadline
        for deadline in comparison.deadlines
        if deadline.share is not None and deadline.share.seen and abs(deadline.share.change.value) >= WORTH_SAYING
    ]
    return sorted(seen, key=lambda d: -abs(d.share.change.value) if d.share is not None else 0.0)


def signed(voice: Voice, value: float, digits: int) -> str:
    """ "+3,6" or "−3,6"; "0" for nothing."""
    text = voice.number(abs(value), digits)
    if float(f"{abs(value):.{digits}f}") == 0:
        return text
    return ("+" if value > 0 else "−") + text


def points(voice: Voice, difference: Difference) -> str:
    """ "+58.2 points (57.1 to 59.3)": the change of a share in percentage points, with its interval."""
    change = difference.change
    digits = 2 if abs(change.value) < 0.001 else 1
    return voice.say(
        mark("{change} points ({low} to {high})"),
        change=signed(voice, change.value * 100, digits),
        low=signed(voice, change.low * 100, digits),
        high=signed(voice, change.high * 100, digits),
    )


def minutes_changed(voice: Voice, difference: Difference) -> str:
    """ "−24.1 min (−25.0 to −23.2)"."""
    change = difference.change
    return voice.say(
        mark("{change} min ({low} to {high})"),
        change=signed(voice, change.value, 1),
        low=signed(voice, change.low, 1),
        high=signed(voice, change.high, 1),
    )


def from_to(voice: Voice, difference: Difference, *, share: bool) -> str:
    """ "23% → 81%", or minutes."""
    write = share_text if share else minutes_text
    return f"{write(voice, difference.before)} → {write(voice, difference.after)}"


def band_words(voice: Voice, band: AssumedBand | None) -> str:
    """What becomes of a change when the assumed inputs vary."""
    if band is None:
        return ""
    values = {
        "low": signed(voice, band.low * 100, 0),
        "high": signed(voice, band.high * 100, 0),
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


def deadline_band(voice: Voice, deadline: DeadlineChange) -> str:
    """The same for a deadline; nothing for a change too small for the designs to judge."""
    if deadline.share is None or abs(deadline.share.change.value) < TOO_SMALL_FOR_BAND:
        return ""
    return band_words(voice, deadline.band)


def verdict(voice: Voice, comparison: Comparison) -> str:
    """One sentence: better, worse or neither, and whether that can be relied on."""
    met = comparison.met
    if met is None:
        return voice.say(mark("The two plans have no deadline in common."))
    if not met.seen:
        return voice.say(mark("No difference can be seen in how many deadlines are met."))
    surely = comparison.met_band is None or not comparison.met_band.rests_on_assumed
    if met.change.value > 0:
        message = (
            mark("Better: {share} of all deadlines are met, {points}.")
            if surely
            else mark(
                "Better as written, {share} of all deadlines met, {points}; but this rests on what is only assumed."
            )
        )
    else:
        message = (
            mark("Worse: {share} of all deadlines are met, {points}.")
            if surely
            else mark(
                "Worse as written, {share} of all deadlines met, {points}; but this rests on what is only assumed."
            )
        )
    return voice.say(message, share=from_to(voice, met, share=True), points=points(voice, met))


def summary_lines(voice: Voice, comparison: Comparison) -> list[str]:
    """The verdict, minutes lost, what stays open, and what the common chances were worth."""
    lines = [verdict(voice, comparison)]
    if comparison.met_band is not None and comparison.met is not None and comparison.met.seen:
        words = band_words(voice, comparison.met_band)
        lines.append(words[0].upper() + words[1:] + ".")
    lines.append(
        voice.say(
            mark("Minutes lost a night: {span}, {change}."),
            span=from_to(voice, comparison.lost, share=False),
            change=minutes_changed(voice, comparison.lost),
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
    """How many deadlines show no change, and how many stand in one plan only."""
    shown = len(changed(comparison))
    both = sum(d.minutes_before is not None and d.minutes_after is not None for d in comparison.deadlines)
    line = voice.count(
        mark("{n} other deadline shows no change beyond chance."),
        mark("{n} other deadlines show no change beyond chance."),
        both - shown,
    )
    alone = len(comparison.deadlines) - both
    if alone:
        line += " " + voice.count(
            mark("{n} deadline stands in one of the plans only and is not compared."),
            mark("{n} deadlines stand in one of the plans only and are not compared."),
            alone,
        )
    return line


def pillar_rows(voice: Voice, comparison: Comparison) -> list[tuple[str, str, str]]:
    """Pillar, minutes before → after, the change; "not measured" where it has no cause."""
    rows = []
    for pillar in comparison.pillars:
        name = pillar.name_vi if voice.language == "vi" else pillar.name_en
        if pillar.minutes is None:
            rows.append((name, voice.say(mark("not measured by the rehearsal")), ""))
        else:
            rows.append((name, from_to(voice, pillar.minutes, share=False), minutes_changed(voice, pillar.minutes)))
    return rows


def post_lines(voice: Voice, comparison: Comparison) -> list[str]:
    """Posts whose wait for a desk or load changed beyond chance."""
    lines = []
    for post in comparison.posts:
        if post.wait is not None and post.wait.seen and abs(post.wait.change.value) >= 0.1:
            lines.append(
                voice.say(
                    mark("{post}: a matter waits {span} min for a desk, {change}."),
                    post=post.name,
                    span=from_to(voice, post.wait, share=False),
                    change=minutes_changed(voice, post.wait),
                )
            )
        if post.load is not None and post.load.seen and abs(post.load.change.value) >= 0.02:
            lines.append(
                voice.say(
                    mark("{post}: desks in use {span}, {change}."),
                    post=post.name,
                    span=from_to(voice, post.load, share=True),
                    change=points(voice, post.load),
                )
            )
    return lines


def assumption_lines(voice: Voice, comparison: Comparison, most: int = 3) -> list[str]:
    """The assumed inputs that the change depends on most."""
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
    """The comparison in a few sentences, for a paper: the verdict and the greatest changes."""
    lines = summary_lines(voice, comparison)[:1]
    for deadline in changed(comparison)[:most]:
        assert deadline.share is not None
        lines.append(
            voice.say(
                mark("{deadline}: {span}, {points}."),
                deadline=deadline_name(voice, deadline),
                span=from_to(voice, deadline.share, share=True),
                points=points(voice, deadline.share),
            )
        )
    lines.append(rest_line(voice, comparison))
    return lines
