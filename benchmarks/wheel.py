"""Does the wheel do by itself? ``python -m benchmarks.wheel``: built, installed apart, and a night begun.

A new environment gets the wheel and what it declares; nothing else is on the path: no Node, no compiler.
"""

from __future__ import annotations

import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.served import free_port  # noqa: E402

HEAD = ["| the wheel alone | |", "|---|---:|"]


def built(folder: Path) -> Path:
    """The wheel of this working tree."""
    asked = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(asked, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def rows() -> list[str]:
    """What was done and seen, as a table's rows. Raises AssertionError where something is not as it should be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = built(folder)
        with zipfile.ZipFile(wheel) as opened:
            assert any(one.endswith("static/built/worker.js") for one in opened.namelist())
        alone = folder / "alone"
        uv = shutil.which("uv")
        locked = str(ROOT / "requirements" / "runtime.txt")
        make = [uv, "venv", "-q", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        subprocess.run([*make, str(alone)], check=True)
        pip = (
            [uv, "pip", "install", "-q", "--python", str(alone / "bin" / "python")]
            if uv
            else [str(alone / "bin/pip"), "install", "-q"]
        )
        subprocess.run([*pip, "--require-hashes", "-r", locked], check=True)
        subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
        return [f"| size of the wheel | {wheel.stat().st_size / 1e6:.1f} MB |", *_played(alone / "bin", folder)]


def _played(tools: Path, folder: Path) -> list[str]:
    said = {"PATH": str(tools), "LANG": "C.UTF-8", "HOME": str(folder)}
    assert not shutil.which("node", path=said["PATH"])
    assert not shutil.which("cc", path=said["PATH"])
    data, port = folder / "data", free_port()

    def sansang(*asked: str) -> str:
        full = [str(tools / "sansang"), "--lang", "en", *asked, "--data", str(data)]
        return subprocess.run(full, env=said, capture_output=True, text=True, check=True).stdout

    made = sansang("init", "--no-input", "--name", "Phường 4", "--post-id", "p1")
    first = re.search(r"Sign in as (\S+) with (\S+)", made)
    assert first is not None
    trusted = ssl.create_default_context(cafile=None)

    def serving() -> subprocess.Popen[bytes]:
        asked = [str(tools / "sansang"), "serve", "--data", str(data), "--port", str(port)]
        process = subprocess.Popen(asked, env=said, stdout=subprocess.DEVNULL)
        for _ in range(300):
            try:
                trusted.load_verify_locations(data / "certificates" / "authority.crt")
                httpx.get(f"https://localhost:{port}/trust/", verify=trusted)
            except (httpx.TransportError, OSError):
                assert process.poll() is None, "the server has ended"
                time.sleep(0.1)
            else:
                return process
        raise AssertionError("the server does not answer")

    process = serving()
    try:
        base = f"https://localhost:{port}"
        with httpx.Client(base_url=base, verify=trusted, follow_redirects=True, headers={"Referer": f"{base}/"}) as who:

            def fill(page: str, to: str = "", **fields: str) -> httpx.Response:
                token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', who.get(page).text)
                assert token is not None
                return who.post(
                    to or page, data={**fields, "csrfmiddlewaretoken": token[1], "command": uuid.uuid4().hex}
                )

            came = fill("/accounts/login/", login=first[1], password=first[2])
            change = f"{first[2]}-own"
            came = fill("/accounts/password/change/", oldpassword=first[2], password1=change, password2=change)
            assert str(came.url) == f"{base}/", came.url
            for what in re.findall(r'(?:href|src)="(/static/[^"]+)"', came.text):
                assert who.get(what).status_code == 200, what
            post = fill("/begin/", title="Cháy hẻm 5", mode="real", post="p1").url.path
            assert fill(post, f"{post}write/", kind="noted", text="dòng đầu").status_code == 200
            process.send_signal(signal.SIGKILL)
            process.wait()
            process = serving()
            assert "dòng đầu" in who.get(post).text
    finally:
        process.terminate()
        process.wait(30)
    sansang("ledger", "verify")
    return ["| init, serve, sign in, a line, kill -9, serve, the line, verify | done |"]


if __name__ == "__main__":
    print("\n".join([*HEAD, *rows()]))
