"""What does each finding of the review say? A pair of messages for each code: what is wrong, how to correct it."""

from __future__ import annotations

from sansang.words import mark

#: Code, or code/variant → (what is wrong, how to correct it).
FINDING_MESSAGES: dict[str, tuple[str, str]] = {
    "no-expected-action": (
        mark("{inject}: no expected action"),
        mark("Write what the players should do, so that an evaluator can see whether they did"),
    ),
    "no-deadline": (
        mark("{inject}: no deadline for the action"),
        mark("Give the minute of the exercise by which it should be done"),
    ),
    "no-owner": (
        mark("{inject}: nobody is responsible for giving it"),
        mark("Name the controller in responsible"),
    ),
    "no-task": (
        mark("{inject}: tests no critical task"),
        mark("Name a task, or leave the inject out"),
    ),
    "deadline-before-release": (
        mark("{inject}: due at minute {deadline}, but given only at minute {planned}"),
        mark("Both count from the start of the exercise: write a later deadline"),
    ),
    "receiver-unknown": (
        mark("{inject}: `{receiver}` is no post and no role that sits at one"),
        mark("Name a post, or give the role its post"),
    ),
    "inject-unheard": (
        mark("{inject}: at minute {minute} {post} does not act"),
        mark("Move it into a phase in which the post acts, or add the post to that phase"),
    ),
    "controller-clash": (
        mark("{inject}: {controller} also gives “{other}” at minute {minute}"),
        mark("Move one of them by two minutes or give it to another controller"),
    ),
    "contingency-dead/condition": (
        mark("{inject}: nothing says when this contingency is given"),
        mark("Write its condition: an action, or one that fails to come by a minute"),
    ),
    "contingency-dead/parent": (
        mark("{inject}: can never be given, because of its parent “{parent}”"),
        mark("Let the parent be given, and before this one, or take another parent"),
    ),
    "objective-untested": (
        mark("No inject tests the objective “{objective}”"),
        mark("Add an inject for it, or do not promise it"),
    ),
    "task-untested": (
        mark("No inject tests the critical task “{task}”"),
        mark("Name the task in the injects that test it, or take it out"),
    ),
    "target-without-measure": (
        mark("The target of the critical task “{task}” has no number"),
        mark("Write what can be measured: within 10 minutes, 9 of 10"),
    ),
    "post-flooded": (
        mark("{name}: from minute {from} to {to} {count} matters ask for {load} percent of its desks' time"),
        mark("Spread the injects, add a desk, or shorten the decision chain"),
    ),
    "post-idle": (
        mark("{name}: nothing comes from minute {from} to {to}"),
        mark("Give it an inject, or let it act in another phase"),
    ),
    "situation-unheard": (
        mark("{situation}: at minute {minute} {post} does not act, so nobody hears of it"),
        mark("Move it into a phase in which the post acts, or add the post to that phase"),
    ),
    "head-missing": (
        mark("{name}: no head is named who answers for it"),
        mark("Name the office in head, such as the ward's military commander"),
    ),
    "person-twice": (
        mark("{person} is counted in {unit} and in {other}, on duty at the same time"),
        mark("Leave him or her in one of them"),
    ),
    "need-out-of-reach": (
        mark("{situation}, {need}: takes {amount} ({capability}), and all who could ever come bring {reach}"),
        mark("Add units, call a service, or ask for less"),
    ),
    "need-grows-out-of-reach": (
        mark("{situation}, {need}: once grown it takes {amount} ({capability}), and all who could come bring {reach}"),
        mark("Add units, call a service, or begin the work before it grows"),
    ),
    "need-only-with-aid": (
        mark(
            "{situation}, {need}: takes {amount} ({capability}); the ward and the services bring {reach}, "
            "the rest is aid"
        ),
        mark("Add a unit in the ward, or know that it waits for the upper command"),
    ),
    "no-store-holds": (
        mark("{situation}, {need}: no store holds `{kind}`, so the work can never begin"),
        mark("Put it into a ward's or the upper command's stores"),
    ),
    "supply-short": (
        mark("{situation}, {need}: takes {amount} `{kind}`; the ward's and the upper store hold {stock}"),
        mark("Store more of it there, or ask for less"),
    ),
    "rests-on-assumed": (
        mark(
            "`{path}` is only assumed, and decides deadlines ({count}): {deadline}, within {limit} min, "
            "on the mean {mean} min"
        ),
        mark("Measure it at the next exercise, or give its source"),
    ),
    "silence-unused": (
        mark("Nothing is found any more that `{finding}`{place} silences"),
        mark("Take it out of silenced"),
    ),
}
