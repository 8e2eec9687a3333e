"""Does the wheel do by itself? ``python -m benchmarks.wheel``: built, installed apart, used; then with its extra.

A new environment gets the wheel and what it declares, in the locked versions; nothing else is on the path: no Node, no
compiler. The plain wheel does what is done with plans; with ``[site]`` an installation is made and a night begun.
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
        python = _environment(folder / "alone")
        tools = python.parent
        _install(python, str(wheel), folder)
        plain = _size(python)
        _used(tools, folder)
        _install(python, f"{wheel}[site]", folder)
        return [
            f"| size of the wheel | {wheel.stat().st_size / 1e6:.1f} MB |",
            f"| installed, plain | {plain / 1e6:.0f} MB |",
            f"| installed with [site] | {_size(python) / 1e6:.0f} MB |",
            "| plain: check, rehearse, compare, paper, msel, area, rights; serve names the extra | done |",
            *_played(tools, folder),
        ]


def _environment(folder: Path) -> Path:
    """The Python of a new environment."""
    uv = shutil.which("uv")
    make = [uv, "venv", "-q", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
    subprocess.run([*make, str(folder)], check=True)
    return folder / "bin" / "python"


def _install(python: Path, asked: str, folder: Path) -> None:
    """The wheel with what it declares, each in its locked version: more than one archive of a version may exist."""
    locked = (ROOT / "requirements" / "runtime.txt").read_text("utf-8")
    versions = re.findall(r"^[a-z0-9._-]+==[^\\\n]+", re.sub(r"\[[a-z,]+\]==", "==", locked), re.MULTILINE)
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(versions))
    uv = shutil.which("uv")
    pip = [uv, "pip", "install", "-q", "--python", str(python)] if uv else [str(python), "-m", "pip", "install", "-q"]
    subprocess.run([*pip, "-c", str(constraints), asked], check=True)


def _size(python: Path) -> int:
    return sum(path.stat().st_size for path in python.parent.parent.rglob("*") if path.is_file())


def _used(tools: Path, folder: Path) -> None:
    """What is done with plans, without the extra; a command that needs it names it."""
    environment = {"PATH": str(tools), "LANG": "C.UTF-8", "HOME": str(folder)}
    plan = folder / "plan"
    shutil.copytree(ROOT / "examples" / "hem-chay", plan)
    change = ["--set", "wards.minh-phung.stores.den-pin=4"]
    few = ["--runs", "200"]
    for words in (
        ["check", str(plan)],
        ["rehearse", str(plan), *few],
        ["compare", str(plan), *change, *few],
        ["paper", "plan", str(plan)],
        ["paper", "report", str(plan), *change, *few],
        ["msel", "export", str(plan), "--out", str(folder / "list.xlsx")],
        ["msel", "import", str(folder / "list.xlsx"), "--out", str(plan)],
        ["forces", "export", str(plan), "--out", str(folder / "forces.xlsx")],
        ["area", "phường 4, quận 11", "--date", "18/12/2019"],
        ["schema"],
        ["rights"],
    ):
        subprocess.run([str(tools / "sansang"), *words], env=environment, check=True, capture_output=True)
    for words in (["serve"], ["init", "--no-input", "--data", str(folder / "none")], ["play", str(plan)]):
        for language in ("vi", "en"):
            full = [str(tools / "sansang"), "--lang", language, *words]
            came = subprocess.run(full, env=environment, check=False, capture_output=True, text=True)
            assert came.returncode == 2, came
            assert len(came.stderr.splitlines()) == 1, came.stderr
            assert "pip install 'sansang[site]'" in came.stderr, came.stderr


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
