"""What are causes, provenance and the events of a trace called? Catalogue messages by key."""

from __future__ import annotations

from sansang.words import mark

CAUSE_NAMES: dict[str, str] = {
    "report": mark("report on its way"),
    "desk": mark("waiting for a desk"),
    "convening": mark("convening"),
    "decision": mark("decision"),
    "no_answer": mark("calls not answered"),
    "turnout": mark("turnout"),
    "unit": mark("waiting for a unit"),
    "travel": mark("travel"),
    "supplies": mark("waiting for supplies"),
}

PROVENANCE_NAMES: dict[str, str] = {
    "measured": mark("measured"),
    "sourced": mark("sourced"),
    "assumed": mark("assumed"),
}

#: Event of a trace → the sentence of its line; {a} and {b} are names, {minute} is the time that it leads to.
TRACE_LINES: dict[str, str] = {
    "on_duty": mark("{a} comes on duty"),
    "home": mark("{a} is home"),
    "occurs": mark("{a} occurs"),
    "reported": mark("{a} is reported to the post"),
    "supplies": mark("supplies for {a} arrive"),
    "unit_arrives": mark("{a} arrives"),
    "service_arrives": mark("called teams arrive for {a}"),
    "work_done": mark("work done: {a}"),
    "no_answer": mark("{a} does not answer"),
    "member_arrives": mark("{b} has come, for {a}"),
    "step_ends": mark("step ends: {b}, for {a}"),
    "ward_chain_ends": mark("the ward decides: {a}"),
    "upper_chain_ends": mark("the upper post decides: {a}"),
    "desks": mark("desks are assigned at {a}"),
    "escalation": mark("time for escalation: {a}"),
    "ordered": mark("order: {a} to {b}"),
    "called": mark("{a} is called for {b}"),
    "short": mark("short: {a}"),
    "requested": mark("aid is requested: {a}"),
    "aid_granted": mark("aid granted: {a}"),
    "started": mark("work begins: {a}"),
    "contained": mark("contained: {a}"),
    "pulled": mark("{a} is pulled to {b}"),
    "lost": mark("lost: {a}"),
    "cut": mark("cut to what was ordered: {a}"),
    "freed": mark("{a} is free"),
    "leaves": mark("{a} sets out for home"),
    "desk_taken": mark("{a} takes up {b}"),
    "grown": mark("{a} has grown"),
    "inject": mark("inject: {a}"),
    "order_given": mark("the order is given, units do not move: {a}"),
}
