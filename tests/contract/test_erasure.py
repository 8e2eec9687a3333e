"""What is forgotten is forgotten: in the bytes, on boards, in exports, at peers, in backups that come back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psycopg
import pytest

from sansang.commands.access import erase, write
from sansang.commands.installation import Installation
from sansang.commands.peers import export, receive
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
    put,
    timeline_of,
    verified,
)

PHONE, CALLER, SAID = "0900000777", "Người Gọi Hư Cấu Đặng", "cháy bếp nhà số 12 hẻm Không Tên"
NAME = "Phạm Thị Chi (hư cấu)"


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> DataDirectory:
    """An installation on each database."""
    kind: Kind = request.param
    return new_directory(kind, tmp_path / "here")


@pytest.fixture
def installation(place: DataDirectory) -> Iterator[Installation]:
    """A night on which somebody has called."""
    with installation_at(place, Clock()) as installation:
        cast(installation)
        put(installation, Opened("Cháy hẻm", "real"))
        put(installation, SituationReported("s1", reporter=CALLER, phone=PHONE, place=SAID))
        put(installation, Noted("dòng khác còn nguyên"))
        yield installation


def bytes_of(place: DataDirectory) -> bytes:
    """Every byte that the installation has: its folder, and what the server's tables hold."""
    found = b"".join(path.read_bytes() for path in sorted(place.folder.rglob("*")) if path.is_file())
    if place.database:
        with psycopg.connect(place.database) as connection:
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


def said_by(installation: Installation) -> str:
    """Everything that the boards and the timeline show."""
    told = [repr(one.entry.fact) for one in timeline_of(installation)]
    return repr(all_boards(installation)) + "".join(told) + repr(installation.run(installation.access).people)


def exported(installation: Installation) -> bytes:
    """A new export, with keys."""
    file = BytesIO()
    export(installation, file)
    return file.getvalue()


def test_the_words_are_nowhere_in_clear_even_before(installation: Installation, place: DataDirectory) -> None:
    assert PHONE in said_by(installation)
    assert readable(bytes_of(place)) == []


def test_an_entry_that_is_forgotten_shows_nowhere_and_the_chain_holds(
    installation: Installation, place: DataDirectory
) -> None:
    old = exported(installation)
    erase(installation, SYSTEM, "yêu cầu của người gọi", [("operation/chay/p4/" + installation.store.replica, 2)])
    shown = said_by(installation)
    assert (PHONE in shown, CALLER in shown, SAID in shown) == (False, False, False)
    assert "dòng khác còn nguyên" in shown
    assert list(boards_of(installation)["situations"]) == ["s1"]
    # With every key that is left, in the folder and in a new export, nothing opens it any more.
    assert readable(opened_with_all_keys(place)) == [NAME]
    file = BytesIO(exported(installation))
    assert readable(opened_export(file)) == [NAME]
    assert set(readable(opened_export(BytesIO(old)))) == {PHONE, CALLER, SAID, NAME}
    assert verified(place).faults == ()


def test_everything_about_somebody_is_forgotten_at_once(installation: Installation, place: DataDirectory) -> None:
    assert NAME in said_by(installation)
    erase(installation, SYSTEM, "thôi việc", subject="u-chi")
    assert NAME not in said_by(installation)
    assert NAME not in readable(opened_with_all_keys(place))
    assert "u-chi" in installation.run(installation.access).people
    assert verified(place).faults == ()


def test_what_a_list_said_beside_a_role_is_forgotten_with_the_person_and_the_role_stays(
    installation: Installation,
) -> None:
    grant = Granted("g-x", "u-chi", "observer", "79", other=("Ghi chú\tnhà ở hẻm Không Tên",))
    write(installation, SYSTEM, grant)
    assert installation.rights().grants["g-x"].other == grant.other
    erase(installation, SYSTEM, "theo yêu cầu", subject="u-chi")
    grants = installation.rights().grants
    assert (grants["g-x"].role, grants["g-x"].other) == ("observer", ("∅",))
    assert {one.other for key, one in grants.items() if key != "g-x"} == {()}


def test_a_peer_forgets_when_it_hears_of_it(installation: Installation, place: DataDirectory, tmp_path: Path) -> None:
    there = new_directory("sqlite", tmp_path / "there")
    path = tmp_path / "x"
    with installation_at(there, Clock()) as peer:
        path.write_bytes(exported(installation))
        receive(peer, path)
        assert PHONE in said_by(peer)
        erase(installation, SYSTEM, "yêu cầu", [("operation/chay/p4/" + installation.store.replica, 2)])
        erase(installation, SYSTEM, "thôi việc", subject="u-chi")
        path.write_bytes(exported(installation))
        receive(peer, path)
        peer.settle()
        shown = said_by(peer)
        assert [word for word in (PHONE, CALLER, SAID, NAME) if word in shown] == []
    assert readable(opened_with_all_keys(there)) == []
    assert verified(there).faults == ()


def test_a_backup_from_before_forgets_again_when_it_comes_back(
    installation: Installation, place: DataDirectory, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    back_up(LedgerSource(place.ledger, place.database), backup, 0)
    erase(installation, SYSTEM, "yêu cầu", [("operation/chay/p4/" + installation.store.replica, 2)])
    back = DataDirectory(tmp_path / "back")
    came = restore(back, backup, place.keys, None)
    assert came.forgotten == 1
    with installation_at(back, Clock()) as restored:
        assert PHONE not in said_by(restored)
        assert "dòng khác còn nguyên" in said_by(restored)
    assert readable(opened_with_all_keys(back)) == [NAME]


def test_with_an_old_copy_of_the_keys_the_list_of_what_was_forgotten_does_it(
    installation: Installation, place: DataDirectory, tmp_path: Path
) -> None:
    import shutil

    backup = tmp_path / "backup"
    shutil.copytree(place.keys, tmp_path / "keys")
    back_up(LedgerSource(place.ledger, place.database), backup, 0)
    erase(installation, SYSTEM, "yêu cầu", [("operation/chay/p4/" + installation.store.replica, 2)])
    back = DataDirectory(tmp_path / "back")
    assert restore(back, backup, tmp_path / "keys", place.keys / "forgotten.jsonl").forgotten == 1
    with installation_at(back, Clock()) as restored:
        assert PHONE not in said_by(restored)


def test_killed_between_the_entry_and_the_key_it_is_forgotten_at_the_next_start(
    place: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crashed_installation(place, Clock()) as installation:
        cast(installation)
        put(installation, Opened("Cháy hẻm", "real"))
        put(installation, SituationReported("s1", phone=PHONE))
        monkeypatch.setattr(
            "sansang.commands.installation.destroy_erased_keys", lambda *_: (_ for _ in ()).throw(OSError("killed"))
        )
        installation.run(lambda work: None)
        from sansang.commands.access import write

        write(
            installation,
            SYSTEM,
            Erased("yêu cầu", (("operation/chay/p4/" + installation.store.replica, 2),)),
        )
    monkeypatch.undo()
    assert PHONE in readable(opened_with_all_keys(place))
    with installation_at(place, Clock()) as installation:
        installation.settle()
        assert PHONE not in said_by(installation)
    assert PHONE not in readable(opened_with_all_keys(place))


def test_guessing_a_phone_number_against_the_hashes_finds_nothing(
    installation: Installation, place: DataDirectory
) -> None:
    erase(installation, SYSTEM, "yêu cầu", [("operation/chay/p4/" + installation.store.replica, 2)])
    data = bytes_of(place)
    # Whoever has the whole file tries every number of the block, plain and keyed by everything public there is.
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


def opened_with_all_keys(place: DataDirectory) -> bytes:
    """All words that can still be opened with the key store as it lies on the disk."""
    from sansang.ledger.store import load_appended

    keyring = Keyring(place.keys)
    with LedgerSource(place.ledger, place.database).connect() as connection:
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
    from sansang.ledger.envelope import from_bytes
    from sansang.ledger.exchange import FileReader

    found = []
    for row, line in FileReader(file).rows():
        envelope = from_bytes(row.data)
        key = line.key or None
        found.append(repr(entry_of(envelope, key).fact))
    return "\n".join(found).encode()
