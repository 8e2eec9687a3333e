"""How is a plan's folder written so that it is never half written? All files are made ready first, then moved."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

#: Within a folder: files that wait to be moved to their places, and the file that says that all of them are there.
PENDING = ".sansang-pending"
READY = "ready"


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder (names may lead into folders below), all or none; raises OSError with nothing changed.

    A folder that does not exist yet appears whole. In one that does, the files are made ready first; once they all are,
    a crash can't undo the decision: the next read of the folder moves the rest.
    """
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
            whole = Path(temporary) / folder.name
            _write_all(whole, files)
            whole.rename(folder)
        _sync(folder.parent)
        return
    pending = folder / PENDING
    if pending.exists():
        settle_pending(folder)
    try:
        _write_all(pending / "files", files)
        (pending / READY).touch()
        _sync(pending)
    except OSError:
        shutil.rmtree(pending, ignore_errors=True)
        raise
    settle_pending(folder)


def settle_pending(folder: Path) -> None:
    """Finish a save that was cut short: move its files to their places if all of them were ready, else delete them."""
    pending = folder / PENDING
    if not pending.is_dir():
        return
    if (pending / READY).exists():
        ready_files = pending / "files"
        for path in sorted(ready_files.rglob("*")):
            if path.is_file():
                place = folder / path.relative_to(ready_files)
                place.parent.mkdir(parents=True, exist_ok=True)
                path.replace(place)
        _sync(folder)
    shutil.rmtree(pending)


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    _sync(folder)


def _sync(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
