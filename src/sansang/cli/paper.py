"""``sansang paper``: the plan and the report on its rehearsal, in the official form."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sansang.words import Voice, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sansang.formats.papers.paper import Paper
    from sansang.model.exercise.exercise import Exercise
    from sansang.model.plan.comparison import ComparisonResult
    from sansang.model.plan.results import RehearsalResult
    from sansang.model.plan.scenario import Scenario
    from sansang.plans import Plan


def command(voice: Voice) -> click.Command:
    """The group of commands in the voice's language."""
    say = voice.say
    out = click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        help=say(mark("Folder to write into (default: papers/ in the folder).")),
    )
    template = click.option(
        "--template",
        type=click.Path(path_type=Path, dir_okay=False),
        help=say(mark("Your own template, a DOCX; `sansang paper template` gives one to start from.")),
    )
    no_pdf = click.option("--no-pdf", is_flag=True, help=say(mark("Write the DOCX only.")))

    @click.group(
        help=say(mark("Write official papers (Decree 30/2020): the exercise plan, the report on a rehearsal."))
    )
    def paper() -> None:
        pass

    @paper.command(help=say(mark("The exercise plan (kế hoạch) with forces, situations and injects.")))
    @click.argument("folder", type=click.Path(path_type=Path))
    @out
    @template
    @no_pdf
    def plan(folder: Path, out: Path | None, template: Path | None, no_pdf: bool) -> None:
        from sansang.cli.play_options import read
        from sansang.formats.papers.exercise_plan import exercise_plan

        scenario = read(voice, folder, False, to_play=False).scenario
        _write(
            voice, exercise_plan(scenario), f"ke-hoach-{scenario.id}", out or folder / "papers", template, not no_pdf
        )
        _missing_head(voice, scenario)

    @paper.command(help=say(mark("The report (báo cáo) on the rehearsal, with its figures and what to do.")))
    @click.argument("folder", type=click.Path(path_type=Path))
    @click.option(
        "--set",
        "settings",
        multiple=True,
        help=say(mark("Report also on an improvement that was tried, e.g. wards.p7.units.pump=2.")),
    )
    @click.option(
        "--runs",
        type=click.IntRange(2, 1_000_000),
        default=10_000,
        show_default=True,
        help=say(mark("How many times.")),
    )
    @click.option(
        "--seed",
        type=click.IntRange(0, 2**64 - 1),
        default=7,
        show_default=True,
        help=say(mark("The same seed gives the same figures.")),
    )
    @out
    @template
    @no_pdf
    def report(
        folder: Path,
        settings: tuple[str, ...],
        runs: int,
        seed: int,
        out: Path | None,
        template: Path | None,
        no_pdf: bool,
    ) -> None:
        from sansang.cli.play_options import read
        from sansang.formats.papers.figures import report_figures
        from sansang.formats.papers.rehearsal_report import rehearsal_report

        plan = read(voice, folder, False)
        scenario = plan.scenario
        tried = _tried(voice, plan, folder, settings, runs, seed)
        result = _result(voice, scenario, folder, runs, seed)
        made = rehearsal_report(scenario, result, report_figures(result), tried)
        _write(voice, made, f"bao-cao-{scenario.id}", out or folder / "papers", template, not no_pdf)
        _missing_head(voice, scenario)

    @paper.command(name="template", help=say(mark("A template to change as your office likes.")))
    @click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
    def own_template(file: Path) -> None:
        from sansang.cli.play_options import keep
        from sansang.formats.papers.template import default_template

        if file.suffix.lower() != ".docx":
            told = say(mark("{file}: a template is a .docx file."), file=file)
            click.echo(f"{say(mark('error'))}: {told}", err=True)
            sys.exit(2)
        keep(voice, {file.name: default_template()}, file.parent)
        click.echo(say(mark("The template: {file}. Change what you like and keep the words in {{{{ }}}}."), file=file))

    return paper


def _tried(voice: Voice, plan: Plan, folder: Path, settings: tuple[str, ...], runs: int, seed: int) -> list[str]:
    """What an improvement would do, in the sentences of the paper; [] where none is asked for."""
    if not settings:
        return []
    from sansang.cli.play_options import played, with_settings
    from sansang.formats.comparison_text import plain_lines
    from sansang.formats.papers.wording import VIETNAMESE, join_words, setting_words
    from sansang.rehearsal import compare

    plans = [plan.scenario, with_settings(voice, plan, settings, False).scenario]
    result = _kept_comparison(plans, folder, runs, seed) or played(
        voice, runs, lambda progress: compare(plans, runs, seed, changes=[settings], progress=progress)
    )
    words = join_words([setting_words(plans[0], setting) for setting in settings])
    return [f"Sửa: {words}", *plain_lines(VIETNAMESE, result.after[0])]


def _kept_comparison(plans: Sequence[Scenario], folder: Path, runs: int, seed: int) -> ComparisonResult | None:
    """The comparison of these two plans that is kept in the folder, by this version; None for none."""
    import msgspec

    from sansang import __version__
    from sansang.cli.play_options import comparison_names
    from sansang.formats.result_json import load_comparison
    from sansang.model.plan.digest import recognises

    for name in comparison_names(plans, seed, runs):
        try:
            result = load_comparison((folder / "results" / name / "comparison.json").read_bytes())
        except (OSError, msgspec.DecodeError):
            continue
        known = (result.before.digest, *(after.plan.digest for after in result.after))
        same = len(known) == len(plans) and all(map(recognises, known, plans))
        if same and result.version == __version__:
            return result
    return None


def _result(voice: Voice, scenario: Scenario, folder: Path, runs: int, seed: int) -> RehearsalResult:
    """The result that is kept for this plan, seed and number; else the plan is played."""
    import msgspec

    from sansang import __version__
    from sansang.cli.play_options import played
    from sansang.formats.result_json import load_result
    from sansang.model.plan.digest import digests, recognises
    from sansang.rehearsal import rehearse

    for known in digests(scenario):
        try:
            result = load_result((folder / "results" / f"{known[:12]}-seed{seed}-n{runs}" / "result.json").read_bytes())
        except (OSError, msgspec.DecodeError):
            continue
        if recognises(result.digest, scenario) and result.version == __version__ and result.band_designs:
            return result
    return played(voice, runs, lambda progress: rehearse(scenario, runs, seed, progress=progress))


def _write(voice: Voice, paper: Paper, name: str, place: Path, template: Path | None, with_pdf: bool) -> None:
    """DOCX and PDF into a folder, both or none; then what is to be mended or done by hand."""
    from sansang.cli.play_options import keep
    from sansang.formats.papers import docx
    from sansang.formats.papers.lint import lint_paper
    from sansang.formats.problems import Unreadable

    files = {}
    try:
        given = None if template is None else template.read_bytes()
        files[f"{name}.docx"] = docx.render_docx(paper, given, str(template or ""))
    except OSError as wrong:
        reason = wrong.strerror or str(wrong)
        told = voice.say(mark("{file}: the template can't be read ({reason})."), file=template, reason=reason)
        click.echo(f"{voice.say(mark('error'))}: {told}", err=True)
        sys.exit(2)
    except Unreadable as wrong:
        for problem in wrong.problems:
            click.echo(f"{voice.say(mark('error'))}: {problem.say(voice)}", err=True)
        sys.exit(2)
    if with_pdf:
        from sansang.formats.papers import pdf

        files[f"{name}.pdf"] = pdf.render_pdf(paper)
        if not pdf.has_times():
            message = mark("Neither Times New Roman nor Liberation Serif is installed: the PDF has another serif.")
            click.echo(f"{voice.say(mark('warning'))}: {voice.say(message)}", err=True)
    kept = keep(voice, files, place)
    for file in files:
        click.echo(voice.say(mark("The paper: {file}"), file=kept / file))
    for slip in lint_paper(paper):
        click.echo(f"{voice.say(mark('warning'))} [{slip.code}] {slip.say(voice)}", err=True)
    click.echo(
        voice.say(
            mark(
                "Marked {mark} on every page. Number, date and signature stay open: they are given when it is issued."
            ),
            mark=paper.mark,
        )
    )


def _missing_head(voice: Voice, scenario: Exercise) -> None:
    """Say how to fill in the head of the paper where the plan has none."""
    if scenario.papers is None:
        message = mark("The plan does not say who issues its papers: add `papers:` with issuer, place and recipients.")
        click.echo(f"{voice.say(mark('note'))}: {voice.say(message)}", err=True)
