"""The commands as people type them: languages, exit codes, what is kept, and a stop that is heard at once."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "hem-chay"
ENGLISH = {"SANSANG_LANG": "en"}


def sansang(*words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "sansang", *(str(word) for word in words)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "SANSANG_LANG": "vi", "COLUMNS": "140", **env},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example."""
    copy = tmp_path / "hem-chay"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("results"))
    return copy


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['sansang', '--help']\n"
        "from sansang.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'numba', 'simpy', 'matplotlib', 'ruamel', 'jsonschema', 'msgspec', 'rich', 'jinja2'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_program_speaks_vietnamese_first_and_english_when_asked() -> None:
    assert "Các lệnh" in sansang("--help").stdout
    assert "Commands" in sansang("--help", **ENGLISH).stdout
    assert "Commands" in sansang("--help", "--lang", "en").stdout
    assert "Commands" in sansang("--lang=en", "--help").stdout
    assert "Thiếu đối số" in sansang("rehearse").stderr


def test_a_rehearsal_says_what_matters_and_keeps_its_result(folder: Path) -> None:
    done = sansang("rehearse", folder, "--runs", "200", **ENGLISH)
    assert done.returncode == 0, done.stderr
    order = [
        "only assumed",
        "Deadlines",
        "error of simulation only",
        "Minutes lost",
        "Where it is tight",
        "To make them again",
    ]
    places = [done.stdout.index(words) for words in order]
    assert places == sorted(places)
    assert "not measured by the rehearsal" in done.stdout
    (kept,) = (folder / "results").iterdir()
    assert sorted(path.name for path in kept.iterdir()) == ["page.html", "result.json"]
    result = json.loads((kept / "result.json").read_text("utf-8"))
    assert result["seed"] == 7
    assert result["replications"] == 200
    assert kept.name == f"{result['digest'][:12]}-seed7-n200"


def test_the_same_command_makes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        done = sansang(
            "rehearse", folder, "--runs", "100", "--out", tmp_path / name, "--threads", "1" if name == "a" else "2"
        )
        assert done.returncode == 0, done.stderr
    for file in ("result.json", "page.html"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_json_is_for_machines(folder: Path) -> None:
    done = sansang("rehearse", folder, "--runs", "50", "--json", "--no-band")
    result = json.loads(done.stdout)
    assert result["scenario"] == "hem-chay"
    assert result["band_designs"] == 0
    assert all(d["band"] is None for d in result["deadlines"])


def test_until_goes_on_until_the_shares_are_known_well_enough(folder: Path) -> None:
    done = sansang("rehearse", folder, "--runs", "100", "--until", "±2%", "--json", "--no-band")
    result = json.loads(done.stdout)
    assert result["replications"] > result["asked"] == 100
    halves = [(d["share"]["high"] - d["share"]["low"]) / 2 for d in result["deadlines"]]
    assert max(halves) <= 0.02


@pytest.mark.parametrize("wrong", ["nhiều", "±0%", "90%", "-1"])
def test_a_sureness_that_is_none_is_refused(folder: Path, wrong: str) -> None:
    done = sansang("rehearse", folder, f"--until={wrong}")
    assert done.returncode == 2
    assert wrong in done.stderr


def test_one_night_is_told_event_by_event_with_the_plans_own_names(folder: Path) -> None:
    done = sansang("rehearse", folder, "--trace", "3")
    assert done.returncode == 0
    assert re.search(r"^ +\d+:\d\d  Cháy nhà trong hẻm 100, có người kẹt trên gác xảy ra$", done.stdout, re.MULTILINE)
    assert "Đội dân phòng khu phố 5" in done.stdout
    lines = json.loads(sansang("rehearse", folder, "--trace", "3", "--json").stdout)
    assert {"minute", "what", "a", "b", "c", "names"} <= set(lines[0])
    assert [line["minute"] for line in lines] == sorted(line["minute"] for line in lines)


def test_a_wrong_plan_is_refused_with_its_places_and_nothing_is_written(folder: Path) -> None:
    text = (folder / "exercise.yaml").read_text("utf-8")
    (folder / "exercise.yaml").write_text(text.replace("priority: 1", "priority: một", 1), "utf-8")
    done = sansang("rehearse", folder, "--json")
    assert done.returncode == 2
    (problem,) = json.loads(done.stdout)["problems"]
    line = text[: text.index("priority: 1")].count("\n") + 1
    assert (problem["file"], problem["line"], problem["code"]) == ("exercise.yaml", line, "wrong-type")
    assert f"exercise.yaml:{line}:" in done.stderr
    assert not (folder / "results").exists()


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_left(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("đã có")
    done = sansang("rehearse", folder, "--runs", "20", "--no-band", "--out", tmp_path / "tep" / "ben-trong")
    assert done.returncode == 2
    assert "--out" in done.stderr
    assert (tmp_path / "tep").read_text() == "đã có"


def test_a_stop_is_heard_within_a_second_and_says_how_far_it_came(folder: Path) -> None:
    sansang("rehearse", folder, "--runs", "10", "--no-band")  # compiled before, so that the stop falls into the playing
    shutil.rmtree(folder / "results")
    process = subprocess.Popen(
        [sys.executable, "-m", "sansang", "rehearse", str(folder), "--runs", "1000000", "--lang", "en"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    begin = time.monotonic()
    _, said = process.communicate(timeout=30)
    assert time.monotonic() - begin < 1.5
    assert process.returncode == 130
    match = re.search(r"Stopped after ([\d,]+) of 1,", said)
    assert match, said
    assert int(match[1].replace(",", "")) > 0
    assert not (folder / "results").exists()


def test_the_schema_speaks_the_users_language() -> None:
    vietnamese, english = (json.loads(sansang("schema", "--lang", lang).stdout) for lang in ("vi", "en"))
    assert vietnamese["title"] == "Kịch bản Sẵn Sàng"
    assert english["title"] == "Sẵn Sàng scenario"
    assert vietnamese["$defs"].keys() == english["$defs"].keys()


def test_an_area_is_found_on_a_day_with_what_became_of_it() -> None:
    done = sansang("area", "phuong 4, quan 11", "--date", "18/12/2019", **ENGLISH)
    assert done.returncode == 0
    assert "27244" in done.stdout
    assert "Phường Minh Phụng (27238)" in done.stdout
    assert sansang("area", "phuong 4, quan 11", "--date", "01/08/2025").returncode == 2
    assert sansang("area", "minh phung", "--date", "hôm qua").returncode == 2
