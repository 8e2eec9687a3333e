"""Do workbooks hold up outside the program, and at size? LibreOffice in between, 5,000 rows, a bomb; printed pages.

LibreOffice (the package libreoffice-calc) must be installed for the round trip and the pages.
"""

from __future__ import annotations

import io
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import openpyxl

ROOT = Path(__file__).parent.parent
EXAMPLES = ("hem-chay", "dt19")
ROWS = 5_000
BOMB = 200


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The program with these arguments."""
    command = [sys.executable, "-m", "sansang", "--lang", "vi", *(str(word) for word in words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def office(kind: str, path: Path, out: Path) -> Path:
    """A workbook opened and saved by LibreOffice, as another kind of file or anew."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise SystemExit("LibreOffice is not installed: apt-get install libreoffice-calc")
    words = [program, "--headless", f"-env:UserInstallation=file://{out}/profile", "--convert-to", kind]
    subprocess.run([*words, "--outdir", str(out), str(path)], capture_output=True, check=True, timeout=300)
    return out / f"{path.stem}.{kind.split(':', maxsplit=1)[0]}"


OFFICE_HEAD = ["| workbook | rows | changes after LibreOffice saved it | problems |", "|---|---|---|---|"]


def office_rows() -> list[str]:
    """Each example's two workbooks, opened and saved by LibreOffice, compared with the plan."""
    lines = []
    with tempfile.TemporaryDirectory() as place:
        for example in EXAMPLES:
            for workbook in ("msel", "forces"):
                out = Path(place) / f"{example}-{workbook}.xlsx"
                run(workbook, "export", ROOT / "examples" / example, "--out", out, "--fresh")
                saved = Path(place) / "saved"
                saved.mkdir(exist_ok=True)
                again = office("xlsx", out, saved)
                copy = Path(place) / f"{example}-{workbook}"
                shutil.copytree(ROOT / "examples" / example, copy, ignore=shutil.ignore_patterns("results", "papers"))
                told = json.loads(run(workbook, "import", again, "--out", copy, "--json").stdout)
                rows = sum(sheet["rows"] for sheet in told["sheets"])
                real = [problem for problem in told["problems"] if problem["code"] != "uncarried"]
                lines.append(f"| {example}, {workbook} | {rows} | {len(told['changes'])} | {len(real)} |")
    return lines


def many_rows() -> bytes:
    """A foreign list of 5,000 rows."""
    book: Any = openpyxl.Workbook()
    head = "No.|Time|Event|Message|From|To|Method|Expected action|Controller|Objective|Status|Notes"
    book.active.append(head.split("|"))
    for n in range(ROWS):
        words = f"DIỄN TẬP – tin báo số {n}: nước ngập nhà, cần di dời người già và trẻ nhỏ trong hẻm"
        row = [f"{n // 100}-{n % 100:02d}", f"{7 + n // 600:02d}:{n // 10 % 60:02d}", f"Tình huống {n}", words]
        row += ["114", f"phường {n % 9}", "điện thoại", "Xác minh, báo cáo lên quận", f"pv-{n % 5}", "1, 2", "approved"]
        book.active.append([*row, "ghi chú"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SIZE_HEAD = ["| step | seconds | times Python doing nothing | peak memory, MB |", "|---|---|---|---|"]


def size_rows() -> list[str]:
    """Seconds and memory of each step with 5,000 rows, and of refusing 200 MiB of zeros."""
    from tests.cli.test_wrong_workbooks import zeros

    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "list.xlsx").write_bytes(many_rows())
        (place / "zeros.xlsx").write_bytes(zeros(BOMB))
        nothing = _measured([sys.executable, "-c", "pass"])[0]
        plan, out, edited = place / "plan", place / "out.xlsx", place / "in-place.xlsx"
        steps: list[tuple[str, list[str | Path]]] = [
            (
                "foreign list into a new folder",
                ["msel", "import", place / "list.xlsx", "--out", plan, "--day", "2026-11-14"],
            ),
            ("out in our layout", ["msel", "export", plan, "--out", out, "--fresh"]),
            ("back into the folder, compared", ["msel", "import", out, "--out", plan]),
            ("out in the layout in which it came", ["msel", "export", plan, "--out", edited]),
            (f"{BOMB} MiB of zeros refused", ["msel", "import", place / "zeros.xlsx", "--out", place / "no"]),
        ]
        lines = []
        for said, words in steps:
            command = [sys.executable, "-m", "sansang", *(str(word) for word in words)]
            seconds, memory = _measured(command)
            lines.append(f"| {said} | {seconds:.2f} | {seconds / nothing:.0f} | {memory:.0f} |")
        return lines


def _measured(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory (MB) of a command, in a process of its own."""
    code = (
        "import resource, subprocess, sys, time\n"
        "begin = time.perf_counter()\n"
        "subprocess.run(sys.argv[1:], capture_output=True)\n"
        "print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True)
    seconds, memory = done.stdout.split()
    return float(seconds), float(memory)


def pages(folder: Path) -> int:
    """Every printed page of an example's workbook as an image in a folder; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    book = folder / "dt19.xlsx"
    run("msel", "export", ROOT / "examples" / "dt19", "--out", book, "--fresh", "--force")
    pdf = office("pdf", book, folder)
    subprocess.run(["pdftoppm", "-r", "110", "-png", str(pdf), str(folder / "page")], check=True)
    return len(list(folder.glob("page-*.png")))


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "--pages":
        print(pages(Path(sys.argv[2])))
    else:
        begin = time.perf_counter()
        print("\n".join([*OFFICE_HEAD, *office_rows(), "", *SIZE_HEAD, *size_rows()]))
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{time.perf_counter() - begin:.0f} s, {used:.0f} MB")
