"""How is a result kept? As JSON, read back to the same value."""

from __future__ import annotations

import json

import msgspec

from sansang.model.plan.comparison import ComparisonResult
from sansang.model.plan.results import RehearsalResult


def to_bytes(result: RehearsalResult | ComparisonResult) -> bytes:
    """Indented UTF-8 JSON with a line feed at the end; equal results give equal bytes."""
    plain = msgspec.to_builtins(result)
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode()


def from_bytes(data: bytes) -> RehearsalResult:
    """The result; raises msgspec.ValidationError or DecodeError when the bytes are not one."""
    return msgspec.json.decode(data, type=RehearsalResult)


def comparison_from_bytes(data: bytes) -> ComparisonResult:
    """The comparison; raises as :func:`from_bytes`."""
    return msgspec.json.decode(data, type=ComparisonResult)
