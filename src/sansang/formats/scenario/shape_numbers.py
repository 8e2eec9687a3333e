"""How may a number stand in a scenario file? Its forms and its provenance; ids and texts."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from sansang.words import mark

Id = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$(?!\n)",
        description=mark("A short name: small letters without marks, digits, hyphens"),
    ),
]
Text = Annotated[str, Meta(max_length=20_000)]
Minutes = Annotated[float, Meta(ge=0, le=1_000_000, description=mark("Minutes from the start of the exercise"))]


class Number(Struct, kw_only=True):
    """A number that says where it comes from, or how it varies."""

    value: Annotated[float, Meta(description=mark("Always this value"))] | UnsetType = UNSET
    uniform: (
        Annotated[list[float], Meta(min_length=2, max_length=2, description=mark("[least, most], all alike"))]
        | UnsetType
    ) = UNSET
    triangular: (
        Annotated[list[float], Meta(min_length=3, max_length=3, description=mark("[least, usual, most]"))] | UnsetType
    ) = UNSET
    exponential: Annotated[float, Meta(description=mark("The average; without memory"))] | UnsetType = UNSET
    lognormal: (
        Annotated[
            list[float],
            Meta(min_length=2, max_length=2, description=mark("[median, deviation of the logarithm]")),
        ]
        | UnsetType
    ) = UNSET
    empirical: (
        Annotated[
            list[Annotated[list[float], Meta(min_length=2, max_length=2)]],
            Meta(min_length=2, description=mark("Points [share of cases at or below, value], from 0 to 1")),
        ]
        | UnsetType
    ) = UNSET
    measured: Annotated[Text, Meta(description=mark("It was measured: how and when"))] | UnsetType = UNSET
    sourced: Annotated[Text, Meta(description=mark("It has a source: which"))] | UnsetType = UNSET
    assumed: Annotated[Text, Meta(description=mark("It is only assumed: why so"))] | UnsetType = UNSET
    range: (
        Annotated[
            list[Annotated[float, Meta(gt=0)]],
            Meta(
                min_length=2,
                max_length=2,
                description=mark("For what is assumed: the true value lies between these factors of the number"),
            ),
        ]
        | UnsetType
    ) = UNSET


Quantity = Annotated[
    float | Number,
    Meta(
        description=mark(
            "A number (then only assumed), or a mapping such as {triangular: [3, 5, 9], measured: drill of 12/5}"
        )
    ),
]
Strengths = Annotated[dict[str, Quantity], Meta(description=mark("Capability → strength, whole numbers"))]
Pieces = Annotated[dict[str, Quantity], Meta(description=mark("Kind of supply → pieces, whole numbers"))]
