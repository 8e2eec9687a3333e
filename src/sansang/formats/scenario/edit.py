"""How is a change written into the files of a plan? Only what changes is rewritten; every other byte stays.

A list of a plan is a run of blocks of lines, one for each item. An item that changes goes alone through the library
that keeps comments; items that come, go or move are blocks that do so.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sansang.formats.scenario.plain_yaml import emit, emit_item
from sansang.formats.scenario.read import MAIN
from sansang.formats.scenario.yaml_tree import Tree, parse_tree

#: In place of a value: the key goes.
REMOVED: Any = object()
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListEdit:
    """What becomes of one list: values by path within an item, new items, the order of ids at the end.

    Items whose ids ``order`` does not name go.
    """

    key: str
    order: tuple[str, ...]
    changed: Mapping[str, Mapping[Path, Any]] = field(default_factory=dict)
    added: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def edited(
    files: Mapping[str, bytes], top: Mapping[Path, Any], lists: Sequence[ListEdit], home: str = MAIN
) -> dict[str, bytes]:
    """The files with these changes made, only those that changed.

    ``top`` are values by path from the top of a file; ``home`` is the file that gets a list which no file has yet.
    The files must be readable. Raises KeyError for an item that is not there.
    """
    now = dict(files)
    trees = {name: parse_tree(name, data) for name, data in files.items()}

    def holder(key: str) -> str | None:
        return next((name for name, tree in trees.items() if key in (tree.data or {})), None)

    def keep(name: str, data: bytes) -> None:
        now[name] = data
        trees[name] = parse_tree(name, data)

    for path, value in top.items():
        name = holder(path[0]) or MAIN
        keep(name, _with_key(trees[name], now[name], path, value))
    for edit in lists:
        held = holder(edit.key)
        if held is not None:
            keep(held, _with_list(trees[held], now[held], edit))
        elif edit.order:
            place = home if home in now else MAIN
            keep(place, _appended(now[place], edit))
    return {name: data for name, data in now.items() if data != files.get(name)}


def _with_key(tree: Tree, data: bytes, path: Path, value: Any) -> bytes:
    """One value at the top, or within a mapping there: its block of lines is rewritten."""
    lines = _lines(data)
    spot = tree.keys.get((path[0],))
    if spot is None:
        end = "" if not lines or lines[-1].endswith("\n") else "\n"
        return (("".join(lines)) + end + emit({path[0]: _nested(path[1:], value)})).encode()
    first = spot.line - 1
    last = _next_key(tree, path[0], len(lines))
    last = _without_tail(lines, first, last, 0)
    block = _rewritten("".join(lines[first:last]), path, value)
    return "".join([*lines[:first], block, *lines[last:]]).encode()


def _nested(path: Path, value: Any) -> Any:
    for name in reversed(path):
        value = {name: value}
    return value


def _next_key(tree: Tree, key: str, end: int) -> int:
    """The line (from 0) where the next key of the top begins."""
    line = tree.keys[(key,)].line
    later = [spot.line - 1 for path, spot in tree.keys.items() if len(path) == 1 and spot.line > line]
    return min(later, default=end)


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8-sig").replace("\r\n", "\n").splitlines(keepends=True)


def _without_tail(lines: list[str], first: int, last: int, indent: int) -> int:
    """The end of a block without the empty lines and remarks that belong to what follows."""
    while last > first + 1:
        line = lines[last - 1]
        bare = line.lstrip()
        if bare.strip() and not (bare.startswith("#") and len(line) - len(bare) <= indent):
            break
        last -= 1
    return last


def _with_list(tree: Tree, data: bytes, edit: ListEdit) -> bytes:
    lines = _lines(data)
    items = tree.data[edit.key]
    spans = _spans(tree, lines, edit.key, len(items))
    if spans is None:
        return _whole(data, edit)
    indent = tree.values[edit.key, 0].column - 1 - 2
    blocks: dict[str, str] = {}
    for item, (first, last) in zip(items, spans, strict=True):
        blocks[item["id"]] = "".join(lines[first:last])
    for item_id, values in edit.changed.items():
        blocks[item_id] = _changed_item(blocks[item_id], indent, values)
    for item_id, item in edit.added.items():
        blocks[item_id] = emit_item(item, indent)
    begin, end = spans[0][0], spans[-1][1]
    kept = "".join(_ended(blocks[item_id]) for item_id in edit.order)
    if not kept:
        key_line = tree.keys[(edit.key,)].line - 1
        return "".join([*lines[:key_line], f"{edit.key}: []\n", *lines[end:]]).encode()
    return "".join([*lines[:begin], kept, *lines[end:]]).encode()


def _ended(block: str) -> str:
    return block if block.endswith("\n") else block + "\n"


def _spans(tree: Tree, lines: list[str], key: str, count: int) -> list[tuple[int, int]] | None:
    """The lines of each item, from and to; None where the list is not written one item below the other."""
    if not count:
        return None
    firsts = []
    for number in range(count):
        spot = tree.values[key, number]
        line = lines[spot.line - 1]
        dash = line[: spot.column - 1]
        if dash.strip() != "-" or not dash.endswith("- ") or spot.column != tree.values[key, 0].column:
            return None
        firsts.append(spot.line - 1)
    if len(set(firsts)) != count or tree.keys[(key,)].line - 1 >= firsts[0]:
        return None
    end = _without_tail(lines, firsts[-1], _next_key(tree, key, len(lines)), tree.values[key, 0].column - 3)
    return list(zip(firsts, [*firsts[1:], end], strict=True))


def _changed_item(block: str, indent: int, values: Mapping[Path, Any]) -> str:
    """An item with some values set: its dash is a space while the library has it."""
    text = " " * (indent + 2) + block[indent + 2 :]
    for path, value in values.items():
        text = _rewritten(text, path, value, indent + 2)
    body = text[indent + 2 :]
    return " " * indent + "- " + body


def _rewritten(text: str, path: Path, value: Any, indent: int = 0) -> str:
    """A mapping's text with one value set, comments and order kept."""
    yaml = _yaml()
    data = yaml.load(text)
    here = data
    for name in path[:-1]:
        if name not in here or here[name] is None:
            here[name] = {}
        here = here[name]
    if value is REMOVED:
        here.pop(path[-1], None)
    else:
        here[path[-1]] = _styled(value, here.get(path[-1]) if hasattr(here, "get") else None)
    out = io.StringIO()
    yaml.dump(data, out)
    written = out.getvalue()
    if not indent:
        return written
    space = " " * indent
    return "".join(space + line if line.strip() else line for line in written.splitlines(keepends=True))


def _styled(value: Any, old: Any) -> Any:
    """A new value in the hand of the old one: short lists and mappings on one line, texts in quotation marks."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    from sansang.formats.scenario.plain_yaml import flow_text

    if isinstance(value, str):
        return DoubleQuotedScalarString(value) if flow_text(value) != value else value
    if isinstance(value, Mapping):
        mapping = CommentedMap((name, _styled(inner, None)) for name, inner in value.items())
        if not isinstance(old, Mapping) or getattr(getattr(old, "fa", None), "flow_style", lambda: True)():
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list | tuple):
        items = CommentedSeq(_styled(inner, None) for inner in value)
        if old is None or getattr(getattr(old, "fa", None), "flow_style", lambda: True)():
            items.fa.set_flow_style()
        return items
    return value


def _yaml() -> Any:
    from ruamel.yaml import YAML

    yaml = YAML()
    # An item is written as it stood; its lines are not folded again.
    yaml.width = 100_000
    yaml.preserve_quotes = True
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _appended(data: bytes, edit: ListEdit) -> bytes:
    """A list that no file has yet, at the end of a file."""
    text = data.decode("utf-8-sig")
    if text and not text.endswith("\n"):
        text += "\n"
    items = "".join(emit_item(edit.added[item_id]) for item_id in edit.order)
    return f"{text}\n{edit.key}:\n{items}".encode()


def _whole(data: bytes, edit: ListEdit) -> bytes:
    """The same by way of the library for the whole file: for a list in brackets, or an empty one."""
    yaml = _yaml()
    tree = yaml.load(data.decode("utf-8-sig"))
    items = {item["id"]: item for item in tree[edit.key] or []}
    for item_id, values in edit.changed.items():
        for path, value in values.items():
            here = items[item_id]
            for name in path[:-1]:
                here = here.setdefault(name, {})
            if value is REMOVED:
                here.pop(path[-1], None)
            else:
                here[path[-1]] = _styled(value, here.get(path[-1]))
    if not items:
        plain = "".join(emit_item(edit.added[item_id]) for item_id in edit.order)
        lines = _lines(data)
        line = parse_tree("file", data).keys[(edit.key,)].line - 1
        return "".join([*lines[:line], f"{edit.key}:\n{plain}", *lines[line + 1 :]]).encode()
    items |= {item_id: _styled(dict(item), None) for item_id, item in edit.added.items()}
    from ruamel.yaml.comments import CommentedSeq

    fresh = CommentedSeq(items[item_id] for item_id in edit.order)
    if tree[edit.key].fa.flow_style():
        fresh.fa.set_flow_style()
    tree[edit.key] = fresh
    out = io.BytesIO()
    yaml.dump(tree, out)
    return out.getvalue()
