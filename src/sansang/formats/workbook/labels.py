"""What do the words in a workbook's drop-downs say, in the user's language, and which value does each mean?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from sansang.formats.workbook.headings import Headings, default_headings, key
from sansang.model.exercise.exercise import InjectType
from sansang.model.plan.forces import ForceKind, MeansState
from sansang.model.plan.timetable import InjectStatus, Trigger
from sansang.words import LANGUAGES, Voice, mark

#: The words of each list, by value.
WORDS: dict[str, dict[str, str]] = {
    "status": {
        "draft": mark("draft"),
        "submitted": mark("submitted"),
        "approved": mark("approved"),
        "synchronised": mark("synchronised"),
        "released": mark("released"),
        "complete": mark("complete"),
        "deferred": mark("deferred"),
        "obsolete": mark("obsolete"),
    },
    "event_type": {
        "inject": mark("inject"),
        "contingency": mark("contingency inject"),
        "expected_action": mark("expected action"),
        "controller_action": mark("controller action"),
        "actor_action": mark("actor action"),
        "player_action": mark("player action"),
        "simulation": mark("simulation"),
        "contextual": mark("contextual"),
        "administrative": mark("administrative"),
        "other": mark("other"),
    },
    "trigger": {"time": mark("by time"), "manual": mark("by controller"), "condition": mark("on condition")},
    "role_kind": {
        "training_audience": mark("training audience"),
        "controller": mark("controller"),
        "evaluator": mark("evaluator"),
        "observer": mark("observer"),
        "role_player": mark("role player"),
    },
    "unit_kind": {
        "militia": mark("militia"),
        "grassroots_security_force": mark("grassroots security force"),
        "ward_police": mark("ward police"),
        "volunteer_fire_team": mark("volunteer fire team"),
        "health_station": mark("health station"),
        "mass_organisation": mark("mass organisation"),
        "core_mass_force": mark("core mass-organisation force"),
        "fire_rescue_police": mark("fire and rescue police"),
        "other": mark("other"),
    },
    "means_state": {
        "ready": mark("ready"),
        "in_repair": mark("in repair"),
        "missing": mark("missing"),
    },
    "flag": {"true": mark("yes"), "false": mark("no")},
}
_VALUES: dict[str, Any] = {
    "status": InjectStatus,
    "event_type": InjectType,
    "trigger": Trigger,
    "unit_kind": ForceKind,
    "means_state": MeansState,
}


def label(voice: Voice, choices: str, value: str) -> str:
    """The word for a value; the value itself where the list has no word for it."""
    word = WORDS.get(choices, {}).get(value)
    return value if word is None else voice.say(word)


def labels(voice: Voice, choices: str) -> list[str]:
    """The words of a list, in its order."""
    return [label(voice, choices, value) for value in values(choices)]


def values(choices: str) -> list[str]:
    """The values of a list, in its order."""
    return list(get_args(_VALUES[choices])) if choices in _VALUES else list(WORDS[choices])


def value_table(choices: str, headings: Headings | None = None) -> Mapping[str, str]:
    """Every known word of a list by its key, with the value that it means."""
    table = dict((headings or default_headings()).choices.get(choices, {}))
    for value in values(choices):
        table[key(value)] = value
        for language in LANGUAGES:
            table[key(label(Voice(language), choices, value))] = value
    return table
