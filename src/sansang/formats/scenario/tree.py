"""What does the text say, and where? YAML as plain data with the line and column of every key and value.

What could hurt is refused before anything is built: bombs of aliases, endless nesting, tags that call code.
"""

from __future__ import annotations

import contextlib
import io
import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sansang.formats.problems import Problem, Spot
from sansang.words import mark

MOST_BYTES = 8 * 1024 * 1024
MOST_NODES = 500_000
DEEPEST = 40

Path = tuple[str | int, ...]
_TAG = "tag:yaml.org,2002:"
_KNOWN_TAGS = {f"{_TAG}{kind}" for kind in ("map", "seq", "str", "int", "float", "bool", "null", "merge")}

_SCANNED_SLOWLY = ("\t", "\x85", "\u2028", "\u2029", "\ufeff", "%YAML")

#: A whole number beyond this is a slip of the hand, and would not fit into the machine.
GREATEST_WHOLE = 10**15


@dataclass
class Tree:
    """The data of one file, and the spot of each path in it (of the value; ``keys`` has that of the key)."""

    file: str
    data: Any = None
    values: dict[Path, Spot] = field(default_factory=dict)
    keys: dict[Path, Spot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def error(self, code: str, spot: Spot, message: str, mend: str, **values: object) -> None:
        """Note that something is wrong."""
        self.problems.append(Problem(code, spot, message, mend, values))


def grow(file: str, data: bytes) -> Tree:
    """The tree of a file; with errors its data are None."""
    tree = Tree(file)
    text = _decoded(tree, data)
    events = None if text is None else _harmless_events(tree, text)
    if events is None:
        return tree
    node = _composed(tree, events)
    if node is None:
        return tree
    plain = _plain(tree, node, ())
    if not tree.problems and not isinstance(plain, dict):
        tree.error(
            "not-a-mapping",
            _spot(tree, node.start_mark),
            mark("The file holds no keys at the top"),
            mark("Begin with lines such as `title: …`"),
        )
    if not tree.problems:
        tree.data = plain
    return tree


def _decoded(tree: Tree, data: bytes) -> str | None:
    whole = Spot(tree.file)
    if len(data) > MOST_BYTES:
        tree.error(
            "too-large",
            whole,
            mark("The file has {size} MiB, more than the {most} that a scenario may have"),
            mark("Split it into parts, or take out what does not belong to the plan"),
            size=len(data) // 2**20,
            most=MOST_BYTES // 2**20,
        )
        return None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        tree.error("not-utf8", whole, mark("The file is UTF-16"), mark("Save it as UTF-8"))
        return None
    if b"\0" in data:
        tree.error(
            "binary",
            whole,
            mark("The file is not text (it holds a zero byte)"),
            mark("Give a YAML text file; a workbook is imported, not renamed"),
        )
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = len(data[: wrong.start].split(b"\n"))
        column = wrong.start - (data.rfind(b"\n", 0, wrong.start) + 1) + 1
        spot = Spot(tree.file, line, column)
        tree.error("not-utf8", spot, mark("The file is not UTF-8 here"), mark("Save it as UTF-8"))
        return None
    if not text.strip():
        tree.error("empty", whole, mark("The file is empty"), mark("Start from examples/hem-chay/exercise.yaml"))
        return None
    return text


def _harmless_events(tree: Tree, text: str) -> list[Any] | None:
    """The events of the text, gone through one by one, so that neither depth nor number can hurt; None with errors."""
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.events import (
        AliasEvent,
        DocumentStartEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
    )

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
    from ruamel.yaml.error import YAMLError

    if not any(sign in text for sign in _SCANNED_SLOWLY):
        from _ruamel_yaml import CParser  # type: ignore[import-not-found]

        with contextlib.suppress(YAMLError):
            # The C scanner gives None, not an error, after the last event.
            events = list(iter(CParser(text).get_event, None))
            if not any(getattr(event, "anchor", None) for event in events):
                return events
    slowly: Iterable[Any] = YAML(typ="safe", pure=True).parse(io.StringIO(text))
    return slowly


class _Replay:
    """Gives a composer events that were parsed already: scanning is what takes the time, so it is done once."""

    def __init__(self, events: list[Any]) -> None:
        self._events = iter(events)
        self._next = next(self._events, None)

    def check_event(self, *kinds: type) -> bool:
        """Whether there is another event, of one of these kinds if any are named."""
        return self._next is not None and (not kinds or isinstance(self._next, kinds))

    def peek_event(self) -> Any:
        """The next event; it stays the next."""
        return self._next

    def get_event(self) -> Any:
        """The next event, taken."""
        event, self._next = self._next, next(self._events, None)
        return event


def _composed(tree: Tree, events: list[Any]) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="safe", pure=True)
    yaml._parser = _Replay(events)  # type: ignore[attr-defined]
    try:
        node = yaml.composer.get_single_node()
    except (YAMLError, RecursionError) as wrong:
        _yaml_error(tree, wrong)
        return None
    if node is None:
        tree.error(
            "empty",
            Spot(tree.file),
            mark("The file is empty"),
            mark("Start from examples/hem-chay/exercise.yaml"),
        )
    return node


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


def _plain(tree: Tree, node: Any, path: Path) -> Any:
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    # What is left empty stands where its key does: its own mark is on the next line.
    empty = node.value == "" and path in tree.keys
    tree.values[path] = tree.keys[path] if empty else _spot(tree, node.start_mark)
    if isinstance(node, MappingNode):
        return _mapping(tree, node, path)
    if isinstance(node, SequenceNode):
        return [_plain(tree, item, (*path, number)) for number, item in enumerate(node.value)]
    return _scalar(tree, node)


def _mapping(tree: Tree, node: Any, path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        spot = _spot(tree, key_node.start_mark)
        if not isinstance(key_node.value, str) or not key_node.value or key_node.tag == f"{_TAG}merge":
            tree.error(
                "key",
                spot,
                mark("A key must be a plain word"),
                mark("Write `key: value`, without `<<` or brackets on the left"),
            )
            continue
        key = _text(tree, key_node)
        if key in found:
            tree.error(
                "key-twice",
                spot,
                mark("`{key}` stands here a second time; the first is in line {line}"),
                mark("Keep one of them"),
                key=key,
                line=tree.keys[*path, key].line,
            )
            continue
        tree.keys[*path, key] = spot
        found[key] = _plain(tree, value_node, (*path, key))
    return found


def _scalar(tree: Tree, node: Any) -> Any:
    text: str = node.value
    kind = str(node.tag).removeprefix(_TAG)
    if kind == "null":
        return None
    if kind == "bool" and text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    if kind == "int":
        return _whole(tree, node, text.replace("_", ""))
    if kind == "float":
        return _fraction(tree, node, text.replace("_", "").casefold())
    return _text(tree, node)


def _whole(tree: Tree, node: Any, text: str) -> int:
    digits = text.lstrip("+-")
    if digits.isdecimal() and len(digits) > 1 and digits.startswith("0"):
        tree.error(
            "leading-zero",
            _spot(tree, node.start_mark),
            mark("`{text}` begins with 0: it may be a number or a code"),
            mark('Write {plain} if it is a number; put it into quotes if it is a code: "{text}"'),
            text=node.value,
            plain=digits.lstrip("0") or "0",
        )
        return 0
    try:
        number = int(text, 0)
    except ValueError:
        return _no_number(tree, node)
    return number if abs(number) <= GREATEST_WHOLE else _no_number(tree, node)


def _fraction(tree: Tree, node: Any, text: str) -> float:
    try:
        number = float(text.replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        number = math.nan
    return number if math.isfinite(number) else _no_number(tree, node)


def _no_number(tree: Tree, node: Any) -> int:
    tree.error(
        "not-finite",
        _spot(tree, node.start_mark),
        mark("`{text}` is no number of a plan"),
        mark("Write a number; leave an end that does not exist out, or write null"),
        text=_shown(node.value),
    )
    return 0


def _text(tree: Tree, node: Any) -> str:
    """The text in composed letters (NFC); what a terminal or a page could be led astray by is refused."""
    text = unicodedata.normalize("NFC", node.value)
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text):
        tree.error(
            "control-character",
            _spot(tree, node.start_mark),
            mark("`{text}` holds a sign that can't be printed"),
            mark("Write the text anew without it"),
            text=_shown(text),
        )
        return ""
    return text


def _shown(text: str) -> str:
    """At most forty letters, with a question mark for each that can't be printed."""
    short = text if len(text) <= 40 else text[:39] + "…"
    return "".join(letter if letter.isprintable() else "?" for letter in short)
