"""Does a paper follow the decree's rules of writing? Capitals, dates, recipients, composed letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sansang.formats.papers.paper import Paper, paper_texts
from sansang.model.language import nfc
from sansang.words import Voice, mark


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One fault for which an office would return a paper: its code, its place, the words, and how to correct them."""

    code: str
    place: str
    words: str
    mend: str  # a message of the catalogue

    def say(self, voice: Voice) -> str:
        """One line in the reader's language."""
        return f"{self.place}: “{self.words}”. {voice.say(self.mend)}."


#: Names with a fixed spelling: pattern in any case → the spelling of appendix II of the decree.
FIXED_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), right)
    for pattern, right in (
        (r"\bthành phố hồ chí minh\b", "Thành phố Hồ Chí Minh"),
        (r"\bthủ đô hà nội\b", "Thủ đô Hà Nội"),
        (r"\bnhà nước\b", "Nhà nước"),
        (r"\bnhân dân\b", "Nhân dân"),
        (r"\bban chỉ huy phòng thủ dân sự\b", "Ban Chỉ huy Phòng thủ dân sự"),
        (r"\bban chỉ huy quân sự\b", "Ban Chỉ huy Quân sự"),
        (r"\bmặt trận tổ quốc việt nam\b", "Mặt trận Tổ quốc Việt Nam"),
    )
)
#: Before "nhân dân" as part of the name of a body; there it keeps small letters.
_COMMITTEE = re.compile(r"\b(?:ủy ban|uỷ ban|hội đồng|tòa án|viện kiểm sát|quân đội|công an)\s+$", re.IGNORECASE)
_UNIT = re.compile(r"\b(phường|quận|xã|huyện|Phường|Quận|Xã|Huyện)\s+(\d+|\w+)")
_DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})")
_SLASHED = re.compile(r"\b\d{1,2}[/-]\d{1,2}[/-]\d{4}\b")
_CITED = re.compile(r"(?<![.;:!?]\s)(?<=\s)(Khoản|Điểm)\s+(\d+|[a-zđ])\b|\b(điều|chương|mục)\s+(\d+|[IVX]+)\b")


def lint_paper(paper: Paper) -> tuple[LintFinding, ...]:
    """All findings: on its texts in their order, then on recipients and grounds."""
    return (*_texts(paper), *_recipients(paper), *_grounds(paper))


def _texts(paper: Paper) -> Iterator[LintFinding]:
    for place, text in paper_texts(paper):
        if text != nfc(text):
            yield LintFinding(
                "not-nfc", place, text, mark("Letters and their marks stand apart: write them composed (NFC)")
            )
        if place in ("issuer", "parent") or place.startswith("signing"):
            continue  # written in capitals throughout
        yield from _capitals(place, nfc(text))
        yield from _dates(place, nfc(text))


def _capitals(place: str, text: str) -> Iterator[LintFinding]:
    for pattern, right in FIXED_SPELLINGS:
        for found in pattern.finditer(text):
            inside = right == "Nhân dân" and _COMMITTEE.search(text[: found.start()])
            if found[0] not in (right, right.upper()) and not inside:
                yield LintFinding(
                    "capitals", place, found[0], mark("The decree writes this name in one way: see appendix II")
                )
    for found in _UNIT.finditer(text):
        kind, name = found[1], found[2]
        if name.isdecimal() and kind[0].islower():
            yield LintFinding(
                "unit-capital", place, found[0], mark("A unit named by a number has a capital: Phường 4, Quận 11")
            )
        starts = not text[: found.start()].strip() or text[: found.start()].rstrip()[-1:] in ".:;?!“("
        if name[0].isupper() and kind[0].isupper() and not starts:
            yield LintFinding(
                "unit-small", place, found[0], mark("Before a proper name the kind is small: phường Minh Phụng")
            )
    for found in _CITED.finditer(text):
        yield LintFinding(
            "citation", place, found[0], mark("Cited, Điều, Chương and Mục have a capital, khoản and điểm have none")
        )


def _dates(place: str, text: str) -> Iterator[LintFinding]:
    for found in _DATE.finditer(text):
        day, month = found[1], found[2]
        right_day = day == f"{int(day):02d}"
        right_month = month == (f"{int(month):02d}" if int(month) < 3 else str(int(month)))
        if not (right_day and right_month):
            yield LintFinding(
                "date-zero", place, found[0], mark("A zero stands before days below 10 and months 1 and 2 only")
            )
    for found in _SLASHED.finditer(text):
        yield LintFinding(
            "date-form", place, found[0], mark("In a paper a date is written out: ngày 05 tháng 01 năm 2026")
        )


def _recipients(paper: Paper) -> Iterator[LintFinding]:
    if not paper.recipients:
        yield LintFinding("no-recipients", "recipients", "Nơi nhận", mark("Say who gets the paper"))
    for number, line in enumerate(paper.recipients, 1):
        if line.lstrip()[:1] in ("-", "–") or line.rstrip()[-1:] in (";", ".", ","):
            yield LintFinding(
                "recipient-signs",
                f"recipients {number}",
                line,
                mark("Hyphen, semicolon and stop are set by the program"),
            )
        if line.casefold().startswith("lưu"):
            yield LintFinding(
                "recipient-kept", f"recipients {number}", line, mark("The last line, Lưu: VT, is set by the program")
            )
    if paper.type in ("BC", "TTr") and paper.addressees and paper.recipients[:1] != ("Như trên",):
        yield LintFinding(
            "as-above", "recipients 1", paper.recipients[0], mark("A report's first recipient is “Như trên”")
        )
    if not paper.drafted_by.strip():
        yield LintFinding("not-drafted", "drafted_by", "Lưu: VT", mark("Name the unit that drafts"))


def _grounds(paper: Paper) -> Iterator[LintFinding]:
    for number, line in enumerate(paper.grounds, 1):
        if not line.startswith("Căn cứ "):
            yield LintFinding("ground-begins", f"grounds {number}", line, mark("Begin with “Căn cứ”"))
        if line.rstrip()[-1:] in (";", "."):
            yield LintFinding(
                "ground-ends", f"grounds {number}", line, mark("Hyphen, semicolon and stop are set by the program")
            )
