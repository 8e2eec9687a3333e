"""How does a workbook come into a plan's folder? Ours or anybody's, into a new folder or, reviewed, an old one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sansang.cli.atomic_write import settle_pending
from sansang.cli.folder import read_folder
from sansang.cli.review_options import Choice, choose, tell_changes
from sansang.cli.workbook_files import kept, read_file, source_in, write_plan
from sansang.cli.workbook_report import done, noticed_in, refuse, stop, tell, waiting
from sansang.formats.problems import Problem, Unreadable
from sansang.words import Voice, mark

if TYPE_CHECKING:
    from sansang.formats.scenario import Reading
    from sansang.formats.workbook.compare import Arrival
    from sansang.formats.workbook.foreign_list import Options
    from sansang.formats.workbook.payload import Payload
    from sansang.formats.workbook.sheets import Book
    from sansang.formats.workbook.source import Source


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of an import."""

    file: Path
    folder: Path
    workbook: str
    as_json: bool
    accept: str | None
    sheets: tuple[str, ...] = ()
    mapping: tuple[str, ...] = ()
    headings: Path | None = None
    day: str | None = None
    start: str | None = None


def import_workbook(voice: Voice, request: Request) -> None:
    """Read a workbook into a folder, reviewed; ends with 2 when it can't be read, with 1 while changes wait."""
    from sansang.formats.workbook.archive import Refused

    try:
        _import(voice, request)
    except Refused as refused:
        refuse(voice, (refused.problem,), request.as_json)
    except Unreadable as unreadable:
        refuse(voice, unreadable.problems, request.as_json)


def _import(voice: Voice, request: Request) -> None:
    from sansang.formats.workbook.open_file import open_book
    from sansang.formats.workbook.payload import unpacked, without

    if request.folder.is_dir():
        settle_pending(request.folder)
    options = _options(voice, request)
    name = request.file.name
    content = read_file(request.file)
    book = open_book(name, content)
    payload = unpacked(name, book)
    book = without(book)
    if payload is not None and payload.workbook != request.workbook:
        stop(
            voice,
            mark("{file}: this workbook is brought in with sansang {workbook} import"),
            file=name,
            workbook=payload.workbook,
        )
    noticed = noticed_in(name, book)
    if (request.folder / "exercise.yaml").exists():
        _update(voice, request, options, book, payload, content, noticed)
    else:
        _found(voice, request, options, book, payload, content, noticed)


def _options(voice: Voice, request: Request) -> Options:
    from sansang.formats.workbook.foreign_list import Options
    from sansang.formats.workbook.headings import extended, known
    from sansang.formats.workbook.schedule import HERE, Given

    headings = known()
    own = request.headings or request.folder / "headings.toml"
    if request.headings is not None or own.is_file():
        headings = extended(str(own), read_file(own))
    mapping: dict[str, str] = {}
    fields = set(headings.fields.values())
    for one in request.mapping:
        heading, equals, name = one.rpartition("=")
        if not equals or not heading.strip():
            stop(voice, mark('--map "{one}": write HEADING=FIELD, or HEADING= to keep it as another column'), one=one)
        if name.strip() and name.strip() not in fields:
            known_fields = ", ".join(sorted(fields))
            stop(voice, mark("--map: there is no field {name}; write one of: {known}"), name=name, known=known_fields)
        mapping[heading.strip()] = name.strip()
    day = start = None
    try:
        day = date.fromisoformat(request.day) if request.day else None
        if request.start:
            start = datetime.fromisoformat(request.start)
            start = start if start.tzinfo else start.replace(tzinfo=HERE)
    except ValueError:
        stop(voice, mark("Write --day 2026-11-14 and --start 2026-11-14T07:30"))
    given = Given(start, day, datetime.now().astimezone().date())
    return Options(request.sheets, mapping, given, headings)


def _found(
    voice: Voice,
    request: Request,
    options: Options,
    book: Book,
    payload: Payload | None,
    content: bytes,
    noticed: list[Problem],
) -> None:
    """A folder that is not there yet: made from the list, or from the plan that our own workbook carries."""
    from sansang.formats.workbook.foreign_list import read_list
    from sansang.formats.workbook.new_plan import founded
    from sansang.formats.workbook.own_layout import is_ours

    _may_found(voice, request)
    if payload is not None and not payload.columns and is_ours(book):
        _found_from_ours(voice, request, options, book, payload, content, noticed)
        return
    if payload is not None and payload.files:
        # Our plan in somebody else's layout: the plan as it went out, then what was changed in the list.
        reading = _carried(voice, request, payload)
        arrival = _foreign(request, options, book, payload, None, reading)
        _write_all(voice, request, reading, arrival, content, noticed)
        return
    listed = read_list(request.file.name, book, options)
    problems = [*noticed, *listed.problems]
    errors = [problem for problem in problems if problem.severity == "error"]
    if listed.refused or errors:
        refuse(voice, problems, request.as_json, listed.sheets)
    files, more = founded(request.file.name, listed, request.folder.resolve().name)
    problems += more
    from sansang.formats.workbook.compare import source_of

    source = source_of(request.file.name, listed, list(listed.injects), options)
    _check_founded(voice, files, request)
    write_plan(voice, request.folder, {**files, **kept(source, content)})
    done(voice, request.folder, request.as_json, len(listed.injects), listed.sheets, problems, (), tuple(files))


def _check_founded(voice: Voice, files: dict[str, bytes], request: Request) -> None:
    """A folder that the reader would refuse is never written: that would be our own fault, said loudly."""
    from sansang.formats.areas import gazetteer
    from sansang.formats.scenario import parse

    reading = parse(files, gazetteer())
    if reading.scenario is None:
        refuse(voice, reading.problems, request.as_json)


def _found_from_ours(
    voice: Voice,
    request: Request,
    options: Options,
    book: Book,
    payload: Payload,
    content: bytes,
    noticed: list[Problem],
) -> None:
    from sansang.formats.areas import gazetteer
    from sansang.formats.workbook.compare import own_arrival

    reading = _carried(voice, request, payload)
    assert reading.places is not None
    arrival = own_arrival(request.file.name, book, payload, reading.places.data, options, gazetteer())
    _write_all(voice, request, reading, arrival, content, noticed)


def _carried(voice: Voice, request: Request, payload: Payload) -> Reading:
    """The plan that a workbook of ours carries; for a template an empty one."""
    from sansang.formats.areas import gazetteer
    from sansang.formats.scenario import parse
    from sansang.formats.scenario.read import MAIN, is_inside
    from sansang.formats.workbook.compare import skeleton
    from sansang.formats.workbook.injects import slug

    files = {name: text.encode() for name, text in payload.files.items() if name == MAIN or is_inside(name)}
    name = request.folder.resolve().name
    if not files:
        files = skeleton(slug(name) or "dien-tap", name, datetime.fromisoformat(payload.start))
    reading = parse(files, gazetteer())
    if reading.scenario is None:
        refuse(voice, reading.problems, request.as_json)
    return reading


def _write_all(
    voice: Voice, request: Request, reading: Reading, arrival: Arrival, content: bytes, noticed: list[Problem]
) -> None:
    """Everything that came, into a folder that is not there yet."""
    problems = [*noticed, *arrival.problems]
    if arrival.fatal:
        refuse(voice, problems, request.as_json, arrival.sheets)
    assert reading.document is not None
    before = dict(reading.document.files)
    changed = arrival.files(before, arrival.changes)
    files = {**before, **changed}
    if changed:
        _check_founded(voice, files, request)
    write_plan(voice, request.folder, {**files, **kept(arrival.source, content)})
    done(voice, request.folder, request.as_json, arrival.rows, arrival.sheets, problems, arrival.changes, tuple(files))


def _may_found(voice: Voice, request: Request) -> None:
    if request.folder.exists() and not request.folder.is_dir():
        stop(voice, mark("{folder}: this is a file, not a folder"), folder=request.folder)
    if request.folder.is_dir() and any(request.folder.iterdir()):
        allowed = {"headings.toml"}
        if {path.name for path in request.folder.iterdir()} - allowed:
            stop(
                voice,
                mark("{folder}: the folder holds other files and no exercise.yaml; give an empty or a new one"),
                folder=request.folder,
            )


def _update(
    voice: Voice,
    request: Request,
    options: Options,
    book: Book,
    payload: Payload | None,
    content: bytes,
    noticed: list[Problem],
) -> None:
    """A folder that is there: the changes are shown, and what is accepted is written."""
    from sansang.formats.areas import gazetteer
    from sansang.formats.workbook.compare import own_arrival
    from sansang.formats.workbook.own_layout import is_ours

    reading = read_folder(request.folder)
    if reading.scenario is None:
        refuse(voice, reading.problems, request.as_json)
    assert reading.places is not None and reading.document is not None
    if payload is not None and not payload.columns and is_ours(book):
        arrival = own_arrival(request.file.name, book, payload, reading.places.data, options, gazetteer())
    else:
        source = source_in(voice, request.folder, request.workbook)
        arrival = _foreign(request, options, book, payload, source, reading)
    problems = [*noticed, *arrival.problems]
    if arrival.fatal or any(problem.severity == "error" and not _is_cell(problem) for problem in arrival.problems):
        refuse(voice, problems, request.as_json, arrival.sheets)
    choice = _accepted(voice, request, arrival, problems)
    if choice.changes is None:
        waiting(voice, request.as_json, arrival, problems)
    assert choice.changes is not None
    accepted = choice.changes
    files: dict[str, bytes] = arrival.files(reading.document.files, accepted) if accepted else {}
    if files:
        _check_founded(voice, {**reading.document.files, **files}, request)
    if accepted or not arrival.changes:
        write_plan(voice, request.folder, {**files, **kept(arrival.source, content)})
    done(
        voice,
        request.folder,
        request.as_json,
        arrival.rows if accepted or not arrival.changes else 0,
        arrival.sheets,
        problems,
        accepted,
        tuple(files),
        told=True,
    )


def _is_cell(problem: Problem) -> bool:
    from sansang.formats.problems import CellSpot

    return isinstance(problem.spot, CellSpot) and bool(problem.spot.cell)


def _foreign(
    request: Request, options: Options, book: Book, payload: Payload | None, source: Source | None, reading: Reading
) -> Arrival:
    import dataclasses

    from sansang.formats.areas import gazetteer
    from sansang.formats.workbook.compare import foreign_arrival

    scenario = reading.require()
    assert reading.places is not None
    given = dataclasses.replace(options.given, start=options.given.start or scenario.start)
    if source is not None and not source.own:
        options = dataclasses.replace(
            options, mapping={**source.mapping, **options.mapping}, sheets=options.sheets or tuple(source.sheets)
        )
    options = dataclasses.replace(options, given=given)
    return foreign_arrival(request.file.name, book, payload, source, reading.places.data, options, gazetteer())


def _accepted(voice: Voice, request: Request, arrival: Arrival, problems: list[Problem]) -> Choice:
    if not request.as_json:
        tell(voice, problems)
        tell_changes(voice, arrival)
    return choose(voice, arrival, request.accept, interactive=not request.as_json)
