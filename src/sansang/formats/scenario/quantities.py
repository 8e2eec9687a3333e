"""How much is it? Numbers of the file as quantities of the model, with what is wrong with them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from msgspec import UNSET, UnsetType

from sansang.formats.problems import Problem
from sansang.formats.scenario import shape_numbers
from sansang.formats.scenario.schema_errors import SpotFinder
from sansang.formats.scenario.yaml_tree import Path
from sansang.model.plan.quantity import (
    Amount,
    Basis,
    Constant,
    Distribution,
    Duration,
    Empirical,
    Exponential,
    Lognormal,
    Number,
    Probability,
    Provenance,
    Triangular,
    Uniform,
)
from sansang.words import mark

Given = float | shape_numbers.Number | UnsetType | None
FORMS = ("value", "uniform", "triangular", "exponential", "lognormal", "empirical")
PROVENANCES: tuple[Provenance, ...] = ("measured", "sourced", "assumed")
GREATEST = 1e9


class Quantities:
    """Reads numbers; collects problems."""

    def __init__(self, where: SpotFinder) -> None:
        self.where = where
        self.problems: list[Problem] = []

    def error(self, code: str, path: Path, message: str, mend: str, /, **values: object) -> None:
        """Note that something is wrong at a path."""
        self.problems.append(Problem(code, self.where.value(path), message, mend, values))

    def warning(self, code: str, path: Path, message: str, mend: str, /, **values: object) -> None:
        """Note something that is odd but can be played."""
        self.problems.append(Problem(code, self.where.value(path), message, mend, values, severity="warning"))

    def duration(self, given: Given, path: Path, otherwise: float = 0.0, least: float | None = 0.0) -> Duration:
        """Minutes (or a factor) that may vary; ``least`` is the smallest value that may come out."""
        basis = self._basis(given, path)
        if given is UNSET or given is None:
            return Duration(Constant(otherwise), basis)
        distribution = self._distribution(given, path)
        lowest = _lowest(distribution)
        if least is not None and lowest < least:
            self.error(
                "negative",
                path,
                mark("This could become {lowest}, less than {least}"),
                mark("A duration is never below 0: raise the smallest value"),
                lowest=lowest,
                least=least,
            )
        return Duration(distribution, basis)

    def number(self, given: Given, path: Path, otherwise: float, *, above: float | None = None) -> Number:
        """A number that does not vary, at least 0, or more than ``above``."""
        value = self._one_value(given, path, otherwise)
        if (above is not None and value <= above) or value < 0:
            self.error(
                "out-of-range",
                path,
                mark("{value} is too small here"),
                mark("Write a number greater than {least}"),
                value=value,
                least=0 if above is None else above,
            )
        return Number(value, self._basis(given, path))

    def probability(self, given: Given, path: Path, otherwise: float) -> Probability:
        """A chance between 0 and 1."""
        value = self._one_value(given, path, otherwise)
        if not 0 <= value <= 1:
            self.error(
                "not-a-chance",
                path,
                mark("{value} is no chance"),
                mark("Write a number from 0 (never) to 1 (always), such as 0.85"),
                value=value,
            )
        return Probability(value, self._basis(given, path))

    def amount(self, given: Given, path: Path, otherwise: int, least: int = 1) -> Amount:
        """A whole number, at least ``least``."""
        value = self._one_value(given, path, float(otherwise))
        if value != int(value):
            self.error(
                "not-whole",
                path,
                mark("{value} is not a whole number"),
                mark("Write a whole number: a strength, a quantity and a quorum are counted"),
                value=value,
            )
        elif value < least:
            self.error(
                "negative-amount" if value < 0 else "too-small-amount",
                path,
                mark("{value} is less than {least}"),
                mark("Write a whole number of at least {least}"),
                value=int(value),
                least=least,
            )
        return Amount(int(value), self._basis(given, path))

    def amounts(self, given: dict[str, Any], path: Path, least: int) -> dict[str, Amount]:
        """Whole numbers by name."""
        return {name: self.amount(value, (*path, name), 0, least) for name, value in given.items()}

    def _one_value(self, given: Given, path: Path, otherwise: float) -> float:
        if given is UNSET or given is None:
            return otherwise
        distribution = self._distribution(given, path)
        if isinstance(distribution, Constant):
            return distribution.value
        self.error(
            "must-not-vary",
            path,
            mark("This number must not vary"),
            mark("Write one value; the range in which an assumption may be off goes into `range`"),
        )
        return otherwise

    def _basis(self, given: Given, path: Path) -> Basis:
        if not isinstance(given, shape_numbers.Number):
            return Basis()
        named = [name for name in PROVENANCES if getattr(given, name) is not UNSET]
        if len(named) > 1:
            self.error(
                "two-sources",
                path,
                mark("A number is either measured, sourced or assumed, not {names}"),
                mark("Keep the one that holds"),
                names=", ".join(named),
            )
        name: Provenance = named[0] if named else "assumed"
        note = str(getattr(given, name)) if named else ""
        if given.range is UNSET:
            return Basis(name, note)
        low, high = given.range
        if low > high:
            self.error("range-order", (*path, "range"), mark("The range runs backwards"), mark("Write [least, most]"))
        return Basis(name, note, low, high)

    def _distribution(self, given: float | shape_numbers.Number, path: Path) -> Distribution:
        if not isinstance(given, shape_numbers.Number):
            self._not_too_great([given], path)
            return Constant(float(given))
        forms = [name for name in FORMS if getattr(given, name) is not UNSET]
        if len(forms) != 1:
            self.error(
                "one-form",
                path,
                mark("A number needs exactly one of value, uniform, triangular, exponential, lognormal, empirical")
                if not forms
                else mark("Only one of {forms} can hold"),
                mark("Write for example {{value: 5, assumed: why}} or {{triangular: [3, 5, 9]}}"),
                forms=", ".join(forms),
            )
            return Constant(1.0)
        return self._of_form(forms[0], getattr(given, forms[0]), (*path, forms[0]))

    def _of_form(self, form: str, numbers: Any, path: Path) -> Distribution:
        flat = [x for p in numbers for x in p] if form == "empirical" else numbers
        self._not_too_great(flat if isinstance(flat, list) else [flat], path)
        if form == "value":
            return Constant(float(numbers))
        if form == "exponential":
            if numbers < 0:
                self._order(path)
            return Exponential(float(numbers))
        if form == "lognormal":
            if numbers[0] <= 0 or numbers[1] < 0:
                self.error(
                    "lognormal",
                    path,
                    mark("The median must be above 0 and the deviation not below 0"),
                    mark("Write [median, deviation of the logarithm], such as [5, 0.4]"),
                )
            return Lognormal(*map(float, numbers))
        if form == "empirical":
            points = tuple((float(p), float(value)) for p, value in numbers)
            rising = all(a <= b for x, y in pairwise(points) for a, b in zip(x, y, strict=True))
            if points[0][0] != 0 or points[-1][0] != 1 or not rising:
                self.error(
                    "empirical",
                    path,
                    mark("The points must rise, with shares from 0 to 1"),
                    mark("Write [[0, least], …, [1, most]]"),
                )
            return Empirical(points)
        if list(numbers) != sorted(numbers):
            self._order(path)
        values = [float(x) for x in numbers]
        return Uniform(*values) if form == "uniform" else Triangular(*values)

    def _order(self, path: Path) -> None:
        self.error(
            "order",
            path,
            mark("These numbers are not in order"),
            mark("Write the least first and the most last"),
        )

    def _not_too_great(self, numbers: list[float], path: Path) -> None:
        if any(abs(number) > GREATEST for number in numbers):
            self.error(
                "out-of-range",
                path,
                mark("{value} is too great for any plan"),
                mark("Check the unit: durations are in minutes"),
                value=max(numbers, key=abs),
            )


def _lowest(distribution: Distribution) -> float:
    match distribution:
        case Constant(value):
            return value
        case Uniform(low, _) | Triangular(low, _, _):
            return low
        case Empirical(points):
            return points[0][1]
    return 0.0
