"""What works without the extra ``site``, and what is said where it is needed? The wheel itself: make prove."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from sansang import cli
from sansang.words import LANGUAGES, Language, Voice

ROOT = Path(__file__).parents[2]
#: Imported by the names of their packages, but for these.
IMPORTED = {"django-allauth": "allauth", "ua-parser": "ua_parser"}
#: A command in a process where no package of the extra can be imported.
WITHOUT = "import sys; sys.modules.update(dict.fromkeys({names!r})); from sansang.cli import main; main()"


def _only_in_site() -> list[str]:
    """What is imported of the extra's packages; Pillow comes with matplotlib too."""
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["site"]
    names = [requirement.split(">")[0].split("[")[0] for requirement in extra]
    return [IMPORTED.get(name, name) for name in names if name != "pillow"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", sorted(cli.ON_SITE))
def test_a_command_on_the_ledger_names_the_extra_that_is_missing(
    command: str, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    came = CliRunner().invoke(cli.Program(Voice(language)), [command, "x"])
    assert came.exit_code == 2
    assert len(came.stderr.splitlines()) == 1
    assert "pip install 'sansang[site]'" in came.stderr


def test_every_command_says_its_help_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    for command in cli.COMMANDS:
        came = CliRunner().invoke(cli.Program(Voice("en")), [command, "--help"])
        assert came.exit_code == 0, (command, came.output)


@pytest.mark.parametrize(
    "words",
    [
        ["check", str(ROOT / "examples" / "hem-chay")],
        ["area", "phường 4, quận 11", "--date", "18/12/2019"],
        ["schema"],
        ["rights"],
        ["rehearse", str(ROOT / "examples" / "hem-chay"), "--runs", "20", "--out", "{out}"],
    ],
    ids=lambda words: str(words[0]),
)
def test_a_command_on_plans_imports_nothing_of_the_extra(words: list[str], tmp_path: Path) -> None:
    words = [str(tmp_path / "r") if word == "{out}" else word for word in words]
    command = [sys.executable, "-c", WITHOUT.format(names=_only_in_site()), *words]
    came = subprocess.run(command, capture_output=True, text=True, check=False)
    assert came.returncode == 0, came.stderr
