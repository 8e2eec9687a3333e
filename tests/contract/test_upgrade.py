"""An installation of an earlier version is brought to this one by ``init``, and says what it said before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from pysqlite3 import dbapi2

from sansang.cli import Program
from sansang.model.operation.log import Noted
from sansang.model.operation.orders import OrderAnswered
from sansang.model.operation.situations import SituationReported
from sansang.site.data_directory import DataDirectory
from sansang.site.doctor import examine
from sansang.site.install import install
from sansang.words import Voice
from tests.installations import (
    Clock,
    all_boards,
    differing,
    installation_at,
    rebuilt,
    timeline_of,
    verified,
    write_line,
)

VERSIONS = sorted((Path(__file__).parents[1] / "versions").glob("*.json"))


def test_every_version_of_the_tables_has_a_stored_example() -> None:
    source = Path(__file__).parents[2] / "src" / "sansang"
    numbers = {path.name[:4] for path in source.glob("*/migrations/[0-9]*.py")}
    assert {path.stem for path in VERSIONS} == numbers, (
        "python scripts/keep_version.py NUMBER, once the tables have changed"
    )


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.stem)
def test_an_earlier_installation_is_upgraded(version: Path, tmp_path: Path) -> None:
    kept = json.loads(version.read_text("utf-8"))
    directory = DataDirectory(tmp_path / "d")
    directory.keys.mkdir(parents=True, mode=0o700)
    directory.folder.chmod(0o700)
    directory.settings.write_text('# database = ""\n', "utf-8")
    for name, content in kept["keys"].items():
        (directory.keys / name).write_bytes(bytes.fromhex(content))
    connection = dbapi2.connect(str(directory.ledger))
    for statement in kept["sql"]:
        if statement.startswith("CREATE TABLE"):
            connection.execute(statement)
    for table, rows in kept["rows"].items():
        for row in rows:
            values = [bytes.fromhex(value["hex"]) if isinstance(value, dict) else value for value in row]
            connection.execute(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(row))})', values)
    connection.commit()
    for statement in kept["sql"]:
        if not statement.startswith("CREATE TABLE"):
            connection.execute(statement)
    connection.close()
    if version != VERSIONS[-1]:
        assert "tables-old" in [one.code for one in examine(directory)]
        assert verified(directory).faults == ()
        answer = CliRunner().invoke(Program(Voice("en")), ["ledger", "verify", "--data", str(directory.folder)])
        assert answer.exit_code == 0, answer.output
        # Boards have had their form of today since the third version of the tables.
        assert ("sansang init --data" in answer.stderr) == (version.stem < "0003")
    install(directory, "")
    assert [one.code for one in examine(directory) if not one.is_warning] == []
    assert verified(directory).faults == ()
    with installation_at(directory, Clock()) as installation:
        said = [one.entry.fact for one in timeline_of(installation)]
        assert SituationReported("s1", reporter="Người gọi (hư cấu)", place="hẻm 5") in said
        assert Noted("∅") in said
        assert next(iter(all_boards(installation)["chay"]["units"].values())).order == "o1"
        write_line(installation, OrderAnswered("o1", "acknowledged"), command="after-the-upgrade")
        shown = all_boards(installation)
        assert differing(rebuilt(installation), shown) == []
    assert verified(directory).faults == ()
