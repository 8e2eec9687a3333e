"""How is a result stored? As JSON that loads to an equal value."""

from __future__ import annotations

import json

import msgspec

from sansang.model.plan.comparison import ComparisonResult
from sansang.model.plan.results import RehearsalResult


def dump_result(result: RehearsalResult | ComparisonResult) -> bytes:
    """The result as indented UTF-8 JSON with a final line feed; equal results give equal bytes."""
    plain = msgspec.to_builtins(result)
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode()


def load_result(data: bytes) -> RehearsalResult:
    """The result in these bytes; raises msgspec.ValidationError or DecodeError if they are not one."""
    return msgspec.json.decode(data, type=RehearsalResult)


def load_comparison(data: bytes) -> ComparisonResult:
    """The comparison in these bytes; raises like :func:`load_result`."""
    return msgspec.json.decode(data, type=ComparisonResult)
