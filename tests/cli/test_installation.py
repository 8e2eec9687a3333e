"""A town's only IT person at the terminal: init, doctor, backup, restore, exchange, a second process that writes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2

from sansang.model.operation.log import Noted
from sansang.model.operation.opening import Opened
from sansang.model.operation.situations import SituationReported
from sansang.site.data_directory import DataDirectory
from sansang.site.install import InUse, working
from tests.installations import (
    KINDS,
    Clock,
    Kind,
    all_boards,
    cast,
    close,
    installation_at,
    new_directory,
    timeline_of,
    write_line,
)
from tests.postgres import new_database


def run(*words: str | Path, lang: str = "en", **env: str) -> subprocess.CompletedProcess[str]:
    """The program with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", "sansang", "--lang", lang, *(str(word) for word in words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "SANSANG_DATA": "", **env},
    )


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    """A small night, nobody at work."""
    directory = new_directory("sqlite", tmp_path / "data")
    with installation_at(directory, Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Cháy hẻm", "real"))
        write_line(installation, SituationReported("s1", place="hẻm 5"))
    return directory


@pytest.mark.parametrize("kind", KINDS)
def test_an_installation_from_nothing_to_a_peer_at_the_terminal(kind: Kind, tmp_path: Path) -> None:
    here, there, back = tmp_path / "here", tmp_path / "there", tmp_path / "back"
    address = ["--database", new_database()] if kind == "postgresql" else []
    made = run("init", "--no-input", "--data", here, "--name", "Phường 4", *address)
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith(f"Ready: {here}")
    assert run("init", "--no-input", "--data", here).stdout.strip() == f"{here}: the tables are of this version."
    assert run("doctor", "--data", here).stdout.strip() == f"All is well at {here}."
    with installation_at(DataDirectory(here), Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Cháy hẻm", "real"))
    whole = run("ledger", "verify", "--data", here)
    assert (whole.returncode, whole.stdout.startswith("Whole: ")) == (0, True)
    exported = run("ledger", "export", tmp_path / "x.ledger", "--data", here)
    assert (exported.returncode, exported.stderr) == (0, "")
    assert run("init", "--no-input", "--data", there).returncode == 0
    taken = run("ledger", "import", tmp_path / "x.ledger", "--data", there, "--json")
    assert json.loads(taken.stdout)["new"] > 8
    again = run("ledger", "import", tmp_path / "x.ledger", "--data", there, "--json")
    assert (json.loads(again.stdout)["new"], json.loads(again.stdout)["known"]) == (0, json.loads(taken.stdout)["new"])
    heads = [run("ledger", "heads", "--data", folder, "--json").stdout for folder in (here, there)]
    assert {one["log"]: one["hash"] for one in json.loads(heads[0])}.items() <= {
        one["log"]: one["hash"] for one in json.loads(heads[1])
    }.items()
    assert run("backup", tmp_path / "b", "--data", here).returncode == 0
    restored = run("restore", tmp_path / "b", "--data", back, "--keys", here / "keys")
    assert (restored.returncode, restored.stderr) == (0, "")
    assert run("boards", "rebuild", "--data", back).stdout.strip() == "The boards of 1 operation are rebuilt."
    with installation_at(DataDirectory(back), Clock()) as installation:
        assert all_boards(installation)["chay"]["head"][""].title == "Cháy hẻm"


@pytest.mark.parametrize("command", ["verify", "heads", "doctor"])
def test_looking_at_an_installation_loads_no_web_framework(command: str, directory: DataDirectory) -> None:
    words = ["doctor"] if command == "doctor" else ["ledger", command]
    code = (
        f"import sys; sys.argv = ['sansang', *{words!r}, '--data', {str(directory.folder)!r}]\n"
        "from sansang.cli import main\n"
        "try: main()\nexcept SystemExit as end: print('exit', end.code or 0)\n"
        "print(sorted({'django', 'numpy', 'numba'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["exit 0", "[]"]


def test_two_wards_exchange_and_each_keeps_its_own_post_and_name(tmp_path: Path) -> None:
    wards = {"Phường 4": tmp_path / "four", "Phường 6": tmp_path / "six"}
    signs_in = set()
    for name, folder in wards.items():
        said = run("init", "--no-input", "--data", folder, "--name", name).stdout
        signs_in.add(said.split("Sign in as ")[1].split()[0])
        assert run("ledger", "export", tmp_path / f"{folder.name}.ledger", "--data", folder).returncode == 0
    for file, folder in ((tmp_path / "six.ledger", wards["Phường 4"]), (tmp_path / "four.ledger", wards["Phường 6"])):
        assert run("ledger", "import", file, "--data", folder).returncode == 0
    for folder in wards.values():
        with installation_at(DataDirectory(folder)) as installation:
            state = installation.rights()
            assert sorted(post.name for post in state.posts.values()) == sorted(wards)
            assert sorted(one.name for one in state.people.values()) == ["Quản trị Phường 4", "Quản trị Phường 6"]
            assert set(state.people) == signs_in
            assert all(len(list(state.grants_of(person))) == 2 for person in signs_in)
    assert run("ledger", "verify", "--data", wards["Phường 4"]).returncode == 0


# A second process


def test_a_second_process_hands_its_job_to_the_one_that_writes(directory: DataDirectory, tmp_path: Path) -> None:
    with installation_at(new_directory("sqlite", tmp_path / "peer"), Clock()) as peer:
        cast(peer)
        write_line(peer, Opened("Ngập", "real"), operation="ngap")
    file = tmp_path / "x.ledger"
    assert run("ledger", "export", file, "--data", tmp_path / "peer").returncode == 0
    with working(directory) as installation:
        assert run("doctor", "--data", directory.folder).returncode == 0
        came = run("ledger", "import", file, "--data", directory.folder)
        assert (came.returncode, came.stderr) == (0, "")
        # The process that holds the lock has it in its own state.
        assert [one.entry.fact for one in timeline_of(installation, "ngap")] == [Opened("Ngập", "real")]
        write_line(installation, Noted("và viết tiếp"), operation="ngap")
        rebuilt = run("boards", "rebuild", "--data", directory.folder)
        assert rebuilt.stdout.strip() == "The boards of 2 operations are rebuilt."
        file.write_bytes(b"x")
        assert run("ledger", "import", file, "--data", directory.folder).returncode == 2
        with pytest.raises(InUse), working(directory):
            pass
        made = run("init", "--no-input", "--data", directory.folder)
        assert made.returncode == 1
        assert "Another process writes" in made.stderr
    close(directory)
    assert not directory.socket.exists()


def test_a_message_that_is_no_job_is_refused_and_the_writer_goes_on(directory: DataDirectory) -> None:
    with working(directory) as installation:
        for said in (b"\n", b"{}\n", b'{"job": "format-disk", "values": {}}\n', b'{"job": "import", "values": {}}\n'):
            with socket.socket(socket.AF_UNIX) as asking, tempfile.TemporaryDirectory() as short:
                near = Path(short) / "s"
                near.symlink_to(directory.socket)
                asking.connect(str(near))
                asking.sendall(said)
                answer: dict[str, Any] = json.loads(asking.makefile().readline())
                assert list(answer) == ["failed"]
        assert write_line(installation, Noted("còn sống")).ref.number > 0
    close(directory)


def test_two_processes_write_to_one_postgresql(tmp_path: Path) -> None:
    directory = new_directory("postgresql", tmp_path / "one")
    with installation_at(directory, Clock()) as one:
        cast(one)
        write_line(one, Opened("Cháy hẻm", "real"))
        first = write_line(one, Noted("một"))
        # A second installation on the same folder sees that somebody else has written, and reads its state anew.
        with installation_at(directory, Clock()) as two:
            second = write_line(two, Noted("hai"))
        third = write_line(one, Noted("ba"))
        assert [first.ref.number + 1, second.ref.number + 1] == [second.ref.number, third.ref.number]
        assert len(timeline_of(one)) == 4


# What is wrong, and how it is mended


def spoil_database(directory: DataDirectory, statement: str) -> None:
    """Do something to the database behind the ledger's back."""
    connection = dbapi2.connect(str(directory.ledger))
    connection.execute("DROP TRIGGER IF EXISTS ledger_entry_stays")
    connection.execute(statement)
    connection.commit()
    connection.close()


SPOILED: dict[str, Callable[[DataDirectory], object]] = {
    "not-installed": lambda directory: directory.settings.rename(directory.folder / "aside"),
    "settings-unreadable": lambda directory: directory.settings.write_text("database = [", "utf-8"),
    "folder-open": lambda directory: directory.folder.chmod(0o755),
    "keys-open": lambda directory: directory.keys.chmod(0o755),
    "database-unreadable": lambda directory: directory.ledger.write_bytes(b"SQLite no more" * 100),
    "not-in-wal-mode": lambda directory: spoil_database(directory, "PRAGMA journal_mode = DELETE"),
    "tables-old": lambda directory: spoil_database(directory, "DELETE FROM django_migrations WHERE app = 'boards'"),
    "tables-newer": lambda directory: spoil_database(
        directory, "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '0099_x', '2030-01-01')"
    ),
    "key-damaged": lambda directory: next(directory.keys.glob("*.key")).write_bytes(b"x"),
    "keys-missing": lambda directory: directory.keys.rename(directory.folder / "aside"),
    "forgotten-unreadable": lambda directory: (directory.keys / "forgotten.jsonl").write_text("{", "utf-8"),
    "boards-late": lambda directory: spoil_database(directory, "UPDATE board_record SET late_millis = 5"),
    "boards-without-key": lambda directory: spoil_database(directory, "UPDATE board_record SET generation = 5"),
    "address-not-secure": lambda directory: directory.address.write_text("http://10.1.2.3:8443\n", "utf-8"),
    "address-of-proxy": lambda directory: directory.address.write_text("proxy\n", "utf-8"),
    "secret-missing": lambda directory: directory.secret.unlink(),
    "secret-unreadable": lambda directory: directory.secret.write_text("", "utf-8"),
    "no-installation-row": lambda directory: spoil_database(directory, "DELETE FROM ledger_installation"),
    "clock-behind": lambda directory: spoil_database(directory, "UPDATE ledger_entry SET millis = 4102444800000"),
}


@pytest.mark.parametrize("code", sorted(SPOILED))
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_doctor_names_what_is_wrong_and_how_to_correct_it(code: str, lang: str, directory: DataDirectory) -> None:
    SPOILED[code](directory)
    said = run("doctor", "--data", directory.folder, "--json", lang=lang)
    assert said.stderr == ""
    found = {one["code"]: one for one in json.loads(said.stdout)}
    assert code in found
    assert found[code]["message"]
    assert found[code]["mend"]
    assert said.returncode == int(any(not one["warning"] for one in found.values()))


def test_doctor_names_a_writer_that_does_not_listen(directory: DataDirectory) -> None:
    with working(directory):
        directory.socket.unlink()
        assert "writer-deaf" in run("doctor", "--data", directory.folder, "--json").stdout
    close(directory)


def test_what_doctor_advises_corrects_it(directory: DataDirectory) -> None:
    SPOILED["boards-without-key"](directory)
    assert run("boards", "rebuild", "--data", directory.folder).returncode == 0
    SPOILED["boards-late"](directory)
    assert run("boards", "rebuild", "--data", directory.folder).returncode == 0
    SPOILED["folder-open"](directory)
    directory.folder.chmod(0o700)
    assert run("doctor", "--data", directory.folder).returncode == 0


# Wrong input

WRONG: dict[str, tuple[list[str], str]] = {
    "verify where nothing is": (["ledger", "verify", "--data", "{tmp}/none"], "sansang init"),
    "a file that is not there": (["ledger", "verify", "{tmp}/none"], "{tmp}/none"),
    "a file that is something else": (["ledger", "verify", "{tmp}/other"], "{tmp}/other"),
    "import of something else": (["ledger", "import", "{tmp}/other", "--data", "{data}"], "{tmp}/other"),
    "import of a backup": (["ledger", "import", "{tmp}/backup", "--data", "{data}"], "{tmp}/backup"),
    "an operation nobody knows": (
        ["ledger", "export", "{tmp}/x", "--operation", "khong-co", "--data", "{data}"],
        "khong-co",
    ),
    "boards of an operation nobody knows": (["boards", "rebuild", "khong-co", "--data", "{data}"], "khong-co"),
    "a backup into no folder": (["backup", "{tmp}/no/where/b", "--data", "{data}"], "{tmp}/no/where"),
    "restore onto an installation": (["restore", "{tmp}/backup", "--data", "{data}"], "{data}"),
    "restore of an export": (["restore", "{tmp}/export", "--data", "{tmp}/new"], "{tmp}/export"),
    "restore of something else": (["restore", "{tmp}/other", "--data", "{tmp}/new"], "{tmp}/other"),
    "restore with keys that are none": (
        ["restore", "{tmp}/backup", "--data", "{tmp}/new", "--keys", "{tmp}/badkeys"],
        "badkeys",
    ),
    "init with an address that is none": (
        ["init", "--no-input", "--data", "{tmp}/new", "--database", "mysql://x"],
        "--database",
    ),
    "init with an id that is none": (["init", "--no-input", "--data", "{tmp}/new", "--post-id", "a/b"], "--post-id"),
    "another database for an installation": (
        ["init", "--no-input", "--data", "{data}", "--database", "postgresql:///x"],
        "sansang.toml",
    ),
}


@pytest.mark.parametrize("case", sorted(WRONG))
def test_wrong_input_is_refused_with_its_place_and_leaves_nothing(
    case: str, directory: DataDirectory, tmp_path: Path
) -> None:
    words, names = WRONG[case]
    (tmp_path / "other").write_text("đây là tệp khác", "utf-8")
    (tmp_path / "badkeys").mkdir()
    (tmp_path / "badkeys" / "0000000000000001.key").write_bytes(b"x")
    assert run("backup", tmp_path / "backup", "--data", directory.folder).returncode == 0
    assert run("ledger", "export", tmp_path / "export", "--data", directory.folder).returncode == 0
    before = sorted(str(path) for path in tmp_path.rglob("*") if "data/" not in str(path))
    filled = [word.format(tmp=tmp_path, data=directory.folder) for word in words]
    for lang in ("vi", "en"):
        said = run(*filled, lang=lang)
        assert said.returncode == 2, said.stderr
        assert names.format(tmp=tmp_path, data=directory.folder) in said.stderr
        assert "Traceback" not in said.stderr
    after = sorted(str(path) for path in tmp_path.rglob("*") if "data/" not in str(path))
    assert [path for path in after if path not in before and not path.startswith(str(tmp_path / "new"))] == []
    assert not (tmp_path / "new" / "ledger.sqlite3").exists()
    assert run("doctor", "--data", directory.folder).returncode == 0


def test_a_database_server_that_does_not_answer_is_reported(tmp_path: Path) -> None:
    said = run("init", "--no-input", "--data", tmp_path / "d", "--database", "postgresql:///x?host=/nowhere")
    assert said.returncode == 1
    assert "does not answer" in said.stderr
    assert not (tmp_path / "d" / "sansang.toml").exists()
    assert not (tmp_path / "d" / "ledger.sqlite3").exists()


def test_an_old_library_a_missing_one_and_a_full_disk_are_named(
    directory: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sansang.site import doctor

    monkeypatch.setattr(doctor, "sqlite_version", lambda: "3.50.4")
    monkeypatch.setattr(doctor, "LEAST_FREE", 2**62)
    assert {"sqlite-old", "disk-nearly-full"} <= {one.code for one in doctor.examine(directory)}

    def missing() -> str:
        raise ImportError

    monkeypatch.setattr(doctor, "sqlite_version", missing)
    assert "sqlite-missing" in {one.code for one in doctor.examine(directory)}


def test_every_finding_of_the_doctor_is_shown_here() -> None:
    from typing import get_args

    from sansang.cli.doctor import TEXTS
    from sansang.site.doctor import DiagnosisCode

    elsewhere = {"not-ours", "sqlite-old", "sqlite-missing", "disk-nearly-full", "writer-deaf"}
    assert set(TEXTS) == set(get_args(DiagnosisCode)) == set(SPOILED) | elsewhere


def test_after_a_restore_an_administrator_can_sign_in_again(tmp_path: Path) -> None:
    here, back = tmp_path / "here", tmp_path / "back"
    assert "Sign in as quan-tri " in run("init", "--no-input", "--data", here, "--person-id", "quan-tri").stdout
    assert "Sign in" not in run("init", "--no-input", "--data", here).stdout
    assert run("backup", tmp_path / "b", "--data", here).returncode == 0
    assert run("restore", tmp_path / "b", "--data", back, "--keys", here / "keys").returncode == 0
    again = run("init", "--no-input", "--data", back)
    assert (again.returncode, "Sign in as quan-tri with " in again.stdout) == (0, True)
    assert "Sign in" not in run("init", "--no-input", "--data", back).stdout
