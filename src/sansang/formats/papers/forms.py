"""How are numbers, dates, letters and places written in a paper? Decree 30/2020/NĐ-CP, appendices I and III."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sansang.model.language import nfc

#: Abbreviations of the types of papers, appendix III.I. Công văn and thư công have none.
PAPER_TYPES: dict[str, str] = {
    "NQ": "nghị quyết",
    "QĐ": "quyết định",
    "CT": "chỉ thị",
    "QC": "quy chế",
    "QyĐ": "quy định",
    "TC": "thông cáo",
    "TB": "thông báo",
    "HD": "hướng dẫn",
    "CTr": "chương trình",
    "KH": "kế hoạch",
    "PA": "phương án",
    "ĐA": "đề án",
    "DA": "dự án",
    "BC": "báo cáo",
    "BB": "biên bản",
    "TTr": "tờ trình",
    "HĐ": "hợp đồng",
    "CĐ": "công điện",
    "BGN": "bản ghi nhớ",
    "BTT": "bản thỏa thuận",
    "GUQ": "giấy ủy quyền",
    "GM": "giấy mời",
    "GGT": "giấy giới thiệu",
    "GNP": "giấy nghỉ phép",
    "PG": "phiếu gửi",
    "PC": "phiếu chuyển",
    "PB": "phiếu báo",
    "SY": "sao y",
    "TrS": "trích sao",
    "SL": "sao lục",
}

#: Letters of the points of a clause in order: the Vietnamese alphabet, see appendix I.II.6.
POINT_LETTERS = (
    "a",
    "b",
    "c",
    "d",
    "đ",
    "e",
    "g",
    "h",
    "i",
    "k",
    "l",
    "m",
    "n",
    "o",
    "p",
    "q",
    "r",
    "s",
    "t",
    "u",
    "v",
    "x",
    "y",
)

_NUMBER = re.compile(r"(\d+)/([A-ZĐ][A-Za-zĐđ]*)-([A-ZĐ]+)(?:-([A-ZĐ]+))?")


@dataclass(frozen=True, slots=True)
class NumberAndSymbol:
    """ "33/KH-UBND-TM" in its parts; ``third`` is the group that local papers had before the decree."""

    number: int
    type: str
    issuer: str
    third: str = ""


def number_and_symbol(number: int | None, kind: str, issuer: str) -> str:
    """ "Số: 05/KH-UBND": with a zero before numbers below 10; "Số:      /KH-UBND" while the number is open (None).

    A công văn has no abbreviation: ``kind`` is then "" and ``issuer`` "UBND-VX".
    Raises ValueError for a type that the decree does not define or a number below 1.
    """
    if kind and kind not in PAPER_TYPES:
        raise ValueError(f"no such type of paper: {kind}")
    if number is not None and number < 1:
        raise ValueError("numbers begin at 1")
    given = " " * 5 if number is None else f"{number:02d}"
    return f"Số: {given}/{f'{kind}-' if kind else ''}{issuer}"


def parse_number(text: str) -> NumberAndSymbol:
    """The parts of a number and symbol, also of the older form with three groups; raises ValueError on other text."""
    match = _NUMBER.fullmatch(nfc(text.strip()))
    if match is None:
        raise ValueError(f"no number and symbol: {text}")
    return NumberAndSymbol(int(match[1]), match[2], match[3], match[4] or "")


def date_words(day: date | None, year: int) -> str:
    """ "ngày 05 tháng 01 năm 2026": with a zero before days below 10 and before months 1 and 2 only.

    "ngày      tháng      năm 2019" while the date is open (None).
    """
    if day is None:
        return f"ngày{' ' * 6}tháng{' ' * 6}năm {year}"
    month = f"{day.month:02d}" if day.month < 3 else f"{day.month}"
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def place_and_date(place: str, day: date | None, year: int) -> str:
    """ "Minh Phụng, ngày 05 tháng 01 năm 2026"."""
    return f"{place_name(place)}, {date_words(day, year)}"


def place_name(unit: str) -> str:
    """The name of a place for the head of a paper: without its kind, unless the name is a number.

    "Phường Minh Phụng" → "Minh Phụng"; "Phường 4" and "Thành phố Hồ Chí Minh" (named after a person) stay as they are.
    """
    match = re.fullmatch(r"(?:phường|xã|đặc khu|quận|huyện)\s+(\D+)", nfc(unit.strip()), re.IGNORECASE)
    return match[1] if match else nfc(unit.strip())


def point_letter(number: int) -> str:
    """The letter of the n-th point of a clause, from 1; raises ValueError beyond the last letter."""
    if not 1 <= number <= len(POINT_LETTERS):
        raise ValueError(f"a clause has 1 to {len(POINT_LETTERS)} points")
    return POINT_LETTERS[number - 1]


def roman(number: int) -> str:
    """1 → "I", 14 → "XIV"; raises ValueError outside 1 to 89."""
    if not 1 <= number < 90:
        raise ValueError("from 1 to 89")
    tens, ones = divmod(number, 10)
    tens_words = ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX")
    return tens_words[tens] + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]
