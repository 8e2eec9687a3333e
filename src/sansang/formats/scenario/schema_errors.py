"""Does the data have the shape? Every mismatch with the JSON Schema, and keys that nobody knows."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from sansang.formats.problems import Problem, Spot
from sansang.formats.scenario.shape import plain_schema
from sansang.formats.scenario.yaml_tree import Path
from sansang.model.language import search_key
from sansang.words import mark


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    # 1.0 is a whole number to JSON Schema, but not to the typed values.
    types = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    strict: Any = extend(Draft202012Validator, type_checker=types)  # type: ignore[no-untyped-call]
    return strict(plain_schema())


class SpotFinder:
    """Finds the spot of a path, or of the nearest thing around it."""

    def __init__(self, values: dict[Path, Spot], keys: dict[Path, Spot], whole: Spot) -> None:
        self.values = values
        self.keys = keys
        self.whole = whole

    def value(self, path: Path) -> Spot:
        """Where the value stands; where it is missing, what should hold it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, self.whole) if path else self.whole

    def key(self, path: Path) -> Spot:
        """Where the key stands, or else the value."""
        return self.keys.get(path) or self.value(path)


def mismatches(data: Any, where: SpotFinder) -> Iterator[Problem]:
    """A problem for every place that has another shape."""
    for error in _validator().iter_errors(data):
        yield from _said(error, where, ())


def unknown_keys(data: Any, where: SpotFinder) -> Iterator[Problem]:
    """A warning for every key that the shape does not know; they are kept in the file."""
    yield from _unknown(plain_schema(), data, (), where)


def _said(error: Any, where: SpotFinder, above: Path) -> Iterator[Problem]:
    path = (*above, *error.path)
    kind, wanted, got = error.validator, error.validator_value, error.instance
    if kind == "anyOf":
        yield from _any_of(error, where, path)
        return
    if kind == "required":
        missing = next(key for key in wanted if key not in got and f"'{key}'" in error.message)
        yield Problem(
            "missing",
            where.value(path),
            mark("`{missing}` is missing"),
            mark("Add a line `{missing}: …`"),
            {"missing": missing},
        )
        return
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    values: dict[str, object] = {"got": _short(got), "key": key, "wanted": wanted}
    code, message, mend = _WORDS.get(kind, _OTHER)
    if kind == "type":
        message, mend = _type_words(str(wanted), got)
    if kind == "enum":
        values["known"] = ", ".join(str(item) for item in wanted)
        near = difflib.get_close_matches(str(got), [str(item) for item in wanted], 1)
        if near:
            values["near"] = near[0]
            mend = mark("Did you mean `{near}`? Known are: {known}")
    if kind == "pattern":
        mend = _form_words(key, str(got), values)
    yield Problem(code, where.value(path), message, mend, values)


_OTHER = (
    "wrong-form",
    mark("`{got}` does not fit here"),
    mark("See `sansang schema` for what may stand here"),
)
_WORDS = {
    "type": ("wrong-type", "", ""),
    "enum": ("unknown-word", mark("`{got}` is not known here"), mark("Write one of: {known}")),
    "minimum": ("too-small", mark("`{got}` is too small"), mark("Write at least {wanted}")),
    "exclusiveMinimum": ("too-small", mark("`{got}` is too small"), mark("Write more than {wanted}")),
    "maximum": ("too-great", mark("`{got}` is too great"), mark("Write at most {wanted}")),
    "minItems": ("too-few", mark("The list is too short"), mark("Give at least {wanted} items")),
    "minProperties": ("too-few", mark("The mapping is empty"), mark("Give at least {wanted} entry")),
    "maxItems": ("too-many", mark("The list is too long"), mark("Give at most {wanted} items")),
    "minLength": ("left-empty", mark("`{key}` is left empty"), mark("Write a text")),
    "maxLength": ("too-long", mark("The text is too long"), mark("Shorten it to {wanted} characters")),
    "pattern": ("wrong-form", mark("`{got}` does not have the form that `{key}` needs"), ""),
}


def _form_words(key: str, got: str, values: dict[str, object]) -> str:
    """How to mend a text that has not the form of its key; may add to the values what it should be."""
    if key == "area":
        return mark('Write the code of the unit in digits, in quotes: "27238"')
    if key == "symbol":
        return mark("Write its letters in capitals: UBND")
    if key in ("valid_from", "date"):
        return mark("Write it as 2019-12-15")
    values["short"] = "-".join(re.findall(r"[a-z0-9]+", search_key(got)))[:63]
    if values["short"]:
        return mark("Use small letters without marks, digits and hyphens, such as `{short}`")
    return mark("Use small letters without marks, digits and hyphens")


def _type_words(wanted: str, got: Any) -> tuple[str, str]:
    if wanted == "string" and isinstance(got, int | float) and not isinstance(got, bool):
        return (
            mark("`{got}` is a number, but `{key}` must be a text"),
            mark('Put it into quotes: "{got}"'),
        )
    if got is None:
        message = mark("`{key}` is left empty")
    elif wanted in ("number", "integer") and isinstance(got, str):
        message = mark("`{got}` is a text, but `{key}` must be a number")
    else:
        message = mark("`{got}` is not what `{key}` holds")
    asked = {
        "string": mark("Write a text"),
        "number": mark("Write a number, such as 5 or 2.5"),
        "integer": mark("Write a whole number"),
        "boolean": mark("Write true or false"),
        "array": mark("Write a list: [a, b] or lines that begin with -"),
        "object": mark("Write a mapping: indented lines of the form `key: value`"),
    }
    return message, asked.get(wanted, _OTHER[2])


def _any_of(error: Any, where: SpotFinder, path: Path) -> Iterator[Problem]:
    """The branch that the writer meant: a mapping is compared with the mapping, else the forms are named."""
    got = error.instance
    names = [str(branch.get("$ref", "")) for branch in error.validator_value]
    if isinstance(got, dict | list):
        wanted = "object" if isinstance(got, dict) else "array"
        for number, branch in enumerate(error.validator_value):
            if ("$ref" in branch and wanted == "object") or branch.get("type") == wanted:
                for inner in error.context:
                    if inner.schema_path[0] == number:
                        yield from _said(inner, where, path)
                return
    values: dict[str, object] = {"got": _short(got)}
    if any(name.endswith("/Number") for name in names):
        yield Problem(
            "not-a-number",
            where.value(path),
            mark("`{got}` is no number"),
            mark(
                "Write a number such as 5, or a mapping: {{triangular: [3, 5, 9], assumed: why}} "
                "(also value, uniform, exponential, lognormal, empirical)"
            ),
            values,
        )
    elif path[-1] == "sites":
        yield Problem(
            "wrong-form",
            where.value(path),
            _OTHER[1],
            mark("Write the id of a site, or a list: [{{site: …, weight: 2}}, {{site: …}}]"),
            values,
        )
    elif path[-1] == "pillars":
        yield Problem(
            "wrong-form",
            where.value(path),
            _OTHER[1],
            mark("Write the name of a known set, such as five_hcmc_2019, or a set of your own"),
            values,
        )
    else:
        yield from _of_one_branch(error, where, path)


def _of_one_branch(error: Any, where: SpotFinder, path: Path) -> Iterator[Problem]:
    """What the first branch says that is not about another type; else that it does not fit."""
    for inner in error.context:
        if inner.validator != "type":
            yield from _said(inner, where, path)
            return
    yield Problem("wrong-form", where.value(path), _OTHER[1], _OTHER[2], {"got": _short(error.instance)})


def _unknown(schema: dict[str, Any], data: Any, path: Path, where: SpotFinder) -> Iterator[Problem]:
    definitions = plain_schema()["$defs"]
    schema = _resolved(schema, data, definitions)
    if isinstance(data, dict):
        known = schema.get("properties")
        for key, value in data.items():
            if known is not None and key not in known:
                near = difflib.get_close_matches(key, list(known), 1)
                yield Problem(
                    "unknown-key",
                    where.key((*path, key)),
                    mark("`{key}` is not known here and is not used"),
                    mark("Did you mean `{near}`") if near else mark("It is kept; `sansang schema` says what is known"),
                    {"key": key, "near": near[0] if near else ""},
                    severity="warning",
                )
            inner = (known or {}).get(key, schema.get("additionalProperties"))
            if isinstance(inner, dict):
                yield from _unknown(inner, value, (*path, key), where)
    elif isinstance(data, list) and isinstance(schema.get("items"), dict):
        for number, item in enumerate(data):
            yield from _unknown(schema["items"], item, (*path, number), where)


def _resolved(schema: dict[str, Any], data: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:
        wanted = "object" if isinstance(data, dict) else "array"
        for branch in schema["anyOf"]:
            resolved = _resolved(branch, data, definitions)
            if resolved.get("type") == wanted:
                return resolved
        return {}
    if "$ref" in schema:
        found: dict[str, Any] = definitions[schema["$ref"].rsplit("/", 1)[-1]]
        return found
    return schema


def _short(value: Any) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
