"""What may stand in sansang.toml? What does not is named with its line, by `serve` and `doctor` in the same words."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sansang.site.data_directory import DataDirectory
from sansang.site.hostnames import ascii_name
from sansang.site.settings_file import BadSettings, address_error, read_settings
from sansang.words import Voice
from tests.cli.test_installation import run
from tests.installations import new_directory

PROVIDER = (
    '[[openid_connect]]\nname = "Thành phố"\nserver_url = "https://id.example/x"\nclient_id = "a"\nsecret = "b"\n'
)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    """An installation that nobody serves."""
    return new_directory("sqlite", tmp_path_factory.mktemp("settings") / "data")


#: Settings that are wrong → the line that is named, and what is named there.
WRONG: dict[str, tuple[str, int, str]] = {
    "a key that is like another": ('# ours\ndatabse = "postgresql:///x"', 2, '"database"'),
    "a key that nobody knows": ("\n\nzzz = 1", 3, "openid_connect"),
    "a table that nobody knows": ("[server]\nport = 1", 1, "server"),
    "a database that is no text": ("database = 5", 1, "database"),
    "a database of another kind": ('database = "mysql://x"', 1, "postgresql://"),
    "a port that is no number": ('database = "postgresql://u:p@h:54a/x"', 1, "65535"),
    "a slash in the password": ('hosts = ["*"]\ndatabase = "postgresql://u:p/w@h/x"', 2, "%2F"),
    "hosts that are no list": ('hosts = "a.example"', 1, "hosts"),
    "hosts that are numbers": ("hosts = [1]", 1, "hosts"),
    "hosts of which there is none": ("hosts = []", 1, "hosts"),
    "a host with https": ('hosts = ["https://a.example"]', 1, "https://a.example"),
    "a provider in single brackets": ('[openid_connect]\nname = "x"', 1, "[[openid_connect]]"),
    "a provider without its secret": (PROVIDER.replace('secret = "b"\n', ""), 1, "secret"),
    "a provider whose secret is empty": (PROVIDER.replace('"b"', '" "'), 5, "secret"),
    "a provider with a key that nobody knows": (PROVIDER + 'server-url = "x"', 6, '"server_url"'),
    "a provider whose address is nonsense": (PROVIDER.replace("https://id.example/x", "id.example"), 3, "https://"),
    "a provider whose client is a number": (PROVIDER.replace('"a"', "7"), 4, "client_id"),
    "a provider with an id for no address": (PROVIDER + 'id = "Thành phố"', 6, "id"),
    "two providers with one id": (PROVIDER + 'id = "a"\n' + PROVIDER + 'id = "a"', 12, '"a"'),
    "two providers without an id": (PROVIDER + "\n" + PROVIDER, 7, '"city"'),
    "no TOML": ('hosts = ["*"]\ndatabase postgresql', 2, "="),
    "a bracket left open": ("hosts = [", 1, "="),
}


@pytest.mark.parametrize("case", sorted(WRONG))
def test_a_setting_that_is_wrong_is_named_with_its_line(case: str, tmp_path: Path) -> None:
    text, line, names = WRONG[case]
    file = tmp_path / "sansang.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadSettings) as wrong:
        read_settings(file)
    assert wrong.value.where == f"{file}:{line}"
    assert names in wrong.value.why(Voice("vi"))
    assert wrong.value.why(Voice("vi")) != wrong.value.why(Voice("en"))


@pytest.mark.parametrize("case", ["a key that is like another", "two providers without an id", "no TOML"])
def test_doctor_reports_the_same_errors_in_the_settings_as_serve(case: str, directory: DataDirectory) -> None:
    before = directory.settings.read_text("utf-8")
    directory.settings.write_text(WRONG[case][0], "utf-8")
    try:
        for lang in ("vi", "en"):
            served = run("serve", "--data", directory.folder, lang=lang)
            looked = json.loads(run("doctor", "--data", directory.folder, "--json", lang=lang).stdout)
            assert (served.returncode, [one["code"] for one in looked]) == (2, ["settings-unreadable"])
            assert served.stderr.split(": ", 1)[1].strip() == looked[0]["message"]
            assert run("backup", directory.folder / "b", "--data", directory.folder).returncode == 2
    finally:
        directory.settings.write_text(before, "utf-8")


def test_valid_settings_are_read(tmp_path: Path) -> None:
    file = tmp_path / "sansang.toml"
    file.write_text(
        'database = "postgresql:///x?host=/run"\nhosts = ["Phường.example", ".gov.vn"]\n' + PROVIDER, "utf-8"
    )
    said = read_settings(file)
    assert said.hosts == (ascii_name("phường.example"), ".gov.vn")
    assert [one.id for one in said.providers] == ["city"]
    assert read_settings(tmp_path / "none").hosts == ("*",)


def test_an_error_in_an_address_of_the_environment_names_the_variable(directory: DataDirectory) -> None:
    said = run("ledger", "heads", "--data", directory.folder, SANSANG_DATABASE="postgresql://u:a#b@h/x")
    assert (said.returncode, "SANSANG_DATABASE" in said.stderr, "%23" in said.stderr) == (2, True, True)


@pytest.mark.parametrize(
    "address",
    ["postgresql:///x?host=/run/pg", "postgres://u:a%2Fb@h:5432/x", "postgresql://h/x?user=u&password=a%40b"],
)
def test_valid_addresses_of_databases(address: str) -> None:
    assert address_error(address) == ""


def test_host_names_in_ascii() -> None:
    assert ascii_name("phường.example").startswith("xn--")
    assert (ascii_name("SANSANG.example."), ascii_name("[::1]"), ascii_name("10.1.2.3")) == (
        "sansang.example",
        "::1",
        "10.1.2.3",
    )
    for wrong in ("https://a.example", "a.example:8443", "a b", "", "a..b", "-a"):
        with pytest.raises(ValueError, match=r"^|."):
            ascii_name(wrong)


# Files that this account may not read


def stranger_runs(*words: str | Path) -> tuple[int, str]:
    """The program as an account that may not read what is another's: exit code, what is said."""
    # Root without its power over closed files is an account like any other.
    powerless = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    asked = [*powerless, sys.executable, "-m", "sansang", "--lang", "en", *words]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, env={**os.environ, "SANSANG_DATA": ""})
    return done.returncode, done.stderr + done.stdout


@contextmanager
def closed(path: Path, mode: int = 0) -> Iterator[None]:
    """A file or folder that this account may not read, or may only read."""
    before = stat.S_IMODE(path.stat().st_mode)
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


ASKED = [
    ("serve",),
    ("doctor",),
    ("init", "--no-input"),
    ("ledger", "verify"),
    ("ledger", "heads"),
    ("boards", "rebuild"),
]


@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_another_accounts_folder_is_an_error_and_no_traceback(words: tuple[str, ...], directory: DataDirectory) -> None:
    with closed(directory.folder):
        code, said = stranger_runs(*words, "--data", directory.folder)
    assert code == (1 if words == ("doctor",) else 2), said
    assert str(directory.folder) in said
    assert "Traceback" not in said


@pytest.mark.parametrize("words", [*ASKED[:3], ("let-in", "x")], ids=" ".join)
def test_a_folder_that_can_only_be_read_is_an_error_and_no_traceback(
    words: tuple[str, ...], directory: DataDirectory
) -> None:
    with closed(directory.folder, 0o555):
        code, said = stranger_runs(*words, "--data", directory.folder)
    assert code == (1 if words == ("doctor",) else 2), said
    assert str(directory.folder) in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", ["secret.key", "keys"])
def test_a_secret_or_keys_that_the_account_cannot_read_are_named_by_both(name: str, directory: DataDirectory) -> None:
    with closed(directory.folder / name):
        for words in (("serve",), ("doctor",)):
            code, said = stranger_runs(*words, "--data", directory.folder)
            assert code == (1 if words == ("doctor",) else 2), said
            assert str(directory.folder / name) in said
            assert "Traceback" not in said


def test_a_secret_that_is_missing_or_empty_is_named_and_init_creates_it(directory: DataDirectory) -> None:
    for spoil, code in (
        (directory.secret.unlink, "secret-missing"),
        (lambda: directory.secret.write_text(""), "secret-unreadable"),
    ):
        spoil()
        assert code in run("doctor", "--data", directory.folder, "--json").stdout
        served = run("serve", "--data", directory.folder)
        assert (served.returncode, str(directory.secret) in served.stderr) == (2, True)
        directory.secret.unlink(missing_ok=True)
        assert run("init", "--no-input", "--data", directory.folder).returncode == 0
        assert run("doctor", "--data", directory.folder).returncode == 0


def test_a_database_that_does_not_answer_is_reported_in_one_line(directory: DataDirectory, tmp_path: Path) -> None:
    for words in (["serve"], ["boards", "rebuild"], ["ledger", "export", str(tmp_path / "x")], ["init", "--no-input"]):
        said = run(*words, "--data", directory.folder, SANSANG_DATABASE="postgresql:///x?host=/nowhere")
        assert said.returncode == 1
        assert "does not answer" in said.stderr
        assert "Traceback" not in said.stderr
