"""How does a text become a tree? The events of YAML, looked at one by one, then put together with their spots.

What could hurt is refused before anything is built: bombs of aliases, endless nesting, tags that call code.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from ruamel.yaml.nodes import ScalarNode

from sansang.formats.problems import Spot
from sansang.formats.scenario.yaml_tree import DEEPEST, MOST_NODES, Path, Tree
from sansang.words import mark

_OUTSIDE = (StreamStartEvent, StreamEndEvent, DocumentStartEvent, DocumentEndEvent)
_TAG = "tag:yaml.org,2002:"
_KNOWN_TAGS = {f"{_TAG}{kind}" for kind in ("map", "seq", "str", "int", "float", "bool", "null", "merge")}
_SCANNED_SLOWLY = ("\t", "\x85", "\u2028", "\u2029", "\ufeff", "%YAML")

#: A whole number beyond this is a slip of the hand, and would not fit into the machine.
GREATEST_WHOLE = 10**15

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def fill_tree(tree: Tree, text: str) -> None:
    """Fill the tree with what the text says; with errors its data stay None."""
    events = _harmless_events(tree, text)
    if events is None:
        return
    inner = [event for event in events if not isinstance(event, _OUTSIDE)]
    if not inner:
        tree.error(
            "empty",
            Spot(tree.file),
            mark("The file is empty"),
            mark("Start from examples/hem-chay/exercise.yaml"),
        )
        return
    plain = _plain(tree, iter(inner), ())
    if not tree.problems and not isinstance(plain, dict):
        tree.error(
            "not-a-mapping",
            tree.values[()],
            mark("The file holds no keys at the top"),
            mark("Begin with lines such as `title: …`"),
        )
    if not tree.problems:
        tree.data = plain


def _harmless_events(tree: Tree, text: str) -> list[Any] | None:
    """The events of the text, gone through one by one, so that neither depth nor number can hurt; None with errors."""
    events = []
    depth = nodes = documents = 0
    try:
        for event in _events(text):
            events.append(event)
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if event.version not in (None, (1, 2)):
                    tree.error(
                        "yaml-version",
                        _spot(tree, event.start_mark),
                        mark("Only YAML 1.2 is read: older forms take `22:30` for a number and `no` for false"),
                        mark("Take out the line that begins with %YAML"),
                    )
                    return None
                if documents > 1:
                    tree.error(
                        "several-documents",
                        _spot(tree, event.start_mark),
                        mark("A second document begins here"),
                        mark("Take out the line `---`, or make two folders"),
                    )
                    return None
            elif isinstance(event, AliasEvent):
                tree.error(
                    "alias",
                    _spot(tree, event.start_mark),
                    mark("`*{name}` repeats a value from elsewhere"),
                    mark("Write the value out; aliases are not read, because they can blow a file up"),
                    name=event.anchor,
                )
                return None
            elif isinstance(event, MappingStartEvent | SequenceStartEvent):
                depth += 1
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                depth -= 1
            if isinstance(event, MappingStartEvent | SequenceStartEvent | ScalarEvent):
                nodes += 1
                if event.tag not in (None, "!") and str(event.tag) not in _KNOWN_TAGS:
                    tree.error(
                        "tag",
                        _spot(tree, event.start_mark),
                        mark("The tag `{tag}` is no part of a scenario"),
                        mark("Take the tag out and write the value plainly"),
                        tag=str(event.tag).replace(_TAG, "!!"),
                    )
                    return None
            if depth > DEEPEST or nodes > MOST_NODES:
                tree.error(
                    "too-deep" if depth > DEEPEST else "too-many",
                    _spot(tree, event.start_mark),
                    mark("The file is nested or repeated beyond any plan"),
                    mark("Look at the brackets and the indents before this place"),
                )
                return None
    except YAMLError as wrong:
        _yaml_error(tree, wrong)
        return None
    except RecursionError:
        tree.error(
            "too-deep",
            Spot(tree.file),
            mark("The file is nested or repeated beyond any plan"),
            mark("Look at the brackets and the indents before this place"),
        )
        return None
    return events


def _events(text: str) -> Iterable[Any]:
    """The events of the text: scanned in C, twenty times as fast, where both scanners read the same.

    They differ over tabs, over names of anchors and over line ends that only YAML 1.1 knows; and only the slow one
    says well what is wrong.
    """
    from ruamel.yaml import YAML

    if not any(sign in text for sign in _SCANNED_SLOWLY):
        from _ruamel_yaml import CParser  # type: ignore[import-not-found]

        with contextlib.suppress(YAMLError):
            # The C scanner gives None, not an error, after the last event.
            events = list(iter(CParser(text).get_event, None))
            if not any(getattr(event, "anchor", None) for event in events):
                return events
    slowly: Iterable[Any] = YAML(typ="safe", pure=True).parse(io.StringIO(text))
    return slowly


def _yaml_error(tree: Tree, wrong: Exception) -> None:
    place = getattr(wrong, "problem_mark", None) or getattr(wrong, "context_mark", None)
    spot = _spot(tree, place) if place is not None else Spot(tree.file)
    reason = getattr(wrong, "problem", None) or str(wrong).splitlines()[0]
    if "\\t" in repr(reason) or "tab" in str(reason):
        mend = mark("Indent with spaces, not with tabs")
    else:
        mend = mark("Look for a missing quote, colon, bracket or indent here or just above")
    tree.error("yaml", spot, mark("This is not YAML: {reason}"), mend, reason=reason)


def _spot(tree: Tree, place: Any) -> Spot:
    return Spot(tree.file, place.line + 1, place.column + 1)


def _plain(tree: Tree, events: Iterator[Any], path: Path) -> Any:
    """The data of the next node of the events, with the spot of everything in it."""
    event = next(events)
    # What is left empty stands where its key does: its own mark is on the next line.
    empty = isinstance(event, ScalarEvent) and event.value == "" and path in tree.keys
    tree.values[path] = tree.keys[path] if empty else _spot(tree, event.start_mark)
    if isinstance(event, ScalarEvent):
        return _scalar(tree, event)
    inner = _until_end(events)
    if isinstance(event, MappingStartEvent):
        return _mapping(tree, inner, path)
    return [_plain(tree, one, (*path, number)) for number, one in enumerate(inner)]


def _until_end(events: Iterator[Any]) -> Iterator[Iterator[Any]]:
    """The events again for each node up to the end of this mapping or sequence."""
    for event in events:
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            return
        yield itertools.chain((event,), events)


def _mapping(tree: Tree, nodes: Iterator[Iterator[Any]], path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node in nodes:
        event = next(key_node)
        spot = _spot(tree, event.start_mark)
        if not isinstance(event, ScalarEvent) or not event.value or _tag(event) == f"{_TAG}merge":
            tree.error(
                "key",
                spot,
                mark("A key must be a plain word"),
                mark("Write `key: value`, without `<<` or brackets on the left"),
            )
            _skip(event, key_node)
            _skip(*_first(next(nodes)))
            continue
        key = _text(tree, event)
        if key in found:
            tree.error(
                "key-twice",
                spot,
                mark("`{key}` stands here a second time; the first is in line {line}"),
                mark("Keep one of them"),
                key=key,
                line=tree.keys[*path, key].line,
            )
            _skip(*_first(next(nodes)))
            continue
        tree.keys[*path, key] = spot
        found[key] = _plain(tree, next(nodes), (*path, key))
    return found


def _first(events: Iterator[Any]) -> tuple[Any, Iterator[Any]]:
    return next(events), events


def _skip(event: Any, events: Iterator[Any]) -> None:
    """Go past a node whose first event is this."""
    depth = int(isinstance(event, MappingStartEvent | SequenceStartEvent))
    while depth:
        event = next(events)
        depth += int(isinstance(event, MappingStartEvent | SequenceStartEvent))
        depth -= int(isinstance(event, MappingEndEvent | SequenceEndEvent))


def _tag(event: Any) -> str:
    """The tag of a scalar: its own, or what YAML 1.2 makes of its text."""
    if event.tag is not None and str(event.tag) != "!":
        return str(event.tag)
    return _resolved(event.value, event.implicit[0])


@cache
def _resolver() -> Any:
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).resolver


@lru_cache(maxsize=20_000)
def _resolved(text: str, plain: bool) -> str:
    return str(_resolver().resolve(ScalarNode, text, (plain, not plain)))


def _scalar(tree: Tree, event: Any) -> Any:
    text: str = event.value
    kind = _tag(event).removeprefix(_TAG)
    if kind == "null":
        return None
    if kind == "bool" and text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    if kind == "int":
        return _whole(tree, event, text.replace("_", ""))
    if kind == "float":
        return _fraction(tree, event, text.replace("_", "").casefold())
    return _text(tree, event)


def _whole(tree: Tree, event: Any, text: str) -> int:
    digits = text.lstrip("+-")
    if digits.isdecimal() and len(digits) > 1 and digits.startswith("0"):
        tree.error(
            "leading-zero",
            _spot(tree, event.start_mark),
            mark("`{text}` begins with 0: it may be a number or a code"),
            mark('Write {plain} if it is a number; put it into quotes if it is a code: "{text}"'),
            text=event.value,
            plain=digits.lstrip("0") or "0",
        )
        return 0
    try:
        number = int(text, 0)
    except ValueError:
        return _no_number(tree, event)
    return number if abs(number) <= GREATEST_WHOLE else _no_number(tree, event)


def _fraction(tree: Tree, event: Any, text: str) -> float:
    try:
        number = float(text.replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        number = math.nan
    return number if math.isfinite(number) else _no_number(tree, event)


def _no_number(tree: Tree, event: Any) -> int:
    tree.error(
        "not-finite",
        _spot(tree, event.start_mark),
        mark("`{text}` is no number of a plan"),
        mark("Write a number; leave an end that does not exist out, or write null"),
        text=_shown(event.value),
    )
    return 0


def _text(tree: Tree, event: Any) -> str:
    """The text in composed letters (NFC); what a terminal or a page could be led astray by is refused."""
    text = unicodedata.normalize("NFC", event.value)
    if _UNPRINTABLE.search(text):
        tree.error(
            "control-character",
            _spot(tree, event.start_mark),
            mark("`{text}` holds a sign that can't be printed"),
            mark("Write the text again, without it"),
            text=_shown(text),
        )
        return ""
    return text


def _shown(text: str) -> str:
    """At most forty letters, with a question mark for each that can't be printed."""
    short = text if len(text) <= 40 else text[:39] + "…"
    return "".join(letter if letter.isprintable() else "?" for letter in short)
