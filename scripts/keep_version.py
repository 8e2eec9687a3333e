"""Keep a small installation as the tables are now, for tests/contract/test_upgrade.py: one for each form of them.

python scripts/keep_version.py 0001
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from pysqlite3 import dbapi2  # noqa: E402
from tests.installations import Clock, cast, installation_at, new_directory, write_line  # noqa: E402

from sansang.commands.access import erase  # noqa: E402
from sansang.model.access.actor import SYSTEM  # noqa: E402
from sansang.model.operation.log import Noted  # noqa: E402
from sansang.model.operation.opening import Opened  # noqa: E402
from sansang.model.operation.orders import UnitOrdered  # noqa: E402
from sansang.model.operation.situations import SituationReported  # noqa: E402
from sansang.model.operation.units import UnitListed  # noqa: E402


def main(version: str) -> None:
    """Write tests/versions/<version>.json: the database as SQL, and the key files."""
    with tempfile.TemporaryDirectory() as folder:
        place = new_directory("sqlite", Path(folder) / "d")
        with installation_at(place, Clock()) as installation:
            cast(installation)
            write_line(installation, Opened("Cháy hẻm 5", "real"))
            write_line(installation, SituationReported("s1", reporter="Người gọi (hư cấu)", place="hẻm 5"))
            write_line(installation, UnitListed("to-bom", "Tổ bơm"))
            write_line(installation, UnitOrdered("o1", "to-bom", "s1", task="dập lửa"))
            write_line(installation, Noted("sẽ quên"))
            erase(installation, SYSTEM, "thử", [(f"operation/chay/p4/{installation.store.replica}", 5)])
        connection = dbapi2.connect(str(place.ledger))
        sql = [
            row[0]
            for row in connection.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
                " ORDER BY type <> 'table', rowid"
            )
        ]
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {
            name: [[_plain(value) for value in row] for row in connection.execute(f'SELECT * FROM "{name}"')]
            for name in tables
        }
        connection.close()
        keys = {path.name: path.read_bytes().hex() for path in sorted(place.keys.iterdir())}
    kept = {"version": version, "sql": sql, "rows": rows, "keys": keys}
    path = ROOT / "tests" / "versions" / f"{version}.json"
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _plain(value: object) -> object:
    return {"hex": value.hex()} if isinstance(value, bytes) else value


if __name__ == "__main__":
    main(sys.argv[1])
