"""Can this container be opened without harm? Its size unpacked, what it links to, what could not be written back."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from sansang.formats.problems import Problem, Spot, Unreadable
from sansang.words import mark

MOST_FILE_BYTES = 64 * 2**20
MOST_XML_BYTES = 96 * 2**20
MOST_UNPACKED_BYTES = 512 * 2**20
MOST_MEMBERS = 5_000
MOST_CELLS = 1_500_000

_XML = (".xml", ".rels", ".vml")
_ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CELL = re.compile(rb"<(?:\w+:)?c[ >/]")

#: What the library that edits workbooks does not write back whole, by a sign in the names of the members.
UNCARRIED: dict[str, tuple[str, str]] = {
    "macros": (r"vbaProject\.bin$", mark("macros")),
    "pictures": (r"^xl/media/", mark("pictures")),
    "charts": (r"^xl/charts/|^xl/chartsheets/", mark("charts")),
    "controls": (r"^xl/(ctrlProps|activeX)/", mark("buttons and form controls")),
    "embedded": (r"^xl/embeddings/", mark("embedded files")),
    "pivot": (r"^xl/pivot", mark("pivot tables")),
    "slicers": (r"^xl/(slicers|timelines)", mark("slicers")),
    "threads": (r"^xl/threadedComments/|^xl/persons/", mark("threads of comments (their text stays as a comment)")),
    "custom": (r"^customXml/", mark("custom data of other programs")),
}
#: The same, by a sign within the XML.
UNCARRIED_WITHIN: dict[str, tuple[bytes, str]] = {
    "shapes": (rb"<(?:\w+:)?(?:sp|cxnSp|grpSp)[ >]", mark("drawn shapes and text boxes")),
    "sparklines": (rb"sparklineGroup", mark("sparklines")),
    "validations-beyond": (rb"x14:dataValidation", mark("drop-downs that refer to another sheet in the newer form")),
    "formats-beyond": (rb"x14:conditionalFormatting", mark("newer conditional formats (data bars, icons)")),
}


def refusal(code: str, file: str, message: str, mend: str, **values: object) -> Unreadable:
    """The exception for a file that is refused as a whole, with its one problem."""
    return Unreadable((Problem(code, Spot(file), message, mend, values),))


@dataclass(frozen=True, slots=True)
class Contents:
    """What a container holds: its members, what could not be written back, and whether it points outside."""

    names: frozenset[str]
    uncarried: tuple[str, ...]
    external_links: bool


def inspect_archive(file: str, data: bytes) -> Contents:
    """Every member of a zip container looked at before any library opens it; raises Unreadable.

    The declared sizes are summed before anything is unpacked; what is unpacked is checked against them by its
    checksum, so a container that lies about its size is held for damaged.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as wrong:
        raise damaged(file, wrong) from wrong
    with archive:
        xml = sum(m.file_size for m in members if m.filename.lower().endswith((*_XML, ".bin")))
        unpacked = sum(m.file_size for m in members)
        if len(members) > MOST_MEMBERS or xml > MOST_XML_BYTES or unpacked > MOST_UNPACKED_BYTES:
            raise _too_large(file)
        uncarried = {
            name: said
            for name, (sign, said) in UNCARRIED.items()
            if any(re.search(sign, m.filename) for m in members if m.file_size)
        }
        external = any(m.filename.startswith("xl/externalLinks/") for m in members)
        cells = 0
        for member in members:
            if member.flag_bits & 0x1:
                raise refusal(
                    "protected",
                    file,
                    mark("The file is locked with a password"),
                    mark("Save it without a password and import that"),
                )
            if not member.filename.lower().endswith(_XML):
                continue
            try:
                text = archive.read(member)
            except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError) as wrong:
                raise damaged(file, wrong) from wrong
            if text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in text[:64]:
                text = text.decode("utf-16", "replace").encode()
            if _ENTITY.search(text):
                raise refusal(
                    "entities",
                    file,
                    mark("The file holds an XML document type or entities ({member})"),
                    mark("No office program writes that; save the workbook again and import that"),
                    member=member.filename,
                )
            if "/worksheets/" in member.filename:
                cells += len(_CELL.findall(text))
            if cells > MOST_CELLS:
                raise _too_large(file)
            external = external or (b'TargetMode="External"' in text and b"externalLinkPath" in text)
            for name, (within, said) in UNCARRIED_WITHIN.items():
                if re.search(within, text):
                    uncarried[name] = said
        return Contents(frozenset(m.filename for m in members), tuple(uncarried.values()), external)


def _too_large(file: str) -> Unreadable:
    return refusal(
        "too-large",
        file,
        mark("Unpacked, the workbook is larger than any master list: over {most} MiB or {cells} cells"),
        mark("Delete empty rows below the list and sheets that do not belong to it, then save"),
        most=MOST_XML_BYTES // 2**20,
        cells=MOST_CELLS,
    )


def damaged(file: str, wrong: BaseException) -> Unreadable:
    """What to say when a file can't be opened."""
    return refusal(
        "damaged",
        file,
        mark("The workbook is damaged and can't be opened ({reason})"),
        mark("Open it in an office program, let it be repaired, save it and import that"),
        reason=" ".join(str(wrong).split())[:120] or type(wrong).__name__,
    )
