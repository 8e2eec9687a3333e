"""Do the papers open in LibreOffice? Each DOCX is converted to PDF there, and its words and marks are counted again.

Needs LibreOffice (``apt-get install libreoffice-writer-nogui fonts-liberation2``). ``python -m benchmarks.papers``.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
import time
import unicodedata
from pathlib import Path

from docx import Document
from pypdf import PdfReader

from sansang.formats.papers import docx, pdf
from sansang.formats.papers.exercise_plan import exercise_plan
from sansang.formats.papers.figures import report_figures
from sansang.formats.papers.paper import Paper
from sansang.formats.papers.rehearsal_report import rehearsal_report
from sansang.plans import read_folder
from sansang.rehearsal import rehearse

EXAMPLES = Path(__file__).parent.parent / "examples"
HEAD = [
    "| paper | DOCX, s | PDF, s | pages of the PDF | pages in LibreOffice | words found again | marked pages |",
    "|---|---|---|---|---|---|---|",
]


def words(text: str) -> list[str]:
    """The words of a text."""
    return re.findall(r"\w+", unicodedata.normalize("NFC", text))


def in_libreoffice(data: bytes) -> list[str]:
    """The texts of the pages after LibreOffice converted the DOCX to PDF; raises RuntimeError if it failed."""
    office = shutil.which("soffice")
    if office is None:
        raise SystemExit("LibreOffice is not installed: apt-get install libreoffice-writer-nogui")
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "paper.docx"
        file.write_bytes(data)
        profile = f"-env:UserInstallation=file://{place}/profile"
        done = subprocess.run(
            [office, profile, "--headless", "--convert-to", "pdf", "--outdir", place, str(file)],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        printed = Path(place) / "paper.pdf"
        if not printed.exists():
            raise RuntimeError(done.stderr)
        return [page.extract_text() for page in PdfReader(io.BytesIO(printed.read_bytes())).pages]


def row(name: str, paper: Paper) -> str:
    """A row of the table; raises AssertionError if LibreOffice loses a word or a page lacks its mark."""
    begin = time.perf_counter()
    written = docx.render_docx(paper)
    docx_seconds = time.perf_counter() - begin
    begin = time.perf_counter()
    printed = pdf.render_pdf(paper)
    pdf_seconds = time.perf_counter() - begin
    document = Document(io.BytesIO(written))
    texts = [p.text for p in document.paragraphs]
    texts += [cell.text for table in document.tables for line in table.rows for cell in line.cells]
    wanted = set(words("\n".join(texts)))
    pages = in_libreoffice(written)
    found = set(words("\n".join(pages)))
    # A word that is split at the end of a line is extracted as two.
    lost = [word for word in wanted - found if word not in "".join(words("\n".join(pages)))]
    assert not lost, (name, lost[:10])
    # LibreOffice draws the mark as outlines; only the program's own PDF has it as text.
    own_pages = [unicodedata.normalize("NFC", page.extract_text()) for page in PdfReader(io.BytesIO(printed)).pages]
    marked = sum(paper.mark in page for page in own_pages)
    assert marked == len(own_pages), (name, marked)
    return (
        f"| {name} | {docx_seconds:.2f} | {pdf_seconds:.2f} | {len(own_pages)} | {len(pages)} | "
        f"{len(wanted - set(lost))} of {len(wanted)} | {marked} of {len(own_pages)} |"
    )


def rows() -> list[str]:
    """The rows for plan and report of each example."""
    found = []
    for name in ("hem-chay", "dt19"):
        scenario = read_folder(EXAMPLES / name).require()
        result = rehearse(scenario, 500)
        report = rehearsal_report(scenario, result, report_figures(result))
        # The first rendering is slow: it searches for fonts and loads modules.
        docx.render_docx(report)
        pdf.render_pdf(report)
        found += [row(f"{name}, plan", exercise_plan(scenario)), row(f"{name}, report", report)]
    return found


if __name__ == "__main__":
    print("\n".join(HEAD + rows()))
