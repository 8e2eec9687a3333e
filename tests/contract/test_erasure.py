"""What is erased is erased everywhere: in the bytes, on boards, in exports, at peers, in restored backups."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psycopg
import pytest

from sansang.commands.access import erase, write_fact
from sansang.commands.installation import Installation
from sansang.commands.peers import export_logs, receive
from sansang.ledger.backup import back_up
from sansang.ledger.keyring import Keyring
from sansang.ledger.verify import LedgerSource
from sansang.model.access.actor import SYSTEM
from sansang.model.access.erasures import Erased
from sansang.model.access.grants import Granted
from sansang.model.operation.log import Noted
from sansang.model.operation.opening import Opened
from sansang.model.operation.situations import SituationReported
from sansang.site.data_directory import DataDirectory
from sansang.site.restore import restore
from tests.installations import (
    KINDS,
    Clock,
    Kind,
    all_boards,
    boards_of,
    cast,
    crashed_installation,
    installation_at,
    new_directory,
    timeline_of,
    verified,
    write_line,
)

PHONE, CALLER, SAID = "0900000777", "Người Gọi Hư Cấu Đặng", "cháy bếp nhà số 12 hẻm Không Tên"
NAME = "Phạm Thị Chi (hư cấu)"


@pytest.fixture(params=KINDS)
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> DataDirectory:
    """An installation on each database."""
    kind: Kind = request.param
    return new_directory(kind, tmp_path / "here")


@pytest.fixture
def installation(directory: DataDirectory) -> Iterator[Installation]:
    """A night on which somebody has called."""
    with installation_at(directory, Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Cháy hẻm", "real"))
        write_line(installation, SituationReported("s1", reporter=CALLER, phone=PHONE, place=SAID))
        write_line(installation, Noted("dòng khác còn nguyên"))
        yield installation


def bytes_of(directory: DataDirectory) -> bytes:
    """Every byte that the installation has: its folder, and what the server's tables hold."""
    found = b"".join(path.read_bytes() for path in sorted(directory.folder.rglob("*")) if path.is_file())
    if directory.database:
        with psycopg.connect(directory.database) as connection:
            names = connection.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            ).fetchall()
            for (name,) in names:
                with connection.cursor().copy(f'COPY "{name}" TO STDOUT (FORMAT binary)') as copy:
                    found += b"".join(copy)
    return found


def readable(data: bytes) -> list[str]:
    """Which of the words can be read there."""
    return [word for word in (PHONE, CALLER, SAID, NAME) if word.encode() in data]


def shown_by(installation: Installation) -> str:
    """Everything that the boards and the timeline show."""
    texts = [repr(one.entry.fact) for one in timeline_of(installation)]
    return repr(all_boards(installation)) + "".join(texts) + repr(installation.run(installation.access).people)


def exported(installation: Installation) -> bytes:
    """A new export, with keys."""
    file = BytesIO()
    export_logs(installation, file)
    return file.getvalue()


def test_the_words_are_nowhere_in_clear_even_before_they_are_erased(
    installation: Installation, directory: DataDirectory
) -> None:
    assert PHONE in shown_by(installation)
    assert readable(bytes_of(directory)) == []


def test_an_erased_entry_shows_nowhere_and_the_chain_verifies(
    installation: Installation, directory: DataDirectory
) -> None:
    old = exported(installation)
    erase(installation, SYSTEM, "yêu cầu của người gọi", [("operation/chay/p4/" + installation.store.replica, 2)])
    shown = shown_by(installation)
    assert (PHONE in shown, CALLER in shown, SAID in shown) == (False, False, False)
    assert "dòng khác còn nguyên" in shown
    assert list(boards_of(installation)["situations"]) == ["s1"]
    # With every key that is left, in the folder and in a new export, nothing opens it any more.
    assert readable(opened_with_all_keys(directory)) == [NAME]
    file = BytesIO(exported(installation))
    assert readable(opened_export(file)) == [NAME]
    assert set(readable(opened_export(BytesIO(old)))) == {PHONE, CALLER, SAID, NAME}
    assert verified(directory).faults == ()


def test_everything_about_a_person_is_erased_at_once(installation: Installation, directory: DataDirectory) -> None:
    assert NAME in shown_by(installation)
    erase(installation, SYSTEM, "thôi việc", subject="u-chi")
    assert NAME not in shown_by(installation)
    assert NAME not in readable(opened_with_all_keys(directory))
    assert "u-chi" in installation.run(installation.access).people
    assert verified(directory).faults == ()


def test_what_a_list_said_beside_a_role_is_erased_with_the_person_and_the_role_stays(
    installation: Installation,
) -> None:
    grant = Granted("g-x", "u-chi", "observer", "79", other=("Ghi chú\tnhà ở hẻm Không Tên",))
    write_fact(installation, SYSTEM, grant)
    assert installation.rights().grants["g-x"].other == grant.other
    erase(installation, SYSTEM, "theo yêu cầu", subject="u-chi")
    grants = installation.rights().grants
    assert (grants["g-x"].role, grants["g-x"].other) == ("observer", ("∅",))
    assert {one.other for key, one in grants.items() if key != "g-x"} == {()}


def test_a_peer_erases_what_was_erased_here_once_it_receives_the_entry(
    installation: Installation, directory: DataDirectory, tmp_path: Path
) -> None:
    there = new_directory("sqlite", tmp_path / "there")
    path = tmp_path / "x"
    with installation_at(there, Clock()) as peer:
        path.write_bytes(exported(installation))
        receive(peer, path)
        assert PHONE in shown_by(peer)
        erase(installation, SYSTEM, "yêu cầu", [("operation/chay/p4/" + installation.store.replica, 2)])
        erase(installation, SYSTEM, "thôi việc", subject="u-chi")
        path.write_bytes(exported(installation))
        receive(peer, path)
        peer.settle()
        shown = shown_by(peer)
        assert [word for word in (PHONE, CALLER, SAID, NAME) if word in shown] == []
    assert readable(opened_with_all_keys(there)) == []
    assert verified(there).faults == ()


def test_a_restored_earlier_backup_erases_again_what_was_erased_since(
    installation: Installation, directory: DataDirectory, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    back_up(LedgerSource(directory.ledger, directory.database), backup, 0)
    erase(installation, SYSTEM, "yêu cầu", [("operation/chay/p4/" + installation.store.replica, 2)])
    back = DataDirectory(tmp_path / "back")
    came = restore(back, backup, directory.keys, None)
    assert came.forgotten == 1
    with installation_at(back, Clock()) as restored:
        assert PHONE not in shown_by(restored)
        assert "dòng khác còn nguyên" in shown_by(restored)
    assert readable(opened_with_all_keys(back)) == [NAME]


def test_with_an_old_copy_of_the_keys_the_list_of_erasures_erases_again(
    installation: Installation, directory: DataDirectory, tmp_path: Path
) -> None:
    import shutil

    backup = tmp_path / "backup"
    shutil.copytree(directory.keys, tmp_path / "keys")
    back_up(LedgerSource(directory.ledger, directory.database), backup, 0)
    erase(installation, SYSTEM, "yêu cầu", [("operation/chay/p4/" + installation.store.replica, 2)])
    back = DataDirectory(tmp_path / "back")
    assert restore(back, backup, tmp_path / "keys", directory.keys / "forgotten.jsonl").forgotten == 1
    with installation_at(back, Clock()) as restored:
        assert PHONE not in shown_by(restored)


def test_killed_between_the_entry_and_the_key_it_is_erased_at_the_next_start(
    directory: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crashed_installation(directory, Clock()) as installation:
        cast(installation)
        write_line(installation, Opened("Cháy hẻm", "real"))
        write_line(installation, SituationReported("s1", phone=PHONE))
        monkeypatch.setattr(
            "sansang.commands.installation.destroy_erased_keys", lambda *_: (_ for _ in ()).throw(OSError("killed"))
        )
        installation.run(lambda work: None)
        from sansang.commands.access import write_fact

        write_fact(
            installation,
            SYSTEM,
            Erased("yêu cầu", (("operation/chay/p4/" + installation.store.replica, 2),)),
        )
    monkeypatch.undo()
    assert PHONE in readable(opened_with_all_keys(directory))
    with installation_at(directory, Clock()) as installation:
        installation.settle()
        assert PHONE not in shown_by(installation)
    assert PHONE not in readable(opened_with_all_keys(directory))


def test_guessing_a_phone_number_against_the_hashes_finds_nothing(
    installation: Installation, directory: DataDirectory
) -> None:
    erase(installation, SYSTEM, "yêu cầu", [("operation/chay/p4/" + installation.store.replica, 2)])
    data = bytes_of(directory)
    # Somebody who has the whole file tries every number of the block, plain and keyed by everything public there is.
    with installation.store.reading() as cursor:
        cursor.execute("SELECT data, hash FROM ledger_entry")
        public = [bytes(part) for row in cursor.fetchall() for part in row]
    for number in range(900_000_700, 900_000_800):
        word = f"0{number}".encode()
        for digest in (hashlib.sha256(word), hashlib.blake2b(word), hashlib.sha512(word), hashlib.md5(word)):
            assert digest.digest() not in data
            assert digest.digest()[:8] not in data
            assert digest.hexdigest().encode() not in data
        for known in public:
            assert hashlib.blake2b(word, key=hashlib.sha256(known).digest(), digest_size=16).digest() not in data
            assert hashlib.sha256(known + word).digest() not in data


def opened_with_all_keys(directory: DataDirectory) -> bytes:
    """All words that can still be opened with the key store as it lies on the disk."""
    from sansang.ledger.appended import load_appended

    keyring = Keyring(directory.keys)
    with LedgerSource(directory.ledger, directory.database).connect() as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT position, data, hash, page, wrapped FROM ledger_entry ORDER BY position")
        rows = cursor.fetchall()
    found = []
    for row in rows:
        one = load_appended(keyring, row)
        fact = one.entry.fact
        found.append(repr(fact))
    return "\n".join(found).encode()


def opened_export(file: BytesIO) -> bytes:
    """All words of an export that its own keys open."""
    from sansang.ledger.decode import entry_of
    from sansang.ledger.envelope import parse_envelope
    from sansang.ledger.exchange import FileReader

    found = []
    for row, line in FileReader(file).rows():
        envelope = parse_envelope(row.data)
        key = line.key or None
        found.append(repr(entry_of(envelope, key).fact))
    return "\n".join(found).encode()
