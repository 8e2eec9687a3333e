"""Which branches of the templates were rendered? Marks in the syntax tree of each template, written to a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes


def record(into: Path) -> None:
    """From now on, note each branch of each template that is parsed ("?") and each that is rendered ("!")."""
    known: set[str] = set()

    def note(mark: str, value: object = "") -> object:
        if mark not in known:
            known.add(mark)
            with into.open("a", encoding="utf-8") as file:
                file.write(f"!{mark}\n")
        return value

    parse = jinja2.Environment._parse

    def parse_with_marks(self: jinja2.Environment, source: str, name: str | None, filename: str | None) -> Any:
        tree = parse(self, source, name, filename)
        self.globals["note_branch"] = note
        marks = list(_insert_marks(tree, str(name)))
        with into.open("a", encoding="utf-8") as file:
            file.writelines(f"?{mark}\n" for mark in marks)
        return tree.set_environment(self)

    jinja2.Environment._parse = parse_with_marks  # type: ignore[method-assign]


def unrendered(recorded: Path) -> set[str]:
    """The branches that were parsed and never rendered: template, line, and which condition takes which way."""
    lines = set(recorded.read_text("utf-8").splitlines())
    return {line[1:] for line in lines if line[0] == "?" and f"!{line[1:]}" not in lines}


def _insert_marks(tree: nodes.Template, name: str) -> Iterator[str]:
    """Insert a call of ``note_branch`` into each branch of a template; the marks, in the order of their insertion."""
    number = 0
    elifs = {id(one) for found in tree.find_all(nodes.If) for one in found.elif_}

    def call(mark: str, line: int, *values: nodes.Expr) -> nodes.Call:
        function = nodes.Name("note_branch", "load", lineno=line)
        return nodes.Call(function, [nodes.Const(mark, lineno=line), *values], [], None, None, lineno=line)

    for node in list(tree.find_all((nodes.If, nodes.For, nodes.CondExpr))):
        number += 1
        at, line = f"{name}:{node.lineno} #{number} {type(node).__name__}", node.lineno
        if isinstance(node, nodes.CondExpr):
            yield f"{at} yes"
            yield f"{at} no"
            node.expr1 = call(f"{at} yes", line, node.expr1)
            node.expr2 = call(f"{at} no", line, node.expr2 or nodes.Const("", lineno=line))
            continue
        assert isinstance(node, nodes.If | nodes.For)
        yield f"{at} yes"
        node.body.insert(0, nodes.ExprStmt(call(f"{at} yes", line), lineno=line))
        if id(node) not in elifs and (isinstance(node, nodes.If) or node.else_):
            yield f"{at} no"
            node.else_.insert(0, nodes.ExprStmt(call(f"{at} no", line), lineno=line))
