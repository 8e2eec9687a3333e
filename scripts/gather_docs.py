"""From what is the documentation site made? docs/, the README in both languages, and a page for each library face.

Gathers the pages in out/docs-pages/, where zensical.toml reads them; ``make docs`` then builds the site. A link to a
file that is not on the site becomes the file's name, as the project has no public host yet.
"""

from __future__ import annotations

import ast
import posixpath
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "sansang"
PAGES = ROOT / "out" / "docs-pages"
#: Files beside docs/ that are pages too, and what they are called on the site.
BESIDE = {
    "README.md": "index.md",
    "README.vi.md": "README.vi.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "SECURITY.md": "SECURITY.md",
    "CHANGELOG.md": "CHANGELOG.md",
}
#: The modules that a library's user reads, by page; packages that name their face in ``__all__`` are added.
FACES: dict[str, tuple[str, ...]] = {
    "model": ("model/kind", "model/fold", "model/stream", "model/entry", "model/fact", "model/record_kinds"),
    "commands": ("commands/installation", "commands/operation", "commands/access", "commands/peers"),
    "formats": (
        "formats/problems",
        "formats/areas",
        "formats/findings",
        "formats/result_json",
        "formats/result_text",
        "formats/comparison_text",
    ),
    "papers": (
        "formats/papers/paper",
        "formats/papers/exercise_plan",
        "formats/papers/rehearsal_report",
        "formats/papers/docx",
        "formats/papers/pdf",
        "formats/papers/lint",
    ),
}
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")


def module_file(path: str) -> Path:
    """The file of a module or package, by its path below the source. Raises FileNotFoundError."""
    for file in (SOURCE / f"{path}.py", SOURCE / path / "__init__.py"):
        if file.exists():
            return file
    raise FileNotFoundError(path)


def faces() -> dict[str, list[str]]:
    """The modules of each page of the reference: those listed, and every package with an ``__all__``."""
    found = {page: list(modules) for page, modules in FACES.items()}
    for file in sorted(SOURCE.rglob("__init__.py")):
        path = file.parent.relative_to(SOURCE).as_posix()
        if _public_names(file) and not path.startswith(("web", "words")):
            found[path.replace("/", "-")] = [path]
    for modules in found.values():
        for module in modules:
            module_file(module)
    return found


def _public_names(file: Path) -> bool:
    return any(
        isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)
        for node in ast.parse(file.read_text("utf-8")).body
    )


def first_line(file: Path) -> str:
    """The question that a module answers: the first line of its docstring."""
    return (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").partition("\n")[0]


def pages() -> dict[str, Path]:
    """The Markdown and image files of the site, by their place there."""
    found = {path.relative_to(ROOT / "docs").as_posix(): path for path in (ROOT / "docs").rglob("*") if path.is_file()}
    return found | {place: ROOT / name for name, place in BESIDE.items() if (ROOT / name).exists()}


def relinked(text: str, file: Path, place: str, places: dict[Path, str]) -> str:
    """The text with its relative links leading to places on the site; others become the name of the file."""

    def link(match: re.Match[str]) -> str:
        image, words, target, anchor = match[1], match[2], match[3], match[4] or ""
        if re.match(r"[a-z]+:", target):
            return match[0]
        there = (file.parent / target).resolve()
        found = "decisions/index.md" if there == ROOT / "docs" / "decisions" else places.get(there)
        if found is None and there.exists():
            return words if words.startswith("`") else f"{words} (`{there.relative_to(ROOT).as_posix()}`)"
        # One that leads nowhere stays as it is: the build names it.
        return match[0] if found is None else f"{image}[{words}]({relative(found, place)}{anchor})"

    return _LINK.sub(link, text)


def relative(place: str, page: str) -> str:
    """The link from a page to a place on the site."""
    return posixpath.relpath(place, posixpath.dirname(page) or ".")


def gather() -> int:
    """Write every page; how many there are."""
    shutil.rmtree(PAGES, ignore_errors=True)
    found = pages()
    places = {file.resolve(): place for place, file in found.items()}
    texts: dict[str, str] = {}
    for place, file in found.items():
        if file.suffix == ".md":
            texts[place] = relinked(file.read_text("utf-8"), file, place, places)
            continue
        (PAGES / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, PAGES / place)
    texts["decisions/index.md"] = _decisions(found)
    texts |= _reference()
    for place, text in texts.items():
        (PAGES / place).parent.mkdir(parents=True, exist_ok=True)
        (PAGES / place).write_text(text, "utf-8")
    return len(texts)


def _decisions(found: dict[str, Path]) -> str:
    lines = ["# Decisions", "", "One page each: what was decided, why, and what was passed over.", ""]
    for place in sorted(found):
        if place.startswith("decisions/"):
            name = place.removeprefix("decisions/")
            title = found[place].read_text("utf-8").partition("\n")[0].removeprefix("# ")
            lines.append(f"- [{name[:4]}]({name}) {title}")
    return "\n".join(lines) + "\n"


def _reference() -> dict[str, str]:
    texts = {}
    index = ["# Library reference", "", "What each face answers, and what it offers. Made from the docstrings.", ""]
    for page, modules in sorted(faces().items()):
        lines = [f"# {page.replace('-', '.')}", ""]
        for module in modules:
            name = f"sansang.{module.replace('/', '.')}"
            index.append(f"- [`{name}`]({page}.md): {first_line(module_file(module))}")
            lines += [f"::: {name}", ""]
        texts[f"reference/{page}.md"] = "\n".join(lines)
    return {"reference/index.md": "\n".join(index) + "\n"} | texts


if __name__ == "__main__":
    print(f"{gather()} pages gathered")
