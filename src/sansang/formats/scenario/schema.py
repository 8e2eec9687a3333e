"""What may stand in the file? The JSON Schema with its descriptions in the reader's language."""

from __future__ import annotations

from typing import Any

from sansang.formats.scenario.shape import plain_schema
from sansang.words import Voice, mark


def schema(voice: Voice) -> dict[str, Any]:
    """JSON Schema, draft 2020-12, of ``exercise.yaml``."""
    said: dict[str, Any] = _said(plain_schema(), voice)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": voice.say(mark("Sẵn Sàng scenario")),
        **said,
    }


def _said(part: Any, voice: Voice) -> Any:
    if isinstance(part, list):
        return [_said(item, voice) for item in part]
    if not isinstance(part, dict):
        return part
    said = {key: _said(value, voice) for key, value in part.items()}
    words = said.get("description")
    if isinstance(words, str):
        said["description"] = voice.say(words)
        if "properties" in said and "title" in said:
            # What a class says of itself is for programmers; the keys speak to the user.
            del said["description"]
    return said
