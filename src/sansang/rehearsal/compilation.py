"""Where does compiled code live? In a folder of its own for each state of the sources.

numba's cache depends only on the file in which a function is defined: a change in a function that it calls, in
another file, would go unnoticed. A folder named by the digest of all sources of the kernel cannot go stale.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

_PACKAGE = Path(__file__).parent


def cache_folder() -> Path:
    """The folder for compiled code: below ``SANSANG_CACHE``, ``XDG_CACHE_HOME`` or ``~/.cache``, by sources."""
    sources = hashlib.sha256()
    for path in sorted([_PACKAGE / "chance.py", *(_PACKAGE / "kernel").glob("*.py")]):
        sources.update(path.name.encode() + b"\0" + path.read_bytes())
    root = os.environ.get("SANSANG_CACHE") or os.environ.get("XDG_CACHE_HOME")
    return Path(root or Path.home() / ".cache") / "sansang" / f"kernel-{sources.hexdigest()[:16]}"


def use_cache_folder() -> None:
    """Point numba at the folder; must be called before the first compiled function is defined."""
    import numba

    if "NUMBA_CACHE_DIR" not in os.environ:
        numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined, unused-ignore]
