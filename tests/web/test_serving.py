"""A town's only IT person serves the pages: addresses, certificates, stops, proxies, and lost access."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from sansang.site.certificates import certificate, own_names
from sansang.site.data_directory import DataDirectory
from tests.cli.test_installation import run
from tests.served import OWN_IDS, Served, free_port, served


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An installation, served."""
    with served(tmp_path_factory.mktemp("here") / "data") as one:
        yield one


# Addresses, certificates and stops


def begun(folder: Path, *words: str | Path, **env: str) -> tuple[subprocess.Popen[str], str]:
    """The server and the first line that it says; the line comes once it listens."""
    asked = [sys.executable, "-m", "sansang", "--lang", "en", "serve", "--data", folder, *words]
    process = subprocess.Popen(
        asked,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SANSANG_DATA": "", "PYTHONUNBUFFERED": "1", **env},
    )
    assert process.stdout is not None
    return process, process.stdout.readline()


def ended(process: subprocess.Popen[str]) -> int:
    """Stopped as a system does it; the exit code."""
    process.terminate()
    process.communicate(timeout=20)
    return process.returncode


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that a test serves in its own way."""
    folder = tmp_path_factory.mktemp("there") / "data"
    assert run("init", "--no-input", "--data", folder, *OWN_IDS).returncode == 0
    return folder


def pair(folder: Path, name: str = "sansang.example") -> tuple[Path, Path]:
    """A certificate and its key, from somewhere else."""
    return certificate(DataDirectory(folder), [name, "10.1.2.3"])


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_by_a_signal_leaves_nothing_behind(sent: signal.Signals, folder: Path) -> None:
    process, line = begun(folder, "--port", str(free_port()), "--name", "a.example")
    assert "https://a.example:" in line
    directory = DataDirectory(folder)
    assert directory.address.exists()
    assert directory.socket.exists()
    process.send_signal(sent)
    assert process.communicate(timeout=20)[1] == ""
    assert process.returncode == 0
    assert not directory.address.exists()
    assert not directory.socket.exists()
    assert [path.name for path in folder.glob("ledger.sqlite3-*")] == []
    assert run("doctor", "--data", folder).returncode == 0


def test_the_address_of_a_given_certificate_is_its_first_name(folder: Path, tmp_path: Path) -> None:
    cert, key = pair(tmp_path)
    port = str(free_port())
    process, line = begun(folder, "--cert", cert, "--key", key, "--port", port)
    ended(process)
    assert f"https://sansang.example:{port} " in line


def test_an_address_that_is_not_reachable_is_not_shown(folder: Path) -> None:
    port = free_port()
    process, line = begun(folder, "--host", "127.0.0.1", "--port", str(port))
    try:
        assert "give it with --name" in line
        asked = httpx.get(f"https://127.0.0.1:{port}/trust/", verify=False)
        assert f"https://127.0.0.1:{port}" in asked.text
    finally:
        ended(process)


def test_names_are_read_from_the_environment_in_vietnamese_letters(folder: Path) -> None:
    process, line = begun(folder, "--port", str(free_port()), SANSANG_NAMES="phường.example b.example")
    ended(process)
    assert "https://xn--" in line


def test_a_port_that_is_in_use_is_reported_in_words(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = run("serve", "--data", folder, "--host", "127.0.0.1", "--port", str(taken.getsockname()[1]))
    assert (said.returncode, said.stdout, "in use" in said.stderr) == (2, "", False)
    assert "--port" in said.stderr
    assert not Path(folder / "address").exists()


@pytest.mark.parametrize(
    ("words", "names"),
    [(["--port", "99999"], "--port"), (["--host", "192.0.2.7"], "--host"), (["--name", "https://x"], "--name")],
)
def test_an_invalid_listen_address_is_refused(words: list[str], names: str, folder: Path) -> None:
    said = run("serve", "--data", folder, *words)
    assert (said.returncode, names in said.stderr, "Traceback" in said.stderr) == (2, True, False)


def test_a_certificate_that_cannot_be_served_is_reported_with_the_remedy(folder: Path, tmp_path: Path) -> None:
    cert, key = pair(tmp_path / "one")
    _, other = pair(tmp_path / "two")
    junk, locked = tmp_path / "junk.pem", tmp_path / "locked.pem"
    junk.write_text("không phải", "utf-8")
    private = load_pem_private_key(key.read_bytes(), None)
    closed = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    locked.write_bytes(closed)
    for given, by, named, mend in (
        (cert, other, other, "made together"),
        (junk, key, junk, "BEGIN CERTIFICATE"),
        (cert, junk, junk, "BEGIN PRIVATE KEY"),
        (cert, locked, locked, "openssl pkey"),
    ):
        said = run("serve", "--data", folder, "--cert", given, "--key", by)
        assert (said.returncode, str(named) in said.stderr, mend in said.stderr) == (2, True, True), said.stderr


def warns(page: str) -> bool:
    """Whether the page shows its warning of a plain address."""
    tags = re.findall(r'<[^>]*id="insecure"[^>]*>', page)
    assert len(tags) == 1
    return " hidden" not in tags[0]


def test_behind_a_proxy_the_server_listens_locally_and_links_have_the_public_name(folder: Path) -> None:
    port = free_port()
    process, line = begun(folder, "--behind-proxy", "--name", "sansang.example", "--port", str(port))
    try:
        assert "https://sansang.example " in line
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((own_names()[-1], port), 2)
        assert "https://sansang.example<" in httpx.get(f"http://127.0.0.1:{port}/trust/").text
    finally:
        ended(process)
    process, line = begun(folder, "--behind-proxy", "--port", str(port))
    try:
        assert "address-of-proxy" in run("doctor", "--data", folder, "--json").stdout
        passed = {"Host": "a.example:444", "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.9.9.9"}
        asked = httpx.get(f"http://127.0.0.1:{port}/trust/", headers=passed)
        assert "https://a.example:444<" in asked.text
        assert not warns(asked.text)
    finally:
        ended(process)


def test_the_stream_is_refused_under_a_name_that_pages_refuse(folder: Path) -> None:
    settings = DataDirectory(folder).settings
    before = settings.read_text("utf-8")
    settings.write_text('hosts = ["a.example"]', "utf-8")
    port = free_port()
    process, _ = begun(folder, "--behind-proxy", "--port", str(port))
    try:
        codes = {
            (host, path): httpx.get(f"http://127.0.0.1:{port}{path}", headers={"Host": host}).status_code
            for host in ("a.example", "b.example")
            for path in ("/trust/", "/live/x", "/trust/authority.crt")
        }
    finally:
        ended(process)
        settings.write_text(before, "utf-8")
    assert {code for (host, _), code in codes.items() if host == "b.example"} == {400}
    assert 400 not in {code for (host, _), code in codes.items() if host == "a.example"}


def test_a_plain_address_says_what_it_is_without_scripts(folder: Path) -> None:
    port = free_port()
    process, _ = begun(folder, "--plain", "--port", str(port))
    try:
        for host, is_shown in ((own_names()[-1], True), ("localhost", False)):
            came = httpx.get(f"http://127.0.0.1:{port}/trust/", headers={"Host": f"{host}:{port}", "Cookie": "lang=en"})
            assert warns(came.text) == is_shown
            assert 'class="wrong"' in came.text
            assert "authority.crt" not in came.text
    finally:
        ended(process)


# Lost access


def in_django(folder: Path, code: str) -> None:
    """Do something to the accounts of an installation, as a page would."""
    begun = "from sansang.site.django_setup import load_django\nload_django()\n"
    env = {**os.environ, "SANSANG_DATA": str(folder)}
    subprocess.run([sys.executable, "-c", begun + code], env=env, check=True)


def test_the_only_administrator_regains_access_at_the_terminal(here: Served) -> None:
    in_django(
        here.folder,
        "from allauth.mfa.models import Authenticator\n"
        "from django.contrib.auth import get_user_model\n"
        "from sansang.accounts.people import shut_out\n"
        "user = get_user_model().objects.get(username='quan-tri')\n"
        "Authenticator.objects.create(user=user, type='totp', data={'secret': 'x'})\n"
        "shut_out('quan-tri')\n",
    )
    # While it is served: the work is handed to the process that writes.
    said = run("let-in", "quan-tri", "--data", here.folder, "--forget-second-factor", "--administrator")
    assert (said.returncode, said.stderr) == (0, "")
    assert "quan-tri was shut out, and is so no more" in said.stdout
    assert "The second factor of quan-tri is taken away" in said.stdout
    assert "role of an administrator" not in said.stdout, "it is held already"
    here.password = said.stdout.split(" with ")[1].split()[0]
    assert here.signed_in().get("/people/").status_code == 200


def test_where_no_administrator_is_left_the_terminal_makes_one(here: Served) -> None:
    assert here.signed_in().post("/people/person/", {"name": "Lê Thị Bình", "id": "binh"}).status_code == 200
    said = run("let-in", "binh", "--data", here.folder, "--administrator")
    assert "binh has the role of an administrator, over everything." in said.stdout
    binh = here.signed_in("binh", said.stdout.split(" with ")[1].split()[0])
    assert binh.post("/people/person/", {"name": "Võ An", "id": "an"}).status_code == 200


def test_only_a_listed_person_is_given_access(here: Served) -> None:
    said = run("let-in", "quan-tr", "--data", here.folder)
    assert said.returncode == 2
    assert "quan-tri" in said.stderr
