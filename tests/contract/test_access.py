"""Rights are read by many threads while one writes: what is read is whole, committed, and never changes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sansang.commands import access
from sansang.commands.access import FactRefused, write_facts
from sansang.commands.installation import Installation
from sansang.model.access.actor import SYSTEM
from sansang.model.access.grants import Granted
from sansang.model.access.state import AccessState
from sansang.model.fold import Fold
from tests.installations import BINH, cast, installation_at, new_directory


def granted(name: str) -> Granted:
    """A role at Phường 4 for somebody new."""
    return Granted(name, f"u-{name}", "duty_officer", "79/p4")


def test_rights_read_while_they_are_written_are_complete(tmp_path: Path) -> None:
    with installation_at(new_directory("sqlite", tmp_path / "d")) as installation:
        cast(installation)
        write_facts(installation, SYSTEM, [granted(f"g-{n}") for n in range(300)])
        wrong: list[object] = []
        end = threading.Event()

        def read() -> None:
            while not end.is_set():
                try:
                    found = installation.rights().holders("hand_over", "79/p4", "", installation.store.moment())
                except RuntimeError as changed:
                    wrong.append(changed)
                else:
                    if len(found) < 300 or "u-an" not in found:
                        wrong.append(len(found))

        readers = [threading.Thread(target=read) for _ in range(4)]
        for one in readers:
            one.start()
        for n in range(20):
            access.write_fact(installation, SYSTEM, granted(f"h-{n}"))
        end.set()
        for one in readers:
            one.join()
        assert wrong == []


def test_rights_that_were_read_do_not_change_and_the_next_reading_shows_the_new_ones(tmp_path: Path) -> None:
    with installation_at(new_directory("sqlite", tmp_path / "d")) as installation:
        cast(installation)
        before = installation.rights()
        access.write_fact(installation, SYSTEM, granted("g-moi"))
        assert "g-moi" not in before.grants
        assert "g-moi" in installation.rights().grants


def test_of_a_list_with_one_refused_row_no_row_is_written(tmp_path: Path) -> None:
    with installation_at(new_directory("sqlite", tmp_path / "d")) as installation:
        cast(installation)
        access.write_fact(installation, SYSTEM, Granted("g-head", BINH.person, "administrator", "79/p4"))
        elsewhere = Granted("g-2", "u-dung", "observer", "79/p6")
        with pytest.raises(FactRefused):
            write_facts(installation, BINH, [granted("g-1"), elsewhere])
        assert not {"g-1", "g-2"} & installation.rights().grants.keys()
        assert rights_within(installation).grants.keys() == installation.rights().grants.keys()


def rights_within(installation: Installation) -> AccessState:
    """The rights as the writer uses them."""
    return installation.run(installation.access)


def test_a_roster_of_thousands_is_copied_once_and_not_at_each_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = []
    copy = Fold.copy
    monkeypatch.setattr(Fold, "copy", lambda state: copies.append(state) or copy(state))  # type: ignore[func-returns-value]
    with installation_at(new_directory("sqlite", tmp_path / "d")) as installation:
        cast(installation)
        copies.clear()
        write_facts(installation, SYSTEM, [granted(f"g-{n}") for n in range(2_000)])
        assert len(copies) == 1
        assert len(installation.rights().grants) >= 2_000
