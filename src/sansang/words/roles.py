"""What is each role called? Catalogue messages for the roles of the table of rights."""

from __future__ import annotations

from sansang.model.access.rights import Role
from sansang.words import mark

ROLE_NAMES: dict[Role, str] = {
    "administrator": mark("administrator"),
    "chair": mark("chair of the People's Committee"),
    "commander": mark("commander"),
    "duty_officer": mark("duty officer"),
    "unit_leader": mark("unit leader"),
    "controller": mark("controller of a drill"),
    "evaluator": mark("evaluator"),
    "observer": mark("observer"),
    "auditor": mark("auditor"),
}
