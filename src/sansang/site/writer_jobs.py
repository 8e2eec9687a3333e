"""Which jobs can another process hand over to the one that writes? Jobs by name, with JSON values in and out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sansang.boards.queries import records
from sansang.commands.installation import Installation
from sansang.commands.peers import CannotReceive, receive
from sansang.ledger.exchange import Damaged
from sansang.ledger.progress import Progress
from sansang.model.access.record import ACCESS_STREAM
from sansang.model.operation.record import OPERATION, stream_of
from sansang.site.account_recovery import NotListed, recover_account

Values = dict[str, Any]


def import_file(installation: Installation, values: Values, progress: Progress) -> Values:
    """Import the logs of the file ``path``: how many entries were new, or every reason why it is refused."""
    try:
        taken = receive(installation, Path(values["path"]), progress)
    except CannotReceive as wrong:
        return {
            "refused": {
                "faults": [[fault.code, fault.log, fault.number, fault.about] for fault in wrong.faults],
                "forks": [[fork.ref.log, fork.ref.number, fork.ours.hex(), fork.theirs.hex()] for fork in wrong.forks],
                "missing": [list(one) for one in wrong.missing],
                "old_copy": [wrong.old_copy.log, wrong.old_copy.number] if wrong.old_copy is not None else None,
            }
        }
    except Damaged as wrong:
        return {"damaged": str(wrong)}
    except OSError as wrong:
        return {"unreadable": wrong.strerror or str(wrong)}
    installation.settle()
    return {"new": taken.new, "known": taken.known, "logs": taken.logs, "doubted": list(taken.doubted)}


def rebuild(installation: Installation, values: Values, progress: Progress) -> Values:
    """Rebuild the boards of ``operations``: how many were rebuilt, or which are unknown.

    None named: those of every operation, and of the access record.
    """
    there = [stream.id for stream in records(installation.store.alias, OPERATION.name)]
    wanted = values.get("operations") or there
    unknown = [name for name in wanted if name not in there]
    if unknown:
        return {"unknown": unknown}
    for done, name in enumerate(wanted):
        progress(done, len(wanted))
        installation.rebuilds.begin(stream_of(name), whole=True)
        installation.settle()
    if not values.get("operations"):
        installation.rebuilds.begin(ACCESS_STREAM, whole=True)
        installation.settle()
    progress(len(wanted), len(wanted))
    return {"operations": len(wanted)}


def let_in(installation: Installation, values: Values, _: Progress) -> Values:
    """Recover the account of ``person``: the fields of a Recovery, or as ``unknown`` who could be meant instead."""
    remove_factors, administrator = bool(values.get("forget")), bool(values.get("administrator"))
    try:
        return dataclasses.asdict(recover_account(installation, str(values["person"]), remove_factors, administrator))
    except NotListed as wrong:
        return {"unknown": wrong.administrators}


JOBS: dict[str, Callable[[Installation, Values, Progress], Values]] = {
    "import": import_file,
    "rebuild": rebuild,
    "let-in": let_in,
}
